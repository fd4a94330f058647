"""Watching visits: half an hour without a word that is due rings the duty phone."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat

from matchmaker.matches.actions.concerns import all_part_of
from matchmaker.matches.models import MatchState, Visit, VisitState
from matchmaker.notices import actions as notices
from matchmaker.notices.models import AlarmKind, DutyAlarm

OVERDUE_AFTER: Final = timedelta(minutes=30)
WATCHED_FOR: Final = timedelta(days=1)
"""After that a visit is asked about in other ways."""
WATCHED_AT_ONCE: Final = 500


def watch_visits(*, now: datetime) -> int:
    """The duty post was rung once for each visit overdue: nobody came to a home, or nobody said that they left.

    Those it was rung for before stand in nobody's way, however many wait for a word.
    """
    missing = Case(When(arrived_at__isnull=True, then=Value("arrival")), default=Value("leave"))
    key = Concat(Value("visit_overdue:"), missing, Value(":"), Cast("pk", CharField()))
    rung = DutyAlarm.objects.filter(key=OuterRef("alarm_key"))
    waiting = overdue_visits(now=now).annotate(alarm_key=key).filter(~Exists(rung))
    visits = list(waiting.order_by("starts_at", "pk")[:WATCHED_AT_ONCE])
    for visit in visits:
        with transaction.atomic():
            notices.raise_alarm(
                area_id=visit.match.need.place_id,
                kind=AlarmKind.VISIT_OVERDUE,
                about=visit.public_id,
                key=visit.alarm_key,
                now=now,
                not_person_ids=all_part_of(visit.match, now),
            )
    return len(visits)


def overdue_visits(*, now: datetime) -> QuerySet[Visit]:
    """Open visits of which neither side has spoken since, and whose next word is thirty minutes late.

    Whoever has arrived is waited for even where the match was paused or closed meanwhile.
    """
    due = now - OVERDUE_AFTER
    no_leave = Q(arrived_at__isnull=False, ends_at__lte=due, ends_at__gt=due - WATCHED_FOR)
    no_arrival = Q(
        arrived_at__isnull=True,
        match__state=MatchState.AGREED,
        match__need__at_home=True,
        match__offer__stop__isnull=True,
        starts_at__lte=due,
        starts_at__gt=due - WATCHED_FOR,
    )
    open_visits = Visit.objects.filter(state=VisitState.PLANNED, left_at__isnull=True, outcomes__isnull=True)
    return open_visits.filter(no_leave | no_arrival).select_related("match__need", "match__offer")
