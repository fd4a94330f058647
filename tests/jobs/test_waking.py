"""New work wakes whoever does it, and a lost Redis holds nobody up."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction

from matchmaker import redis_link
from matchmaker.celery import app
from matchmaker.jobs import names, waking
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.models import OutboxJob
from tests.redis_rows import waiting_wake_ups

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def whole_fuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waking, "fuse", redis_link.Fuse())


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(16)
        yield server.getsockname()[1]


def forget_connections() -> None:
    """The next wake-up is sent over a new connection."""
    app.close()
    app.amqp._producer_pool = None


@pytest.fixture
def broker_at(settings: Any) -> Iterator[Any]:
    """Celery and the settings look for Redis on another port, for this test."""
    was = app.conf.broker_url, dict(app.conf.broker_transport_options)

    def move(port: int) -> None:
        forget_connections()
        app.conf.broker_url = settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
        app.conf.broker_transport_options = {
            "max_retries": 0,
            "socket_connect_timeout": redis_link.CONNECT_SECONDS,
            "socket_timeout": redis_link.ANSWER_SECONDS,
        }

    yield move
    forget_connections()
    app.conf.broker_url, app.conf.broker_transport_options = was


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
class TestWake:
    def test_sends_one_wake_up_for_each_job_that_is_committed(self) -> None:
        before = waiting_wake_ups()

        with transaction.atomic():
            enqueue(names.PROPOSE_NEXT, {"need_id": 7}, now=NOW)
            enqueue(names.PROPOSE_NEXT, {"need_id": 8}, now=NOW)
            sent_before_commit = waiting_wake_ups() - before

        assert sent_before_commit == 0
        assert waiting_wake_ups() - before == 2

    def test_sends_none_for_what_is_rolled_back_or_due_later(self) -> None:
        before = waiting_wake_ups()

        with transaction.atomic():
            enqueue(names.PROPOSE_NEXT, {"need_id": 7}, now=NOW)
            transaction.set_rollback(True)
        enqueue(names.PROPOSE_NEXT, {"need_id": 7}, now=NOW, due_at=datetime(2026, 3, 3, tzinfo=UTC))

        assert waiting_wake_ups() == before


class TestFuse:
    def test_rests_after_a_failure_and_no_longer(self) -> None:
        fuse = redis_link.Fuse(rest_seconds=0.1)
        assert not fuse.is_blown

        fuse.blow()

        assert fuse.is_blown
        time.sleep(0.12)
        assert not fuse.is_blown


@pytest.mark.django_db(transaction=True)
class TestWakeWithoutRedis:
    def test_waits_two_seconds_for_a_silent_server_and_then_not_again(self, broker_at: Any, silent_port: int) -> None:
        broker_at(silent_port)
        waking.woken.clear()

        started = time.monotonic()
        enqueue(names.PROPOSE_NEXT, {"need_id": 7}, now=NOW)
        first_seconds = time.monotonic() - started
        for need_id in range(20):
            enqueue(names.PROPOSE_NEXT, {"need_id": need_id}, now=NOW)
        rest_seconds = time.monotonic() - started - first_seconds

        assert 1.5 < first_seconds < 4
        assert rest_seconds < 1.5
        assert OutboxJob.objects.count() == 21
        assert waking.woken.is_set()

    def test_goes_on_at_once_where_nobody_listens(self, broker_at: Any) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            broker_at(taken.getsockname()[1])

            started = time.monotonic()
            enqueue(names.PROPOSE_NEXT, {"need_id": 7}, now=NOW)

        assert time.monotonic() - started < 1
        assert waking.fuse.is_blown
        assert OutboxJob.objects.count() == 1


class TestSettings:
    def test_bring_back_what_a_killed_worker_had(self) -> None:
        conf = app.conf

        assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.worker_prefetch_multiplier) == (
            True,
            True,
            1,
        )
        assert conf.task_ignore_result is True
        assert conf.broker_connection_max_retries is None
        options = conf.broker_transport_options
        if django_settings.REDIS_URL:
            assert (options["unacked_restore_interval"], options["unacked_restore_throttle"]) == (1, 1)
            assert options["global_keyprefix"].startswith(django_settings.REDIS_PREFIX)
