"""A job in hand is held by a short lease that its worker renews while it lives; so a dead worker is noticed soon.

On SQLite there is one worker, and a locked file says that it lives (matchmaker/jobs/worker.py): a renewal would wait
behind the very transaction that it should outlive. There the lock simply lasts as long as a job may take.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import DatabaseError, connection

from matchmaker.jobs.models import OutboxJob

RENEWALS_PER_LEASE: Final = 4

log = structlog.get_logger("matchmaker.jobs")


def end_of(now: datetime, *, attempted_at: datetime) -> datetime:
    """When a worker that last spoke `now` counts as lost; one that hangs does so in the end, however it speaks."""
    at_most = attempted_at + timedelta(seconds=settings.JOBS_LOCK_SECONDS)
    if connection.vendor == "sqlite":
        return at_most
    return min(now + timedelta(seconds=settings.JOBS_LEASE_SECONDS), at_most)


def renew(job: OutboxJob, *, now: datetime) -> bool:
    """The lease holds on from `now`; False where the job is no longer this attempt's, or has taken too long."""
    until = end_of(now, attempted_at=job.attempted_at or now)
    if until <= now:
        return False
    mine = OutboxJob.objects.filter(pk=job.pk, attempts=job.attempts, locked_until__isnull=False, done_at__isnull=True)
    return bool(mine.update(locked_until=until))


@contextmanager
def kept(job: OutboxJob, *, clock: Callable[[], datetime]) -> Iterator[None]:
    """While the block runs, and this process lives, the job stays with it."""
    if connection.vendor == "sqlite":
        yield
        return
    over = threading.Event()
    threading.Thread(target=_renew_until, args=(over, job, clock), name=f"lease-{job.pk}", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _renew_until(over: threading.Event, job: OutboxJob, clock: Callable[[], datetime]) -> None:
    """A database that does not answer is asked again; a job that has become another's is let go."""
    try:
        while not over.wait(settings.JOBS_LEASE_SECONDS / RENEWALS_PER_LEASE):
            try:
                if not renew(job, now=clock()):
                    log.warning("job.lease_lost", job_id=job.pk, job=job.name, attempts=job.attempts)
                    return
            except DatabaseError as error:
                log.warning("job.lease_not_renewed", job_id=job.pk, job=job.name, error=type(error).__name__)
                connection.close()
    finally:
        connection.close()
