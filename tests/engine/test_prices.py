"""Prices: exact beside scipy's linear programme, certified, dearer with less left, and never a reason to turn away."""

from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import OptimizeResult, linprog
from scipy.stats import poisson

from matchmaker.engine.prices import (
    KEPT,
    SCARCE,
    UNITS_PRICED,
    URGENT_FROM,
    Certificate,
    Market,
    Outlook,
    Suggestion,
    best_plan,
    bound_of,
    flow_prices,
    forecast,
    prices_for,
    prices_in,
    suggest,
)

ANNA, BOLAT = 0, 1
POINTS: Final = st.integers(0, 6).map(lambda points: 10_000 + 100 * points)
"""So few values that equals are frequent."""


def a_market(worth: dict[tuple[int, int], int], *, wanted: list[int], capacity: list[int]) -> Market:
    """Needs and offers by row, with what each pair is worth."""
    return Market(
        need=np.array([need for need, _ in worth], dtype=np.int64),
        offer=np.array([offer for _, offer in worth], dtype=np.int64),
        value=np.array(list(worth.values()), dtype=np.int64),
        wanted=np.array(wanted, dtype=np.int64),
        capacity=np.array(capacity, dtype=np.int64),
    )


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Up to six needs and five offers, some of them full, some with nobody."""
    needs, offers = draw(st.integers(1, 6)), draw(st.integers(0, 5))
    pairs = [(need, offer) for need in range(needs) for offer in range(offers)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    worth = {pair: draw(POINTS) for pair in chosen}
    wanted = draw(st.lists(st.integers(1, 2), min_size=needs, max_size=needs))
    capacity = draw(st.lists(st.integers(0, 3), min_size=offers, max_size=offers))
    return a_market(worth, wanted=wanted, capacity=capacity)


def by_scipy(market: Market, capacity: np.ndarray | None = None) -> OptimizeResult:
    """The linear programme: a row for each need, then one for each offer; each pair at most once."""
    needs, offers, pairs = len(market.wanted), len(market.capacity), len(market.need)
    rows = np.zeros((needs + offers, pairs))
    rows[market.need, np.arange(pairs)] = 1
    rows[needs + market.offer, np.arange(pairs)] = 1
    most = np.concatenate([market.wanted, market.capacity if capacity is None else capacity])
    return linprog(-market.value, A_ub=rows, b_ub=most, bounds=(0, 1), method="highs")


class TestFlowPrices:
    @settings(max_examples=100, deadline=None)
    @given(markets())
    def test_prove_the_optimum_of_the_linear_programme(self, market: Market) -> None:
        made = flow_prices(market)

        best = 0 if not len(market.need) else round(-by_scipy(market).fun)
        assert made.certificate == Certificate(best, best)
        assert made.certificate.gap == 0

    @settings(max_examples=60, deadline=None)
    @given(markets())
    def test_are_what_one_more_visit_would_add(self, market: Market) -> None:
        made = flow_prices(market)

        for offer in range(len(market.capacity)):
            more = market.capacity + (np.arange(len(market.capacity)) == offer)
            added = by_scipy(market).fun - by_scipy(market, more).fun if len(market.need) else 0
            assert made.price[offer] == round(added)

    @settings(max_examples=60, deadline=None)
    @given(markets())
    def test_are_never_above_the_duals_of_scipy(self, market: Market) -> None:
        made = flow_prices(market)

        if len(market.need):
            duals = -by_scipy(market).ineqlin.marginals[len(market.wanted) :]
            assert (made.price <= duals + 1e-6).all()

    def test_are_nothing_without_pairs(self) -> None:
        empty = a_market({}, wanted=[1], capacity=[])

        assert flow_prices(empty).price.tolist() == []
        assert flow_prices(a_market({}, wanted=[], capacity=[2])).price.tolist() == [0]
        assert flow_prices(empty).certificate == Certificate(0, 0)

    def test_name_a_price_where_nothing_is_left(self) -> None:
        made = flow_prices(a_market({(0, ANNA): 12_000}, wanted=[1], capacity=[0]))

        assert made.price.tolist() == [12_000]
        assert made.certificate == Certificate(0, 0)


class TestBoundOf:
    @settings(max_examples=100, deadline=None)
    @given(markets(), st.lists(st.integers(0, 20_000), min_size=5, max_size=5))
    def test_is_never_below_a_plan_whatever_the_prices(self, market: Market, prices: list[int]) -> None:
        price = np.array(prices[: len(market.capacity)], dtype=np.int64)

        assert bound_of(market, price) >= market.value[best_plan(market)].sum()

    def test_counts_the_best_of_a_need_as_often_as_helpers_are_wanted(self) -> None:
        market = a_market({(0, 0): 90, (0, 1): 80, (0, 2): 70}, wanted=[2], capacity=[1, 1, 1])

        assert bound_of(market, np.array([30, 0, 0])) == 30 + 80 + 70


class TestPricesIn:
    def test_are_the_chance_that_somebody_comes_times_what_they_are_worth(self) -> None:
        expected = 3
        market = a_market({(need, ANNA): 15_000 for need in range(expected)}, wanted=[1] * expected, capacity=[2])

        by_left = prices_in(market, samples=1, left=np.array([2])).by_left[:, ANNA]

        assert by_left[0] == round(15_000 * (1 - np.exp(-expected)))
        # Further visits wait for a second and a third need; at most one comes in each step.
        assert by_left[1] == pytest.approx(15_000 * poisson.sf(1, expected), rel=0.02)
        assert by_left[2] == pytest.approx(15_000 * poisson.sf(2, expected), rel=0.06)

    def test_count_only_what_a_need_has_not_elsewhere(self) -> None:
        market = a_market({(0, ANNA): 15_000, (0, BOLAT): 14_000}, wanted=[1], capacity=[1, 1])

        by_left = prices_in(market, samples=1, left=np.array([1, 1])).by_left

        assert by_left[0].tolist() == [round(1_000 * (1 - 1 / np.e)), 0]

    def test_of_a_need_that_wants_two_look_at_the_third(self) -> None:
        worth = {(0, 0): 15_000, (0, 1): 14_000, (0, 2): 13_000}
        market = a_market(worth, wanted=[2], capacity=[1, 1, 1])

        by_left = prices_in(market, samples=1, left=np.ones(3, dtype=np.int64)).by_left

        assert by_left[0].tolist() == [round(paid * (1 - 1 / np.e)) for paid in (2_000, 1_000, 0)]

    @settings(max_examples=60, deadline=None)
    @given(markets(), st.integers(1, 3))
    def test_fall_with_what_is_left_and_stay_below_the_best_value(self, market: Market, samples: int) -> None:
        by_left = prices_in(market, samples=samples, left=market.capacity).by_left

        assert (np.diff(by_left, axis=0) <= 0).all()
        assert (by_left >= 0).all()
        assert (by_left <= market.value.max(initial=0)).all()

    @settings(max_examples=60, deadline=None)
    @given(markets())
    def test_are_certified_by_a_bound_of_their_own(self, market: Market) -> None:
        made = prices_in(market, samples=1, left=market.capacity)

        in_use = made.of(np.arange(len(market.capacity)), market.capacity)
        assert made.certificate.primal == made.flow.certificate.primal <= made.certificate.dual
        assert made.certificate.dual == bound_of(market, in_use)
        assert made.certificate.gap >= 0

    def test_are_those_of_the_flow_where_much_is_left(self) -> None:
        needs = UNITS_PRICED + 3
        market = a_market({(need, ANNA): 10_000 for need in range(needs)}, wanted=[1] * needs, capacity=[needs - 1])

        made = prices_in(market, samples=1, left=market.capacity)

        assert made.of(np.array([ANNA]), np.array([UNITS_PRICED + 1])).tolist() == [10_000]
        assert made.of(np.array([ANNA]), np.array([1])).tolist() == [round(10_000 * (1 - np.exp(-needs)))]

    @settings(max_examples=60, deadline=None)
    @given(markets())
    def test_go_half_of_the_way_from_earlier_ones_and_stay_certified(self, market: Market) -> None:
        none = Market(market.need[:0], market.offer[:0], market.value[:0], market.wanted, market.capacity)
        nothing = prices_in(none, samples=1, left=market.capacity)
        at_once = prices_in(market, samples=1, left=market.capacity)

        made = prices_in(market, samples=1, left=market.capacity, earlier=nothing)

        assert made.by_left.tolist() == (at_once.by_left // 2).tolist()
        assert made.beyond.tolist() == (at_once.beyond // 2).tolist()
        assert made.flow.price.tolist() == at_once.flow.price.tolist()
        assert made.certificate.primal <= made.certificate.dual


class TestPricesFor:
    def past(self, capacity: list[int]) -> Market:
        worth = {(0, ANNA): 15_000, (0, BOLAT): 14_500, (1, ANNA): 13_000}
        return a_market(worth, wanted=[1, 1], capacity=capacity)

    def test_are_the_same_for_the_same_seed_and_any_order_of_pairs(self) -> None:
        past = self.past([1, 1])
        turned = Market(past.need[::-1], past.offer[::-1], past.value[::-1], past.wanted, past.capacity)
        made = [
            prices_for(market, Outlook(needs=3.0), np.random.default_rng(7)).by_left.tolist()
            for market in (past, past, turned)
        ]

        assert made[0] == made[1] == made[2]

    @pytest.mark.parametrize(
        ("past", "needs"),
        [
            (a_market({}, wanted=[], capacity=[1, 2]), 5.0),
            (a_market({}, wanted=[1], capacity=[1, 2]), 5.0),
            (a_market({(0, ANNA): 15_000}, wanted=[1], capacity=[1, 2]), 0.0),
        ],
        ids=["nothing was seen", "nobody could come", "nothing is expected"],
    )
    def test_are_nothing_where_nothing_is_to_come(self, past: Market, needs: float) -> None:
        made = prices_for(past, Outlook(needs=needs), np.random.default_rng(1))

        assert made.by_left.tolist() == [[0, 0]] * UNITS_PRICED
        assert made.certificate == Certificate(0, 0)

    def test_rise_with_what_is_expected(self) -> None:
        few, many = (
            prices_for(self.past([1, 1]), Outlook(needs=needs, samples=200), np.random.default_rng(1)).by_left[0, ANNA]
            for needs in (0.5, 5.0)
        )

        assert 0 < few < many

    def test_of_who_is_away_stand_ready_for_their_return(self) -> None:
        made = prices_for(self.past([0, 1]), Outlook(needs=4.0, samples=50), np.random.default_rng(1))

        assert made.of(np.array([ANNA]), np.array([1]))[0] > 10_000


class TestForecast:
    def test_draws_needs_with_all_who_could_come(self) -> None:
        past = a_market({(0, 0): 1, (2, 1): 3, (2, 0): 2}, wanted=[1, 1, 2], capacity=[1, 4])

        drawn = forecast(past, Outlook(needs=5.0, samples=40), np.random.default_rng(3))

        assert drawn.capacity.tolist() == [40, 160]
        shapes = {
            (wanted, tuple(zip(drawn.offer[drawn.need == need], drawn.value[drawn.need == need], strict=True)))
            for need, wanted in enumerate(drawn.wanted.tolist())
        }
        assert shapes == {(1, ((0, 1),)), (1, ()), (2, ((1, 3), (0, 2)))}
        assert len(drawn.wanted) == pytest.approx(200, abs=60)

    def test_leaves_out_noes_and_needs_that_will_be_withdrawn(self) -> None:
        past = a_market({(0, 0): 1}, wanted=[1], capacity=[1])

        drawn = forecast(past, Outlook(100.0, refused=0.25, withdrawn=0.1, samples=40), np.random.default_rng(3))

        assert len(drawn.wanted) == pytest.approx(3_600, abs=240)
        assert len(drawn.need) / len(drawn.wanted) == pytest.approx(0.75, abs=0.03)


class TestSuggest:
    def test_asks_another_where_the_price_tips_the_order_and_says_so(self) -> None:
        assert suggest([15_300, 15_050], [1_000, 0]) == Suggestion((1, 0), (14_300, 15_050), (SCARCE, ""), "")

    def test_says_nothing_of_scarcity_where_the_order_stays(self) -> None:
        assert suggest([15_300, 15_050], [200, 0]).reasons == ("", "")

    def test_takes_the_less_scarce_among_equals_then_the_first(self) -> None:
        assert suggest([90, 80, 80, 80], [10, 0, 0, 20]).order == (1, 2, 0, 3)

    def test_holds_a_need_openly_while_everybody_is_worth_more_to_others(self) -> None:
        assert suggest([15_300], [16_000]) == Suggestion((), (-700,), (SCARCE,), KEPT)

    def test_holds_the_second_helper_of_two(self) -> None:
        made = suggest([15_300, 15_000], [0, 16_000], wanted=2)

        assert (made.order, made.held) == ((0,), KEPT)

    def test_is_silent_where_nobody_could_come(self) -> None:
        assert suggest([], []) == Suggestion((), (), (), "")

    def test_wants_a_price_for_each_candidate(self) -> None:
        with pytest.raises(ValueError):
            suggest([1, 2], [0])

    @given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60))), st.integers(0, 1), st.integers(1, 3))
    def test_leaves_nobody_out_at_the_last_call(self, pairs: list[tuple[int, int]], urgency: int, wanted: int) -> None:
        values, prices = [value for value, _ in pairs], [price for _, price in pairs]

        made = suggest(values, prices, urgency=urgency, wanted=wanted, last_call=True)

        assert sorted(made.order) == list(range(len(pairs)))
        assert made.held == ""

    @given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60))), st.integers(URGENT_FROM, 3), st.booleans())
    def test_looks_at_no_price_for_an_urgent_need(
        self, pairs: list[tuple[int, int]], urgency: int, last_call: bool
    ) -> None:
        values, prices = [value for value, _ in pairs], [price for _, price in pairs]

        made = suggest(values, prices, urgency=urgency, last_call=last_call)

        assert [values[one] for one in made.order] == sorted(values, reverse=True)
        assert made.held == ""
        assert set(made.reasons) <= {""}

    @given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60)), min_size=1))
    def test_gives_the_reason_to_exactly_those_whom_a_price_put_back(self, pairs: list[tuple[int, int]]) -> None:
        values, prices = [value for value, _ in pairs], [price for _, price in pairs]

        made = suggest(values, prices)

        asked_before = {one: made.order[: made.order.index(one)] for one in made.order}
        for one, reason in enumerate(made.reasons):
            passed = one not in made.order or any(values[other] < values[one] for other in asked_before[one])
            assert (reason == SCARCE) is passed
