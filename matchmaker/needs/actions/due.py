"""Due times of needs, and what happens when one passes: the workers of the area are told, level by level."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from matchmaker.engine import due
from matchmaker.needs.actions.alarms import not_for
from matchmaker.needs.models import Need, NeedState, ServiceType, Urgency
from matchmaker.needs.queries.overdue import overdue_and_not_told
from matchmaker.notices import actions as notices
from matchmaker.notices.models import AlarmKind

AGREED_WITHIN: Final = {
    Urgency.EMERGENCY: timedelta(minutes=15),
    Urgency.URGENT: timedelta(hours=1),
    Urgency.SOON: timedelta(hours=24),
    Urgency.WHENEVER: timedelta(hours=120),
}
"""How long it may take until help is agreed, counted round the clock; a type may say otherwise (`due_hours`)."""
RAISED_AT_ONCE: Final = 500


def due_at_of(kind: ServiceType, urgency: int, *, starts: datetime, ends: datetime) -> datetime:
    """Until when help should be agreed for a search from `starts` to `ends`."""
    level = Urgency(urgency)
    hours = kind.due_hours.get(level.name)
    within = AGREED_WITHIN[level] if hours is None else timedelta(hours=hours)
    return due.due_at(starts=starts, within=within, ends=ends)


def raise_overdue(*, now: datetime) -> int:
    """Every open need whose due time has passed is told to the lowest post, once for each due time; how many."""
    found = list(overdue_and_not_told(now=now).values_list("pk", flat=True)[:RAISED_AT_ONCE])
    return sum(_raise(need_id, now) for need_id in found)


def _raise(need_id: int, now: datetime) -> int:
    with transaction.atomic():
        need = Need.objects.select_for_update(no_key=True).filter(pk=need_id, state=NeedState.OPEN).first()
        if need is None or need.due_at is None or need.due_at >= now:
            return 0
        notices.raise_alarm(
            area_id=need.place_id,
            kind=AlarmKind.NEED_OVERDUE,
            about=need.public_id,
            key=f"need_overdue:{need.pk}:{need.due_at.isoformat()}",
            now=now,
            not_person_ids=not_for(need),
        )
    return 1
