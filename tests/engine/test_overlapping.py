"""Floors of groups that overlap: by hand, and against an integer programme."""

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.engine.choices import choices_of, value_of
from matchmaker.engine.overlapping import OverlapPlan, overlap_plan
from matchmaker.engine.scoring import Scored
from tests.engine.cases import a_need, an_offer
from tests.engine.test_assignment import HOUR, pairs_of, worth
from tests.engine.test_plan_optimum import a_problem, lp_rows


def best_value(scored: list[Scored], groups: dict[str, set[int]], made: OverlapPlan) -> int | None:
    """The greatest value of plans that give each group as much as was asked for; None where none does."""
    matrix, limits = lp_rows(scored)
    rows = [[one.candidate.need.need_id in groups[name] for one in scored] for name in made.groups]
    solved = milp(
        [-value_of(one) for one in scored],
        constraints=[
            LinearConstraint(matrix, ub=limits),
            LinearConstraint(np.asarray(rows, dtype=float), lb=made.at_least),
        ],
        bounds=Bounds(0, 1),
        integrality=np.ones(len(scored)),
    )
    return round(-solved.fun) if solved.status == 0 else None


class TestOverlapPlan:
    def test_gives_up_value_where_two_groups_ask_for_the_same_helper(self) -> None:
        needs = [a_need(number, open_quarters=HOUR) for number in (1, 2, 3)]
        scored = [
            worth(needs[0], an_offer(11), 90),
            worth(needs[1], an_offer(11), 60),
            worth(needs[1], an_offer(12), 20),
            worth(needs[2], an_offer(12), 70),
        ]

        made = overlap_plan(needs, choices_of(scored), {"grid": {2, 3}, "repairs": {2}}, {"grid": 0.5, "repairs": 1.0})

        assert made.groups == ("grid", "repairs")
        assert (made.wanted.tolist(), made.at_least.tolist()) == ([2, 1], [1, 1])
        assert (made.found_freely.tolist(), made.found.tolist()) == ([1, 0], [2, 1])
        assert pairs_of(made.plan) == {(2, 11), (3, 12)}
        assert (made.freely.total_score, made.plan.total_score) == (160, 130)
        assert made.price == pytest.approx(30 / 160)

    def test_asks_for_no_more_than_a_group_could_have_alone(self) -> None:
        needs = [a_need(number, open_quarters=HOUR) for number in (1, 2)]
        scored = [worth(needs[0], an_offer(11), 90)]

        made = overlap_plan(needs, choices_of(scored), {"all": {1, 2}}, {"all": 1.0})

        assert (made.at_least.tolist(), made.found.tolist(), made.price) == ([1], [1], 0.0)

    def test_asks_for_no_helper_more_because_a_share_was_rounded(self) -> None:
        needs = [a_need(number, open_quarters=HOUR) for number in range(1, 101)]
        scored = [worth(need, an_offer(200 + need.need_id), 90) for need in needs[:7]]

        made = overlap_plan(needs, choices_of(scored), {"all": {need.need_id for need in needs}}, {"all": 0.07})

        assert (0.07 * 100 > 7, made.at_least.tolist(), made.found.tolist()) == (True, [7], [7])

    def test_is_the_free_plan_without_groups(self) -> None:
        needs = [a_need(1, open_quarters=HOUR)]

        made = overlap_plan(needs, choices_of([worth(needs[0], an_offer(11), 90)]), {}, {})

        assert (made.plan.total_score, made.plan.gap, made.price) == (90, 0.0, 0.0)

    @pytest.mark.parametrize(
        ("shares", "said"),
        [({"other": 0.5}, "each group needs a share"), ({"all": 1.5}, "from 0 to 1"), ({"all": float("nan")}, "from")],
    )
    def test_refuses_shares_that_are_none(self, shares: dict[str, float], said: str) -> None:
        with pytest.raises(ValueError, match=said):
            overlap_plan([], choices_of([]), {"all": set()}, shares)

    def test_loses_little_against_the_best_there_is(self) -> None:
        rng = np.random.default_rng(7)
        lost: list[float] = []
        lacking = 0
        while len(lost) < 100:
            needs, scored = a_problem(rng)
            if not scored:
                continue
            groups = {
                "even": {need.need_id for need in needs if need.need_id % 2 == 0},
                "third": {need.need_id for need in needs if need.need_id % 3 == 0},
                "late": {need.need_id for need in needs if need.need_id > 5},
            }

            made = overlap_plan(needs, choices_of(scored), groups, dict.fromkeys(groups, 0.8))

            best = best_value(scored, groups, made)
            if best is None or np.all(made.found_freely >= made.at_least):
                continue  # no plan can hold all three, or every plan does
            if np.any(made.found < made.at_least):
                lacking += 1
                continue
            assert made.plan.total_score <= best <= made.plan.bound
            lost.append(1 - made.plan.total_score / best if best else 0.0)
        print(f"{np.mean(lost):.2%} lost on average, {np.max(lost):.1%} at most; {lacking} more lack somebody")

        assert np.mean(lost) < 0.005
        assert lacking <= 10
