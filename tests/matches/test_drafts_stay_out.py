"""Whatever looks for help finds an offer that is published, and the same words as a draft nowhere."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from matchmaker.lists.exporting import offers_as_list
from matchmaker.matches import actions, inputs, queries
from matchmaker.matches.drafts import WhatIfDraft
from matchmaker.matches.models import OfferPrice, Proposal, UnmetNeed
from matchmaker.needs.actions import publish_offer
from matchmaker.needs.models import Need, Offer
from matchmaker.needs.queries import coverage_of, offers_for
from tests.towns import NOW, SmallTown, draft_offer_for, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db
Look = Callable[[SmallTown, Need], int]


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def read(need: Need) -> Need:
    return Need.objects.select_related("for_person", "service_type", "place", "community").get(pk=need.pk)


def candidates(town: SmallTown, need: Need) -> int:
    return len(queries.candidates_for(viewer_of(town.coordinator), read(need), now=NOW))


def suggested_to_a_worker(town: SmallTown, need: Need) -> int:
    inputs.forget_at_once()
    found = queries.suggest(viewer_of(town.coordinator), read(need), "en", now=NOW)
    return len(found.ranked) if found else 0


def suggested_from_memory(town: SmallTown, need: Need) -> int:
    """The offers are kept in memory before this one is written."""
    found = queries.suggest(viewer_of(town.coordinator), read(need), "en", now=NOW)
    return len(found.ranked) if found else 0


def counted_for_the_asker(town: SmallTown, need: Need) -> int:
    found = queries.first_answer(viewer_of(town.asker), read(need), now=NOW)
    return found.could_come if found else 0


def counted_in_why_nobody(town: SmallTown, need: Need) -> int:
    """Offers that were looked at before it was said that there is nobody: the need asks for what no offer has."""
    hard = open_need_for(town, service_type="SHOPPING", languages=("mn",))
    actions.propose_next(need_id=hard.pk, now=NOW)
    reasons = UnmetNeed.objects.get(need=hard).reasons
    return int(UnmetNeed.objects.get(need=hard).rule_code != "SERVICE_TYPE" and bool(reasons))


def proposed(_town: SmallTown, need: Need) -> int:
    actions.propose_next(need_id=need.pk, now=NOW)
    return Proposal.objects.filter(need=need).count()


def proposed_by_a_round(town: SmallTown, need: Need) -> int:
    _round(town)
    return Proposal.objects.filter(need=need).count()


def planned_in_a_what_if(town: SmallTown, _need: Need) -> int:
    _round(town)
    row = actions.ask_what_if(
        viewer=viewer_of(town.coordinator),
        community_id=town.community.public_id,
        draft=WhatIfDraft(floor_margin=50),
        now=NOW,
    )
    found = queries.difference_of(viewer_of(town.coordinator), row)
    assert found is not None
    return found.before.needs_met


def priced(town: SmallTown, _need: Need) -> int:
    actions.price_area(area_id=town.joint_community.pk, now=NOW)
    return OfferPrice.objects.count()


def covered(town: SmallTown, _need: Need) -> int:
    found = coverage_of(viewer_of(town.coordinator))
    return next(row.covered.places for row in found.services if row.kind.code == "SHOPPING")


def counted_on_the_desk(town: SmallTown, _need: Need) -> int:
    month = queries.organization_month(viewer_of(town.clerk), town.organization, starts_at=NOW, ends_at=NOW, now=NOW)
    return month.offers


def listed_for_residents(town: SmallTown, _need: Need) -> int:
    return offers_for(viewer_of(town.asker)).count()


def listed_for_members(town: SmallTown, _need: Need) -> int:
    return offers_for(viewer_of(town.member), own=True).count()


def taken_out_as_a_list(town: SmallTown, _need: Need) -> int:
    made = offers_as_list(
        viewer=viewer_of(town.clerk), organization=town.organization, form="csv", language="en", now=NOW
    )
    return made.offers + made.left_out


def looked_for_when_it_moves(_town: SmallTown, _need: Need) -> int:
    return actions.look_at_offer(offer_id=Offer.objects.get().pk, now=NOW)


LOOKS: Final[tuple[Look, ...]] = (
    candidates,
    suggested_to_a_worker,
    suggested_from_memory,
    counted_for_the_asker,
    counted_in_why_nobody,
    proposed,
    proposed_by_a_round,
    planned_in_a_what_if,
    priced,
    covered,
    counted_on_the_desk,
    listed_for_residents,
    listed_for_members,
    taken_out_as_a_list,
    looked_for_when_it_moves,
)


class TestDrafts:
    @pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.__name__)
    def test_are_found_nowhere_and_once_published_everywhere(self, town: SmallTown, look: Look) -> None:
        need = open_need_for(town)
        suggested_from_memory(town, need)
        offer = draft_offer_for(town, external_id="F-1")

        before = look(town, need)
        publish_offer(viewer=viewer_of(town.clerk), offer_id=offer.public_id, now=NOW)
        Proposal.objects.all().delete()
        UnmetNeed.objects.all().delete()
        after = look(town, need)

        assert (before, after) == (0, 1)


def _round(town: SmallTown) -> Any:
    row = actions.request_round(
        viewer=viewer_of(town.coordinator), community_id=town.community.public_id, now=NOW, seed=5
    )
    return actions.run_round(round_id=row.pk, now=NOW)
