"""Visits of which a side has said nothing long after: nothing is waited for any more, and nothing is counted."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from matchmaker.matches.actions import agreements, locks
from matchmaker.matches.actions.outcomes import finish_match_after
from matchmaker.matches.models import MatchState, Visit, VisitState
from matchmaker.records import actions as records

WAITS_FOR_WORDS: Final = timedelta(days=14)
"""How long after a visit both sides are waited for, and stay in each other's address book."""


def close_unconfirmed_visits(*, now: datetime) -> int:
    """Every visit that waited two weeks for a word is unconfirmed, its match closed with the last; how many were.

    It leaves no minutes and no tie, for nobody may count what only one side tells. The side that was silent may still
    speak: its word closes the visit like any other second word. A match that is paused waits.
    """
    waiting = Visit.objects.filter(state=VisitState.PLANNED, ends_at__lte=now - WAITS_FOR_WORDS)
    waiting = waiting.exclude(match__state=MatchState.SUSPENDED)
    rows = waiting.order_by("match__need_id", "pk").values_list("pk", "match_id")
    return sum(close_visit_unconfirmed(visit_id, match_id, now) for visit_id, match_id in rows)


def close_visit_unconfirmed(visit_id: int, match_id: int, now: datetime) -> int:
    """1 where the visit was still waited for."""
    with transaction.atomic():
        match = locks.lock_match(match_id)
        visit = Visit.objects.select_for_update(no_key=True).get(pk=visit_id)
        if visit.state != VisitState.PLANNED:
            return 0
        visit.match = match
        visit.state, visit.closed_at = VisitState.UNCONFIRMED, now
        visit.save(update_fields=["state", "closed_at"])
        finish_match_after(visit, now)
        facts = {"visit": visit.pk, "match": match.pk, "need": match.need_id}
        persons = [match.helper_id, match.person_id]
        chain = agreements.chain_of(match.need)
        records.commit(chain=chain, kind="visit.unconfirmed", facts=facts, persons=persons, now=now)
    return 1
