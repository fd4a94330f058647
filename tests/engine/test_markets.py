"""The market of scored pairs, and the order in which helpers are asked at prices."""

import numpy as np
import pytest

from matchmaker.engine.choices import choices_of, value_of
from matchmaker.engine.eligibility import candidates, pairs_of
from matchmaker.engine.markets import at_prices, in_order, left_for_others, left_of, market_of, prices_before
from matchmaker.engine.prices import UNITS_PRICED
from matchmaker.engine.problem import NeedFacts, Town
from matchmaker.engine.scoring import Scored, knowledge_of, score, score_pairs, with_rings
from tests.engine.cases import TYPES, a_need, a_place, an_offer

NOTHING_KNOWN = knowledge_of(Town(people=()))
NEAR, FURTHER = 1, 2


def two_scored(need: NeedFacts | None = None) -> tuple[Scored, ...]:
    """One need, and two helpers, of whom the first lives nearer and is worth more."""
    offers = [an_offer(NEAR), an_offer(FURTHER, place=a_place(300.0))]
    return score(candidates([need or a_need()], offers, TYPES), TYPES, NOTHING_KNOWN)


class TestLeftOf:
    @pytest.mark.parametrize(
        ("offer", "person", "left"),
        [((1, 3, 9, 9), (2, 2, 9, 9), 2), ((0, 0, 5, 5), (5, 5, 5, 5), 0), ((4, 0, 0, 0), (3, 9, 0, 0), 3)],
    )
    def test_is_the_fuller_of_two_weeks(self, offer: tuple[int, ...], person: tuple[int, ...], left: int) -> None:
        assert left_of(an_offer(visits_left_by_week=offer, person_visits_left_by_week=person)) == left


class TestMarketOf:
    def test_has_each_pair_that_enters_with_what_it_is_worth(self) -> None:
        needs = [a_need(1, helpers_wanted=2, urgency=1), a_need(2)]
        caps = {"visits_left_by_week": (3, 1, 1, 1)}
        offers = [an_offer(1, **caps), an_offer(2, **caps, service_types=frozenset({"LESSONS"}))]
        scores = with_rings(score_pairs(pairs_of(needs, offers, TYPES), NOTHING_KNOWN))

        market = market_of(scores)

        assert market.need.tolist() == [0, 1]
        assert market.offer.tolist() == [0, 0]
        assert market.value.tolist() == [int(scores.totals[0]) + 2_000, int(scores.totals[1])]
        assert market.wanted.tolist() == [2, 1]
        assert market.capacity.tolist() == [3, 3]


class TestInOrder:
    def test_asks_the_best_where_nothing_has_a_price(self) -> None:
        asked = in_order(two_scored(), {})

        assert [one.scored.candidate.offer.offer_id for one in asked] == [NEAR, FURTHER]
        assert [one.is_scarce for one in asked] == [False, False]

    def test_asks_another_where_a_price_tips_the_order_and_says_so(self) -> None:
        scored = two_scored()

        asked = in_order(scored, {NEAR: 5_000})

        assert [one.scored.candidate.offer.offer_id for one in asked] == [FURTHER, NEAR]
        assert [(one.price, one.is_scarce) for one in asked] == [(0, False), (5_000, True)]
        assert asked[1].net == value_of(scored[0]) - 5_000
        assert [left_for_others(one, asked) for one in scored] == [0, 1]

    def test_leaves_nobody_out_and_looks_at_no_price_for_an_urgent_need(self) -> None:
        assert len(in_order(two_scored(), {NEAR: 10**6, FURTHER: 10**6})) == 2
        urgent = in_order(two_scored(a_need(urgency=2)), {NEAR: 10**6})
        assert [(one.scored.candidate.offer.offer_id, one.price) for one in urgent] == [(NEAR, 0), (FURTHER, 0)]

    def test_counts_each_helper_once_by_their_best_offer(self) -> None:
        offers = [an_offer(1), an_offer(2, person_id=1, place=a_place(500.0))]
        scored = score(candidates([a_need()], offers, TYPES), TYPES, NOTHING_KNOWN)

        assert [one.scored.candidate.offer.offer_id for one in in_order(scored, {})] == [1]
        assert [one.scored.candidate.offer.offer_id for one in in_order(scored, {1: 10**6})] == [2]


class TestAtPrices:
    def test_takes_prices_off_and_keeps_all_worth_something(self) -> None:
        scored = two_scored()
        choices = choices_of(scored)

        some, all_dear = at_prices(choices, {NEAR: 5_000}), at_prices(choices, {NEAR: 10**6, FURTHER: 10**6 + 1})

        assert some.values.tolist() == [value_of(scored[0]) - 5_000, value_of(scored[1])]
        assert all_dear.values.min() == 1
        assert np.diff(all_dear.values).tolist() == [value_of(scored[1]) - value_of(scored[0]) - 1]

    def test_changes_nothing_without_prices_or_for_an_urgent_need(self) -> None:
        choices, urgent = choices_of(two_scored()), choices_of(two_scored(a_need(urgency=2)))

        assert at_prices(choices, {}) is choices
        assert at_prices(urgent, {NEAR: 5_000}).values.tolist() == urgent.values.tolist()


class TestPricesBefore:
    def test_stand_in_the_rows_of_this_look(self) -> None:
        found = prices_before({7: (6, 5, 4, 3, 2, 1)}, {7: 9}, [3, 7])

        assert found.by_left.shape == (UNITS_PRICED, 2)
        assert found.by_left[:, 1].tolist() == [6, 5, 4, 3, 2, 1]
        assert found.beyond.tolist() == [0, 9]
        assert prices_before({}, {}, []).by_left.shape == (UNITS_PRICED, 0)
