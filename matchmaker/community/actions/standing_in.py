"""That somebody no longer stands in because a term ended or a person left, and who is told of it."""

from collections.abc import Collection
from datetime import datetime

from django.utils.timezone import localdate

from matchmaker.community.models import Deputies, Deputy
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import DEPUTY_ENDED


def tell_both(name: str, deputy: Deputy, *, not_to: Collection[int | None], now: datetime) -> None:
    """The deputy and the holder, except these people, have a notice."""
    for to, person_id in (("deputy", deputy.person_id), ("holder", deputy.term.person_id)):
        if person_id not in not_to:
            enqueue(name, {"deputy_id": deputy.pk, "to": to}, now=now)


def end_with_them(rows: Deputies, *, not_to: Collection[int | None], now: datetime) -> None:
    """None of these stands in any more; of those that were not over, whoever else counts on it is told.

    Called before what they rest on ends, inside the caller's transaction.
    """
    told = list(rows.not_over(localdate(now)).select_related("term").order_by("pk"))
    rows.filter(ended_at__isnull=True).update(ended_at=now)
    for deputy in told:
        tell_both(DEPUTY_ENDED, deputy, not_to=not_to, now=now)
