"""The worker: it waits for work, has it done, and asks for the periodic work itself."""

import fcntl
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import IO

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from matchmaker.jobs.actions import enqueue_periodic
from matchmaker.jobs.names import PERIODIC
from matchmaker.jobs.relay import release_lost, run_due
from matchmaker.jobs.waking import woken

log = structlog.get_logger("matchmaker.jobs")


class Worker(threading.Thread):
    """Serves the outbox until it is told to stop; a job that runs is finished first."""

    def __init__(self) -> None:
        super().__init__(name="outbox-worker", daemon=True)
        self._stopping = threading.Event()
        self._shift = Shift()

    def run(self) -> None:
        log.info("worker.started")
        while not self._stopping.is_set():
            woken.clear()
            try:
                self._shift.work_through(is_over=self._stopping.is_set)
            except DatabaseError as error:
                log.error("worker.database_failed", exc_info=error)
            finally:
                close_old_connections()
            woken.wait(settings.JOBS_POLL_SECONDS)
        connection.close()
        log.info("worker.stopped")

    def stop(self) -> None:
        """The worker ends after the job that it has in hand."""
        self._stopping.set()
        woken.set()


class Shift:
    """Due work is done job by job, and the periodic work is asked for; the same in a thread and in Celery."""

    def __init__(self) -> None:
        self._slots: dict[str, int] = {}
        self._lock_file: IO[str] | None = None

    def work_through(self, *, is_over: Callable[[], bool]) -> bool:
        """Whether nothing due is left for this process; False where `is_over` came first."""
        if not self._may_work():
            return True
        self._ask_for_periodic()
        while not is_over():
            if not run_due(clock=timezone.now, limit=1):
                return True
            self._ask_for_periodic()
        return False

    def _ask_for_periodic(self) -> None:
        """Asked between any two jobs, too: a backlog that never ends must not keep the periodic work away."""
        now = timezone.now()
        if self._slots != (slots := slots_at(now)):
            enqueue_periodic(now=now)
            self._slots = slots

    def _may_work(self) -> bool:
        """On SQLite one worker at a time; the one that takes over knows that all locks are those of a dead one."""
        if connection.vendor != "sqlite" or self._lock_file is not None:
            return True
        self._lock_file = lock_beside(Path(str(settings.DATABASES["default"]["NAME"])))
        if self._lock_file is not None and (lost := release_lost(now=timezone.now())):
            log.warning("worker.took_over", jobs=lost)
        return self._lock_file is not None


def slots_at(now: datetime) -> dict[str, int]:
    """The slot of time that `now` falls into, for each periodic name."""
    return {name: int(now.timestamp()) // seconds for name, seconds in PERIODIC.items()}


def lock_beside(database: Path) -> IO[str] | None:
    """An open file that this process alone has locked; the kernel lets go of it however the process ends."""
    file = database.with_name(f"{database.name}.worker").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
