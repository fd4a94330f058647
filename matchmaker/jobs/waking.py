"""New work wakes whoever does it: a thread of this process, and the Celery workers where there is a Redis.

A wake-up is only a hint. The row in the outbox is the truth, and whoever slept through is sent to look by beat.
"""

import threading
from typing import Final

import structlog
from celery.exceptions import CeleryError
from django.conf import settings
from kombu.exceptions import KombuError

from matchmaker.celery import app
from matchmaker.jobs.names import LOOK
from matchmaker.redis_link import Fuse

EXPIRES_SECONDS: Final = 60
"""A wake-up older than that is dropped: beat has sent a newer one."""

log = structlog.get_logger("matchmaker.jobs")
fuse: Final = Fuse()

woken: Final = threading.Event()
"""Set when new work was committed in this process; the worker thread waits on it."""


def wake() -> None:
    """Whoever does the work looks for it now; where Redis is gone, a little later. It never fails the caller."""
    woken.set()
    if settings.REDIS_URL and not fuse.is_blown:
        _publish()


def _publish() -> None:
    try:
        app.send_task(LOOK, expires=EXPIRES_SECONDS, retry=False, ignore_result=True)
    except (KombuError, CeleryError, OSError) as error:
        fuse.blow()
        log.warning("job.nobody_woken", error=type(error).__name__)
