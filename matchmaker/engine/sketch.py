"""A city's forest matrix through random directions: the stranger index with its error, and the gain of any pair.

Q = (I + tau L)^-1 of a million people is never written down. What a person's own ties say of it is known at once: a
sparse matrix P, with an entry for each tie. The rest, ``E = Q - P``, is seen through k random directions R of signs, by
one block of conjugate gradients: ``Q R - P R = E R``. So only the small rest carries the noise of the sketch, and what
is read stays true on average.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from matchmaker.engine.solving import TAU, Block, Floats, Ints, checked, chunks, degrees_of, missing

Singles = NDArray[np.float32]
Estimate = tuple[float, float]

DIRECTIONS: Final = 64
SKETCH_TOLERANCE: Final = 4e-4
"""What the solve may leave, relative to the right-hand side. The rest is about a thirtieth of that in size and 64
directions blur it by an eighth of its own; this is a tenth of the blur."""

_PAIRS_AT_ONCE: Final = 512
_LOCAL_ROUNDS: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """What `sketch_of` keeps of a city; rows are numbers 0..n-1, as in its adjacency.

    Attributes
    ----------
    adjacency : csr_array, shape (n, n)
        Decayed tie weights.
    near : csr_array of float32, shape (n, n)
        P: what a person's own ties say of Q.
    near_own, near_squares : ndarray, shape (n,)
        The diagonals of P and of P P.
    signs : ndarray of int8, shape (n, k)
        R: the random directions.
    rest : ndarray of float32, shape (n, k)
        E R.
    beside : ndarray of float32, shape (n, k)
        ``2 P R + E R``; its product with `rest` is the difference of the squares of Q R and P R.
    products : int
        Products of the adjacency with a block that the embedding took.
    residual : float
        What the solve left, relative to the right-hand side.
    tau : float
    """

    adjacency: csr_array
    near: csr_array
    near_own: Floats
    near_squares: Floats
    signs: NDArray[np.int8]
    rest: Singles
    beside: Singles
    products: int
    residual: float
    tau: float = TAU

    @property
    def people(self) -> int:
        return int(self.adjacency.shape[0])

    @property
    def directions(self) -> int:
        return int(self.signs.shape[1])

    def diagonal(self) -> Floats:
        """Q_uu of everybody, shape (n,); each with the noise of the sketch."""
        own = np.empty(self.people)
        for rows in chunks(self.people):
            own[rows] = np.vecdot(self.rest[rows], self.signs[rows].astype(np.float32))
        return self.near_own + own / self.directions

    def islands(self) -> Estimate:
        """tr Q and its standard error."""
        values, errors = self.shares(np.zeros(self.people, dtype=np.int64), 1)
        return float(values[0]), float(errors[0])

    def sigma(self) -> Estimate:
        """The stranger index and its standard error; 0 where fewer than two people make no strangers."""
        if self.people < 2:
            return 0.0, 0.0
        islands, error = self.islands()
        return (islands - 1.0) / (self.people - 1.0), error / (self.people - 1.0)

    def shares(self, labels: Ints, count: int) -> tuple[Floats, Floats]:
        """The sum of Q_uu over each area, and its standard error.

        Parameters
        ----------
        labels : ndarray of int, shape (n,)
            The area 0..count-1 of each row; below 0 for nobody's.
        count : int

        Returns
        -------
        values, errors : ndarray, shape (count,)
            The error is read off how far the k directions disagree.
        """
        among = np.flatnonzero(labels >= 0)
        areas = csr_array((np.ones(len(among)), (labels[among], among)), shape=(count, self.people), dtype=np.float64)
        by_direction = np.zeros((count, self.directions))
        for rows in chunks(self.people):
            by_direction += areas[:, rows] @ (self.rest[rows] * self.signs[rows])
        values = areas @ self.near_own + by_direction.mean(axis=1)
        return values, by_direction.std(axis=1, ddof=1) / np.sqrt(self.directions)

    def tie_gains(self, us: ArrayLike, vs: ArrayLike, weight: ArrayLike = 1.0) -> Floats:
        """About what tr Q falls by for each pair alone: ``tau w |Qb|^2 / (1 + tau w b'Qb)`` with ``b = e_u - e_v``.

        Parameters
        ----------
        us, vs : array of int, shape (m,)
            Rows.
        weight : float or array, shape (m,)
            Added to the tie, at least 0.

        Returns
        -------
        ndarray, shape (m,)
            Between 0 and ``2 tau w / (1 + 2 tau w)``; 0 for a person with themselves.

        Raises
        ------
        IndexError
            For a row outside the town.
        """
        return self._gains(us, vs, weight, with_errors=False)[0]

    def tie_gains_with_errors(self, us: ArrayLike, vs: ArrayLike, weight: ArrayLike = 1.0) -> tuple[Floats, Floats]:
        """The gains of `tie_gains`, and the standard error of each as the k directions disagree; both of shape (m,)."""
        return self._gains(us, vs, weight, with_errors=True)

    def _gains(self, us: ArrayLike, vs: ArrayLike, weight: ArrayLike, *, with_errors: bool) -> tuple[Floats, Floats]:
        asked = np.asarray(us, dtype=np.int64)
        gains, errors = np.zeros(len(asked)), np.zeros(len(asked))
        if not len(asked):  # sparse arrays do not take empty pairs of indices
            return gains, errors
        order = np.argsort(asked, kind="stable")  # neighbours' rows lie near each other
        left, right = asked[order], np.asarray(vs, dtype=np.int64)[order]
        added = np.broadcast_to(self.tau * np.asarray(weight, dtype=np.float64), asked.shape)[order]
        if min(left[0], right.min()) < 0 or max(left[-1], right.max()) >= self.people:
            raise IndexError("a row outside the town")
        resistance, squares = self._near_of(left, right)
        for begin in range(0, len(left), _PAIRS_AT_ONCE):
            some = slice(begin, begin + _PAIRS_AT_ONCE)
            u, v, weights = left[some], right[some], added[some]
            rest, beside = _apart(self.rest, u, v), _apart(self.beside, u, v)
            signs = _apart(self.signs, u, v).astype(np.float32)
            far = np.clip(resistance[some] + np.vecdot(rest, signs) / self.directions, 0.0, 2.0)
            # No eigenvalue of Q is above 1, so |Qb|^2 is at most b'Qb.
            square = np.clip(squares[some] + np.vecdot(rest, beside) / self.directions, 0.0, far)
            factor = weights / (1.0 + weights * far)
            gain = factor * square
            gains[order[some]] = gain
            if with_errors:
                apart = rest * (beside - gain[:, None].astype(np.float32) * signs)
                errors[order[some]] = factor * apart.std(axis=1, ddof=1) / np.sqrt(self.directions)
        return gains, errors

    def _near_of(self, u: Ints, v: Ints) -> tuple[Floats, Floats]:
        """b'Pb and |Pb|^2."""
        between = np.asarray(self.near[u, v], dtype=np.float64).ravel()
        shared = np.asarray(self.near[u].multiply(self.near[v]).sum(axis=1), dtype=np.float64).ravel()
        return (
            self.near_own[u] + self.near_own[v] - 2.0 * between,
            self.near_squares[u] + self.near_squares[v] - 2.0 * shared,
        )


def sketch_of(
    adjacency: csr_array,
    *,
    rng: np.random.Generator,
    directions: int = DIRECTIONS,
    tau: float = TAU,
    tolerance: float = SKETCH_TOLERANCE,
) -> Sketch:
    """Embed a city once; the gain of any pair is then a matter of microseconds.

    Parameters
    ----------
    adjacency : csr_array, shape (n, n)
        Symmetric weights above 0. Rows numbered by locality (building, corridor, grid) make the products faster.
        Whatever stands on the diagonal is left out: nobody is tied to themselves.
    rng : numpy.random.Generator
        Draws the directions; the same one gives the same sketch.
    directions : int
        k, at least 2: the error falls with its root, time and memory grow with it.
    tau : float
        Above 0.
    tolerance : float
        When the solve stops: the residual relative to the right-hand side.

    Raises
    ------
    ValueError
        If the matrix is not square or not symmetric, or tau or a weight is not a positive finite number.

    Notes
    -----
    O(products * k * ties) time, four blocks of n * k float32 in memory.

    References
    ----------
    Spielman, D., Srivastava, N. (2011). Graph sparsification by effective resistances. Bekas, C., Kokiopoulou, E.,
    Saad, Y. (2007). An estimator for the diagonal of a matrix.

    Examples
    --------
    >>> pair = csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> islands, error = sketch_of(pair, rng=np.random.default_rng(1)).islands()
    >>> abs(islands - 4 / 3) < 5 * error + 1e-3
    True
    """
    ties = checked(adjacency, tau)
    people = ties.shape[0]
    near = _near(ties, tau)
    signs = rng.integers(0, 2, size=(people, directions), dtype=np.int8)
    signs *= 2
    signs -= 1
    block = signs.astype(np.float32)
    beside = near @ block
    rest, products, residual = missing(ties, block, beside, tau, tolerance)
    for rows in chunks(people):
        beside[rows] *= 2.0
        beside[rows] += rest[rows]
    own = near.diagonal().astype(np.float64)
    squares = np.asarray(near.power(2).sum(axis=1), dtype=np.float64).ravel()
    return Sketch(ties, near, own, squares, signs, rest, beside, products + 1, residual, tau)


def _near(ties: csr_array, tau: float) -> csr_array:
    """P as float32: ``P_uv = x / (1 + tau w x)`` with ``x = tau w g_u g_v``, as if ties closed no circles.

    g, the diagonal, is from a few rounds of ``1 / g_u = 1 + tau d_u - sum_v tau w P_uv / g_u``.
    """
    fixed = (1.0 + tau * degrees_of(ties)).astype(np.float32)
    weights, each = (tau * ties.data).astype(np.float32), np.diff(ties.indptr)
    own = between = 1.0 / fixed
    for _ in range(_LOCAL_ROUNDS):
        of_row = np.repeat(own, each)
        between = weights * of_row
        between *= own[ties.indices]
        between /= 1.0 + weights * between
        back = csr_array((weights * between / of_row, ties.indices, ties.indptr), shape=ties.shape)
        own = 1.0 / (fixed - back.sum(axis=1))
    rows = np.arange(len(own))
    off_diagonal = csr_array((between, ties.indices, ties.indptr), shape=ties.shape)
    return csr_array(off_diagonal + csr_array((own, (rows, rows)), shape=ties.shape))


def _apart(block: Block, u: Ints, v: Ints) -> Block:
    """``block[u] - block[v]`` for rows that are there: "clip" only spares a second look."""
    apart = np.take(block, u, axis=0, mode="clip")
    apart -= np.take(block, v, axis=0, mode="clip")
    return apart
