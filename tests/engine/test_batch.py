"""A whole round from plain values, and who looks on."""

import pytest

from bench.town import TYPES, measured_town
from matchmaker.engine.assignment import plan
from matchmaker.engine.batch import Batch, Solution, gain_promised, solve
from matchmaker.engine.eligibility import candidates
from matchmaker.engine.graph import tie_graph
from matchmaker.engine.neighbourhood import sigma_within
from matchmaker.engine.scoring import NEAREST, ScoreCard, knowledge_of, score, within_rings

CARD = ScoreCard(name=NEAREST.name, version=NEAREST.version, weights=dict(NEAREST.weights))


def a_batch(*, pairs: int = 30, **changed: object) -> Batch:
    """A town of 120 people."""
    made = measured_town(people=120, pairs=pairs, seed=4)
    plain = {
        "needs": made.needs,
        "offers": made.offers,
        "types": TYPES,
        "card": CARD,
        "town": made.town,
        "people": frozenset(made.town.people),
        "seed": 1,
    }
    return Batch(**plain | changed)  # type: ignore[arg-type]  # one mapping for all columns


class Onlooker:
    """Keeps all that it is told; may end the work at a phase."""

    def __init__(self, *, wants: bool = False, ends_in: str = "") -> None:
        self.phases: list[tuple[str, float]] = []
        self.solutions: list[Solution] = []
        self._wants, self._ends_in = wants, ends_in

    def reached(self, phase: str, share: float) -> None:
        self.phases.append((phase, share))
        if phase == self._ends_in and self.solutions:
            raise KeyboardInterrupt

    def still(self) -> None:
        """Nothing to keep."""

    def wants_plan(self) -> bool:
        return self._wants

    def found(self, solution: Solution) -> None:
        self.solutions.append(solution)


class TestSolve:
    def test_gives_what_the_steps_give_one_by_one(self) -> None:
        batch = a_batch()
        knowledge = knowledge_of(batch.town)
        found = candidates(batch.needs, batch.offers, batch.types)
        entering, waiting = within_rings(score(found, batch.types, knowledge, CARD), CARD)
        by_hand = plan(batch.needs, entering, waiting, 1)

        solution = solve(batch, Onlooker())

        assert (solution.plan.chosen, solution.plan.total_score) == (by_hand.chosen, by_hand.total_score)
        assert solution.candidates_count == len(found)
        assert knowledge.forest is not None
        assert solution.stranger_index == knowledge.forest.sigma
        assert solution.gain_promised == gain_promised(by_hand, knowledge)
        assert solution.knowledge.forest is None

    def test_counts_the_stranger_index_of_its_own_people_alone(self) -> None:
        batch = a_batch(people=frozenset(range(100)))

        assert solve(batch, Onlooker()).stranger_index == sigma_within(tie_graph(batch.town), frozenset(range(100)))

    def test_is_the_same_whoever_looks_on(self) -> None:
        batch = a_batch()

        assert solve(batch, Onlooker(wants=True)) == solve(batch, Onlooker())

    def test_tells_its_phases_in_order_and_how_far_each_is(self) -> None:
        onlooker = Onlooker()

        solve(a_batch(), onlooker)

        assert list(dict.fromkeys(phase for phase, _ in onlooker.phases)) == [
            "MEASURING", "PAIRING", "SCORING", "PLANNING",
        ]  # fmt: skip
        planning = [share for phase, share in onlooker.phases if phase == "PLANNING"]
        assert planning == sorted(planning)
        assert all(0.0 <= share <= 1.0 for _, share in onlooker.phases)

    def test_has_a_greedy_plan_at_hand_before_it_looks_for_the_best(self) -> None:
        onlooker = Onlooker(ends_in="PLANNING")

        with pytest.raises(KeyboardInterrupt):
            solve(a_batch(), onlooker)

        (quick,) = onlooker.solutions
        assert 0 < quick.plan.total_score <= quick.plan.bound

    def test_never_tells_of_a_plan_that_is_worth_less_than_one_before(self) -> None:
        onlooker = Onlooker(wants=True)

        last = solve(a_batch(), onlooker)

        worth = [solution.plan.total_score for solution in onlooker.solutions]
        bounds = [solution.plan.bound for solution in onlooker.solutions]
        assert [*worth, last.plan.total_score] == sorted([*worth, last.plan.total_score])
        assert [*bounds, last.plan.bound] == sorted([*bounds, last.plan.bound], reverse=True)
        assert max(worth) <= last.plan.bound

    def test_goes_on_from_the_plan_of_an_interrupted_run(self) -> None:
        best = solve(a_batch(), Onlooker()).plan
        onlooker = Onlooker()

        solve(a_batch(earlier=tuple(one.key for one in best.chosen)), onlooker)

        assert onlooker.solutions[0].plan.total_score == best.total_score
