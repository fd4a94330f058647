"""Who knows few, who holds the neighbourhood together, and which introduction would help most."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, diags_array
from scipy.sparse.linalg import splu

from matchmaker.engine.neighbourhood import FRIEND_FROM_WEIGHT, acquainted, lasting
from matchmaker.engine.solving import Floats, Ints, degrees_of, exact_gains, solve
from matchmaker.engine.strangers import Reading

_SHORTLIST: Final = 20
_SURROUNDINGS: Final = (250, 1_000)
"""People around somebody, first and where that leaves it open."""
_COMES_BACK: Final = 0.25
_FEWEST: Final = 8
_DIGITS: Final = 9
"""Equal to so many digits is equal, and the smaller id comes first."""
_A_LITTLE: Final = 1e-6
"""A weight so small that a tie of it changes nothing else."""


@dataclass(frozen=True, slots=True)
class Bridging:
    """Somebody without whose ties the town would be so many islands more, and how far off that may be."""

    person_id: int
    islands_more: float
    off_by: float = 0.0


@dataclass(frozen=True, slots=True)
class Introduction:
    """Two who do not know each other: the chance that their tie would last, and the islands it would then take off."""

    one_id: int
    other_id: int
    chance: float
    gain: float

    @property
    def expected(self) -> float:
        return self.chance * self.gain


def few_ties(reading: Reading, count: int) -> tuple[int, ...]:
    """The people whose ties weigh least, fewest first, smaller id first among equals."""
    degrees = np.asarray(reading.adjacency.sum(axis=1)).ravel()
    return tuple(int(reading.ids[row]) for row in np.lexsort((reading.ids, degrees))[:count])


def who_bridges(reading: Reading, count: int, *, among: NDArray[np.bool_] | None = None) -> tuple[Bridging, ...]:
    """Those without whose ties the town would be most islands more, most first.

    Looked for among those whose ties, each taken away alone, would be missed most. A person who ties others to the
    town counts; the island that they would be themselves does not.

    Notes
    -----
    Exact where the reading is. In a city each of these is weighed in their own surroundings, wider ones for those whom
    the first do not tell apart, and exactly in the whole city where they still stand too close: the work hangs on
    surroundings and not on the size of the city.
    """
    rows = _likely(reading, among)[: max(_SHORTLIST, 2 * count)]
    ranges = _ranges_of(reading, rows, count)
    found = [
        Bridging(int(reading.ids[row]), float(low + high) / 2.0, float(high - low) / 2.0)
        for row, (low, high) in zip(rows, ranges, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (-round(one.islands_more, _DIGITS), one.person_id))[:count])


def best_introductions(reading: Reading, labels: Ints, count: int = 1) -> tuple[Introduction, ...]:
    """Which pairs of one area, if introduced, are expected to take most islands off: chance times gain, best first.

    Looked for among those of each area who are woven in least, with and without a tie, beside everybody there; the
    gains of the best are then computed exactly. The chance is the assumed one of `neighbourhood.survival`.

    Parameters
    ----------
    reading : Reading
    labels : ndarray of int, shape (n,)
        The area of each row; below 0 for who has none.
    count : int
    """
    best = np.zeros((0, 3))
    for rows in _areas(labels):
        us, vs = _strangers_in(reading, rows)
        if not len(us):
            continue
        tied, chance = _chances(reading, us, vs)
        expected = np.where(tied, 0.0, chance * reading.gains(us, vs, np.ones(len(us))))
        some = np.argsort(-expected, kind="stable")[:_SHORTLIST]
        best = np.concatenate((best, np.column_stack((us, vs, expected))[some]))
        best = best[np.argsort(-best[:, 2], kind="stable")][: max(_SHORTLIST, count)]
    best = best[best[:, 2] > 0.0]
    us, vs = best[:, 0].astype(np.int64), best[:, 1].astype(np.int64)
    gains = exact_gains(reading.adjacency, us, vs, tau=reading.tau)
    _, chance = _chances(reading, us, vs)
    found = [
        Introduction(int(reading.ids[u]), int(reading.ids[v]), float(likely), float(gain))
        for u, v, likely, gain in zip(us, vs, chance, gains, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (-round(one.expected, _DIGITS), one.one_id, one.other_id))[:count])


def _likely(reading: Reading, among: NDArray[np.bool_] | None) -> Ints:
    """Rows with ties, the most missed first by the sum over their ties, each taken away alone."""
    each = np.diff(reading.adjacency.indptr)
    some = np.flatnonzero(each if among is None else np.where(among, each, 0))
    if not len(some):
        return some
    ties = csr_array(reading.adjacency[some])
    left = np.repeat(some, np.diff(ties.indptr))
    missed = np.bincount(left, _losses(reading, left, ties), minlength=len(each))[some]
    return np.asarray(some[np.argsort(-missed, kind="stable")])


def _losses(reading: Reading, left: Ints, ties: csr_array) -> Floats:
    """What tr Q would rise by without each tie alone, as ``1 / loss = 2 / (tau w a) - 1 / gain`` with a = |Qb|^2."""
    right, weights = ties.indices.astype(np.int64), ties.data
    square = reading.gains(left, right, np.full(len(left), _A_LITTLE)) / (reading.tau * _A_LITTLE)
    gains = reading.gains(left, right, weights)
    with np.errstate(divide="ignore", invalid="ignore"):  # a sketch may see nothing between two, or too much
        losses = 1.0 / (2.0 / (reading.tau * weights * square) - 1.0 / gains)
    return np.where(np.isfinite(losses) & (losses > 0.0), losses, gains)


def _ranges_of(reading: Reading, rows: Ints, count: int) -> Floats:
    """How many islands more all others are without each row's ties: least and most, shape (rows, 2), one where exact.

    Ranges are narrowed until the first `count` stand apart from the others.
    """
    if reading.forest is not None:
        q = reading.forest.q
        exact = [
            _islands_more(q[:, _circle(reading.adjacency, row)], reading.adjacency, row, reading.tau)
            for row in rows.tolist()
        ]
        return np.column_stack((exact, exact))
    ranges = np.tile([-np.inf, np.inf], (len(rows), 1))
    for most in _SURROUNDINGS:
        for place in _contested(ranges, count):
            ranges[place] = _in_surroundings(reading, int(rows[place]), most)
    contested = _contested(ranges, count)
    for place in contested if len(contested) > count else ():
        ranges[place] = _in_the_city(reading, int(rows[place]))
    return ranges


def _contested(ranges: Floats, count: int) -> Ints:
    """Who may still be among the first so many."""
    if len(ranges) <= count:
        return np.arange(len(ranges))
    return np.flatnonzero(ranges[:, 1] >= np.sort(ranges[:, 0])[-count])


def _in_surroundings(reading: Reading, row: int, most: int) -> tuple[float, float]:
    """From as if whoever is further away knew the whole world towards as if nobody were there.

    The first came out as too little in every town tried, the other nearly always as too much: an observation and no
    proof. What leaves the surroundings seldom comes back where most people are outside, so the truth lies within an
    eighth of the way there, and a quarter is looked at. Both are exact where nobody is further away.
    """
    around = _surroundings(reading.adjacency, row, most)
    outer = csr_array(reading.adjacency[around])
    inner = csr_array(outer[:, around])
    place = int(np.searchsorted(around, row))
    found = []
    for degrees in (degrees_of(outer), degrees_of(inner)):
        solver = splu(csc_array(diags_array(1.0 + reading.tau * degrees) - reading.tau * inner))
        columns = solver.solve(_chosen(len(around), _circle(inner, place)))
        found.append(_islands_more(columns, inner, place, reading.tau))
    comes_back = _COMES_BACK if len(around) <= _COMES_BACK * reading.component_sizes[row] else 1.0
    return found[0], found[0] + comes_back * max(0.0, found[1] - found[0])


def _surroundings(ties: csr_array, row: int, most: int) -> Ints:
    """A person, their friends, and the friends of these, as long as they are not more than so many; ascending."""
    around = np.unique(np.append(_circle(ties, row), row))
    while True:
        wider = np.unique(np.concatenate((around, ties[around].indices)))
        if len(wider) > most or len(wider) == len(around):
            return around.astype(np.int64)
        around = wider


def _in_the_city(reading: Reading, row: int) -> float:
    chosen = _chosen(len(reading.ids), _circle(reading.adjacency, row))
    columns, _ = solve(reading.adjacency, chosen, tau=reading.tau)
    return _islands_more(columns, reading.adjacency, row, reading.tau)


def _islands_more(columns: Floats, ties: csr_array, row: int, tau: float) -> float:
    """An update of the rank of a person's ties, from the columns of Q of the person and of their friends."""
    friends, weights = _circle(ties, row)[1:], ties.data[ties.indptr[row] : ties.indptr[row + 1]]
    qb = columns[:, :1] - columns[:, 1:]
    inner = np.diag(1.0 / (tau * weights)) - (qb[row] - qb[friends])
    return float(np.trace(np.linalg.solve(inner, qb.T @ qb))) - (1.0 - float(columns[row, 0]))


def _circle(ties: csr_array, row: int) -> Ints:
    """A person and their friends."""
    return np.append(row, ties.indices[ties.indptr[row] : ties.indptr[row + 1]]).astype(np.int64)


def _chosen(people: int, rows: Ints) -> Floats:
    columns = np.zeros((people, len(rows)))
    columns[rows, np.arange(len(rows))] = 1.0
    return columns


def _areas(labels: Ints) -> list[Ints]:
    order = np.argsort(labels, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    return [rows for rows in parts if len(rows) > 1 and labels[rows[0]] >= 0]


def _strangers_in(reading: Reading, rows: Ints) -> tuple[Ints, Ints]:
    """Pairs of the least woven in with everybody of their area."""
    order = rows[np.argsort(-reading.diagonal[rows], kind="stable")]
    with_ties = order[np.diff(reading.adjacency.indptr)[order] > 0]
    least = np.unique(np.concatenate((order[:_FEWEST], with_ties[:_FEWEST])))
    us, vs = np.repeat(least, len(rows)), np.tile(rows, len(least))
    pairs = np.unique(np.column_stack((np.minimum(us, vs), np.maximum(us, vs)))[us != vs], axis=0)
    return pairs[:, 0], pairs[:, 1]


def _chances(reading: Reading, us: Ints, vs: Ints) -> tuple[NDArray[np.bool_], Floats]:
    """Whether each pair is tied, and the chance that a new tie would last; all live near each other."""
    tied, common = acquainted(reading.adjacency, us, vs, FRIEND_FROM_WEIGHT)
    return tied, lasting(common > 0, np.zeros(len(us), dtype=np.int64), np.ones(len(us), dtype=np.bool_))
