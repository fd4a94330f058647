"""The stranger index, against values worked by hand and a dense inverse."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.graph import tie_graph
from matchmaker.engine.neighbourhood import (
    FRIEND_FROM_WEIGHT,
    Forest,
    acquaintance,
    acquainted,
    adjacency_of,
    forest_of,
    forest_of_ties,
    largest_gain,
    mean_resistance,
    sigma_within,
    survival,
)
from tests.engine.cases import a_triangle_and_a_pair


@st.composite
def graphs(draw: st.DrawFn) -> nx.Graph:
    """Weighted, often disconnected, sometimes empty."""
    size = draw(st.integers(0, 12))
    graph = nx.Graph()
    graph.add_nodes_from(range(size))
    nodes = st.integers(0, max(0, size - 1))
    weights = st.floats(0.01, 10.0)
    for u, v, weight in draw(st.lists(st.tuples(nodes, nodes, weights), max_size=20 if size else 0)):
        graph.add_edge(u, v, weight=weight)
    return graph


def dense_inverse(graph: nx.Graph, tau: float = 1.0) -> np.ndarray:
    """The definition, written out."""
    loopless = nx.Graph(graph)
    loopless.remove_edges_from(list(nx.selfloop_edges(loopless)))
    if not loopless:
        return np.zeros((0, 0))
    laplacian = nx.laplacian_matrix(loopless, nodelist=sorted(loopless)).toarray()
    return np.linalg.inv(np.eye(len(loopless)) + tau * laplacian)


def the_five() -> Forest:
    return forest_of(tie_graph(a_triangle_and_a_pair()))


class TestStrangerIndex:
    def test_of_a_triangle_and_a_pair_is_eleven_twenty_fourths(self) -> None:
        forest = the_five()

        assert forest.islands == pytest.approx(17 / 6)
        assert forest.sigma == pytest.approx(11 / 24)

    def test_is_one_where_nobody_knows_anybody(self) -> None:
        graph = nx.empty_graph(7)

        assert forest_of(graph).sigma == 1.0
        assert forest_of(graph).islands == 7.0

    @pytest.mark.parametrize("size", [0, 1])
    def test_is_nought_where_there_are_no_strangers_to_be(self, size: int) -> None:
        assert forest_of(nx.empty_graph(size)).sigma == 0.0

    @given(graphs(), st.sampled_from([0.1, 1.0, 3.0]))
    def test_equals_a_dense_inverse(self, graph: nx.Graph, tau: float) -> None:
        forest = forest_of(graph, tau)

        assert np.allclose(forest.q, dense_inverse(graph, tau), rtol=0, atol=1e-9)

    @given(graphs())
    def test_twice_it_is_the_mean_forest_resistance(self, graph: nx.Graph) -> None:
        q, size = dense_inverse(graph), len(graph)
        if size < 2:
            return
        resistances = [q[u, u] + q[v, v] - 2 * q[u, v] for u in range(size) for v in range(u)]

        assert 2 * forest_of(graph).sigma == pytest.approx(np.mean(resistances), abs=1e-9)

    def test_equals_a_dense_inverse_in_a_town_of_six_hundred(self) -> None:
        graph = nx.gnm_random_graph(600, 700, seed=5)
        nx.set_edge_attributes(graph, {edge: 0.2 + index % 7 for index, edge in enumerate(graph.edges)}, "weight")

        sigma = (np.trace(dense_inverse(graph)) - 1) / 599

        assert forest_of(graph).sigma == pytest.approx(sigma, abs=1e-9)

    @pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
    def test_refuses_a_weight_that_is_none(self, weight: float) -> None:
        graph = nx.Graph()
        graph.add_edge(1, 2, weight=weight)

        with pytest.raises(ValueError, match="positive and finite"):
            forest_of(graph)


class TestTieGain:
    def test_between_triangle_and_pair_is_sixty_seven_of_156(self) -> None:
        assert the_five().tie_gain(3, 4) == pytest.approx(67 / 156)

    def test_between_people_who_know_each_other_is_a_twelfth(self) -> None:
        assert the_five().tie_gain(1, 2) == pytest.approx(1 / 12)

    def test_with_oneself_is_nought(self) -> None:
        assert the_five().tie_gain(2, 2) == 0.0

    def test_of_two_people_without_ties_is_the_largest(self) -> None:
        assert forest_of(nx.empty_graph(2)).tie_gain(0, 1) == pytest.approx(largest_gain())
        assert largest_gain() == pytest.approx(2 / 3)

    def test_raises_for_someone_outside_the_town(self) -> None:
        with pytest.raises(KeyError):
            the_five().tie_gain(1, 99)

    @given(graphs(), st.data())
    def test_is_what_the_islands_fall_by(self, graph: nx.Graph, data: st.DataObject) -> None:
        if len(graph) < 2:
            return
        people = st.integers(0, len(graph) - 1)
        u, v = data.draw(people), data.draw(people)
        weight = data.draw(st.floats(0.1, 5.0))
        forest = forest_of(graph)
        tied = nx.Graph(graph)
        if u != v:
            tied.add_edge(u, v, weight=weight + graph.get_edge_data(u, v, {"weight": 0.0})["weight"])

        gain = forest.tie_gain(u, v, weight)

        assert gain == pytest.approx(np.trace(dense_inverse(graph)) - np.trace(dense_inverse(tied)), abs=1e-9)
        assert 0.0 <= gain <= largest_gain(weight) + 1e-12

    @given(graphs())
    def test_of_many_pairs_is_that_of_each(self, graph: nx.Graph) -> None:
        pairs = [(u, v) for u in graph for v in graph] * 3  # enough for the way through Q squared
        if not pairs:
            return
        forest = forest_of(graph)

        gains = forest.tie_gains([u for u, _ in pairs], [v for _, v in pairs])

        assert gains == pytest.approx([forest.tie_gain(u, v) for u, v in pairs], abs=1e-9)


class TestGainTogether:
    def test_is_what_the_islands_fall_by_when_all_tie(self) -> None:
        forest = the_five()
        tied = forest.with_tie(3, 4).with_tie(1, 5).with_tie(1, 2)

        gain = forest.gain_together([3, 1, 1], [4, 5, 2])

        assert gain == pytest.approx(forest.islands - tied.islands, abs=1e-12)
        assert gain < sum(forest.tie_gains([3, 1, 1], [4, 5, 2]))

    @given(graphs(), st.data())
    def test_is_that_of_a_town_computed_anew(self, graph: nx.Graph, data: st.DataObject) -> None:
        people = sorted(graph)
        pairs = data.draw(st.lists(st.tuples(*[st.sampled_from(people or [0])] * 2), max_size=4 if people else 0))
        tied = nx.Graph(graph)
        for u, v in pairs:
            if u != v:
                tied.add_edge(u, v, weight=(tied.get_edge_data(u, v) or {"weight": 0.0})["weight"] + 1.0)

        gain = forest_of(graph).gain_together([u for u, _ in pairs], [v for _, v in pairs])

        assert gain == pytest.approx(forest_of(graph).islands - forest_of(tied).islands, abs=1e-9)
        assert gain >= -1e-12

    def test_may_be_more_than_the_sum(self) -> None:
        forest = the_five()

        assert forest.gain_together([3, 2], [4, 3]) > sum(forest.tie_gains([3, 2], [4, 3])) + 1e-4

    def test_of_no_tie_is_nought(self) -> None:
        assert the_five().gain_together([], []) == 0.0


class TestWithTie:
    def test_is_the_forest_of_the_graph_with_that_tie(self) -> None:
        graph = tie_graph(a_triangle_and_a_pair())
        graph.add_edge(3, 4, weight=1.0)
        again = forest_of(graph)

        tied = the_five().with_tie(3, 4)

        assert np.allclose(tied.q, again.q, rtol=0, atol=1e-12)
        assert (tied.adjacency != again.adjacency).nnz == 0
        assert tied.component_sizes.tolist() == [5, 5, 5, 5, 5]

    @given(graphs(), st.data())
    def test_of_several_is_the_forest_of_the_graph_with_them(self, graph: nx.Graph, data: st.DataObject) -> None:
        if len(graph) < 2:
            return
        people, weights = st.integers(0, len(graph) - 1), st.floats(0.1, 5.0)
        more = data.draw(st.lists(st.tuples(people, people, weights), max_size=6))
        forest, tied = forest_of(graph), nx.Graph(graph)
        for u, v, weight in more:
            if u != v:
                tied.add_edge(u, v, weight=weight + tied.get_edge_data(u, v, {"weight": 0.0})["weight"])

        again = forest.with_ties([u for u, _, _ in more], [v for _, v, _ in more], [weight for _, _, weight in more])

        assert np.allclose(again.q, dense_inverse(tied), rtol=0, atol=1e-9)
        assert again.component_sizes.tolist() == forest_of(tied).component_sizes.tolist()

    def test_leaves_the_old_one_alone(self) -> None:
        forest = the_five()
        before = forest.q.copy()

        forest.with_tie(3, 4)

        assert np.array_equal(forest.q, before)


class TestSigmaWithin:
    def test_is_that_of_its_people_and_their_ties_alone(self) -> None:
        graph = tie_graph(a_triangle_and_a_pair())

        assert sigma_within(graph, {1, 2, 3}) == pytest.approx((3 / 2 - 1) / 2)
        assert sigma_within(graph, {1, 4}) == 1.0

    @given(graphs(), st.sets(st.integers(0, 11)))
    def test_equals_a_dense_inverse_of_those_people_alone(self, graph: nx.Graph, some: set[int]) -> None:
        inside = graph.subgraph(some)
        trace = np.trace(dense_inverse(inside))

        assert sigma_within(graph, some) == pytest.approx((trace - 1) / (len(inside) - 1) if len(inside) > 1 else 0.0)


class TestTies:
    @given(graphs())
    def test_of_a_graph_are_those_networkx_has(self, graph: nx.Graph) -> None:
        people = sorted(graph)
        loopless = nx.Graph(graph)
        loopless.remove_edges_from(list(nx.selfloop_edges(loopless)))
        expected = nx.to_numpy_array(loopless, nodelist=people) if people else np.zeros((0, 0))

        found = adjacency_of(graph, {person_id: row for row, person_id in enumerate(people)})

        assert found.toarray() == pytest.approx(expected)

    @given(graphs(), st.sampled_from([0.3, 1.0, 4.0]))
    def test_make_the_forest_of_a_dense_inverse(self, graph: nx.Graph, tau: float) -> None:
        people = sorted(graph)
        ties = adjacency_of(graph, {person_id: row for row, person_id in enumerate(people)})

        found = forest_of_ties(ties, [100 + person_id for person_id in people], tau)

        assert found.q == pytest.approx(dense_inverse(graph, tau), abs=1e-9)
        assert found.people == tuple(100 + person_id for person_id in people)


class TestAcquaintance:
    @given(graphs(), st.sampled_from([0.0, FRIEND_FROM_WEIGHT, 2.0]))
    def test_counts_the_common_neighbours_of_networkx(self, graph: nx.Graph, from_weight: float) -> None:
        strong = nx.Graph()
        strong.add_nodes_from(graph)
        strong.add_edges_from((u, v) for u, v, w in graph.edges(data="weight") if u != v and w >= from_weight)
        us = [u for u in graph for v in graph if u != v]
        vs = [v for u in graph for v in graph if u != v]
        forest = forest_of(graph)

        tied, common = acquaintance(forest, us, vs, from_weight)

        assert tied.tolist() == [strong.has_edge(u, v) for u, v in zip(us, vs, strict=True)]
        assert common.tolist() == [len(list(nx.common_neighbors(strong, u, v))) for u, v in zip(us, vs, strict=True)]
        again = acquainted(forest.adjacency, forest.rows(us), forest.rows(vs), from_weight)
        assert [part.tolist() for part in again] == [tied.tolist(), common.tolist()]


class TestMeanResistance:
    def test_of_a_triangle_is_two_thirds(self) -> None:
        assert mean_resistance(the_five()) == pytest.approx(2 / 3)

    def test_of_a_path_is_the_mean_of_its_lengths(self) -> None:
        graph = nx.path_graph(4)
        nx.set_edge_attributes(graph, 1.0, "weight")

        assert mean_resistance(forest_of(graph)) == pytest.approx((1 + 1 + 1 + 2 + 2 + 3) / 6)

    def test_agrees_with_networkx(self) -> None:
        graph = nx.connected_watts_strogatz_graph(9, 4, 0.4, seed=3)
        for number, edge in enumerate(graph.edges):
            graph.edges[edge]["weight"] = 1.0 + number / 5
        told = nx.resistance_distance(graph, weight="weight", invert_weight=False)

        expected = np.mean([told[u][v] for u in graph for v in graph if u < v])

        assert mean_resistance(forest_of(graph)) == pytest.approx(expected)

    def test_is_nought_where_nobody_is_tied(self) -> None:
        assert mean_resistance(forest_of(nx.empty_graph(3))) == 0.0
        assert mean_resistance(forest_of(nx.empty_graph(0))) == 0.0


class TestSurvival:
    def test_is_four_tenths_for_strangers(self) -> None:
        assert survival(the_five(), [3], [4], [0], [False]).tolist() == [0.4]

    def test_is_eight_tenths_with_a_friend_in_common(self) -> None:
        graph = nx.Graph()
        for u, v in pairwise((1, 2, 3)):
            graph.add_edge(u, v, weight=1.0)

        assert survival(forest_of(graph), [1], [3], [0], [False]).tolist() == [0.8]

    def test_does_not_count_a_friend_who_is_nearly_forgotten(self) -> None:
        graph = nx.Graph()
        graph.add_edge(1, 2, weight=1.0)
        graph.add_edge(2, 3, weight=0.09)

        assert survival(forest_of(graph), [1], [3], [0], [False]).tolist() == [0.4]

    def test_rises_with_meetings_and_nearness_to_at_most_95_per_cent(self) -> None:
        chances = survival(the_five(), [3, 3, 1], [4, 4, 2], [1, 9, 9], [False, True, True])

        assert chances.tolist() == pytest.approx([0.45, 0.55, 0.95])

    def test_of_no_pair_is_no_chance(self) -> None:
        assert survival(the_five(), [], [], [], []).tolist() == []
        assert the_five().tie_gains([], []).tolist() == []
