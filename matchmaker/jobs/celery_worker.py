"""What a Celery worker does when it is woken, by new work or by beat: it looks into the outbox."""

import time
from functools import cache
from pathlib import Path
from typing import Any, Final

import structlog
from celery import signals
from django.conf import settings
from django.db import DatabaseError

from matchmaker.celery import app
from matchmaker.jobs.names import LOOK
from matchmaker.jobs.waking import wake
from matchmaker.jobs.worker import Shift

LONGEST_LOOK_SECONDS: Final = 10.0
"""After that the wake-up is handed back and another one sent, so that a worker can be stopped between two jobs."""

log = structlog.get_logger("matchmaker.jobs")


@app.task(name=LOOK)
def look() -> None:
    """Due jobs are done one by one, as any worker does them; delivered twice, the second look finds nothing."""
    deadline = time.monotonic() + LONGEST_LOOK_SECONDS
    try:
        if not shift().work_through(is_over=lambda: time.monotonic() > deadline):
            wake()
    except DatabaseError as error:  # its words may quote a row, and Celery would log them
        log.error("worker.database_failed", exc_info=error)


@cache
def shift() -> Shift:
    """One for each process: it remembers the periodic work that it asked for, and on SQLite holds the worker's file."""
    return Shift()


@signals.heartbeat_sent.connect
def say_alive(**_sent: Any) -> None:
    """The file that a health check looks at is fresh: the worker is connected and turns its loop."""
    if settings.WORKER_ALIVE_FILE:
        Path(settings.WORKER_ALIVE_FILE).touch()
