"""What a wake-up makes a Celery worker do."""

import time
from pathlib import Path
from typing import Any

import pytest
from celery.signals import heartbeat_sent
from django.db import OperationalError
from django.utils import timezone

from matchmaker.celery import app
from matchmaker.jobs import celery_worker, names
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.beat import LivelyScheduler
from matchmaker.jobs.celery_worker import look
from matchmaker.jobs.models import OutboxJob
from matchmaker.jobs.worker import Shift


@pytest.fixture(autouse=True)
def new_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process has asked for nothing yet, and is the one that may work."""
    shift = Shift()
    monkeypatch.setattr(shift, "_may_work", lambda: True)
    monkeypatch.setattr(celery_worker, "shift", lambda: shift)


@pytest.mark.django_db(transaction=True)
class TestLook:
    def test_does_what_is_due_and_asks_for_the_periodic_work(self) -> None:
        enqueue(names.PURGE_DONE, {}, now=timezone.now(), key="ours")

        look()

        done = OutboxJob.objects.filter(done_at__isnull=False, attempts=1)
        assert set(done.values_list("name", flat=True)) == set(names.PERIODIC)
        assert done.filter(key="ours").exists()
        assert not OutboxJob.objects.filter(done_at__isnull=True).exists()

    def test_delivered_twice_acts_once(self) -> None:
        enqueue(names.PURGE_DONE, {}, now=timezone.now(), key="ours")

        look()
        look()

        assert OutboxJob.objects.get(key="ours").attempts == 1

    def test_hands_the_rest_on_where_it_takes_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(celery_worker, "LONGEST_LOOK_SECONDS", -1.0)
        wakes: list[float] = []
        monkeypatch.setattr(celery_worker, "wake", lambda: wakes.append(time.monotonic()))

        look()

        assert len(wakes) == 1
        assert OutboxJob.objects.filter(done_at__isnull=True).count() == len(names.PERIODIC)

    def test_keeps_the_words_of_the_database_from_celery(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def gone(**_asked: object) -> int:
            raise OperationalError("Key (name)=(王阿姨)")

        monkeypatch.setattr("matchmaker.jobs.worker.run_due", gone)

        look()

        assert not OutboxJob.objects.filter(attempts__gt=0).exists()


class TestSignsOfLife:
    def test_of_a_worker_are_touched_at_each_heartbeat(self, settings: Any, tmp_path: Path) -> None:
        settings.WORKER_ALIVE_FILE = str(tmp_path / "worker")

        heartbeat_sent.send(sender=None)

        assert (tmp_path / "worker").exists()

    def test_of_beat_are_touched_at_each_tick(self, settings: Any, tmp_path: Path) -> None:
        settings.BEAT_ALIVE_FILE = str(tmp_path / "beat")
        scheduler = LivelyScheduler(app, lazy=True)

        waits_seconds = scheduler.tick()

        assert (tmp_path / "beat").exists()
        assert waits_seconds > 0

    def test_are_not_written_where_nobody_asked_for_them(self, settings: Any, tmp_path: Path) -> None:
        settings.WORKER_ALIVE_FILE = ""

        heartbeat_sent.send(sender=None)

        assert list(tmp_path.iterdir()) == []


class TestBeatSchedule:
    def test_sends_the_workers_to_look_every_few_seconds(self, settings: Any) -> None:
        entries = app.conf.beat_schedule

        assert [(entry["task"], entry["schedule"]) for entry in entries.values()] == [
            (names.LOOK, settings.JOBS_POLL_SECONDS)
        ]
