"""Weeks of a series that whoever stands in has to themselves: nobody found for the series anew is given them too."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from matchmaker.matches.models import Visit, VisitState
from matchmaker.needs.models import NeedState

Week = TypeVar("Week", bound=Hashable)

_STOOD_IN_FOR = (NeedState.OPEN, NeedState.MET)
_COMES = (VisitState.PLANNED, VisitState.DONE, VisitState.UNCONFIRMED)


def weeks_taken(absences: QuerySet[Visit], *, week_of: Callable[[datetime], Week]) -> dict[int, frozenset[Week]]:
    """By series, the weeks of these absences in which as many come as are wanted, stand-ins counted.

    A stand-in counts while somebody is looked for or found: the occurrence is theirs. One query, and one more only
    where somebody stands in.
    """
    stood = absences.filter(replaced_by__state__in=_STOOD_IN_FOR)
    rows = list(stood.values_list("match__need_id", "match__need__helpers_wanted", "starts_at"))
    if not rows:
        return {}
    wanted = {need_id: helpers for need_id, helpers, _ in rows}
    count = Counter((need_id, week_of(starts_at)) for need_id, _, starts_at in rows)
    coming = Visit.objects.filter(match__need__in=wanted, state__in=_COMES)
    moments = list(coming.values_list("match__need_id", "starts_at"))
    both = count + Counter((need_id, week_of(starts_at)) for need_id, starts_at in moments)
    taken: dict[int, set[Week]] = defaultdict(set)
    for need_id, week in count:
        if both[need_id, week] >= wanted[need_id]:
            taken[need_id].add(week)
    return {need_id: frozenset(weeks) for need_id, weeks in taken.items()}
