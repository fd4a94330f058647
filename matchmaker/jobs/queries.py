"""What can be asked of the outbox."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min, Q

from matchmaker.jobs.models import OutboxJob

ALIVE_SECONDS: Final = 180


@dataclass(frozen=True)
class OutboxFigures:
    oldest_due_seconds: float
    """Of the jobs that are due and that nobody has in hand; 0 where there is none."""
    waiting: int
    dead: int


def worker_is_alive(*, now: datetime) -> bool:
    """A worker took a job lately, or is busy with one; the periodic names see to it that there is always one."""
    lately = OutboxJob.objects.filter(attempted_at__gte=now - timedelta(seconds=ALIVE_SECONDS))
    return lately.exists() or OutboxJob.objects.filter(locked_until__gt=now, done_at__isnull=True).exists()


def due_keys(keys: Collection[str], *, now: datetime) -> dict[str, datetime]:
    """Of these keys those whose work is still to come, and when it is due."""
    waiting = OutboxJob.objects.filter(key__in=keys, due_at__gt=now, attempts=0, done_at__isnull=True)
    return {key: due_at for key, due_at in waiting.values_list("key", "due_at") if key is not None}


def outbox_figures(*, now: datetime) -> OutboxFigures:
    """How far behind the outbox is, in one query."""
    due = Q(done_at__isnull=True, dead_at__isnull=True, due_at__lte=now)
    free = due & (Q(locked_until__isnull=True) | Q(locked_until__lt=now))
    found = OutboxJob.objects.filter(done_at__isnull=True).aggregate(
        oldest=Min("due_at", filter=free), waiting=Count("pk", filter=due), dead=Count("pk", filter=~Q(dead_at=None))
    )
    oldest = found["oldest"]
    return OutboxFigures(
        oldest_due_seconds=(now - oldest).total_seconds() if oldest else 0.0,
        waiting=found["waiting"],
        dead=found["dead"],
    )
