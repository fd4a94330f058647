"""The bound of a plan is above the best plan, at whatever hours, and the plan is near it; against a whole programme."""

import numpy as np
import pytest

from matchmaker.engine.assignment import plan
from matchmaker.engine.choices import choices_of
from matchmaker.engine.eligibility import candidate, candidates
from matchmaker.engine.greedy import greedy_plan
from matchmaker.engine.problem import HORIZON_WEEKS, WEEK_QUARTERS, NeedFacts, OfferFacts
from matchmaker.engine.scoring import Scored
from matchmaker.engine.wishes import wished_plan
from tests.engine.cases import TYPES, a_need, an_offer, an_organization, quarters
from tests.engine.exact import best_value

PROBLEMS = 125
NINE = 36


def every_week(first: int, count: int) -> int:
    return sum(quarters(week * WEEK_QUARTERS + first, count) for week in range(HORIZON_WEEKS))


def a_problem(rng: np.random.Generator) -> tuple[list[NeedFacts], list[Scored]]:
    """Blocks that overlap in part, series, askers who help, several offers of one helper, caps of each and of all."""
    needs = [
        a_need(
            number,
            person_id=int(rng.integers(1, 9)),
            minutes=int(rng.choice([15, 45, 60])),
            open_quarters=every_week(NINE + int(rng.integers(6)), int(rng.integers(4, 8))),
            helpers_wanted=int(rng.choice([1, 1, 1, 2])),
            weeks=int(rng.choice([1, 1, 1, 2, 4])),
            urgency=int(rng.choice([0, 0, 0, 1, 2])),
        )
        for number in range(1, int(rng.integers(3, 8)))
    ]
    offers: list[OfferFacts] = []
    for helper in range(1, int(rng.integers(2, 6))):
        left = tuple(rng.integers(0, 4, size=HORIZON_WEEKS).tolist())
        for twin in range(int(rng.integers(1, 3))):
            columns = {
                "free_quarters": every_week(NINE + int(rng.integers(6)), int(rng.integers(4, 10))),
                "person_visits_left_by_week": left,
                "visits_left_by_week": tuple(rng.integers(0, 3, size=HORIZON_WEEKS).tolist()),
            }
            if helper % 3:
                offers.append(an_offer(20 + 2 * helper + twin, person_id=helper, **columns))
            else:
                team = {"organization_id": 50 + helper, "parallel": int(rng.integers(1, 4))}
                offers.append(an_organization(20 + 2 * helper + twin, **team, **columns))
    found = candidates(needs, offers, TYPES)
    return needs, [Scored(one, (), int(rng.integers(11_000, 17_000)), 100, "test") for one in found]


class TestBound:
    @pytest.mark.parametrize("part", range(4))
    def test_is_never_below_the_best_plan_and_the_plan_is_near_it(self, part: int) -> None:
        rng = np.random.default_rng((part, 1))
        lost = []
        while len(lost) < PROBLEMS:
            needs, scored = a_problem(rng)
            if not scored:
                continue

            made = plan(needs, scored, seed=len(lost))

            best = best_value(needs, scored)
            assert made.total_score <= best <= made.bound
            assert best <= greedy_plan(needs, scored).bound
            assert made.gap == pytest.approx((made.bound - made.total_score) / made.bound if made.bound else 0.0)
            lost.append(1 - made.total_score / best if best else 0.0)
        print(
            f"{np.mean(lost):.2%} lost on average, {np.max(lost):.1%} at most, none in {np.mean(np.isclose(lost, 0))}"
        )

        assert np.mean(lost) < 0.005

    def test_of_offers_of_one_organization_is_by_the_one_that_sends_most(self) -> None:
        hour = quarters(NINE, 4)
        needs = [a_need(number, open_quarters=hour) for number in (1, 2, 3)]
        alone, three = (an_organization(11 + at, organization_id=9, parallel=most) for at, most in enumerate((1, 3)))
        scored = [Scored(candidate(need, three), (), 90, 100, "test") for need in needs]
        scored.append(Scored(candidate(needs[0], alone), (), 100, 100, "test"))

        made = plan(needs, scored)

        assert (made.total_score, made.bound, made.gap) == (280, 280, 0.0) == (best_value(needs, scored), 280, 0.0)

    def test_looks_at_no_week_that_is_overfull_for_the_others(self) -> None:
        left = (-2, 2, 0, 0)
        offer = an_offer(11, person_visits_left_by_week=left, visits_left_by_week=left)
        open_to = every_week(NINE, 12)
        needs = [a_need(number, open_quarters=open_to, minutes=60) for number in (1, 2)]
        scored = [Scored(candidate(need, offer), (), 90, 100, "test") for need in needs]

        made = plan(needs, scored)

        assert (made.total_score, made.bound) == (180, 180)

    @pytest.mark.parametrize("worth", [0, 1])
    def test_of_nothing_worth_anything_is_nothing(self, worth: int) -> None:
        need = a_need(1, open_quarters=quarters(NINE, 4))
        scored = [Scored(candidate(need, an_offer(11)), (), worth, 100, "test")]

        made = plan([need], scored)

        assert (made.total_score, made.bound, made.gap) == (worth, worth, 0.0)


class TestBoundOfAWishedPlan:
    def test_is_never_below_the_plan_with_floors_and_teams(self) -> None:
        rng = np.random.default_rng(11)
        for number in range(60):
            needs, scored = a_problem(rng)
            groups = {need.need_id: need.need_id % 2 for need in needs}

            made = wished_plan(needs, choices_of(scored), groups, seed=number)

            assert made.plan.total_score <= made.plan.bound
            assert made.freely.total_score <= best_value(needs, scored) <= made.freely.bound
