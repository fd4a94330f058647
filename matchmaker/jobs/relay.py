"""Takes due jobs from the outbox and has them done, at least once each."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.module_loading import autodiscover_modules

from matchmaker.celery import app
from matchmaker.errors import DomainError
from matchmaker.jobs import lease
from matchmaker.jobs.models import OutboxJob
from matchmaker.tally import count_refusal

FIRST_WAIT_SECONDS: Final = 5
LONGEST_WAIT_SECONDS: Final = 3_600
WORKER_LOST: Final = "WORKER_LOST"
"""Why a job is dead whose last attempt never came to an end: most likely it kills whoever takes it."""

log = structlog.get_logger("matchmaker.jobs")

Run = Callable[[str, Mapping[str, Any]], object]


class TaskMissing(Exception):
    """A name without a task: a mistake of ours, not a refusal."""


def run_task(name: str, payload: Mapping[str, Any]) -> object:
    """The Celery task of this name has run here, in this process."""
    autodiscover_modules("tasks")  # Celery's own discovery logs a tasks.py that does not import, and goes on without it
    if name not in app.tasks:
        raise TaskMissing(name)
    return app.tasks[name](**payload)


def run_due(*, clock: Callable[[], datetime], run: Run = run_task, limit: int = 100) -> int:
    """Up to `limit` due jobs have been attempted, the longest due first; how many. `run` may stand in for the tasks."""
    for attempted in range(limit):
        job = claim(now=clock())
        if job is None:
            return attempted
        attempt(job, clock=clock, run=run)
    return limit


def claim(*, now: datetime) -> OutboxJob | None:
    """The longest due job, now locked for this caller; also one whose worker was lost. None where nothing is due."""
    while (job := _take(now)) is not None and job.dead_at is not None:
        log.error("job.dead", job_id=job.pk, job=job.name, attempts=job.attempts, code=job.last_error_code)
    return job


def attempt(job: OutboxJob, *, clock: Callable[[], datetime], run: Run) -> None:
    """The claimed job is done, or waits for its next attempt, or is dead."""
    with structlog.contextvars.bound_contextvars(job_id=job.pk, job=job.name):
        try:
            with lease.kept(job, clock=clock):
                run(job.name, job.payload)
        except DomainError as refusal:
            log.warning("job.refused", code=refusal.code)
            count_refusal(refusal.code)
            _finish(job, now=clock(), code=refusal.code)
        except Exception as error:  # the worker outlives any job; the error is logged here, once
            log.error("job.failed", attempts=job.attempts, exc_info=error)
            _put_off(job, now=clock(), code=type(error).__name__)
        else:
            log.info("job.done", attempts=job.attempts)
            _finish(job, now=clock(), code="")


def release_lost(*, now: datetime) -> int:
    """Every lock is given back: for whoever knows that no other worker lives. How many there were.

    Each waits like a failed job: what killed its worker must not be the first thing that the next one takes.
    """
    lost = OutboxJob.objects.filter(locked_until__gt=now, done_at__isnull=True, dead_at__isnull=True)
    with transaction.atomic():
        jobs = list(lost.select_for_update())
        for job in jobs:
            job.due_at, job.locked_until = now + wait_after(job.attempts), None
        OutboxJob.objects.bulk_update(jobs, ["due_at", "locked_until"])
    return len(jobs)


def wait_after(attempts: int) -> timedelta:
    """How long a failed job rests: 5 s, 10 s, 20 s and so on, an hour at most."""
    return timedelta(seconds=min(FIRST_WAIT_SECONDS * 2 ** (attempts - 1), LONGEST_WAIT_SECONDS))


def _take(now: datetime) -> OutboxJob | None:
    """The longest due job, locked; one that has lost as many workers as it may have attempts is put aside instead."""
    free = Q(locked_until__isnull=True) | Q(locked_until__lt=now)
    with transaction.atomic():
        job = (
            OutboxJob.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
            .filter(free, due_at__lte=now, done_at__isnull=True, dead_at__isnull=True)
            .order_by("due_at", "pk")
            .first()
        )
        if job is None:
            return None
        if job.attempts >= settings.JOBS_MAX_ATTEMPTS:
            job.dead_at, job.locked_until, job.last_error_code = now, None, WORKER_LOST
        else:
            job.attempts += 1
            job.attempted_at = now
            job.locked_until = lease.end_of(now, attempted_at=now)
        job.save(update_fields=["attempts", "attempted_at", "locked_until", "dead_at", "last_error_code"])
    return job


def _finish(job: OutboxJob, *, now: datetime, code: str) -> None:
    # A slow job may have been put aside as lost in the meantime: done is done.
    OutboxJob.objects.filter(pk=job.pk).update(done_at=now, dead_at=None, locked_until=None, last_error_code=code)


def _put_off(job: OutboxJob, *, now: datetime, code: str) -> None:
    # Where it was handed out again in the meantime, it is the later attempt that decides.
    waiting = OutboxJob.objects.filter(pk=job.pk, attempts=job.attempts, done_at__isnull=True)
    if job.attempts >= settings.JOBS_MAX_ATTEMPTS:
        log.error("job.dead", attempts=job.attempts, code=code)
        waiting.update(dead_at=now, locked_until=None, last_error_code=code)
    else:
        waiting.update(due_at=now + wait_after(job.attempts), locked_until=None, last_error_code=code)
