"""What networkx hands over when its algorithms are given an `ArrayGraph`: the same answers, from the arrays.

networkx finds this module by the entry point in `matchmaker.dist-info`. What is not here it does itself on a copy, with
``backend="networkx"``.
"""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph, csr_array

from matchmaker.engine.array_graph import ArrayGraph, from_networkx, to_networkx
from matchmaker.engine.tie_columns import Floats, Ints

Shares = Mapping[Any, float]


def convert_from_nx(
    graph: Any,
    *,
    edge_attrs: Mapping[str, float] | None = None,
    preserve_edge_attrs: Any = False,
    **_: Any,
) -> ArrayGraph:
    """Called by networkx for a graph of its own; what would lose attributes of edges is not converted."""
    if isinstance(graph, ArrayGraph):
        return graph
    if preserve_edge_attrs:
        raise NotImplementedError("only one weight for each pair is kept")
    return from_networkx(graph, edge_attrs)


def convert_to_nx(result: Any, **_: Any) -> Any:
    """Called by networkx for what it goes on with itself."""
    return to_networkx(result) if isinstance(result, ArrayGraph) else result


def pagerank(
    G: ArrayGraph,
    alpha: float = 0.85,
    personalization: Shares | None = None,
    max_iter: int = 100,
    tol: float = 1.0e-6,
    nstart: Shares | None = None,
    weight: str | None = "weight",
    dangling: Shares | None = None,
) -> dict[Any, float]:
    """`networkx.pagerank`, step by step the same: the share of its time that a walk over the whole graph spends.

    For a walk from few people `walks.Walker` looks at their neighbourhood alone.

    Raises
    ------
    networkx.PowerIterationFailedConvergence
        Where ``max_iter`` steps were not enough.
    ZeroDivisionError
        Where the values of a mapping come to 0.
    """
    size = len(G)
    if size == 0:
        return {}
    words = G.weights(weight)
    strength = np.asarray(words.sum(axis=1), dtype=np.float64).reshape(-1)
    silent = strength == 0.0
    towards = csr_array(words.T)
    begins = _spread(G, personalization)
    instead = begins if dangling is None else _spread(G, dangling)
    share = np.full(size, 1.0 / size) if nstart is None else _spread(G, nstart)
    each = np.divide(alpha, strength, out=np.zeros(size), where=~silent)
    for _ in range(max_iter):
        before = share
        share = towards @ (before * each) + alpha * before[silent].sum() * instead + (1.0 - alpha) * begins
        if np.abs(share - before).sum() < size * tol:
            return dict(zip(G.nodes, share.tolist(), strict=True))
    raise nx.PowerIterationFailedConvergence(max_iter)


def connected_components(G: ArrayGraph) -> Iterator[set[Any]]:
    """`networkx.connected_components`."""
    return _parts(G, "weak")


def weakly_connected_components(G: ArrayGraph) -> Iterator[set[Any]]:
    """`networkx.weakly_connected_components`."""
    return _parts(G, "weak")


def strongly_connected_components(G: ArrayGraph) -> Iterator[set[Any]]:
    """`networkx.strongly_connected_components`."""
    return _parts(G, "strong")


def number_connected_components(G: ArrayGraph) -> int:
    """`networkx.number_connected_components`."""
    return _labels(G, "weak")[0]


def number_weakly_connected_components(G: ArrayGraph) -> int:
    """`networkx.number_weakly_connected_components`."""
    return _labels(G, "weak")[0]


def number_strongly_connected_components(G: ArrayGraph) -> int:
    """`networkx.number_strongly_connected_components`."""
    return _labels(G, "strong")[0]


def is_connected(G: ArrayGraph) -> bool:
    """`networkx.is_connected`.

    Raises
    ------
    networkx.NetworkXPointlessConcept
        Where there are no nodes.
    """
    if len(G) == 0:
        raise nx.NetworkXPointlessConcept("Connectivity is undefined for the null graph.")
    return number_connected_components(G) == 1


def node_connected_component(G: ArrayGraph, n: Hashable) -> set[Any]:
    """`networkx.node_connected_component`."""
    return set(single_source_shortest_path_length(G, n))


def single_source_shortest_path_length(
    G: ArrayGraph,
    source: Hashable,
    cutoff: float | None = None,
) -> dict[Any, int]:
    """`networkx.single_source_shortest_path_length`: it looks no further than the cutoff.

    Raises
    ------
    networkx.NodeNotFound
        Where there is no such source.
    """
    steps, _ = _outwards(G.adjacency, _row(G, source), cutoff)
    return {G.nodes[row]: distance for row, distance in steps.items()}


def single_source_dijkstra_path_length(
    G: ArrayGraph,
    source: Hashable,
    cutoff: float | None = None,
    weight: str | None = "weight",
) -> dict[Any, float]:
    """`networkx.single_source_dijkstra_path_length`; weights are lengths here, and above 0.

    Raises
    ------
    networkx.NodeNotFound
        Where there is no such source.
    NotImplementedError
        Where a weight is 0 or less, or is a function.
    """
    distance, _ = _dijkstra(G, _row(G, source), weight, np.inf if cutoff is None else cutoff)
    reached = np.flatnonzero(np.isfinite(distance))
    order = reached[np.argsort(distance[reached], kind="stable")]
    return {G.nodes[row]: float(distance[row]) for row in order.tolist()}


def shortest_path(
    G: ArrayGraph,
    source: Hashable = None,
    target: Hashable = None,
    weight: str | None = None,
    method: str = "dijkstra",
) -> list[Any] | dict[Any, list[Any]]:
    """`networkx.shortest_path` from a source, to a target or to all; of several shortest ones it may be another.

    Raises
    ------
    networkx.NodeNotFound
        Where there is no such source or target.
    networkx.NetworkXNoPath
        Where no path leads there.
    NotImplementedError
        Without a source, and as in `single_source_dijkstra_path_length`.
    """
    distance, came_from = _found(G, source, weight, method)
    if target is None:
        return {G.nodes[row]: _path(G, row, came_from) for row in distance}
    return _path(G, _reached(G, target, distance), came_from)


def shortest_path_length(
    G: ArrayGraph,
    source: Hashable = None,
    target: Hashable = None,
    weight: str | None = None,
    method: str = "dijkstra",
) -> float | dict[Any, float]:
    """`networkx.shortest_path_length` from a source; raises as `shortest_path`."""
    distance, _ = _found(G, source, weight, method)
    if target is None:
        return {G.nodes[row]: of for row, of in distance.items()}
    length: float = distance[_reached(G, target, distance)]
    return length


def dijkstra_path(
    G: ArrayGraph,
    source: Hashable,
    target: Hashable,
    weight: str | None = "weight",
) -> Any:
    """`networkx.dijkstra_path`; raises as `shortest_path`."""
    return shortest_path(G, source, target, weight)


def dijkstra_path_length(
    G: ArrayGraph,
    source: Hashable,
    target: Hashable,
    weight: str | None = "weight",
) -> Any:
    """`networkx.dijkstra_path_length`; raises as `shortest_path`."""
    return shortest_path_length(G, source, target, weight)


def has_path(G: ArrayGraph, source: Hashable, target: Hashable) -> bool:
    """`networkx.has_path`.

    Raises
    ------
    networkx.NodeNotFound
        Where there is no such source or target.
    """
    return _row(G, target) in _outwards(G.adjacency, _row(G, source), None)[0]


def ego_graph(
    G: ArrayGraph,
    n: Hashable,
    radius: float = 1,
    center: bool = True,
    undirected: bool = False,
    distance: str | None = None,
) -> ArrayGraph:
    """`networkx.ego_graph`: somebody's neighbourhood, to so many steps.

    Raises
    ------
    networkx.NodeNotFound
        Where there is no such node.
    NotImplementedError
        By distance in a directed graph taken as undirected: two edges of a pair may have different lengths.
    """
    undirected = undirected and G.is_directed()
    if distance is not None and undirected:
        raise NotImplementedError("a pair has one length here")
    if distance is not None:
        near = set(single_source_dijkstra_path_length(G, n, cutoff=radius, weight=distance))
    elif undirected:
        steps, _ = _outwards(csr_array(G.adjacency + G.backwards), _row(G, n), radius)
        near = {G.nodes[row] for row in steps}
    else:
        near = set(single_source_shortest_path_length(G, n, cutoff=radius))
    return G.subgraph(near if center else near - {n})


def _spread(G: ArrayGraph, shares: Shares | None) -> Floats:
    """Shares by row, 1 together; nodes that are not in the graph count for nothing, as in networkx."""
    if shares is None:
        return np.full(len(G), 1.0 / len(G))
    found = np.zeros(len(G))
    for node, share in shares.items():
        if node in G.row_of:
            found[G.row_of[node]] = share
    together = float(found.sum())
    if together == 0.0:
        raise ZeroDivisionError
    return np.asarray(found / together, dtype=np.float64)


def _labels(G: ArrayGraph, connection: str) -> tuple[int, Ints]:
    if len(G) == 0:
        return 0, np.zeros(0, dtype=np.int64)
    count, labels = csgraph.connected_components(G.adjacency, directed=G.is_directed(), connection=connection)
    return int(count), labels


def _parts(G: ArrayGraph, connection: str) -> Iterator[set[Any]]:
    count, labels = _labels(G, connection)
    order = np.argsort(labels, kind="stable")
    ends = np.searchsorted(labels[order], np.arange(count + 1))
    for first, past in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        yield {G.nodes[row] for row in order[first:past].tolist()}


def _row(G: ArrayGraph, node: Hashable) -> int:
    if node not in G.row_of:
        raise nx.NodeNotFound(f"{node} is not in the graph")
    return G.row_of[node]


def _outwards(array: csr_array, source: int, cutoff: float | None) -> tuple[dict[int, int], dict[int, int]]:
    """Steps from the source by row, nearest first, and where each was come from."""
    seen = np.zeros(array.shape[0], dtype=np.bool_)
    seen[source] = True
    steps: dict[int, int] = {source: 0}
    came_from: dict[int, int] = {}
    front = np.array([source])
    distance = 0
    while len(front) and (cutoff is None or distance < cutoff):
        distance += 1
        begin, length = array.indptr[front], np.diff(array.indptr)[front]
        places = np.repeat(begin - np.cumsum(length) + length, length) + np.arange(length.sum())
        others, through = array.indices[places], np.repeat(front, length)
        fresh = ~seen[others]
        front, which = np.unique(others[fresh], return_index=True)
        seen[front] = True
        steps.update(dict.fromkeys(front.tolist(), distance))
        came_from.update(zip(front.tolist(), through[fresh][which].tolist(), strict=True))
    return steps, came_from


def _dijkstra(G: ArrayGraph, source: int, weight: Any, limit: float) -> tuple[Floats, NDArray[np.int32]]:
    if callable(weight):
        raise NotImplementedError("a weight is a name here")
    lengths = G.weights(weight)
    if not (lengths.data > 0.0).all():
        raise NotImplementedError("only lengths above 0 are searched here")
    found: tuple[Floats, NDArray[np.int32]] = csgraph.dijkstra(
        lengths, indices=source, return_predecessors=True, limit=limit
    )
    return found


def _found(G: ArrayGraph, source: Hashable, weight: Any, method: str) -> tuple[dict[int, Any], dict[int, int]]:
    if source is None:
        raise NotImplementedError("a search begins at a source here")
    if method not in ("dijkstra", "bellman-ford"):
        raise ValueError(f"method not supported: {method}")
    if weight is None:
        return _outwards(G.adjacency, _row(G, source), None)
    distance, before = _dijkstra(G, _row(G, source), weight, np.inf)
    reached = np.flatnonzero(np.isfinite(distance)).tolist()
    found = {row: float(distance[row]) for row in reached}
    return found, {row: int(before[row]) for row in reached if before[row] >= 0}


def _reached(G: ArrayGraph, target: Hashable, distance: Mapping[int, Any]) -> int:
    row = _row(G, target)
    if row not in distance:
        raise nx.NetworkXNoPath(f"no path leads to {target}")
    return row


def _path(G: ArrayGraph, row: int, came_from: Mapping[int, int]) -> list[Any]:
    path = [row]
    while path[-1] in came_from:
        path.append(came_from[path[-1]])
    return [G.nodes[each] for each in reversed(path)]
