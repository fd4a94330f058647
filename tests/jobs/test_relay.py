"""Due jobs are done at least once each, whatever dies in between."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from matchmaker.errors import NotFound
from matchmaker.jobs import lease, names
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.models import OutboxJob
from matchmaker.jobs.queries import worker_is_alive
from matchmaker.jobs.relay import TaskMissing, attempt, claim, release_lost, run_due, run_task, wait_after

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def clock() -> datetime:
    return NOW


class Doing:
    """Stands in for the tasks and remembers what it was asked."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    def __call__(self, name: str, payload: Mapping[str, Any]) -> None:
        self.asked.append((name, payload))
        if self.error is not None:
            raise self.error


def dead_jobs() -> QuerySet[OutboxJob]:
    return OutboxJob.objects.filter(dead_at__isnull=False)


class TestRunDue:
    def test_does_what_is_due_the_longest_due_first(self) -> None:
        enqueue(names.PROPOSE_NEXT, {"need_id": 2}, now=NOW)
        enqueue(names.PROPOSE_NEXT, {"need_id": 1}, now=NOW, due_at=NOW - timedelta(hours=1))
        enqueue(names.PROPOSE_NEXT, {"need_id": 3}, now=NOW, due_at=NOW + timedelta(seconds=1))
        doing = Doing()

        assert run_due(clock=clock, run=doing) == 2

        assert [payload["need_id"] for _, payload in doing.asked] == [1, 2]
        assert OutboxJob.objects.filter(done_at=NOW).count() == 2

    def test_stops_at_its_limit(self) -> None:
        for need_id in range(3):
            enqueue(names.PROPOSE_NEXT, {"need_id": need_id}, now=NOW)

        assert run_due(clock=clock, run=Doing(), limit=2) == 2
        assert OutboxJob.objects.filter(done_at__isnull=True).count() == 1

    def test_puts_a_failed_job_off_and_names_the_error_s_class_alone(self) -> None:
        enqueue(names.PROPOSE_NEXT, {"need_id": 2}, now=NOW)

        assert run_due(clock=clock, run=Doing(RuntimeError("王阿姨"))) == 1

        job = OutboxJob.objects.get()
        assert (job.attempts, job.due_at, job.locked_until) == (1, NOW + timedelta(seconds=5), None)
        assert (job.last_error_code, job.done_at, job.dead_at) == ("RuntimeError", None, None)

    def test_puts_a_job_aside_after_too_many_failures(self, settings: Any) -> None:
        settings.JOBS_MAX_ATTEMPTS = 2
        enqueue(names.PROPOSE_NEXT, {"need_id": 2}, now=NOW)
        later = NOW + timedelta(minutes=1)

        run_due(clock=clock, run=Doing(RuntimeError()))
        run_due(clock=lambda: later, run=Doing(RuntimeError()))

        assert [(job.attempts, job.dead_at) for job in dead_jobs()] == [(2, later)]
        assert run_due(clock=lambda: later + timedelta(days=1), run=Doing()) == 0

    def test_does_not_repeat_what_was_refused(self) -> None:
        enqueue(names.PROPOSE_NEXT, {"need_id": 2}, now=NOW)

        run_due(clock=clock, run=Doing(NotFound()))

        job = OutboxJob.objects.get()
        assert (job.done_at, job.last_error_code) == (NOW, "NOT_FOUND")


class TestClaim:
    def test_gives_a_job_to_one_worker_alone(self) -> None:
        enqueue(names.PROPOSE_NEXT, {"need_id": 2}, now=NOW)

        first, second = claim(now=NOW), claim(now=NOW)

        assert first is not None
        assert second is None

    def test_hands_out_again_what_a_lost_worker_had(self) -> None:
        enqueue(names.PROPOSE_NEXT, {"need_id": 2}, now=NOW)
        lost = claim(now=NOW)
        assert lost is not None
        held = lease.end_of(NOW, attempted_at=NOW)
        just_before, after = held, held + timedelta(seconds=1)

        assert claim(now=just_before) is None
        again = claim(now=after)

        assert again is not None
        assert (again.pk, again.attempts) == (lost.pk, 2)

    def test_puts_aside_what_kills_whoever_takes_it_and_goes_on(self, settings: Any) -> None:
        settings.JOBS_MAX_ATTEMPTS = 3
        enqueue(names.RUN_ROUND, {"round_id": 1}, now=NOW)
        enqueue(names.PROPOSE_NEXT, {"need_id": 2}, now=NOW + timedelta(days=1))
        for day in range(1, 4):
            assert claim(now=NOW + timedelta(hours=day)) is not None

        after = NOW + timedelta(days=1)
        given = claim(now=after)

        assert given is not None
        assert given.name == names.PROPOSE_NEXT
        assert [(job.attempts, job.dead_at, job.last_error_code) for job in dead_jobs()] == [(3, after, "WORKER_LOST")]
        assert claim(now=after) is None

    def test_lets_a_job_that_was_thought_lost_be_done(self, settings: Any) -> None:
        settings.JOBS_MAX_ATTEMPTS = 1
        enqueue(names.RUN_ROUND, {"round_id": 1}, now=NOW)
        slow = claim(now=NOW)
        assert slow is not None
        assert claim(now=NOW + timedelta(days=1)) is None

        attempt(slow, clock=lambda: NOW + timedelta(days=2), run=Doing())

        assert list(dead_jobs()) == []
        assert OutboxJob.objects.get().done_at == NOW + timedelta(days=2)

    def test_leaves_the_last_word_to_the_later_attempt(self) -> None:
        enqueue(names.RUN_ROUND, {"round_id": 1}, now=NOW)
        slow = claim(now=NOW)
        again = claim(now=NOW + timedelta(days=1))
        assert slow is not None
        assert again is not None

        attempt(slow, clock=lambda: NOW + timedelta(days=1), run=Doing(RuntimeError()))

        row = OutboxJob.objects.get()
        assert (row.locked_until, row.due_at, row.attempts) == (again.locked_until, NOW, 2)

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_shares_the_work_between_workers_at_once(self) -> None:
        for need_id in range(40):
            enqueue(names.PROPOSE_NEXT, {"need_id": need_id}, now=NOW)
        doing, barrier = Doing(), threading.Barrier(4)

        def work() -> None:
            barrier.wait()
            run_due(clock=clock, run=doing)
            connection.close()

        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

        assert sorted(payload["need_id"] for _, payload in doing.asked) == list(range(40))


class TestReleaseLost:
    def test_frees_every_lock_and_counts_them(self) -> None:
        enqueue(names.PROPOSE_NEXT, {"need_id": 2}, now=NOW)
        claim(now=NOW)

        assert release_lost(now=NOW) == 1

        assert claim(now=NOW + timedelta(seconds=5)) is not None

    def test_lets_other_work_go_first(self) -> None:
        enqueue(names.RUN_ROUND, {"round_id": 1}, now=NOW)
        claim(now=NOW)
        enqueue(names.PROPOSE_NEXT, {"need_id": 2}, now=NOW)

        release_lost(now=NOW)

        next_up = claim(now=NOW)
        assert next_up is not None
        assert next_up.name == names.PROPOSE_NEXT
        assert claim(now=NOW) is None

    def test_ends_a_loop_of_crashes(self, settings: Any) -> None:
        settings.JOBS_MAX_ATTEMPTS = 3
        enqueue(names.RUN_ROUND, {"round_id": 1}, now=NOW)
        starts = [NOW + timedelta(minutes=minute) for minute in range(5)]

        taken = [(release_lost(now=at), claim(now=at + wait_after(2))) for at in starts]

        assert [job is not None for _, job in taken] == [True, True, True, False, False]
        assert [job.last_error_code for job in dead_jobs()] == ["WORKER_LOST"]


class TestRunTask:
    def test_runs_the_task_of_that_name(self) -> None:
        old = NOW - timedelta(days=999)
        OutboxJob.objects.create(name=names.PURGE_DONE, due_at=old, created_at=old, done_at=old)

        run_task(names.PURGE_DONE, {})

        assert OutboxJob.objects.count() == 0

    def test_says_which_task_is_missing(self) -> None:
        with pytest.raises(TaskMissing, match="nowhere"):
            run_task("nowhere", {})


class TestWaitAfter:
    @pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (2, 10), (3, 20), (10, 2560), (11, 3600), (99, 3600)])
    def test_doubles_up_to_an_hour(self, attempts: int, seconds: int) -> None:
        assert wait_after(attempts) == timedelta(seconds=seconds)


class TestWorkerIsAlive:
    def test_is_not_said_of_an_outbox_that_nobody_serves(self) -> None:
        enqueue(names.PURGE_DONE, {}, now=NOW)

        assert not worker_is_alive(now=NOW)

    def test_holds_for_three_minutes_after_a_job(self) -> None:
        enqueue(names.PURGE_DONE, {}, now=NOW)
        run_due(clock=clock, run=Doing())

        assert worker_is_alive(now=NOW + timedelta(seconds=180))
        assert not worker_is_alive(now=NOW + timedelta(seconds=181))

    def test_holds_during_a_long_job(self) -> None:
        enqueue(names.RUN_ROUND, {"round_id": 1}, now=NOW)
        job = claim(now=NOW)
        assert job is not None

        assert lease.renew(job, now=NOW + timedelta(minutes=14))

        assert worker_is_alive(now=NOW + timedelta(minutes=14, seconds=10))
