"""What a tie would do by a sketch of the town, against the town's own forest."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from bench.city import TYPES, city
from matchmaker.engine.eligibility import pairs_of
from matchmaker.engine.knowledge import Knowledge
from matchmaker.engine.problem import TieFacts, TieKind, Town
from matchmaker.engine.scoring import Scores, knowledge_of, score_pairs
from matchmaker.engine.sketch import sketch_of
from matchmaker.engine.sketched import bridges_by_sketch
from matchmaker.engine.trust import NO_TRUST


@pytest.fixture(scope="module")
def both() -> tuple[Scores, Scores]:
    """The same pairs of a town of 400 people, scored by the forest and by the sketch."""
    made = city(needs=200, offers=200, seed=3)
    rows = zip(made.town.edges_u.tolist(), made.town.edges_v.tolist(), made.town.weight.tolist(), strict=True)
    ids = made.town.ids.tolist()
    ties = tuple(TieFacts(ids[u], ids[v], TieKind.KIN, weight) for u, v, weight in rows)
    pairs = pairs_of(made.needs, made.offers, TYPES)
    forest = knowledge_of(Town(people=tuple(ids), ties=ties))
    sketch = sketch_of(made.adjacency, rng=np.random.default_rng(1))
    nothing = Knowledge(NO_TRUST, None, {}, {})
    return score_pairs(pairs, forest), score_pairs(pairs, nothing, bridges_of=bridges_by_sketch(made.town.ids, sketch))


def gains(scores: Scores) -> np.ndarray:
    return next(term.points for term in scores.terms if term.name == "identity_gain")


class TestBridgesBySketch:
    def test_rank_pairs_as_the_forest_does(self, both: tuple[Scores, Scores]) -> None:
        exact, sketched = both

        assert len(exact) > 300
        assert spearmanr(gains(exact), gains(sketched)).statistic > 0.95

    def test_give_the_same_reasons(self, both: tuple[Scores, Scores]) -> None:
        told = [
            [next(term for term in scores.scored(row, 1).terms if term.name == "identity_gain") for row in range(300)]
            for scores in both
        ]

        assert {term.reason for term in told[0]} >= {"NEW_CIRCLES_MEET", "FRIENDS_IN_COMMON"}
        assert [(term.reason, term.params["chance_percent"]) for term in told[0]] == [
            (term.reason, term.params["chance_percent"]) for term in told[1]
        ]

    def test_know_nobody_from_elsewhere(self) -> None:
        made = city(needs=20, offers=20, seed=3)
        bridges_of = bridges_by_sketch(made.town.ids, sketch_of(made.adjacency, rng=np.random.default_rng(1)))
        people = made.town.ids[:2]

        found = bridges_of(people, np.asarray([7, people[0]]), np.ones(2, dtype=bool))

        assert found.known.tolist() == [False, True]
