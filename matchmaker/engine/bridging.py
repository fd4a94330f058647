"""Who knows few, who holds the neighbourhood together, and which introduction would help most."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matchmaker.engine.neighbourhood import FRIEND_FROM_WEIGHT, acquainted, lasting
from matchmaker.engine.solving import Floats, Ints, exact_gains, solve
from matchmaker.engine.strangers import Reading

_SHORTLIST: Final = 20
_FEWEST: Final = 8
_DIGITS: Final = 9
"""Equal to so many digits is equal, and the smaller id comes first."""
_A_LITTLE: Final = 1e-6
"""A weight so small that a tie of it changes nothing else."""


@dataclass(frozen=True, slots=True)
class Bridging:
    """Somebody without whose ties the town would be so many islands more."""

    person_id: int
    islands_more: float


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
    """Those without whose ties the town would be most islands more, exactly, most first.

    Looked for among those whose ties, each taken away alone, would be missed most. A person who ties others to the
    town counts; the island that they would be themselves does not.
    """
    ties = csr_array(reading.adjacency)
    left = np.repeat(np.arange(len(reading.ids)), np.diff(ties.indptr))
    missed = np.bincount(left, _losses(reading, left, ties), minlength=len(reading.ids))
    if among is not None:
        missed[~among] = 0.0
    likely = np.argsort(-missed, kind="stable")[: max(_SHORTLIST, 2 * count)]
    found = [
        Bridging(int(reading.ids[row]), _islands_without(reading, int(row))) for row in likely if missed[row] > 0.0
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


def _losses(reading: Reading, left: Ints, ties: csr_array) -> Floats:
    """What tr Q would rise by without each tie alone, as ``1 / loss = 2 / (tau w a) - 1 / gain`` with a = |Qb|^2."""
    if not ties.nnz:
        return np.zeros(0)
    right, weights = ties.indices.astype(np.int64), ties.data
    square = reading.gains(left, right, np.full(len(left), _A_LITTLE)) / (reading.tau * _A_LITTLE)
    gains = reading.gains(left, right, weights)
    with np.errstate(divide="ignore", invalid="ignore"):  # a sketch may see nothing between two, or too much
        losses = 1.0 / (2.0 / (reading.tau * weights * square) - 1.0 / gains)
    return np.where(np.isfinite(losses) & (losses > 0.0), losses, gains)


def _islands_without(reading: Reading, row: int) -> float:
    """How many islands more all others are where a person's ties are gone: an update of the rank of these ties."""
    friends = reading.adjacency.indices[reading.adjacency.indptr[row] : reading.adjacency.indptr[row + 1]]
    weights = reading.adjacency.data[reading.adjacency.indptr[row] : reading.adjacency.indptr[row + 1]]
    ends = np.zeros((len(reading.ids), len(friends) + 1))
    ends[row] = 1.0
    ends[friends, np.arange(len(friends))] -= 1.0
    solved, _ = solve(reading.adjacency, ends, tau=reading.tau)
    qb, own = solved[:, :-1], float(solved[row, -1])  # the last column is the person's own
    inner = np.diag(1.0 / (reading.tau * weights)) - (qb[row] - qb[friends])
    return float(np.trace(np.linalg.solve(inner, qb.T @ qb))) - (1.0 - own)


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
