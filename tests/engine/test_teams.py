"""Teams come whole or not at all: by hand, and against an integer programme."""

from collections import Counter

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from matchmaker.engine.choices import choices_of, value_of
from matchmaker.engine.problem import NeedFacts
from matchmaker.engine.scoring import Scored
from matchmaker.engine.teams import team_plan
from tests.engine.cases import a_need, an_offer
from tests.engine.test_assignment import HOUR, pairs_of, worth
from tests.engine.test_plan_optimum import a_problem, lp_rows


def best_value(needs: list[NeedFacts], scored: list[Scored], teams: set[int]) -> int:
    """The greatest value of plans in which each team is whole or away."""
    matrix, limits = lp_rows(scored)
    listed = [need for need in needs if need.need_id in teams]
    whole = np.zeros((len(listed), len(scored) + len(listed)))
    for row, need in enumerate(listed):
        whole[row, : len(scored)] = [one.candidate.need.need_id == need.need_id for one in scored]
        whole[row, len(scored) + row] = -need.helpers_wanted
    wide = np.hstack([matrix, np.zeros((len(matrix), len(listed)))])
    values = np.asarray([-value_of(one) for one in scored] + [0] * len(listed), dtype=float)
    constraints = [LinearConstraint(wide, ub=limits)]
    if listed:
        constraints.append(LinearConstraint(whole, 0, 0))
    solved = milp(values, constraints=constraints, bounds=Bounds(0, 1), integrality=np.ones(len(values)))
    assert solved.status == 0
    return round(-solved.fun)


class TestTeamPlan:
    def test_sends_nobody_where_one_is_lacking(self) -> None:
        lift, visit = a_need(1, open_quarters=HOUR, helpers_wanted=3), a_need(2, open_quarters=HOUR)
        scored = [worth(lift, an_offer(offer), 90) for offer in (11, 12)] + [worth(visit, an_offer(11), 20)]

        made = team_plan([lift, visit], choices_of(scored), {1})

        assert pairs_of(made) == {(2, 11)}
        assert made.unmet == ((1, 3),)
        assert (made.total_score, made.bound) == (20, 180)

    def test_leaves_needs_that_are_no_team_in_part(self) -> None:
        lift = a_need(1, open_quarters=HOUR, helpers_wanted=3)
        scored = [worth(lift, an_offer(offer), 90) for offer in (11, 12)]

        assert len(team_plan([lift], choices_of(scored), ()).chosen) == 2

    def test_loses_little_against_the_best_there_is(self) -> None:
        rng = np.random.default_rng(5)
        lost = []
        while len(lost) < 500:
            needs, scored = a_problem(rng)
            if not scored:
                continue
            teams = {need.need_id for need in needs if need.helpers_wanted > 1}

            made = team_plan(needs, choices_of(scored), teams)

            counts = Counter(one.key[0] for one in made.chosen)
            assert all(counts[need.need_id] in (0, need.helpers_wanted) for need in needs if need.need_id in teams)
            best = best_value(needs, scored, teams)
            assert made.total_score <= best <= made.bound
            lost.append(1 - made.total_score / best if best else 0.0)
        print(f"{np.mean(lost):.2%} lost on average, {np.max(lost):.1%} at most")

        assert np.mean(lost) < 0.005
        assert np.mean(np.isclose(lost, 0.0)) > 0.95
