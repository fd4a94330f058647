"""Redis is gone for a while: requests succeed, and the work resumes by itself."""

import os
import time
from collections.abc import Iterator

import pytest
from django.utils import timezone

from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.models import OutboxJob
from matchmaker.needs.models import Offer
from tests.faults.browsers import Browser
from tests.faults.locks import held, somebody_waits
from tests.processes import OwnRedis, Processes, until
from tests.towns import SmallTown

pytestmark = [pytest.mark.postgres, pytest.mark.redis]

OUTAGE_SECONDS = float(os.environ.get("FAULT_OUTAGE_SECONDS", "5"))
LONGEST_REQUEST_SECONDS = 8.0


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    redis = OwnRedis()
    redis.start()
    yield redis
    redis.stop()


class TestRedisGone:
    def test_requests_succeed_and_work_resumes(
        self, processes: Processes, own_redis: OwnRedis, town: SmallTown, port: int, repeat: int
    ) -> None:
        processes.environment["REDIS_URL"] = own_redis.url
        processes.web(port)
        processes.worker()
        processes.beat()
        browser = Browser(town.helper, port)
        assert browser.open_offer().status_code == 302
        assert until(nothing_waits), processes.log_of("worker")

        with held("LOCK TABLE needs_need IN ACCESS EXCLUSIVE MODE"):
            enqueue(names.EXPIRE_NEEDS, {}, now=timezone.now(), key="in hand")
            assert somebody_waits(), processes.log_of("worker")
            own_redis.stop()
            gone_at = time.monotonic()
        finished_without_redis = until(lambda: OutboxJob.objects.get(key="in hand").done_at is not None, seconds=30)
        longest_seconds, sent = 0.0, 0
        while time.monotonic() - gone_at < OUTAGE_SECONDS or sent < 3:
            started = time.monotonic()
            assert browser.open_offer().status_code == 302
            longest_seconds, sent = max(longest_seconds, time.monotonic() - started), sent + 1
            time.sleep(0.5)
        waiting = OutboxJob.objects.filter(done_at__isnull=True, name=names.OFFER_MOVED).count()
        own_redis.start()

        assert finished_without_redis
        assert longest_seconds < LONGEST_REQUEST_SECONDS
        assert Offer.objects.count() == sent + 1
        # The worker that was at work when Redis went may still have found the first of these before it was idle.
        assert waiting in (sent - 1, sent)
        assert until(nothing_waits, seconds=90), processes.log_of("worker")
        assert not OutboxJob.objects.filter(dead_at__isnull=False).exists()


def nothing_waits() -> bool:
    rows = OutboxJob.objects.filter(name=names.OFFER_MOVED)
    return rows.exists() and not rows.filter(done_at__isnull=True).exists()
