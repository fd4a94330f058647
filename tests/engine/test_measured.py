"""A town too large for its matrix: the sketch says about what the matrix would."""

import networkx as nx
import numpy as np
import pytest

from matchmaker.engine.knowledge import knowledge_of
from matchmaker.engine.measured import SketchedForest, measured
from matchmaker.engine.neighbourhood import Forest
from matchmaker.engine.problem import TieFacts, TieKind, Town


def a_town(people: int, seed: int = 3) -> nx.Graph:
    """Everybody is tied to some who live near; one in ten to nobody."""
    rng = np.random.default_rng(seed)
    graph = nx.Graph()
    graph.add_nodes_from(range(100, 100 + people))
    for person in range(people):
        if person % 10:
            for other in (person + rng.integers(1, 12, size=2)) % people:
                if other % 10 and other != person:
                    graph.add_edge(100 + person, 100 + int(other), weight=float(rng.uniform(0.2, 1.0)))
    return graph


class TestMeasured:
    def test_is_exact_up_to_a_size(self) -> None:
        graph = a_town(40)

        assert isinstance(measured(graph, exact_up_to=40), Forest)
        assert isinstance(measured(graph, exact_up_to=39), SketchedForest)

    def test_is_the_same_each_time(self) -> None:
        graph = a_town(200)

        assert measured(graph, exact_up_to=10).sigma == measured(graph, exact_up_to=10).sigma


class TestSketchedForest:
    def test_agrees_with_the_matrix_within_its_error(self) -> None:
        graph = a_town(600)
        exact, sketched = measured(graph), measured(graph, exact_up_to=10)
        assert isinstance(sketched, SketchedForest)

        assert sketched.people == exact.people
        assert abs(sketched.sigma - exact.sigma) < 4 * sketched.sketch.sigma()[1]

    def test_ranks_pairs_as_the_matrix_does(self) -> None:
        graph = a_town(600)
        exact, sketched = measured(graph), measured(graph, exact_up_to=10)
        rng = np.random.default_rng(8)
        us, vs = (100 + rng.choice(600, size=2_000) for _ in range(2))
        weights = rng.uniform(0, 1, size=2_000)

        ours, true = (one.tie_gains(us.tolist(), vs.tolist(), weights.tolist()) for one in (sketched, exact))

        assert np.corrcoef(ours, true)[0, 1] > 0.95
        assert np.all(ours[us == vs] == 0.0)

    def test_knows_what_many_ties_do_together(self) -> None:
        graph = a_town(600)
        exact, sketched = measured(graph), measured(graph, exact_up_to=10)
        us, vs = list(range(100, 400, 2)), list(range(101, 401, 2))

        together = sketched.gain_together(us, vs)

        assert together == pytest.approx(exact.gain_together(us, vs), rel=0.05)
        assert together < sketched.tie_gains(us, vs).sum()
        assert sketched.gain_together([], []) == 0.0
        assert sketched.gain_together([100], [101], [0.0]) == 0.0


class TestKnowledgeOfALargeTown:
    def test_comes_from_a_sketch(self) -> None:
        """Twelve thousand people: the matrix would take 1.2 GB and minutes."""
        graph = a_town(12_000)
        ties = tuple(TieFacts(u, v, TieKind.MET, data["weight"], 0.0) for u, v, data in sorted(graph.edges(data=True)))

        knowledge = knowledge_of(Town(people=tuple(sorted(graph)), ties=ties))

        assert isinstance(knowledge.forest, SketchedForest)
        assert 0.0 < knowledge.forest.sigma < 1.0
        found = knowledge.bridges(np.array([100, 1]), np.array([111, 111]), np.array([True, True]))
        assert found.known.tolist() == [True, False]
        assert found.gains[0] > 0.0
