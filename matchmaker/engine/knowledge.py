"""What a town knows of itself, and what a tie of each of many pairs would do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.graph import tie_graph
from matchmaker.engine.measured import EXACT_UP_TO_PEOPLE, measured
from matchmaker.engine.neighbourhood import (
    FRIEND_FROM_WEIGHT,
    KNOWN_FROM_PEOPLE,
    NEW_TIE_WEIGHT,
    Measured,
    acquaintance,
    survival,
)
from matchmaker.engine.places import Bools, Floats, Ints
from matchmaker.engine.problem import Town
from matchmaker.engine.trust import Trust, trust_in

Pair = tuple[int, int]

BRIDGE_REASONS: Final = ("NEW_CIRCLES_MEET", "KNOW_EACH_OTHER", "FRIENDS_IN_COMMON", "NEIGHBOURS_MEET")


@dataclass(frozen=True, slots=True, eq=False)
class Bridges:
    """What a tie of each pair would do; all arrays have one entry for each pair.

    Attributes
    ----------
    known : ndarray of bool
        Whether both live in the town; where not, the others mean nothing.
    chances : ndarray of float
        That the tie lasts.
    gains : ndarray of float
        What tr Q falls by if it does, in islands.
    reasons : ndarray of int
        Whom it joins, as positions in `BRIDGE_REASONS`.
    """

    known: Bools
    chances: Floats
    gains: Floats
    reasons: NDArray[np.int8]


BridgesOf = Callable[[Ints, Ints, Bools], Bridges]
"""From ids of helpers and of people helped, and whether the two live near, in arrays of one length: by a forest, by a
sketch of a city, or by whatever else knows who knows whom."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a town knows of itself, measured once per epoch: None for the forest where there are too few people.

    `helped` holds the present weight of ties that came from help: a new visit makes them fresh and adds no second one.
    """

    trust: Trust
    forest: Measured | None
    meetings: Mapping[Pair, int]
    degrees: Mapping[int, float]
    helped: Mapping[Pair, float] = field(default_factory=dict)

    def weight_added(self, person_id: int, other_id: int) -> float:
        """What a visit that both would repeat adds to the tie of two people: nothing where their help is fresh."""
        pair = (min(person_id, other_id), max(person_id, other_id))
        return max(0.0, NEW_TIE_WEIGHT - self.helped.get(pair, 0.0))

    def bridges(self, helper_ids: Ints, person_ids: Ints, near: Bools) -> Bridges:
        """`Bridges` of pairs, by the forest; nothing is known of anybody where there is none."""
        count = len(helper_ids)
        known = np.zeros(count, dtype=np.bool_)
        found = Bridges(known, np.zeros(count), np.zeros(count), np.zeros(count, dtype=np.int8))
        if self.forest is None:
            return found
        us, vs = np.minimum(helper_ids, person_ids).tolist(), np.maximum(helper_ids, person_ids).tolist()
        index = self.forest.index
        known[:] = [u in index and v in index for u, v in zip(us, vs, strict=True)]
        rows = np.flatnonzero(known)
        us, vs = [us[row] for row in rows.tolist()], [vs[row] for row in rows.tolist()]
        before = [self.meetings.get(pair, 0) for pair in zip(us, vs, strict=True)]
        found.chances[rows] = survival(self.forest, us, vs, before, near[rows].tolist())
        weights = [self.weight_added(u, v) for u, v in zip(us, vs, strict=True)]
        found.gains[rows] = self.forest.tie_gains(us, vs, weights)
        found.reasons[rows] = _whom_they_join(self.forest, us, vs)
        return found


def knowledge_of(town: Town, *, exact_up_to: int = EXACT_UP_TO_PEOPLE) -> Knowledge:
    """Measure a town once; everything a batch of scores needs to know of it.

    It costs some seconds for some thousand people, and for the hundred thousands of a city: keep it for the epoch.
    More people than `exact_up_to` are sketched.
    """
    graph = tie_graph(town)
    forest = measured(graph, exact_up_to=exact_up_to) if len(graph) >= KNOWN_FROM_PEOPLE else None
    meetings = {(min(u, v), max(u, v)): int(data["meetings"]) for u, v, data in graph.edges(data=True)}
    helped = {(min(u, v), max(u, v)): float(data["helped"]) for u, v, data in graph.edges(data=True)}
    degrees = {person_id: float(weight) for person_id, weight in graph.degree(weight="weight")}
    return Knowledge(trust_in(town), forest, meetings, degrees, helped)


def _whom_they_join(forest: Measured, us: Sequence[int], vs: Sequence[int]) -> NDArray[np.int8]:
    """A reason for each pair that is true of it; friends whose ties have nearly faded are named neither way."""
    tied, any_common = acquaintance(forest, us, vs)
    _, common = acquaintance(forest, us, vs, FRIEND_FROM_WEIGHT)
    found = np.select([tied, common > 0, any_common > 0], [1, 2, 3], default=0)
    return np.asarray(found, dtype=np.int8)
