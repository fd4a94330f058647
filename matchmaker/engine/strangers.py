"""What a coordinator reads off the stranger index: whole, by area, between groups and over time.

A `Reading` is one town on one day, exact (`reading_of`) or sketched with an error (`reading_of_city`); everything else
here is asked of it. Groups are reported and never an input of a match.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from matchmaker.engine.neighbourhood import Forest, forest_of_ties
from matchmaker.engine.sketch import Sketch, sketch_of
from matchmaker.engine.solving import Floats, Ints, solve
from matchmaker.engine.trust import Params

Gains = Callable[[Ints, Ints, Floats], Floats]

EXACT_PEOPLE: Final = 3_000
"""Up to so many people of one area who are tied to each other, their own index is computed exactly."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A town on one day.

    Attributes
    ----------
    ids : ndarray of int, shape (n,)
        Who is in each row.
    adjacency : csr_array, shape (n, n)
        Decayed tie weights.
    diagonal : ndarray, shape (n,)
        Q_uu: 1 for whoever knows nobody, less the better they are woven in.
    component_sizes : ndarray of int, shape (n,)
    gains : callable
        Rows, rows and weights to what tr Q falls by for each pair.
    tau : float
    sketch : Sketch, optional
        Where the numbers are sketched, and so have errors.
    forest : Forest, optional
        Where they are exact.
    """

    ids: Ints
    adjacency: csr_array
    diagonal: Floats
    component_sizes: Ints
    gains: Gains
    tau: float
    sketch: Sketch | None = None
    forest: Forest | None = None


@dataclass(frozen=True, slots=True)
class StrangerIndex:
    """How far a town is from knowing itself, and the standard errors, which are 0 where it was computed exactly."""

    people: int
    islands: float
    islands_error: float

    @property
    def sigma(self) -> float:
        """0 by convention where fewer than two people make no strangers."""
        return (self.islands - 1.0) / (self.people - 1.0) if self.people > 1 else 0.0

    @property
    def sigma_error(self) -> float:
        return self.islands_error / (self.people - 1.0) if self.people > 1 else 0.0


@dataclass(frozen=True, slots=True)
class AreaIndex:
    """An area seen in two ways.

    Attributes
    ----------
    people : int
    share, share_error : float
        Its part of the town's strangeness: the sum over its people of ``Q_uu - 1 / size of their component``. Over a
        partition of the town these add up to tr Q minus the number of components.
    alone : StrangerIndex
        The area by itself: only its people and the ties among them.
    """

    people: int
    share: float
    share_error: float
    alone: StrangerIndex


@dataclass(frozen=True, slots=True)
class BetweenGroups:
    """Two groups of people, or one with itself.

    Attributes
    ----------
    one, other : str
    resistance : float or None
        The mean forest resistance between somebody of one and somebody else of the other, ``Q_uu + Q_vv - 2 Q_uv``:
        2 for strangers, less the closer they are. None where there is no such pair.
    share, fair_share : float
        How much of what somebody of `one` is woven into (row sums of Q, which are 1) lies with people of `other`, and
        how much it would be if who knows whom hung on nothing.
    """

    one: str
    other: str
    resistance: float | None
    share: float
    fair_share: float


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a town between two days: a code of `area_sentences.TOWN`, whose words need `params`."""

    islands_removed: float
    error: float
    code: str
    params: Params


def reading_of(forest: Forest) -> Reading:
    """A town read exactly.

    Examples
    --------
    >>> pair = csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> round(stranger_index(reading_of(forest_of_ties(pair, [1, 2]))).sigma, 6)
    0.333333
    """

    def gains(us: Ints, vs: Ints, weights: Floats) -> Floats:
        people = np.asarray(forest.people)
        return forest.tie_gains(people[us].tolist(), people[vs].tolist(), weights.tolist())

    ids = np.asarray(forest.people, dtype=np.int64)
    diagonal = np.diagonal(forest.q).copy()
    return Reading(ids, forest.adjacency, diagonal, forest.component_sizes, gains, forest.tau, forest=forest)


def reading_of_city(sketch: Sketch, ids: Ints) -> Reading:
    """A city read through a sketch of it.

    Raises
    ------
    ValueError
        If there are more or fewer ids than rows.
    """
    if len(ids) != sketch.people:
        raise ValueError("the sketch has another number of rows than there are people")
    if not sketch.people:
        sizes = np.zeros(0, dtype=np.int64)
    else:
        _, labels = connected_components(sketch.adjacency, directed=False)
        sizes = np.bincount(labels)[labels]
    return Reading(ids, sketch.adjacency, sketch.diagonal(), sizes, sketch.tie_gains, sketch.tau, sketch)


def stranger_index(reading: Reading) -> StrangerIndex:
    """The index of the whole town."""
    if reading.sketch is not None:
        return StrangerIndex(len(reading.ids), *reading.sketch.islands())
    return StrangerIndex(len(reading.ids), float(reading.diagonal.sum()), 0.0)


def area_shares(reading: Reading, labels: Ints) -> dict[int, tuple[float, float]]:
    """The share of each area of a partition and its standard error, as in `AreaIndex`; labels below 0 are nobody's."""
    areas, within = _numbered(labels)
    shares, errors = _shares(reading, within, len(areas))
    return {int(area): (float(shares[place]), float(errors[place])) for place, area in enumerate(areas)}


def area_indexes(reading: Reading, labels: Ints, *, rng: np.random.Generator | None = None) -> dict[int, AreaIndex]:
    """The index of each area of a partition, by both definitions, for all areas at once.

    Parameters
    ----------
    reading : Reading
    labels : ndarray of int, shape (n,)
        The area of each row, at least 0; below 0 for who has none. Areas without people do not appear.
    rng : numpy.random.Generator, optional
        For areas of more than `EXACT_PEOPLE` who are tied to each other: these are sketched.

    Raises
    ------
    ValueError
        If such an area exists and no rng was given.

    Examples
    --------
    >>> pair = csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> area = area_indexes(reading_of(forest_of_ties(pair, [1, 2])), np.array([4, 4]))[4]
    >>> round(area.share, 6), round(area.alone.sigma, 6)
    (0.333333, 0.333333)
    """
    areas, within = _numbered(labels)
    count = len(areas)
    people = np.bincount(within[within >= 0], minlength=count)
    shares, errors = _shares(reading, within, count)
    alone, alone_errors = _islands_alone(reading, within, count, rng)
    return {
        int(area): AreaIndex(
            int(people[place]),
            float(shares[place]),
            float(errors[place]),
            StrangerIndex(int(people[place]), float(alone[place]), float(alone_errors[place])),
        )
        for place, area in enumerate(areas)
    }


def between_groups(reading: Reading, groups: Mapping[str, NDArray[np.bool_]]) -> tuple[BetweenGroups, ...]:
    """How close groups are, each with itself and with each other; exact, by one solve for all groups.

    Parameters
    ----------
    reading : Reading
    groups : mapping of name to ndarray of bool, shape (n,)
        Groups may overlap; one without people is left out.

    Returns
    -------
    tuple of BetweenGroups
        For each pair in the order of the names given, a group with itself first.
    """
    names = [name for name, members in groups.items() if members.any()]
    if not names:
        return ()
    members = np.column_stack([groups[name].astype(np.float64) for name in names])
    woven, _ = solve(reading.adjacency, members, tau=reading.tau)
    sizes, inner = members.sum(axis=0), members.T @ woven
    both = members.T @ members
    diagonal = reading.diagonal @ members
    shared = members.T @ (reading.diagonal[:, None] * members)
    found = []
    for i, j in combinations_with_replacement(range(len(names)), 2):
        pairs = sizes[i] * sizes[j] - both[i, j]
        apart = diagonal[i] * sizes[j] + diagonal[j] * sizes[i] - 2.0 * shared[i, j]
        resistance = (apart - 2.0 * (inner[i, j] - shared[i, j])) / pairs if pairs else None
        fair = float(sizes[j] / len(reading.ids))
        found.append(BetweenGroups(names[i], names[j], resistance, float(inner[i, j] / sizes[i]), fair))
    return tuple(found)


def change(before: StrangerIndex, after: StrangerIndex, *, accompanied: int = 0) -> Change:
    """How many islands were removed between two days, for a town of today's size, and the sentence that says so.

    A difference within two standard errors, or of less than half an island, is said to be none. Where neighbours came
    along on visits between the two days (`accompanied`, how many), the sentence does not say what it says without
    them: that most of a fall comes from meeting needs at all.

    Examples
    --------
    >>> round(change(StrangerIndex(101, 61.0, 0.0), StrangerIndex(101, 41.0, 0.0)).islands_removed, 6)
    20.0
    """
    size = max(after.people - 1, 0)
    removed = (before.sigma - after.sigma) * size
    error = float(np.hypot(before.sigma_error, after.sigma_error)) * size
    code = "ISLANDS_AS_BEFORE"
    if abs(removed) >= max(0.5, 2.0 * error):
        fewer = "ISLANDS_REMOVED_TOGETHER" if accompanied else "ISLANDS_REMOVED"
        code = fewer if removed > 0.0 else "ISLANDS_MORE"
    params: Params = {"islands": round(abs(removed)), "before": f"{before.sigma:.3f}", "after": f"{after.sigma:.3f}"}
    return Change(removed, error, code, params)


def _numbered(labels: Ints) -> tuple[Ints, Ints]:
    """The areas in order, and the place among them of each row's; -1 for nobody's."""
    areas, places = np.unique(labels[labels >= 0], return_inverse=True)
    within = np.full(len(labels), -1, dtype=np.int64)
    within[labels >= 0] = places
    return areas, within


def _shares(reading: Reading, within: Ints, count: int) -> tuple[Floats, Floats]:
    among = within >= 0
    components = _by_area(within[among], 1.0 / reading.component_sizes[among], count)
    if reading.sketch is not None:
        sums, errors = reading.sketch.shares(within, count)
        return sums - components, errors
    return _by_area(within[among], reading.diagonal[among], count) - components, np.zeros(count)


def _islands_alone(
    reading: Reading, within: Ints, count: int, rng: np.random.Generator | None
) -> tuple[Floats, Floats]:
    """tr Q of each area when every tie that leaves an area is cut: nothing then joins two of them."""
    inside = np.flatnonzero(within >= 0)
    if not len(inside):
        return np.zeros(count), np.zeros(count)
    area = within[inside]
    ties = csr_array(reading.adjacency[inside][:, inside]).tocoo()
    left, right = ties.coords
    kept = area[left] == area[right]
    cut = csr_array((ties.data[kept], (left[kept], right[kept])), shape=ties.shape)
    _, labels = connected_components(cut, directed=False)
    if np.bincount(labels).max() > EXACT_PEOPLE:
        if rng is None:
            raise ValueError("an area is too large to be computed exactly, and no dice were given to sketch it")
        return sketch_of(cut, rng=rng, tau=reading.tau).shares(area, count)
    own = np.ones(len(inside))
    order = np.argsort(labels, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        if len(rows) > 1:
            part = forest_of_ties(csr_array(cut[rows][:, rows]), range(len(rows)), reading.tau)
            own[rows] = np.diagonal(part.q)
    return _by_area(area, own, count), np.zeros(count)


def _by_area(area: Ints, values: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(area, values, minlength=count), dtype=np.float64)
