"""The plan against the optimum of its linear programme, by HiGHS, on five hundred small problems drawn at random."""

from collections import defaultdict

import numpy as np
import pytest
from scipy.optimize import linprog

from matchmaker.engine.assignment import helper_of, plan, value_of
from matchmaker.engine.eligibility import candidates
from matchmaker.engine.problem import HORIZON_WEEKS, WEEK_QUARTERS, NeedFacts, OfferFacts
from matchmaker.engine.scoring import Scored
from tests.engine.cases import TYPES, a_need, an_offer, an_organization, quarters

PROBLEMS = 500
HOURS = tuple(week * WEEK_QUARTERS + 36 + 8 * hour for week in (0, 1) for hour in range(3))


def a_problem(rng: np.random.Generator) -> tuple[list[NeedFacts], list[Scored]]:
    """One hour to each need; persons with one offer or two, organizations that send several, weekly caps."""
    needs = [
        a_need(
            number,
            open_quarters=quarters(int(rng.choice(HOURS)), 4),
            helpers_wanted=int(rng.integers(1, 4)),
            urgency=int(rng.integers(0, 3)),
        )
        for number in range(1, int(rng.integers(2, 14)))
    ]
    offers: list[OfferFacts] = []
    for helper in range(int(rng.integers(1, 9))):
        left = tuple(rng.integers(0, 4, size=HORIZON_WEEKS).tolist())
        free = sum(quarters(hour, 4) for hour in HOURS if rng.random() < 0.7)
        columns = {"person_visits_left_by_week": left, "free_quarters": free}
        for twin in range(int(rng.integers(1, 3))):
            number = 20 + 2 * helper + twin
            if helper % 3:
                offers.append(an_offer(number, person_id=50 + helper, **columns))
            else:
                team = {"organization_id": 50 + helper, "parallel": 1 + helper % 2}
                offers.append(an_organization(number, **team, **columns))
    found = candidates(needs, offers, TYPES)
    return needs, [Scored(one, (), int(rng.integers(1, 17_000)), 100, "test") for one in found if rng.random() < 0.8]


def lp_optimum(scored: list[Scored]) -> float:
    """The greatest value with parts of helpers allowed: what no plan exceeds."""
    matrix, limits = lp_rows(scored)
    solved = linprog([-value_of(one) for one in scored], A_ub=matrix, b_ub=limits, bounds=(0, 1), method="highs")
    assert solved.status == 0
    return -solved.fun


def lp_rows(scored: list[Scored]) -> tuple[np.ndarray, list[int]]:
    """What limits the choices: a row for each limit, a column for each choice."""
    rows: dict[tuple[object, ...], list[int]] = defaultdict(list)
    most: dict[tuple[object, ...], int] = {}
    for column, one in enumerate(scored):
        need, offer = one.candidate.need, one.candidate.offer
        start = one.candidate.starts.bit_length() - 1
        helper, week = helper_of(offer), start // WEEK_QUARTERS
        for row, at_most in (
            (("wanted", need.need_id), need.helpers_wanted),
            (("once", need.need_id, helper), 1),
            (("hour", helper, start), offer.parallel),
            (("week", helper, week), offer.person_visits_left_by_week[week]),
        ):
            rows[row].append(column)
            most[row] = at_most
    matrix = np.zeros((len(rows), len(scored)))
    for number, columns in enumerate(rows.values()):
        matrix[number, columns] = 1
    return matrix, [most[row] for row in rows]


class TestPlanOfOneHourEach:
    @pytest.mark.parametrize("part", range(5))
    def test_has_the_value_of_the_linear_programme(self, part: int) -> None:
        rng = np.random.default_rng(part)
        compared = 0
        while compared < PROBLEMS // 5:
            needs, scored = a_problem(rng)
            if not scored:
                continue

            made = plan(needs, scored, seed=compared)

            assert made.total_score == pytest.approx(lp_optimum(scored), abs=0.01)
            assert (made.gap, made.repaired, made.bound) == (0.0, 0, made.total_score)
            compared += 1
