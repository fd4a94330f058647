"""Floors for groups, pins and bans: against a linear programme with floors, and by hand."""

from collections import Counter

import numpy as np
import pytest
from scipy.optimize import linprog

from matchmaker.engine.assignment import plan_from, without
from matchmaker.engine.choices import choices_of, value_of
from matchmaker.engine.eligibility import candidate
from matchmaker.engine.fairness import fair_plan
from matchmaker.engine.places import Ints
from matchmaker.engine.problem import NeedFacts
from matchmaker.engine.scoring import Scored
from tests.engine.cases import a_need, an_offer, quarters
from tests.engine.test_assignment import HOUR, MONDAY_NINE, pairs_of, worth
from tests.engine.test_plan_optimum import a_problem, lp_rows


def lp_with_floors(scored: list[Scored], group_of: dict[int, int], at_least: dict[int, int]) -> float:
    """The greatest value of any plan, in parts, in which every group has so many."""
    matrix, limits = lp_rows(scored)
    floors = np.zeros((len(at_least), len(scored)))
    for row, group in enumerate(at_least):
        floors[row] = [-1.0 * (group_of[one.candidate.need.need_id] == group) for one in scored]
    solved = linprog(
        [-value_of(one) for one in scored],
        A_ub=np.vstack([matrix, floors]),
        b_ub=[*limits, *(-least for least in at_least.values())],
        bounds=(0, 1),
        method="highs",
    )
    assert solved.status == 0
    return -solved.fun


def dear(floors: Ints, found: Ints) -> int:
    """What lacks below each level, four times as dear from one level to the next."""
    lacking = np.maximum(0, floors - found).sum(axis=1)
    return int((lacking * 4 ** np.arange(len(floors))).sum())


class TestFairPlan:
    def test_leaves_a_floor_open_that_cannot_be_held(self) -> None:
        needs = [a_need(number, open_quarters=HOUR) for number in (1, 2)]
        scored = [
            worth(needs[0], an_offer(11), 90),
            worth(needs[1], an_offer(11), 80),
            worth(needs[0], an_offer(12), 5),
        ]
        group_of = {1: 7, 2: 9}

        freely = fair_plan(needs[:1], choices_of(scored[:1]), group_of)
        made = fair_plan(needs, choices_of([*scored[:2]]), group_of)

        assert (freely.price, freely.plan.total_score) == (0.0, 90)
        assert made.plan.total_score == 90  # one helper for two groups: no floor that both could have
        assert made.reachable.tolist() == [[1, 1]] * 3

    def test_gives_up_some_value_for_the_worst_off(self) -> None:
        needs = [a_need(number, open_quarters=HOUR) for number in range(1, 5)]
        offers = [an_offer(number) for number in (11, 12)]
        scored = [worth(need, offer, 90) for need in needs[:2] for offer in offers]
        scored += [worth(need, offers[0], 60) for need in needs[2:]]
        group_of = {1: 0, 2: 0, 3: 1, 4: 1}

        made = fair_plan(needs, choices_of(scored), group_of)

        assert (made.found_freely.tolist(), made.found.tolist()) == ([2, 0], [1, 1])
        assert (made.freely.total_score, made.plan.total_score, made.plan.bound) == (180, 150, 180)
        assert made.price == pytest.approx(30 / 180)

    def test_has_the_value_of_the_linear_programme_with_its_floors(self) -> None:
        rng = np.random.default_rng(11)
        raised = 0
        for _ in range(150):
            needs, scored = a_problem(rng)
            if not scored:
                continue
            group_of = {need.need_id: need.need_id % 3 for need in needs}

            made = fair_plan(needs, choices_of(scored), group_of)

            if np.all(made.found >= made.reachable):
                at_least = dict(zip(sorted(set(group_of.values())), made.reachable[0].tolist(), strict=True))
                assert made.plan.total_score == pytest.approx(lp_with_floors(scored, group_of, at_least), abs=0.01)
                raised += made.price > 0
            assert dear(made.reachable, made.found) <= dear(made.reachable, made.found_freely)

        assert raised >= 5

    def test_spreads_what_cannot_be_had_over_all_who_compete_for_it(self) -> None:
        """Grids 1 and 2 share 194 helpers for two hundred needs, grid 3 has all of its 800: both get 97."""
        needs = [a_need(number, open_quarters=HOUR) for number in range(1, 1001)]
        group_of = {need.need_id: 1 if need.need_id <= 100 else 2 if need.need_id <= 200 else 3 for need in needs}
        scored = [worth(need, an_offer(2_000 + need.need_id), 50) for need in needs[200:]]
        for shared in range(194):
            # Each helper can go to one need of each grid, and is worth more in the first.
            scored.append(worth(needs[shared % 100], an_offer(5_000 + shared), 90))
            scored.append(worth(needs[100 + shared % 100], an_offer(5_000 + shared), 20))

        made = fair_plan(needs, choices_of(scored), group_of)

        assert made.found_freely.tolist() == [100, 94, 800]
        assert made.reachable.tolist() == [[99, 99, 788], [98, 98, 780], [97, 97, 772]]
        assert made.found.tolist() == [97, 97, 800]


class TestPins:
    def a_choice(self) -> tuple[list[NeedFacts], list[Scored]]:
        needs = [a_need(number, open_quarters=HOUR) for number in (1, 2)]
        scored = [worth(need, an_offer(offer), 90 - offer * need.need_id) for need in needs for offer in (11, 12)]
        return needs, scored

    def test_stand_and_the_rest_is_planned_around_them(self) -> None:
        needs, scored = self.a_choice()
        freely = plan_from(needs, choices_of(scored))
        (other,) = [pair for pair in ((1, 11), (1, 12)) if pair not in pairs_of(freely)]

        made = plan_from(needs, choices_of(scored), pins=[(*other, MONDAY_NINE)])

        assert other in pairs_of(made)
        assert len(made.chosen) == 2
        assert made.total_score < freely.total_score == made.bound

    def test_that_cannot_stand_are_refused(self) -> None:
        needs, scored = self.a_choice()

        with pytest.raises(ValueError, match="offer 11 cannot come to need 2"):
            plan_from(needs, choices_of(scored), pins=[(1, 11, MONDAY_NINE), (2, 11, MONDAY_NINE)])

    def test_stay_at_their_hour_though_another_would_be_better(self) -> None:
        need, fixed = a_need(1, open_quarters=quarters(MONDAY_NINE, 8)), a_need(2, open_quarters=HOUR)
        scored = [worth(need, an_offer(11), 50), worth(fixed, an_offer(11), 90)]

        made = plan_from([need, fixed], choices_of(scored), pins=[(1, 11, MONDAY_NINE)])

        assert [one.key for one in made.chosen] == [(1, 11, MONDAY_NINE)]


class TestBans:
    def test_leave_out_the_pair_and_no_other(self) -> None:
        needs = [a_need(1, open_quarters=HOUR), a_need(2, open_quarters=HOUR)]
        scored = [worth(need, an_offer(offer), 100 - offer) for need in needs for offer in (11, 12)]

        made = plan_from(needs, without(choices_of(scored), [(1, 11), (5, 5)]))

        assert pairs_of(made) == {(1, 12), (2, 11)}


class TestOnly:
    def test_keeps_what_each_choice_says(self) -> None:
        rng = np.random.default_rng(2)
        _, scored = a_problem(rng)
        choices = choices_of(scored)
        rows = np.arange(0, len(scored), 2)

        some = choices.only(rows)

        assert [some.one(row) for row in range(len(rows))] == [choices.one(row) for row in rows.tolist()]
        assert some.values.tolist() == choices.values[rows].tolist()
        assert Counter(some.helpers[some.offers].tolist()).most_common(1)[0][1] <= len(rows)
        for row in range(len(rows)):
            one = some.one(row)
            assert some.row_of(one.candidate.need.need_id, one.candidate.offer.offer_id) == row
            assert one.candidate == candidate(one.candidate.need, one.candidate.offer)
