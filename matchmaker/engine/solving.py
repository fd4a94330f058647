"""Products with the forest matrix Q = (I + tau L)^-1 of a city, without ever writing it down: conjugate gradients."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Block = NDArray[Any]

TAU: Final = 1.0
"""How far acquaintance reaches along ties; 1 is what the published village figures use."""
EXACT_TOLERANCE: Final = 1e-11
MOST_PRODUCTS: Final = 500

_BLOCK: Final = 64
_ROWS_AT_ONCE: Final = 4096
"""So many rows of a block of 64 columns stay in the processor's cache from one step to the next."""


def solve(
    adjacency: csr_array, columns: Floats, *, tau: float = TAU, tolerance: float = EXACT_TOLERANCE
) -> tuple[Floats, float]:
    """Q times some columns, as exactly as floating point allows.

    Parameters
    ----------
    adjacency : csr_array, shape (n, n)
        Symmetric weights above 0; whatever stands on the diagonal is left out: nobody is tied to themselves.
    columns : ndarray, shape (n, m)
    tau, tolerance : float
        The tolerance is relative to the columns, all taken together.

    Returns
    -------
    product : ndarray, shape (n, m)
    residual : float
        What was left, relative to the columns. No entry of the product is further off than this times their norm.

    Raises
    ------
    ValueError
        If the matrix is not square or not symmetric, if tau or a weight is not a positive finite number, or if the
        columns have another number of rows.

    Examples
    --------
    >>> pair = csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> solve(pair, np.array([[1.0], [0.0]]))[0].round(6).ravel().tolist()
    [0.666667, 0.333333]
    """
    ties = checked(adjacency, tau)
    if columns.ndim != 2 or columns.shape[0] != ties.shape[0]:
        raise ValueError("the columns have another number of rows than the town has people")
    block = np.array(columns, dtype=np.float64)
    start = block / (1.0 + tau * degrees_of(ties))[:, None]
    rest, _, residual = missing(ties, block, start, tau, tolerance)
    return start + rest, residual


def exact_gains(
    adjacency: csr_array, us: ArrayLike, vs: ArrayLike, weight: ArrayLike = 1.0, *, tau: float = TAU
) -> Floats:
    """The gains of a shortlist, by a solve for each pair, with the parameters and the result of `Sketch.tie_gains`.

    Some seconds for 64 pairs in a city of 200,000: for what a person will read, not for a search.

    Examples
    --------
    >>> pair = csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> exact_gains(pair, [0], [1]).round(6).tolist()
    [0.133333]
    """
    ties = checked(adjacency, tau)
    left, right = np.asarray(us, dtype=np.int64), np.asarray(vs, dtype=np.int64)
    added = np.broadcast_to(tau * np.asarray(weight, dtype=np.float64), left.shape)
    gains = np.zeros(len(left))
    for begin in range(0, len(left), _BLOCK):
        some = slice(begin, begin + _BLOCK)
        u, v, column = left[some], right[some], np.arange(len(left[some]))
        block = np.zeros((ties.shape[0], len(u)))
        block[u, column] += 1.0
        block[v, column] -= 1.0
        start = block / (1.0 + tau * degrees_of(ties))[:, None]
        rest, _, _ = missing(ties, block, start, tau, EXACT_TOLERANCE)
        solved = start + rest
        resistance = solved[u, column] - solved[v, column]
        gains[some] = added[some] * np.einsum("ij,ij->j", solved, solved) / (1.0 + added[some] * resistance)
    return gains


def checked(adjacency: csr_array, tau: float = TAU) -> csr_array:
    """The same matrix with an empty diagonal and small indices, or a refusal; the given one stays as it was.

    Raises
    ------
    ValueError
        As `solve`.
    """
    ties = csr_array(adjacency, dtype=np.float64)
    if ties.ndim != 2 or ties.shape[0] != ties.shape[1]:
        raise ValueError("the ties are no square matrix")
    if ties.diagonal().any():
        ties = ties.copy()
        ties.setdiag(0.0)
        ties.eliminate_zeros()
    if not (np.isfinite(tau) and tau > 0.0) or not bool(np.all(np.isfinite(ties.data) & (ties.data > 0.0))):
        raise ValueError("tau and every tie weight must be positive and finite")
    # Two made-up vectors tell a matrix from its mirror without making the mirror.
    one, other = np.sin(np.arange(ties.shape[0])), np.cos(3.0 * np.arange(ties.shape[0]))
    there, back = float(one @ (ties @ other)), float(other @ (ties @ one))
    if abs(there - back) > 1e-9 * (1.0 + float(np.abs(ties.data).sum())):
        raise ValueError("the ties are not the same both ways")
    if ties.indices.dtype != np.int32 and max(ties.shape[0], ties.nnz) < np.iinfo(np.int32).max:
        parts = (ties.data, ties.indices.astype(np.int32), ties.indptr.astype(np.int32))
        ties = csr_array(parts, shape=ties.shape)
    return ties


def missing(ties: csr_array, block: Block, start: Block, tau: float, tolerance: float) -> tuple[Block, int, float]:
    """What is missing from `start` until it is Q times `block`, which is used up.

    Conjugate gradients for all columns as one long vector, on ``I - tau D^-1/2 A D^-1/2`` with ``D = 1 + tau d``: one
    step length serves all columns, so that a step is a few passes over memory beside the product.
    """
    scale = (1.0 / np.sqrt(1.0 + tau * degrees_of(ties))).astype(block.dtype)[:, None]
    scaled = _scaled(ties, scale[:, 0].astype(np.float64), tau, block.dtype.type)
    left, solved, course = block, np.zeros(block.shape, block.dtype), np.empty_like(block)
    whole = square = course_square = turn = 0.0
    for rows in chunks(len(block)):
        np.divide(start[rows], scale[rows], out=course[rows])
        left[rows] *= scale[rows]
        whole += _dot(left[rows], left[rows])
    product = scaled @ course
    for rows in chunks(len(block)):
        left[rows] += product[rows]
        left[rows] -= course[rows]
        square += _dot(left[rows], left[rows])
    products = 1
    while square > tolerance**2 * whole and products < MOST_PRODUCTS:
        for rows in chunks(len(left)):
            course[rows] *= turn
            course[rows] += left[rows]
        course_square = square + turn**2 * course_square
        del product
        product = scaled @ course
        products += 1
        along = sum(_dot(course[rows], product[rows]) for rows in chunks(len(left)))
        before, square = square, _advance(solved, left, course, product, square / (course_square - along))
        turn = square / before
    for rows in chunks(len(left)):
        solved[rows] *= scale[rows]
    return solved, products, float(np.sqrt(square / whole)) if whole else 0.0


def _advance(solved: Block, left: Block, course: Block, product: Block, step: float) -> float:
    """One step along the course; the square of what is left."""
    square, scratch = 0.0, np.empty_like(course[:_ROWS_AT_ONCE])
    for rows in chunks(len(left)):
        part = scratch[: rows.stop - rows.start]
        np.multiply(course[rows], step, out=part)
        solved[rows] += part
        left[rows] -= part
        np.multiply(product[rows], step, out=part)
        left[rows] += part
        square += _dot(left[rows], left[rows])
    return square


def _scaled(ties: csr_array, by: Floats, tau: float, kind: Any) -> csr_array:
    """``tau diag(by) A diag(by)``."""
    factors = by.astype(kind)
    data = ties.data.astype(kind)
    data *= np.repeat(kind(tau) * factors, np.diff(ties.indptr))
    data *= factors[ties.indices]
    return csr_array((data, ties.indices, ties.indptr), shape=ties.shape)


def chunks(count: int) -> Iterator[slice]:
    for begin in range(0, count, _ROWS_AT_ONCE):
        yield slice(begin, min(begin + _ROWS_AT_ONCE, count))


def degrees_of(ties: csr_array) -> Floats:
    return np.asarray(ties.sum(axis=1), dtype=np.float64).ravel()


def _dot(one: Block, other: Block) -> float:
    """Not by the linear algebra library, which would wake its threads for this and cost more."""
    return float(np.einsum("ij,ij->", one, other))
