"""A worker is killed with a job in hand: another does it within thirty seconds."""

import time

import pytest
from django.utils import timezone

from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.models import OutboxJob
from tests.faults.locks import held, somebody_waits
from tests.processes import Processes, until

pytestmark = pytest.mark.postgres

WITHIN_SECONDS = 30


def job_in_hand() -> OutboxJob:
    return OutboxJob.objects.get(key="ours")


class TestWorkerKilled:
    @pytest.mark.redis
    def test_its_job_is_done_by_another_celery_worker(self, processes: Processes, repeat: int) -> None:
        first = processes.worker("first")
        processes.beat()

        with held("LOCK TABLE needs_need IN ACCESS EXCLUSIVE MODE"):
            enqueue(names.EXPIRE_NEEDS, {}, now=timezone.now(), key="ours")
            assert somebody_waits(), processes.log_of("first")
            assert until(lambda: job_in_hand().attempts == 1)
            processes.worker("second")
            assert job_in_hand().attempts == 1, "its worker lives, and says so"
            processes.kill(first)
            killed_at = time.monotonic()
        done = until(lambda: job_in_hand().done_at is not None, seconds=WITHIN_SECONDS - (time.monotonic() - killed_at))

        assert done, processes.log_of("second")
        assert job_in_hand().attempts == 2

    def test_its_job_is_done_by_another_manage_work(self, processes: Processes, repeat: int) -> None:
        processes.environment["REDIS_URL"] = ""
        enqueue(names.EXPIRE_NEEDS, {}, now=timezone.now(), key="ours")

        with held("LOCK TABLE needs_need IN ACCESS EXCLUSIVE MODE"):
            first = processes.start("first", "python", "manage.py", "work")
            assert somebody_waits(for_seconds=60), processes.log_of("first")
            assert until(lambda: job_in_hand().attempts == 1)
            processes.start("second", "python", "manage.py", "work")
            assert until(lambda: "worker.started" in processes.log_of("second"))
            assert job_in_hand().attempts == 1, "its worker lives, and says so"
            processes.kill(first)
            killed_at = time.monotonic()
        done = until(lambda: job_in_hand().done_at is not None, seconds=WITHIN_SECONDS - (time.monotonic() - killed_at))

        assert done, processes.log_of("second")
        assert job_in_hand().attempts == 2
