"""Walks that start on some people, follow ties and begin again from time to time: who is near them, and how near.

The share of its time that such a walk spends with somebody is their personalised PageRank. It is found by local push:
what is under way stands with people, and is passed on wherever it is more than a small part of their ties. So a walk
looks at a neighbourhood of its seeds, never at the city.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from matchmaker.engine.compiled import Compiled
from matchmaker.engine.snapshot import Rows
from matchmaker.engine.tie_columns import Floats, Ints, Words

RESTART: Final = 0.15
EPSILON: Final = 1e-5
OVER: Final = 1.2
"""In a symmetric graph a fifth more is passed on than stands there: a third fewer steps, with the same bound."""
WAITS, SHARE, LIMIT, QUEUED = range(4)
Numbers = tuple[float, float, float]
"""The chance to begin again, epsilon, and how much of what waits is passed on."""
Graph = tuple[Ints, NDArray[np.int32], Words, Floats, Floats, Floats, int, int]


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a walk spends its time.

    Attributes
    ----------
    rows : ndarray of int64, shape (k,)
        Whom it reached, in ascending order.
    share : ndarray of float64, shape (k,)
        The part of its time with each, up to an error.
    left : float
        What was still under way when the search ended, without signs: no sum of errors is larger.
    """

    rows: Ints
    share: Floats
    left: float


class Walker:
    """Many walks over one graph, one after the other; each cleans up where it was.

    Parameters
    ----------
    graph : csr_array or Rows
        Weights at least 0. Of an array a row speaks of its columns; `Snapshot.rows` gives a city as it is, until its
        next event.
    restart : float
        The chance that a step begins again at a seed, between 0 and 1. Who has nobody to go to begins again too.
    epsilon : float
        Where less than this times somebody's strength (the sum of their weights; 1 where it is 0) is under way, it is
        let be. In a symmetric graph, with seeds that know somebody, no share is off by more than that.

    Raises
    ------
    ValueError
        Where the graph is not square or has a weight below 0, or a number is out of its range.

    References
    ----------
    Andersen, R., Chung, F., Lang, K. (2006). Local graph partitioning using PageRank vectors.
    """

    def __init__(self, graph: csr_array | Rows, *, restart: float = RESTART, epsilon: float = EPSILON):
        if not (0.0 < restart < 1.0 and 0.0 < epsilon < math.inf):
            raise ValueError("a walk begins again with a chance between 0 and 1, and epsilon is above 0")
        self.rows = graph if isinstance(graph, Rows) else rows_of(graph)
        self.epsilon = epsilon
        of = self.rows
        self._graph = (of.start, of.length, of.word, of.base, of.factor, of.strength, of.shift, of.mask)
        self._numbers = (restart, epsilon, OVER if of.symmetric else 1.0)
        size = len(of.start)
        self._state = np.zeros((size, 4))
        self._queue = np.zeros(size + 1, dtype=np.int32)
        self._touched = np.zeros(size, dtype=np.int32)
        self._share = np.zeros(size)

    def walk(self, seeds: ArrayLike, weights: ArrayLike | None = None) -> Walk:
        """A walk from some rows.

        Parameters
        ----------
        seeds : array of int, shape (s,)
            Rows, each once.
        weights : array of float, shape (s,), optional
            How often it begins at each, above 0, in any unit; all alike unless it is said.

        Raises
        ------
        ValueError
            Where there is no seed, one twice or one that is no row, or a weight is not above 0.

        Examples
        --------
        >>> pair = csr_array([[0.0, 1.0], [1.0, 0.0]])
        >>> Walker(pair, epsilon=1e-9).walk([0]).share.round(3).tolist()  # 1 / 1.85 and .85 / 1.85
        [0.541, 0.459]
        """
        size = len(self.rows.start)
        first = np.asarray(seeds, dtype=np.int64).reshape(-1)
        shares = np.ones(len(first)) if weights is None else np.array(weights, dtype=np.float64).reshape(-1)
        if not len(first) or len(np.unique(first)) != len(first) or first.min() < 0 or first.max() >= size:
            raise ValueError("seeds are rows of the graph, at least one, each once")
        if len(shares) != len(first) or not (shares > 0.0).all() or not np.isfinite(shares).all():
            raise ValueError("each seed has a weight above 0")
        shares /= shares.sum()
        count, begins = 0, 1.0
        while begins != 0.0:  # all of it first; then what came to people with nobody to go to
            count, waiting = _begin(
                first, shares * begins, self.rows.strength, self.epsilon, self._state, self._queue, self._touched, count
            )
            count, begins = _push(self._graph, self._numbers, self._state, self._queue, self._touched, count, waiting)
        reached, left = _collect(count, self._state, self._touched, self._share)
        order = np.argsort(self._touched[:reached])
        return Walk(self._touched[order].astype(np.int64), self._share[order], left)


def rows_of(adjacency: csr_array) -> Rows:
    """A CSR array in the form that walks take: its own arrays, and the sums of its rows.

    Raises
    ------
    ValueError
        Where it is not square or has a weight below 0 or none that is a number.
    """
    if adjacency.ndim != 2 or adjacency.shape[0] != adjacency.shape[1]:
        raise ValueError("the array must be square")
    base = np.asarray(adjacency.data, dtype=np.float64)
    if not (base >= 0.0).all() or not np.isfinite(base).all():
        raise ValueError("a walk cannot follow a weight below 0")
    return Rows(
        start=adjacency.indptr[:-1].astype(np.int64),
        length=np.diff(adjacency.indptr).astype(np.int32),
        word=adjacency.indices.astype(np.int32, copy=False),
        base=base,
        factor=np.ones(1),
        strength=np.asarray(adjacency.sum(axis=1), dtype=np.float64).reshape(-1),
        shift=0,
        mask=0,
        symmetric=abs(adjacency - adjacency.T).nnz == 0,
    )


@Compiled
def _begin(
    seeds: Ints,
    waits: Floats,
    strength: Floats,
    epsilon: float,
    state: Floats,
    queue: Words,
    touched: Words,
    count: int,
) -> tuple[int, int]:
    """How many rows were touched by now, and how many of the seeds wait in the queue."""
    waiting = 0
    for k in range(len(seeds)):
        row = seeds[k]
        state[row, WAITS] += waits[k]
        fresh = state[row, LIMIT] == 0.0
        if fresh:
            state[row, LIMIT] = epsilon * (strength[row] if strength[row] > 0.0 else 1.0)
            touched[count] = row
            count += 1
        if fresh or abs(state[row, WAITS]) > state[row, LIMIT]:
            state[row, QUEUED] = 1.0
            queue[waiting] = row
            waiting += 1
    return count, waiting


@Compiled
def _push(
    graph: Graph, numbers: Numbers, state: Floats, queue: Words, touched: Words, count: int, waiting: int
) -> tuple[int, float]:
    """How many rows were touched by now, and what came to rows with nobody to go to: it begins again.

    What a step asks about a row stands side by side in `state`.
    """
    start, length, word, base, factor, strength, shift, mask = graph
    restart, epsilon, over = numbers
    begins = 0.0
    first, past = 0, waiting
    while first != past:
        row = queue[first]
        first = first + 1 if first + 1 < len(queue) else 0
        moved = over * state[row, WAITS]
        state[row, WAITS] -= moved
        state[row, SHARE] += restart * moved
        state[row, QUEUED] = 0.0
        moved *= 1.0 - restart
        if strength[row] <= 0.0:
            begins += moved
        else:
            one = moved / strength[row]
            for k in range(start[row], start[row] + length[row]):
                part = one * base[k] * factor[word[k] & mask]
                if part == 0.0:
                    continue
                other = word[k] >> shift
                waits = state[other, WAITS] + part
                state[other, WAITS] = waits
                limit = state[other, LIMIT]
                if limit == 0.0:
                    limit = epsilon * (strength[other] if strength[other] > 0.0 else 1.0)
                    state[other, LIMIT] = limit
                    touched[count] = other
                    count += 1
                if abs(waits) > limit and state[other, QUEUED] == 0.0:
                    state[other, QUEUED] = 1.0
                    queue[past] = other
                    past = past + 1 if past + 1 < len(queue) else 0
        # What was moved too much may itself be too much to leave.
        if abs(state[row, WAITS]) > state[row, LIMIT] and state[row, QUEUED] == 0.0:
            state[row, QUEUED] = 1.0
            queue[past] = row
            past = past + 1 if past + 1 < len(queue) else 0
    return count, begins


@Compiled
def _collect(count: int, state: Floats, touched: Words, found: Floats) -> tuple[int, float]:
    """How many rows have a share and what is left; they stand in `touched` and `found`, and `state` is all 0 again."""
    left = 0.0
    reached = 0
    for k in range(count):
        row = touched[k]
        left += abs(state[row, WAITS])
        if state[row, SHARE] != 0.0:
            touched[reached] = row
            found[reached] = state[row, SHARE]
            reached += 1
        for column in range(4):
            state[row, column] = 0.0
    return reached, left
