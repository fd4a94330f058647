"""A process dies between commit and publish: the row is swept."""

import pytest
from django.conf import settings

from matchmaker.jobs.models import OutboxJob
from tests.processes import Processes, until
from tests.redis_rows import raw_client

pytestmark = [pytest.mark.postgres, pytest.mark.redis]

DIES_BEFORE_IT_PUBLISHES = """
import os, signal, django
django.setup()
from django.db import transaction
from django.utils import timezone
from matchmaker.jobs import actions, names, waking

waking._publish = lambda: os.kill(os.getpid(), signal.SIGKILL)
with transaction.atomic():
    actions.enqueue(names.PURGE_DONE, {}, now=timezone.now(), key="ours")
"""


class TestCrashBetweenCommitAndPublish:
    def test_leaves_a_row_that_is_swept(self, processes: Processes, repeat: int) -> None:
        crashed = processes.start(
            "crashed", "python", "-c", DIES_BEFORE_IT_PUBLISHES, DJANGO_SETTINGS_MODULE="matchmaker.settings"
        )
        crashed.wait(timeout=60)

        assert crashed.returncode == -9
        job = OutboxJob.objects.get()
        assert (job.key, job.attempts, job.done_at) == ("ours", 0, None)
        assert (
            raw_client().keys(f"{processes.environment['REDIS_PREFIX']}:celery:{settings.CELERY_TASK_DEFAULT_QUEUE}")
            == []
        )

        processes.worker()
        assert OutboxJob.objects.get(key="ours").done_at is None, "nothing but beat may have told the worker"
        processes.beat()
        swept = until(lambda: OutboxJob.objects.filter(key="ours", done_at__isnull=False).exists(), seconds=30)

        assert swept, processes.log_of("worker")
        assert OutboxJob.objects.get(key="ours").attempts == 1
