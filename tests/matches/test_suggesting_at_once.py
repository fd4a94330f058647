"""Refusals at once, and offers that change while somebody asks who could come."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from matchmaker.matches import actions
from matchmaker.matches.models import LIVE_STATES, Proposal
from matchmaker.matches.queries import suggest
from matchmaker.needs.actions import pause_offer, resume_offer
from matchmaker.needs.models import Need, Offer, OfferState
from tests.towns import NOW, SmallTown, open_need_for, open_offer_for, small_town, viewer_of, vouch

TIMES = 6


def at_once(*acts: Callable[[], object]) -> None:
    """Each act in a thread of its own, begun together."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait()
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(run, acts))


def fresh(need: Need) -> Need:
    return Need.objects.select_related("for_person", "service_type", "place", "community").get(pk=need.pk)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_refusals_bring_the_next_best_of_each_need_once(self) -> None:
        town = small_town()
        for person in (town.helper, town.neighbour, town.newcomer):
            vouch(town.coordinator, person)
            open_offer_for(town, person=person, visits_per_week=1)
        needs = [open_need_for(town, person=person) for person in (town.asker, town.grid_head)]
        asked = [actions.propose_next(need_id=need.pk, now=NOW) for need in needs]

        def decline(proposal: Proposal | None) -> None:
            assert proposal is not None
            viewer = viewer_of(proposal.offer.person)
            actions.decline_proposal(viewer=viewer, proposal_id=proposal.public_id, now=NOW)
            actions.propose_next(need_id=proposal.need_id, now=NOW)

        at_once(lambda: decline(asked[0]), lambda: decline(asked[1]))

        live = list(Proposal.objects.filter(state__in=LIVE_STATES).values_list("need_id", "helper_id"))
        assert len({need for need, _ in live}) == len(live) == 2
        declined = {(one.need_id, one.helper_id) for one in asked if one is not None}
        assert declined.isdisjoint(live)

    def test_offers_that_change_meanwhile_end_as_the_rows_say(self) -> None:
        town = small_town()
        offers = [open_offer_for(town, person=person) for person in (town.helper, town.neighbour, town.newcomer)]
        need = open_need_for(town)

        def move(offer: Offer) -> None:
            viewer = viewer_of(offer.person)
            for _ in range(TIMES):
                pause_offer(viewer=viewer, offer_id=offer.public_id, now=NOW)
                resume_offer(viewer=viewer, offer_id=offer.public_id, now=NOW)
            pause_offer(viewer=viewer, offer_id=offer.public_id, now=NOW)

        at_once(lambda: move(offers[0]), lambda: move(offers[1]), lambda: _look(town, need), lambda: _look(town, need))

        found = suggest(viewer_of(town.coordinator), fresh(need), "en", now=NOW)
        assert found is not None
        still_open = set(Offer.objects.filter(state=OfferState.OPEN).values_list("pk", flat=True))
        assert {one.offer.pk for one in found.ranked} == still_open == {offers[2].pk}


def _look(town: SmallTown, need: Need) -> None:
    for _ in range(TIMES):
        assert suggest(viewer_of(town.coordinator), fresh(need), "en", now=NOW) is not None
