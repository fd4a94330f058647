"""What time does to companions' proposals: questions whose visit is near run out, and after it the three are asked."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from matchmaker.matches.actions import agreements
from matchmaker.matches.actions.companions import endings
from matchmaker.matches.models import (
    COMPANION_ASKED_STATES,
    CompanionProposal,
    CompanionState,
    MatchState,
    VisitState,
)
from matchmaker.notices import actions as notices
from matchmaker.notices.models import Notice, NoticeKind

CLOSED_BEFORE: Final = timedelta(hours=1)
"""A question that nobody answered stands until so long before the visit, and nothing hangs on it."""
ASKED_FOR: Final = timedelta(days=2)
ASKED_AT_ONCE: Final = 1_000


def tend_companions(*, now: datetime) -> int:
    """Questions too late to answer are closed, and whoever was on an accompanied visit is asked how it was."""
    return _expire(now) + _ask_how_it_was(now)


def _expire(now: datetime) -> int:
    late = CompanionProposal.objects.filter(state__in=COMPANION_ASKED_STATES, visit__starts_at__lte=now + CLOSED_BEFORE)
    with transaction.atomic():
        rows = late.select_for_update(of=("self",), no_key=True).order_by("pk")
        found = list(rows.select_related("visit__match__need"))
        for proposal in found:
            was_named = proposal.companion_answered_at is not None
            endings.close(proposal, CompanionState.EXPIRED, now=now)
            if was_named:
                endings.tell_gone(proposal, to=[proposal.companion_id], now=now)
    return len(found)


def _ask_how_it_was(now: datetime) -> int:
    asked = Notice.objects.filter(about=OuterRef("public_id"), kind=NoticeKind.COMPANION_WORDS_WANTED)
    over = CompanionProposal.objects.filter(
        ~Exists(asked),
        state=CompanionState.AGREED,
        visit__ends_at__lte=now,
        visit__ends_at__gt=now - ASKED_FOR,
        visit__state__in=(VisitState.PLANNED, VisitState.DONE),
    ).exclude(visit__match__state=MatchState.SUSPENDED)
    found = list(over.select_related("visit__match__need").order_by("visit__ends_at", "pk")[:ASKED_AT_ONCE])
    for proposal in found:
        with transaction.atomic():
            _ask(proposal, now)
    return len(found)


def _ask(proposal: CompanionProposal, now: datetime) -> None:
    match = proposal.visit.match
    for person_id in sorted({proposal.companion_id, match.helper_id, *agreements.askers_to_tell(match.need, now)}):
        notices.notify(
            person_id=person_id,
            kind=NoticeKind.COMPANION_WORDS_WANTED,
            about=proposal.public_id,
            key=f"companion_words_wanted:{proposal.pk}:{person_id}",
            now=now,
        )
