"""The daily purge: whatever the table of retention no longer keeps is cleared away, some hundreds of rows at a time."""

from datetime import datetime
from typing import Final

import structlog
from django.db import transaction

from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import PURGE_OLD
from matchmaker.privacy.retention import PURGED, Purged

AT_ONCE: Final = 500
BATCHES_A_RUN: Final = 40
"""So many batches in one job; what is left is asked for as a job of its own, so that other work gets its turn."""

log = structlog.get_logger("matchmaker.privacy")


def purge_old(*, now: datetime, at_once: int = AT_ONCE, batches: int = BATCHES_A_RUN) -> dict[str, int]:
    """How many rows of each kind were cleared away. Each batch is a transaction: stopped anywhere, it goes on later."""
    cleared: dict[str, int] = {}
    for kind in PURGED:
        while count := _clear(kind, now=now, at_once=at_once):
            cleared[kind.code] = cleared.get(kind.code, 0) + count
            log.info("purge.batch", kind=kind.code, rows=count, so_far=cleared[kind.code])
            batches -= 1
            if batches <= 0:
                with transaction.atomic():
                    enqueue(PURGE_OLD, {}, now=now)
                return cleared
    return cleared


def _clear(kind: Purged, *, now: datetime, at_once: int) -> int:
    with transaction.atomic():
        pks = list(kind.due_at(now).order_by("pk").values_list("pk", flat=True)[:at_once])
        rows = kind.model._default_manager.filter(pk__in=pks)
        if kind.emptied:
            rows.update(**kind.emptied)
        else:
            rows.delete()
    return len(pks)
