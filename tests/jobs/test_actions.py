"""Asking for later work."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue, enqueue_periodic, purge_done
from matchmaker.jobs.models import OutboxJob
from matchmaker.jobs.waking import woken

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class TestEnqueue:
    def test_writes_a_row_that_is_due_at_once(self) -> None:
        enqueue(names.PROPOSE_NEXT, {"need_id": 7}, now=NOW)

        job = OutboxJob.objects.get()
        assert (job.name, job.payload, job.due_at, job.created_at) == (names.PROPOSE_NEXT, {"need_id": 7}, NOW, NOW)
        assert (job.attempts, job.done_at, job.dead_at) == (0, None, None)

    def test_waits_where_it_is_told_to(self) -> None:
        tomorrow = NOW + timedelta(days=1)

        enqueue(names.PROPOSE_NEXT, {"need_id": 7}, now=NOW, due_at=tomorrow)

        assert OutboxJob.objects.get().due_at == tomorrow

    def test_is_done_once_per_key(self) -> None:
        enqueue(names.PROPOSE_NEXT, {"need_id": 7}, now=NOW, key="propose:7:1")
        enqueue(names.PROPOSE_NEXT, {"need_id": 7}, now=NOW, key="propose:7:1")
        enqueue(names.PROPOSE_NEXT, {"need_id": 7}, now=NOW, key="propose:7:2")

        assert OutboxJob.objects.count() == 2

    def test_leaves_nothing_where_the_caller_fails(self) -> None:
        def fail_after_asking() -> None:
            with transaction.atomic():
                enqueue(names.PROPOSE_NEXT, {"need_id": 7}, now=NOW)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_after_asking()

        assert OutboxJob.objects.count() == 0

    def test_refuses_a_name_that_is_not_listed(self) -> None:
        with pytest.raises(ValueError, match=r"matches\.dance is not in"):
            enqueue("matches.dance", {}, now=NOW)

        assert OutboxJob.objects.count() == 0

    @pytest.mark.django_db(transaction=True)
    def test_wakes_the_worker_once_it_is_committed(self) -> None:
        woken.clear()

        with transaction.atomic():
            enqueue(names.PROPOSE_NEXT, {"need_id": 7}, now=NOW)
            assert not woken.is_set()

        assert woken.is_set()


class TestEnqueuePeriodic:
    def test_asks_once_for_each_slot_of_time(self) -> None:
        for seconds in (0, 20, 60):
            enqueue_periodic(now=NOW + timedelta(seconds=seconds))

        asked = {name: OutboxJob.objects.filter(name=name).count() for name in names.PERIODIC}
        assert asked == {name: 2 if seconds <= names.MINUTE else 1 for name, seconds in names.PERIODIC.items()}
        assert (asked[names.EXPIRE_PROPOSALS], asked[names.EXPIRE_NEEDS]) == (2, 1)


class TestPurgeDone:
    def test_clears_what_was_done_long_ago_and_keeps_the_rest(self) -> None:
        month, day = NOW - timedelta(days=31), NOW - timedelta(days=1)
        for note, fields in {
            "old": {"done_at": month},
            "fresh": {"done_at": day},
            "dead": {"dead_at": month},
            "waiting": {},
        }.items():
            OutboxJob.objects.create(name=names.PURGE_DONE, key=note, due_at=month, created_at=month, **fields)

        assert purge_done(now=NOW) == 1
        assert set(OutboxJob.objects.values_list("key", flat=True)) == {"fresh", "dead", "waiting"}
