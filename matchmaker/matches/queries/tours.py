"""How full the stops of tours are."""

from collections import defaultdict
from collections.abc import Iterable

from matchmaker.matches.models import LIVE_STATES, Proposal, Visit, VisitState
from matchmaker.needs.models import TourSignUp, TourStop


def places_left(stop: TourStop) -> int:
    """How many more can be helped at the stop: its capacity without those who come or are asked already."""
    return places_left_at([stop])[stop.pk]


def places_left_at(stops: Iterable[TourStop]) -> dict[int, int]:
    """The same of many stops, by pk: three queries."""
    capacity = {stop.pk: stop.capacity for stop in stops}
    people: dict[int, set[int]] = defaultdict(set)
    asked = Proposal.objects.filter(offer__stop__in=capacity, state__in=LIVE_STATES)
    visits = Visit.objects.filter(match__offer__stop__in=capacity, state__in=(VisitState.PLANNED, VisitState.DONE))
    signed_up = TourSignUp.objects.filter(stop__in=capacity, withdrawn_at__isnull=True)
    for rows in (
        asked.values_list("offer__stop", "need__for_person"),
        visits.values_list("match__offer__stop", "match__person"),
        signed_up.values_list("stop", "person"),
    ):
        for stop_id, person_id in rows:
            people[stop_id].add(person_id)
    return {pk: max(0, places - len(people[pk])) for pk, places in capacity.items()}
