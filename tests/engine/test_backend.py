"""networkx hands over to the arrays, and would have said the same."""

import subprocess
import sys
import tomllib
from collections.abc import Callable
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from matchmaker.engine import backend
from matchmaker.engine.array_graph import ArrayGraph, from_networkx, to_networkx
from matchmaker.engine.graph import snapshot_of
from matchmaker.engine.problem import TieFacts, TieKind, Town, VouchFacts
from tests.engine.graphs import arrays_of, weighted_graphs

ROOT = Path(__file__).parents[2]
BOTH = st.one_of(weighted_graphs(least=1), weighted_graphs(least=1, directed=True))


def over_arrays(graph: nx.Graph) -> ArrayGraph:
    adjacency, ids = arrays_of(graph)
    return ArrayGraph(adjacency, ids, directed=graph.is_directed())


def told(ask: Callable[[], Any]) -> Any:
    """What is answered, or which refusal of networkx comes."""
    try:
        return ask()
    except nx.NetworkXException as refusal:
        return type(refusal)


def sets(parts: Any) -> list[list[int]]:
    return sorted(sorted(part) for part in parts)


class TestPagerank:
    @given(BOTH, st.data())
    def test_equals_that_of_networkx(self, graph: nx.Graph, data) -> None:
        nodes = st.sampled_from(sorted(graph))
        some = st.none() | st.dictionaries(nodes, st.floats(0.1, 2.0), min_size=1)
        how = {
            "alpha": data.draw(st.sampled_from([0.5, 0.85])),
            "personalization": data.draw(some),
            "dangling": data.draw(some),
            "nstart": data.draw(some),
            "weight": data.draw(st.sampled_from(["weight", None])),
            "tol": 1e-9,
            "max_iter": data.draw(st.sampled_from([3, 500])),
        }

        ours, theirs = told(lambda: nx.pagerank(over_arrays(graph), **how)), told(lambda: nx.pagerank(graph, **how))

        assert ours == (theirs if isinstance(theirs, type) else pytest.approx(theirs, abs=1e-12))

    def test_of_nobody_is_nothing(self) -> None:
        assert nx.pagerank(over_arrays(nx.Graph())) == {}

    def test_refuses_shares_that_come_to_nothing(self) -> None:
        graph = over_arrays(nx.path_graph(3))

        with pytest.raises(ZeroDivisionError):
            nx.pagerank(graph, personalization={0: 0.0})

    @pytest.mark.parametrize("loops", [[(1, 1)], [(1, 1), (1, 2)]])
    def test_counts_ties_to_oneself_as_networkx_does(self, loops: list[tuple[int, int]]) -> None:
        graph = nx.Graph([*loops, (2, 3)])

        assert nx.pagerank(over_arrays(graph), tol=1e-12) == pytest.approx(nx.pagerank(graph, tol=1e-12))

    def test_takes_negative_ratings_as_networkx_does(self) -> None:
        graph = nx.DiGraph()
        graph.add_weighted_edges_from([(1, 2, -2.0), (2, 3, 3.0), (3, 1, 1.0), (1, 3, 5.0)])

        ours, theirs = (told(lambda g=g: nx.pagerank(g)) for g in (over_arrays(graph), graph))

        assert ours == (theirs if isinstance(theirs, type) else pytest.approx(theirs))


class TestComponents:
    @given(weighted_graphs())
    def test_equal_those_of_networkx(self, graph: nx.Graph) -> None:
        ours = over_arrays(graph)

        assert sets(nx.connected_components(ours)) == sets(nx.connected_components(graph))
        assert nx.number_connected_components(ours) == nx.number_connected_components(graph)
        assert told(lambda: nx.is_connected(ours)) == told(lambda: nx.is_connected(graph))
        for node in graph:
            assert nx.node_connected_component(ours, node) == nx.node_connected_component(graph, node)

    @given(weighted_graphs(directed=True))
    def test_of_words_equal_those_of_networkx(self, graph: nx.DiGraph) -> None:
        ours = over_arrays(graph)

        for find in (nx.weakly_connected_components, nx.strongly_connected_components):
            assert sets(find(ours)) == sets(find(graph))
        for count in (nx.number_weakly_connected_components, nx.number_strongly_connected_components):
            assert count(ours) == count(graph)
        with pytest.raises(nx.NetworkXNotImplemented):
            nx.is_connected(ours)


class TestNeighbourhoods:
    @given(BOTH)
    def test_are_those_of_networkx(self, graph: nx.Graph) -> None:
        ours = over_arrays(graph)

        assert set(ours) == set(graph)
        assert ours.number_of_edges() == graph.number_of_edges()
        for node in graph:
            assert set(nx.neighbors(ours, node)) == set(nx.neighbors(graph, node))
            assert sorted(nx.all_neighbors(ours, node)) == sorted(nx.all_neighbors(graph, node))
            assert dict(ours[node]) == dict(graph[node])
            for weight in (None, "weight"):
                assert ours.degree(node, weight) == pytest.approx(graph.degree(node, weight))
        if graph.is_directed():
            assert [ours.in_degree(node, "weight") for node in graph] == pytest.approx(
                [graph.in_degree(node, "weight") for node in graph]
            )
            assert all(ours.out_degree(node) == graph.out_degree(node) for node in graph)

    @given(weighted_graphs(least=2), st.data())
    def test_are_shared_as_in_networkx(self, graph: nx.Graph, data) -> None:
        u, v = (data.draw(st.sampled_from(sorted(graph))) for _ in range(2))
        ours = over_arrays(graph)

        assert nx.common_neighbors(ours, u, v) == nx.common_neighbors(graph, u, v)
        assert ours.has_edge(u, v) == graph.has_edge(u, v)
        assert ours.get_edge_data(u, v) == graph.get_edge_data(u, v)

    @given(BOTH, st.data())
    def test_reach_so_many_steps(self, graph: nx.Graph, data) -> None:
        node = data.draw(st.sampled_from(sorted(graph)))
        radius = data.draw(st.sampled_from([0, 1, 2, 2.5]))
        how = {
            "center": data.draw(st.booleans()),
            "undirected": data.draw(st.booleans()),
            "distance": data.draw(st.sampled_from([None, "weight"])),
        }

        if graph.is_directed() and how["undirected"] and how["distance"]:
            with pytest.raises(NotImplementedError):
                nx.ego_graph(over_arrays(graph), node, radius, **how)
            return
        ours, theirs = nx.ego_graph(over_arrays(graph), node, radius, **how), nx.ego_graph(graph, node, radius, **how)

        assert isinstance(ours, ArrayGraph)
        assert nx.utils.graphs_equal(to_networkx(ours), theirs)

    def test_of_somebody_unknown_are_refused(self) -> None:
        ours = over_arrays(nx.path_graph(2))

        with pytest.raises(nx.NetworkXError):
            nx.neighbors(ours, 9)
        with pytest.raises(nx.NodeNotFound):
            nx.ego_graph(ours, 9)


class TestShortestPaths:
    @given(BOTH, st.data())
    def test_are_as_long_as_those_of_networkx(self, graph: nx.Graph, data) -> None:
        source, target = (data.draw(st.sampled_from(sorted(graph))) for _ in range(2))
        weight = data.draw(st.sampled_from([None, "weight"]))
        ours = over_arrays(graph)

        for search in (nx.shortest_path_length, nx.dijkstra_path_length):
            one, other = (told(lambda g=g: search(g, source, target, weight=weight)) for g in (ours, graph))  # noqa: B023
            assert one == (other if isinstance(other, type) else pytest.approx(other))
        assert told(lambda: nx.has_path(ours, source, target)) == told(lambda: nx.has_path(graph, source, target))
        path = told(lambda: nx.shortest_path(ours, source, target, weight=weight))
        if isinstance(path, list):
            assert (path[0], path[-1]) == (source, target)
            length = nx.path_weight(graph, path, "weight") if weight else len(path) - 1
            assert length == pytest.approx(nx.shortest_path_length(graph, source, target, weight=weight))
        else:
            assert path == told(lambda: nx.shortest_path(graph, source, target, weight=weight))

    @pytest.mark.parametrize("search", [nx.shortest_path, nx.shortest_path_length, nx.has_path])
    @pytest.mark.parametrize("ends", [(0, 9), (9, 0)])
    def test_from_or_to_somebody_unknown_are_refused(self, search: Callable, ends: tuple[int, int]) -> None:
        with pytest.raises(nx.NodeNotFound):
            search(over_arrays(nx.path_graph(2)), *ends)

    @given(BOTH, st.data())
    def test_to_everybody_are_those_of_networkx(self, graph: nx.Graph, data) -> None:
        source = data.draw(st.sampled_from(sorted(graph)))
        cutoff = data.draw(st.sampled_from([None, 0, 1, 2.5]))
        ours = over_arrays(graph)

        for weight in (None, "weight"):
            assert nx.shortest_path_length(ours, source, weight=weight) == pytest.approx(
                dict(nx.shortest_path_length(graph, source, weight=weight))
            )
            assert set(nx.shortest_path(ours, source, weight=weight)) == set(
                nx.shortest_path(graph, source, weight=weight)
            )
        for search in (nx.single_source_shortest_path_length, nx.single_source_dijkstra_path_length):
            assert search(ours, source, cutoff=cutoff) == pytest.approx(dict(search(graph, source, cutoff=cutoff)))

    def test_over_lengths_of_nothing_are_left_to_networkx(self) -> None:
        graph = nx.Graph()
        graph.add_edge(1, 2, weight=-1.0)

        with pytest.raises(NotImplementedError):
            nx.shortest_path(over_arrays(graph), 1, 2, weight="weight")


class TestHandingOver:
    @given(BOTH)
    def test_there_and_back_changes_nothing(self, graph: nx.Graph) -> None:
        assert nx.utils.graphs_equal(to_networkx(from_networkx(graph, {"weight": 1.0})), graph)

    def test_takes_a_graph_of_networkx_when_asked_to(self) -> None:
        assert nx.pagerank(nx.karate_club_graph(), backend="matchmaker") == pytest.approx(
            nx.pagerank(nx.karate_club_graph())
        )
        assert sets(nx.connected_components(nx.path_graph(4), backend="matchmaker")) == [[0, 1, 2, 3]]

    def test_leaves_to_networkx_what_it_has_not(self) -> None:
        graph = over_arrays(nx.karate_club_graph())

        with pytest.raises(NotImplementedError):
            nx.triangles(graph)
        assert nx.triangles(graph, backend="networkx") == nx.triangles(nx.karate_club_graph())

    def test_does_not_convert_what_it_would_lose(self) -> None:
        with pytest.raises(NotImplementedError):
            nx.pagerank(nx.MultiGraph([(1, 2), (1, 2)]), backend="matchmaker")
        with pytest.raises(NotImplementedError):
            nx.ego_graph(nx.path_graph(3), 1, backend="matchmaker")

    def test_goes_over_both_views_of_a_snapshot(self) -> None:
        town = Town(people=(1, 2, 3), ties=(TieFacts(1, 2, TieKind.KIN),), vouches=(VouchFacts(2, 3),))
        near, words = snapshot_of(town).neighbourhood(), snapshot_of(town).trust()

        assert sets(nx.connected_components(ArrayGraph(near.adjacency, near.ids))) == [[1, 2], [3]]
        assert nx.has_path(ArrayGraph(words.adjacency, words.ids, directed=True), 1, 3)
        assert not nx.has_path(ArrayGraph(words.adjacency, words.ids, directed=True), 3, 1)

    def test_refuses_arrays_of_another_size(self) -> None:
        with pytest.raises(ValueError, match="each node"):
            ArrayGraph(csr_array((2, 2)), np.array([1]))

    def test_is_found_in_a_new_process_without_an_installation(self) -> None:
        program = (
            "import networkx as nx; from matchmaker.engine.array_graph import ArrayGraph; "
            "from scipy.sparse import csr_array; "
            "print(nx.pagerank(ArrayGraph(csr_array([[0.0, 1.0], [1.0, 0.0]]), [4, 5])))"
        )

        done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

        assert done.stdout.strip() == "{4: 0.5, 5: 0.5}"

    def test_is_named_alike_in_both_places(self) -> None:
        written = ConfigParser()
        written.read(ROOT / "matchmaker.dist-info" / "entry_points.txt")
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        metadata = (ROOT / "matchmaker.dist-info" / "METADATA").read_text()

        assert {name: dict(written[name]) for name in written.sections()} == project["entry-points"]
        assert f"Name: {project['name']}\nVersion: {project['version']}\n" in metadata
        assert dict(written["networkx.backends"]) == {"matchmaker": backend.__name__}
