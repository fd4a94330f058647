"""A small graph drawn on paper, and the shortest chains in it: for looking at, never for a score."""

from collections.abc import Iterable, Sequence
from itertools import islice

import networkx as nx
import numpy as np

MOST_DRAWN = 400
ROUNDS = 60


def positions(count: int, pairs: Iterable[tuple[int, int]], *, seed: int) -> list[tuple[float, float]]:
    """Where each dot lies; the same graph with the same seed is the same picture.

    Tied dots draw each other near, all push each other apart (Fruchterman and Reingold, 1991, as networkx has it).

    Parameters
    ----------
    count : int
        How many dots, at most `MOST_DRAWN`; they are numbered from 0.
    pairs : iterable of (int, int)
        Numbers of tied dots.
    seed : int
        From 0; where the dots lie before they move.

    Returns
    -------
    list of (float, float)
        x and y of each dot, from 0 to 1, to three places.

    Raises
    ------
    ValueError
        There are more dots than can be told apart.

    Examples
    --------
    >>> positions(1, [], seed=7)
    [(0.5, 0.5)]
    >>> positions(3, [(0, 1)], seed=7) == positions(3, [(0, 1)], seed=7)
    True
    """
    if count > MOST_DRAWN:
        raise ValueError(f"{count} dots are more than {MOST_DRAWN}")
    if count < 2:
        return [(0.5, 0.5)] * count
    start = np.random.default_rng(seed).random((count, 2))
    drawn = nx.spring_layout(_graph(count, pairs), pos=dict(enumerate(start)), iterations=ROUNDS, method="force")
    placed = np.array([drawn[number] for number in range(count)])
    low, high = placed.min(axis=0), placed.max(axis=0)
    within = (placed - low) / np.where(high > low, high - low, 1.0)
    return [(round(float(x), 3), round(float(y), 3)) for x, y in within]


def chains(
    count: int, pairs: Iterable[tuple[int, int]], *, start: int, goal: int, at_most: int, longest: int
) -> list[list[int]]:
    """The shortest ways from one dot to another along ties, in the order of their numbers; none where there is no way.

    Parameters
    ----------
    count : int
        How many dots.
    pairs : iterable of (int, int)
        Numbers of tied dots.
    start, goal : int
        From where, to where.
    at_most : int
        So many ways are given.
    longest : int
        A way of more ties than this explains nothing, and is not given.

    Returns
    -------
    list of list of int
        Numbers of the dots along each way, both ends included.

    Examples
    --------
    >>> chains(4, [(0, 1), (1, 3), (0, 2), (2, 3)], start=0, goal=3, at_most=5, longest=3)
    [[0, 1, 3], [0, 2, 3]]
    """
    graph = _graph(count, pairs)
    if not nx.has_path(graph, start, goal):
        return []
    found: list[Sequence[int]] = list(islice(nx.all_shortest_paths(graph, start, goal), at_most))
    return sorted(list(way) for way in found if len(way) - 1 <= longest)


def _graph(count: int, pairs: Iterable[tuple[int, int]]) -> "nx.Graph[int]":
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_edges_from(sorted({(min(pair), max(pair)) for pair in pairs}))
    return graph
