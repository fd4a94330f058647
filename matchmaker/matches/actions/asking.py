"""After a visit both sides are asked how it went."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from matchmaker.matches.actions.outcomes import who_is_asked
from matchmaker.matches.models import MatchState, OutcomeSide, Visit, VisitState
from matchmaker.notices import actions as notices
from matchmaker.notices.models import Notice, NoticeKind

ASKED_FOR: Final = timedelta(days=2)
"""Visits that ended longer ago were asked about before."""
ASKED_AT_ONCE: Final = 1_000


def ask_for_outcomes(*, now: datetime) -> int:
    """Both sides of each visit that ended lately have been asked, once, but for a side that spoke before.

    How many visits were asked about just now: those of before cost nothing, however many wait for a word.
    """
    asked = Notice.objects.filter(about=OuterRef("public_id"), kind=NoticeKind.VISIT_OUTCOME_WANTED)
    ended = Visit.objects.filter(state=VisitState.PLANNED, ends_at__lte=now, ends_at__gt=now - ASKED_FOR)
    ended = ended.exclude(match__state=MatchState.SUSPENDED).exclude(Exists(asked))
    rows = ended.select_related("match__need").prefetch_related("outcomes").order_by("ends_at", "pk")
    visits = list(rows[:ASKED_AT_ONCE])
    for visit in visits:
        with transaction.atomic():
            _ask(visit, now)
    return len(visits)


def _ask(visit: Visit, now: datetime) -> None:
    spoke = {outcome.side for outcome in visit.outcomes.all()}
    silent = [side for side in OutcomeSide if side not in spoke]
    asked = {person_id for side in silent for person_id in who_is_asked(visit.match, side, now)}
    for person_id in sorted(asked):
        notices.notify(
            person_id=person_id,
            kind=NoticeKind.VISIT_OUTCOME_WANTED,
            about=visit.public_id,
            key=f"outcome_wanted:{visit.pk}:{person_id}",
            now=now,
        )
