"""A lease is renewed while its worker lives, and never for ever."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from matchmaker.jobs import lease, names
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.models import OutboxJob
from matchmaker.jobs.relay import attempt, claim

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def claimed(now: datetime = NOW) -> OutboxJob:
    enqueue(names.PROPOSE_NEXT, {"need_id": 2}, now=now)
    job = claim(now=now)
    assert job is not None
    return job


class TestEndOf:
    @pytest.mark.postgres
    def test_is_soon_after_the_worker_last_spoke(self, settings: Any) -> None:
        settings.JOBS_LEASE_SECONDS, settings.JOBS_LOCK_SECONDS = 15, 900

        assert lease.end_of(NOW + timedelta(seconds=100), attempted_at=NOW) == NOW + timedelta(seconds=115)

    def test_is_never_later_than_a_job_may_take(self, settings: Any) -> None:
        settings.JOBS_LOCK_SECONDS = 900

        assert lease.end_of(NOW + timedelta(seconds=899), attempted_at=NOW) == NOW + timedelta(seconds=900)

    @pytest.mark.sqlite
    def test_is_as_long_as_a_job_may_take_where_a_file_says_that_the_worker_lives(self, settings: Any) -> None:
        settings.JOBS_LEASE_SECONDS, settings.JOBS_LOCK_SECONDS = 15, 900

        assert lease.end_of(NOW, attempted_at=NOW) == NOW + timedelta(seconds=900)


class TestRenew:
    def test_keeps_the_job_from_others(self) -> None:
        job = claimed()
        later = NOW + timedelta(seconds=10)

        assert lease.renew(job, now=later)

        assert OutboxJob.objects.get().locked_until == lease.end_of(later, attempted_at=NOW)

    def test_is_refused_once_another_has_the_job(self) -> None:
        job = claimed()
        again = claim(now=NOW + timedelta(days=1))
        assert again is not None

        assert not lease.renew(job, now=NOW + timedelta(seconds=10))

        assert OutboxJob.objects.get().locked_until == again.locked_until

    def test_is_refused_once_the_job_is_done(self) -> None:
        job = claimed()
        attempt(job, clock=lambda: NOW, run=lambda _name, _payload: None)

        assert not lease.renew(job, now=NOW)

        assert OutboxJob.objects.get().locked_until is None

    def test_is_refused_to_a_job_that_hangs(self, settings: Any) -> None:
        job = claimed()
        held = OutboxJob.objects.get().locked_until

        assert not lease.renew(job, now=NOW + timedelta(seconds=settings.JOBS_LOCK_SECONDS))

        assert OutboxJob.objects.get().locked_until == held


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestKept:
    def test_holds_a_job_that_takes_longer_than_its_lease(self, settings: Any) -> None:
        settings.JOBS_LEASE_SECONDS = 0.4
        job = claimed(timezone.now())

        with lease.kept(job, clock=timezone.now):
            time.sleep(1.2)
            taken_meanwhile = claim(now=timezone.now())

        assert taken_meanwhile is None

    def test_lets_go_of_what_is_no_longer_worked_on(self, settings: Any) -> None:
        settings.JOBS_LEASE_SECONDS = 0.4
        job = claimed(timezone.now())

        with lease.kept(job, clock=timezone.now):
            pass
        time.sleep(0.6)

        assert claim(now=timezone.now()) is not None
        assert not [thread for thread in threading.enumerate() if thread.name == f"lease-{job.pk}"]
