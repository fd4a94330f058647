"""A town measured in whichever way its size allows: its forest matrix exactly, or a sketch of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import networkx as nx
import numpy as np
from scipy.sparse import csr_array

from matchmaker.engine.neighbourhood import NEW_TIE_WEIGHT, Measured, Weight, adjacency_of, forest_of_ties
from matchmaker.engine.sketch import Sketch, sketch_of
from matchmaker.engine.solving import Floats, Ints

EXACT_UP_TO_PEOPLE: Final = 5_000
"""So many people are measured exactly: 200 MB and some seconds. More are sketched."""
DIRECTIONS_SEED: Final = 1997
"""A town with the same ties is sketched along the same directions, so the same round gives the same plan."""


@dataclass(frozen=True)
class SketchedForest:
    """A large town's forest matrix through the random directions of a sketch.

    Attributes
    ----------
    people : tuple of int
        Person ids; position i is row i of the sketch.
    index : dict of int to int
        Row of a person.
    sketch : Sketch
    """

    people: tuple[int, ...]
    index: dict[int, int]
    sketch: Sketch

    @property
    def adjacency(self) -> csr_array:
        return self.sketch.adjacency

    @cached_property
    def sigma(self) -> float:
        """The stranger index; its standard error is `sketch.sigma()[1]`."""
        return self.sketch.sigma()[0]

    def rows(self, person_ids: Iterable[int]) -> Ints:
        return np.fromiter((self.index[person_id] for person_id in person_ids), dtype=np.int64)

    def tie_gains(self, us: Sequence[int], vs: Sequence[int], weight: Weight = NEW_TIE_WEIGHT) -> Floats:
        return self.sketch.tie_gains(self.rows(us), self.rows(vs), weight)

    def gain_together(self, us: Sequence[int], vs: Sequence[int], weight: Weight = NEW_TIE_WEIGHT) -> float:
        """By a second sketch along the same directions, with the ties: what both err by cancels out."""
        weights = np.broadcast_to(np.asarray(weight, dtype=np.float64), len(us))
        left, right = self.rows(us), self.rows(vs)
        some = np.flatnonzero((weights > 0.0) & (left != right))
        if not len(some):
            return 0.0
        left, right, added = left[some], right[some], weights[some]
        ends = np.concatenate((left, right)), np.concatenate((right, left))
        more = csr_array((np.tile(added, 2), ends), shape=self.adjacency.shape)
        after = _sketch(csr_array(self.adjacency + more))
        return max(0.0, self.sketch.islands()[0] - after.islands()[0])


def measured(graph: "nx.Graph[int]", *, exact_up_to: int = EXACT_UP_TO_PEOPLE) -> Measured:
    """A town measured exactly, or by a sketch where more people than `exact_up_to` live in it.

    Parameters
    ----------
    graph : networkx.Graph
        Nodes are person ids; edges carry ``weight``.
    exact_up_to : int

    Raises
    ------
    ValueError
        If an edge weight is not a positive finite number.

    Examples
    --------
    >>> graph = nx.Graph()
    >>> graph.add_edge(1, 2, weight=1.0)
    >>> exact, sketched = measured(graph), measured(graph, exact_up_to=1)
    >>> abs(exact.sigma - sketched.sigma) < 0.05
    True
    """
    people = tuple(sorted(graph.nodes))
    index = {person_id: row for row, person_id in enumerate(people)}
    ties = adjacency_of(graph, index)
    if len(people) <= exact_up_to:
        return forest_of_ties(ties, people)
    return SketchedForest(people, index, _sketch(ties))


def _sketch(ties: csr_array) -> Sketch:
    return sketch_of(ties, rng=np.random.default_rng(DIRECTIONS_SEED))
