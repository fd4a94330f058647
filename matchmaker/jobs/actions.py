"""Asking for later work, and clearing away what is done."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from matchmaker.jobs.models import OutboxJob
from matchmaker.jobs.names import NAMES, PERIODIC
from matchmaker.jobs.waking import wake

KEPT_DAYS: Final = 30
PURGED_AT_ONCE: Final = 5_000


def enqueue(
    name: str,
    payload: Mapping[str, int | str],
    *,
    now: datetime,
    due_at: datetime | None = None,
    key: str | None = None,
) -> None:
    """The work stands in the outbox if the caller's transaction commits; once per key, where one is given."""
    if name not in NAMES:
        raise ValueError(f"{name} is not in matchmaker/jobs/names.py")
    job = OutboxJob(name=name, payload=dict(payload), key=key, due_at=due_at or now, created_at=now)
    OutboxJob.objects.bulk_create([job], ignore_conflicts=key is not None)
    if job.due_at <= now:
        transaction.on_commit(wake)


def take_out(*, key: str, now: datetime) -> bool:
    """Whether the work of this key was still to come and stands in the outbox no more; not so once a worker had it."""
    waiting = OutboxJob.objects.filter(key=key, due_at__gt=now, attempts=0, done_at__isnull=True, dead_at__isnull=True)
    with transaction.atomic():
        job = waiting.select_for_update().first()
        return job is not None and bool(waiting.filter(pk=job.pk).delete()[0])


def enqueue_many(name: str, payloads: Sequence[Mapping[str, int | str]], *, now: datetime) -> None:
    """The same work for each of many, in a few queries; it stands in the outbox if the caller's transaction commits."""
    if name not in NAMES:
        raise ValueError(f"{name} is not in matchmaker/jobs/names.py")
    jobs = [OutboxJob(name=name, payload=dict(payload), due_at=now, created_at=now) for payload in payloads]
    OutboxJob.objects.bulk_create(jobs, batch_size=500)
    transaction.on_commit(wake)


def enqueue_periodic(*, now: datetime) -> None:
    """Each periodic name stands in the outbox once for the slot of time that `now` falls into."""
    for name, seconds in PERIODIC.items():
        slot = int(now.timestamp()) // seconds
        enqueue(name, {}, now=now, key=f"{name}@{slot}")


def try_again(*, job_ids: Collection[int], now: datetime) -> int:
    """Dead jobs are due again at once, with all their attempts before them; how many there were."""
    dead = OutboxJob.objects.filter(pk__in=list(job_ids), dead_at__isnull=False)
    with transaction.atomic():
        number = dead.update(dead_at=None, attempts=0, due_at=now, locked_until=None)
        transaction.on_commit(wake)
    return number


def purge_done(*, now: datetime) -> int:
    """Jobs done more than thirty days ago are gone; how many there were. Dead ones stay for a person to look at."""
    old = OutboxJob.objects.filter(done_at__lt=now - timedelta(days=KEPT_DAYS)).order_by("pk")
    with transaction.atomic():
        purged, _ = OutboxJob.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:PURGED_AT_ONCE])).delete()
    return purged


def forget_work(*, argument: str, ids: Collection[int]) -> int:
    """No job names these rows any more, done or not; how many there were. A worker that has one finds nothing."""
    found = OutboxJob.objects.filter(**{f"payload__{argument}__in": list(ids)})
    return found.delete()[0] if ids else 0
