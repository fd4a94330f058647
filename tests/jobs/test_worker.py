"""The worker thread, and one that is killed in the middle."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings

from matchmaker.jobs.models import OutboxJob
from matchmaker.jobs.names import EXPIRE_PROPOSALS, PERIODIC
from matchmaker.jobs.worker import Shift, Worker, lock_beside

ROOT = Path(django_settings.ROOT)
SETTINGS = "matchmaker.settings"
PATIENCE_SECONDS = 120

BUSY = """
import time, django
django.setup()
from django.utils import timezone
from matchmaker.jobs import names, relay
from matchmaker.jobs.actions import enqueue

def work(name, payload):
    print("started", flush=True)
    time.sleep(60)

enqueue(names.PURGE_DONE, {}, now=timezone.now())
relay.run_due(clock=timezone.now, run=work)
"""


def until(holds: Callable[[], bool]) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False


class TestWorker:
    @pytest.mark.django_db(transaction=True)
    def test_does_the_periodic_work_and_stops_when_told(self) -> None:
        worker = Worker()

        worker.start()
        worked = until(lambda: OutboxJob.objects.filter(attempted_at__isnull=False).count() == len(PERIODIC))
        worker.stop()
        worker.join(timeout=PATIENCE_SECONDS)

        assert worked
        assert not worker.is_alive()

    @pytest.mark.django_db
    def test_asks_for_the_periodic_work_under_a_backlog_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Three jobs that take 50 seconds each, and always another one: the minute's work is asked for all the same."""
        started = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
        jobs_left = iter([1, 1, 1, 0])

        with time_machine.travel(started, tick=False) as clock:

            def work_for_long(**_asked: object) -> int:
                clock.shift(timedelta(seconds=50))
                return next(jobs_left)

            monkeypatch.setattr("matchmaker.jobs.worker.run_due", work_for_long)
            monkeypatch.setattr(Shift, "_may_work", lambda _shift: True)
            assert Shift().work_through(is_over=lambda: False)

        asked = OutboxJob.objects.filter(name=EXPIRE_PROPOSALS).order_by("created_at")
        assert [job.created_at - started for job in asked] == [timedelta(seconds=s) for s in (0, 100, 150)]

    @pytest.mark.sqlite
    def test_killed_in_the_middle_loses_nothing(self, tmp_path: Path) -> None:
        database = tmp_path / "killed.sqlite3"
        environment = os.environ | {"DATABASE_URL": f"sqlite:///{database}", "DJANGO_SETTINGS_MODULE": SETTINGS}
        manage = [sys.executable, str(ROOT / "manage.py")]
        subprocess.run([*manage, "migrate", "-v0"], check=True, env=environment)
        busy = subprocess.Popen([sys.executable, "-c", BUSY], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        assert busy.stdout is not None
        assert busy.stdout.readline() == b"started\n"

        busy.kill()
        busy.wait()
        successor = subprocess.Popen([*manage, "work"], env=environment, stderr=subprocess.PIPE)
        done = until(lambda: jobs_done_at_second_attempt(database) == 1)
        successor.send_signal(signal.SIGTERM)
        _, log = successor.communicate(timeout=PATIENCE_SECONDS)

        assert done
        assert successor.returncode == 0
        assert b'"event": "worker.took_over"' in log


def jobs_done_at_second_attempt(database: Path) -> int:
    query = "SELECT count(*) FROM jobs_outboxjob WHERE attempts = 2 AND done_at IS NOT NULL"
    with sqlite3.connect(database) as rows:
        return int(rows.execute(query).fetchone()[0])


class TestLockBeside:
    def test_is_held_by_one_at_a_time(self, tmp_path: Path) -> None:
        held = lock_beside(tmp_path / "rows.sqlite3")
        assert held is not None

        assert lock_beside(tmp_path / "rows.sqlite3") is None

        held.close()
        assert lock_beside(tmp_path / "rows.sqlite3") is not None
