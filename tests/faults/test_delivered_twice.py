"""A task is delivered twice, at once and again afterwards: it acts once."""

import pytest
from django.conf import settings
from django.utils import timezone

from matchmaker.jobs import names
from matchmaker.jobs.models import OutboxJob
from matchmaker.jobs.relay import run_task
from matchmaker.matches.models import Proposal
from tests.faults.locks import held, somebody_waits
from tests.processes import Processes, until
from tests.redis_rows import raw_client
from tests.towns import SmallTown, open_need_for, open_offer_for

pytestmark = [pytest.mark.postgres, pytest.mark.redis]


class TestTaskDeliveredTwice:
    def test_acts_once(self, processes: Processes, town: SmallTown, repeat: int) -> None:
        open_offer_for(town, now=timezone.now())
        need = open_need_for(town, now=timezone.now())
        OutboxJob.objects.all().delete()
        processes.environment["JOBS_POLL_SECONDS"] = "600"
        processes.start(
            "publisher", "python", "-c", PUBLISHES_ONE, str(need.pk), DJANGO_SETTINGS_MODULE=SETTINGS
        ).wait()
        queue = f"{processes.environment['REDIS_PREFIX']}:celery:{settings.CELERY_TASK_DEFAULT_QUEUE}"
        (message,) = raw_client().lrange(queue, 0, -1)
        raw_client().delete(queue)
        processes.worker()

        with held("LOCK TABLE needs_offer IN ACCESS EXCLUSIVE MODE"):
            raw_client().rpush(queue, message, message)
            assert somebody_waits(), processes.log_of("worker")
            both_taken = until(lambda: message not in raw_client().lrange(queue, 0, -1), seconds=30)
            done_before = Proposal.objects.count()

        assert (both_taken, done_before) == (True, 0)
        assert until(lambda: not OutboxJob.objects.filter(done_at__isnull=True).exists()), processes.log_of("worker")
        raw_client().rpush(queue, message)
        assert until(lambda: raw_client().llen(queue) == 0, seconds=30)
        run_task(names.PROPOSE_NEXT, {"need_id": need.pk})
        assert OutboxJob.objects.get(key="ours").attempts == 1
        assert [proposal.need_id for proposal in Proposal.objects.all()] == [need.pk]


SETTINGS = "matchmaker.settings"
PUBLISHES_ONE = """
import sys, django
django.setup()
from django.utils import timezone
from matchmaker.jobs import actions, names

actions.enqueue(names.PROPOSE_NEXT, {"need_id": int(sys.argv[1])}, now=timezone.now(), key="ours")
"""
