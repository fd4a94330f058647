"""Rows of minutes that helpers gave, one visit of one match each."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from matchmaker.community.models import Person
from matchmaker.matches.models import LedgerEntry, Match, Visit
from tests.towns import NOW, SmallTown, match_for

GIVEN_AT: Final = NOW - timedelta(days=1)


def minutes_given(town: SmallTown, givers: Sequence[Person], minutes: Sequence[int]) -> None:
    """Each gave so many minutes, on a visit a week after the one before."""
    match = match_for(town)
    for week, (giver, given) in enumerate(zip(givers, minutes, strict=True), start=1):
        visit = _visit(match, weeks=week)
        LedgerEntry.objects.create(giver=giver, receiver=town.asker, visit=visit, minutes=given, at=GIVEN_AT)


def _visit(match: Match, *, weeks: int) -> Visit:
    first = match.visits.earliest("starts_at")
    later = timedelta(weeks=weeks)
    when = {"starts_at": first.starts_at + later, "ends_at": first.ends_at + later}
    return Visit.objects.create(match=match, minutes=first.minutes, **when)
