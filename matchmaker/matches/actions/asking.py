"""After a visit both sides are asked how it went."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from matchmaker.matches.actions import agreements
from matchmaker.matches.models import MatchState, Visit, VisitState
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind

ASKED_FOR: Final = timedelta(days=2)
"""Visits that ended longer ago were asked about before."""


def ask_for_outcomes(*, now: datetime) -> int:
    """Both sides of every visit that ended lately have been asked, once; how many visits there are."""
    ended = Visit.objects.filter(state=VisitState.PLANNED, ends_at__lte=now, ends_at__gt=now - ASKED_FOR)
    ended = ended.exclude(match__state=MatchState.SUSPENDED)
    visits = list(ended.select_related("match__need").order_by("pk"))
    with transaction.atomic():
        for visit in visits:
            _ask(visit, now)
    return len(visits)


def _ask(visit: Visit, now: datetime) -> None:
    for person_id in sorted({visit.match.helper_id, *agreements.askers_to_tell(visit.match.need)}):
        notices.notify(
            person_id=person_id,
            kind=NoticeKind.VISIT_OUTCOME_WANTED,
            about=visit.public_id,
            key=f"outcome_wanted:{visit.pk}:{person_id}",
            now=now,
        )
