"""Prices of offers: solved from the last week, proven by a bound, and the order in which helpers are asked."""

from datetime import timedelta

import pytest

from matchmaker.jobs import names
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import actions
from matchmaker.matches.held import UNDO_WITHIN
from matchmaker.matches.models import OfferPrice, PriceSet, Proposal
from matchmaker.needs.models import Offer
from tests.towns import (
    NOW,
    SmallTown,
    open_need_for,
    open_offer_for,
    small_town,
    viewer_of,
    vouch,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DEAR = 20_000


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def priced(town: SmallTown, offer: Offer, price: int, *, hours_ago: int = 0) -> None:
    """The offer has this price, whatever it has left."""
    row = PriceSet.objects.create(
        area=town.joint_community,
        solved_at=NOW - hours_ago * HOUR,
        seed=1,
        needs_seen=1,
        candidates_count=1,
        offers_priced=1,
        refused_share=0.0,
        withdrawn_share=0.0,
        plan_value=1.0,
        bound=1.0,
    )
    OfferPrice.objects.create(price_set=row, offer=offer, by_left=[price] * 6, beyond=price)


def two_helpers(town: SmallTown) -> tuple[Offer, Offer]:
    """Both can shop, and the first suits the asker better at no price."""
    for person in (town.helper, town.neighbour):
        vouch(town.coordinator, person)
    offers = [open_offer_for(town, person=person) for person in (town.helper, town.neighbour)]
    need = open_need_for(town)
    first = actions.propose_next(need_id=need.pk, now=NOW)
    assert first is not None
    Proposal.objects.all().delete()
    best = next(offer for offer in offers if offer.pk == first.offer_id)
    return best, next(offer for offer in offers if offer != best)


class TestProposeNext:
    def test_asks_another_where_the_best_is_worth_more_to_others(self, town: SmallTown) -> None:
        best, other = two_helpers(town)
        priced(town, best, DEAR)

        made = actions.propose_next(need_id=open_need_for(town).pk, now=NOW)

        assert made is not None
        assert (made.offer_id, made.price, made.left_for_others) == (other.pk, 0, 1)

    def test_asks_whoever_there_is_whatever_their_price(self, town: SmallTown) -> None:
        best, other = two_helpers(town)
        priced(town, best, 2 * DEAR)
        priced(town, other, DEAR)

        made = actions.propose_next(need_id=open_need_for(town, helpers_wanted=2).pk, now=NOW)

        assert made is not None
        both = Proposal.objects.order_by("price").values_list("offer_id", "price", "left_for_others")
        assert list(both) == [(other.pk, DEAR, 1), (best.pk, 2 * DEAR, 0)]

    def test_looks_at_no_price_for_an_urgent_need_or_at_old_ones(self, town: SmallTown) -> None:
        best, _ = two_helpers(town)
        priced(town, best, DEAR)

        urgent = actions.propose_next(need_id=open_need_for(town, urgency=2).pk, now=NOW)
        PriceSet.objects.update(solved_at=NOW - timedelta(days=1))
        later = actions.propose_next(need_id=open_need_for(town, person=town.newcomer).pk, now=NOW)

        assert urgent is not None
        assert later is not None
        assert (urgent.offer_id, urgent.price, urgent.left_for_others) == (best.pk, 0, 0)
        assert (later.price, later.left_for_others) == (0, 0)

    def test_asks_the_next_best_above_its_price_after_a_refusal(self, town: SmallTown) -> None:
        vouch(town.coordinator, town.newcomer)
        best, other = two_helpers(town)
        third = open_offer_for(town, person=town.newcomer)
        priced(town, best, 2 * DEAR)
        priced(town, other, DEAR)
        need = open_need_for(town)
        first = actions.propose_next(need_id=need.pk, now=NOW)
        assert first is not None
        assert first.offer_id == third.pk

        actions.decline_proposal(viewer=viewer_of(town.newcomer), proposal_id=first.public_id, now=NOW)
        actions.follow_decline(proposal_id=first.pk, now=NOW + UNDO_WITHIN)
        job = OutboxJob.objects.get(key=f"propose_next@declined:{first.pk}")
        second = actions.propose_next(need_id=need.pk, now=NOW + UNDO_WITHIN)

        assert (job.payload, job.due_at) == ({"need_id": need.pk}, NOW + UNDO_WITHIN)
        assert second is not None
        assert (second.offer_id, second.left_for_others) == (other.pk, 1)


class TestPriceArea:
    def test_says_what_the_only_helper_is_worth_to_a_need_like_the_last(self, town: SmallTown) -> None:
        offer = open_offer_for(town, visits_per_week=1)
        open_need_for(town)

        made = actions.price_area(area_id=town.joint_community.pk, now=NOW)

        assert made is not None
        assert (made.needs_seen, made.candidates_count, made.offers_priced) == (1, 1, 1)
        assert 0 < made.plan_value <= made.bound
        row = OfferPrice.objects.get()
        assert (row.offer, row.price_set) == (offer, made)
        assert row.by_left == sorted(row.by_left, reverse=True)
        assert row.by_left[0] > 5_000 > row.by_left[-1]

    def test_is_the_same_for_the_same_rows_at_the_same_moment(self, town: SmallTown) -> None:
        open_offer_for(town, visits_per_week=1)
        open_need_for(town)

        first = actions.price_area(area_id=town.joint_community.pk, now=NOW)
        rows = list(OfferPrice.objects.values_list("offer_id", "by_left", "beyond"))
        PriceSet.objects.all().delete()
        second = actions.price_area(area_id=town.joint_community.pk, now=NOW)

        assert first is not None
        assert second is not None
        assert (first.plan_value, first.bound) == (second.plan_value, second.bound)
        assert list(OfferPrice.objects.values_list("offer_id", "by_left", "beyond")) == rows

    def test_goes_half_of_the_way_and_keeps_the_proof_of_each_look(self, town: SmallTown) -> None:
        priced(town, open_offer_for(town, visits_per_week=1), 10 * DEAR)
        open_need_for(town)

        made = actions.price_area(area_id=town.joint_community.pk, now=NOW + HOUR)

        assert PriceSet.objects.count() == 2
        row = OfferPrice.objects.get()
        assert row.price_set == made
        assert 5 * DEAR < row.by_left[0] < 6 * DEAR

    def test_forgets_the_prices_of_an_area_in_which_nobody_asks(self, town: SmallTown) -> None:
        priced(town, open_offer_for(town, visits_per_week=1), DEAR)

        made = actions.price_area(area_id=town.joint_community.pk, now=NOW + HOUR)

        assert made is not None
        assert (made.needs_seen, made.plan_value, made.bound) == (0, 0.0, 0.0)
        assert not OfferPrice.objects.exists()

    def test_writes_nothing_over_a_later_look(self, town: SmallTown) -> None:
        open_offer_for(town, visits_per_week=1)
        open_need_for(town)
        actions.price_area(area_id=town.joint_community.pk, now=NOW + HOUR)

        assert actions.price_area(area_id=town.joint_community.pk, now=NOW) is None

        assert PriceSet.objects.get().solved_at == NOW + HOUR

    def test_counts_who_said_no_and_what_was_withdrawn(self, town: SmallTown) -> None:
        best, _ = two_helpers(town)
        need = open_need_for(town)
        asked = actions.propose_next(need_id=need.pk, now=NOW)
        assert asked is not None
        assert asked.offer_id == best.pk
        actions.decline_proposal(viewer=viewer_of(asked.offer.person), proposal_id=asked.public_id, now=NOW)

        made = actions.price_area(area_id=town.joint_community.pk, now=NOW)

        assert made is not None
        assert (made.refused_share, made.withdrawn_share) == (1.0, 0.0)


class TestSolvePrices:
    def test_asks_for_each_area_with_needs_of_late_or_with_prices(self, town: SmallTown) -> None:
        assert actions.solve_prices(now=NOW) == 0
        open_need_for(town)
        priced(town, open_offer_for(town), DEAR)

        assert actions.solve_prices(now=NOW) == 1

        assert [job.payload for job in OutboxJob.objects.filter(name=names.PRICE_AREA)] == [
            {"area_id": town.joint_community.pk}
        ]
