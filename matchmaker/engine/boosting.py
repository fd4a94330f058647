"""Small boosted trees over numpy histograms: enough for a few dozen counters, and nothing to install."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Loss = Literal["logistic", "squared"]

BINS: Final = 48
"""Places at which a column may be cut: quantiles of what was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How large the ensemble is and how timidly it learns: of about ten tried on one market's ratings."""

    trees: int = 200
    depth: int = 5
    rate: float = 0.05
    """What part of each tree's advice is taken."""
    ridge: float = 3.0
    """Rows without opinion that each leaf is shrunk by."""
    least_weight: float = 3.0
    """Curvature a leaf needs: rows for the squared loss, about four rows or more for the logistic one."""
    rows: float = 0.5
    """The part of the rows each tree sees, and at most `most_rows` of them."""
    most_rows: int = 16_000
    columns: float = 0.3


@dataclass(frozen=True, slots=True)
class Trees:
    """An ensemble of complete binary trees of one depth.

    Attributes
    ----------
    base : float
        The answer before any tree.
    column, cut : array of shape (trees, 2 ** depth - 1)
        Inner node i sends a row to 2 i + 2 where its value in that column is above the cut, else to 2 i + 1. A missing
        value (NaN) is above nothing; a cut at infinity sends everybody left.
    leaf : array of shape (trees, 2 ** depth)
        What is added to the answer: log odds for the logistic loss.
    """

    base: float
    column: Ints
    cut: Floats
    leaf: Floats

    def answer(self, row: Floats) -> float:
        """The answer for one row of shape (columns,); the work depends on the size of the ensemble alone."""
        trees, inner = self.column.shape
        first = np.arange(trees) * inner
        columns, cuts = self.column.ravel(), self.cut.ravel()
        node = np.zeros(trees, dtype=np.int64)
        while node[0] < inner:
            at = first + node
            node = 2 * node + 1 + (row[columns[at]] > cuts[at])
        return self.base + float(self.leaf.ravel()[np.arange(trees) * (inner + 1) + node - inner].sum())

    def answers(self, rows: Floats) -> Floats:
        """The answers for rows of shape (n, columns), shape (n,)."""
        total = np.full(len(rows), self.base)
        for column, cut, leaf in zip(self.column, self.cut, self.leaf, strict=True):
            node = np.zeros(len(rows), dtype=np.int64)
            while len(node) and node[0] < len(column):
                node = 2 * node + 1 + (rows[np.arange(len(rows)), column[node]] > cut[node])
            total += leaf[node - len(column)]
        return total


def fit_trees(rows: Floats, wanted: Floats, *, loss: Loss, shape: Shape = Shape(), seed: int = 0) -> Trees:
    """Grow trees one after the other, each towards what the ones before it got wrong.

    Parameters
    ----------
    rows : array of shape (n, columns)
        Any unit and scale; NaN means not known.
    wanted : array of shape (n,)
        0 or 1 for the logistic loss, any number for the squared one.
    loss : {"logistic", "squared"}
    shape : Shape
    seed : int
        Draws the rows and columns each tree sees; the same seed gives the same trees.

    Returns
    -------
    Trees

    Raises
    ------
    ValueError
        Where there is no row, or the logistic loss is given answers of one kind only.

    Examples
    --------
    >>> rows = np.arange(40.0).reshape(-1, 1)
    >>> trees = fit_trees(rows, (rows[:, 0] > 19).astype(float), loss="logistic", shape=Shape(columns=1.0))
    >>> trees.answer(np.array([3.0])) < 0 < trees.answer(np.array([30.0]))
    True

    References
    ----------
    Friedman, J. (2002). Stochastic gradient boosting.
    """
    if not len(rows):
        raise ValueError("there is no row to learn from")
    mean = float(wanted.mean())
    if loss == "logistic" and not 0.0 < mean < 1.0:
        raise ValueError("the answers are all of one kind")
    rng = np.random.default_rng(seed)
    cuts = [_cuts(column) for column in rows.T]
    binned = np.stack([_binned(column, at) for column, at in zip(rows.T, cuts, strict=True)], axis=1)
    base = float(np.log(mean / (1.0 - mean))) if loss == "logistic" else mean
    answer = np.full(len(rows), base)
    grown = []
    for _ in range(shape.trees):
        slope, curve = _slopes(answer, wanted, loss)
        column, cut, leaf = _tree(binned, slope, curve, shape, rng)
        answer += leaf[_leaves(binned, column, cut)]
        grown.append((column, _places(column, cut, cuts), leaf))
    columns, places, leaves = (np.stack(part) for part in zip(*grown, strict=True))
    return Trees(base, columns, places, leaves)


def _slopes(answer: Floats, wanted: Floats, loss: Loss) -> tuple[Floats, Floats]:
    if loss == "squared":
        return answer - wanted, np.ones(len(answer))
    chance = 1.0 / (1.0 + np.exp(-answer))
    return chance - wanted, chance * (1.0 - chance)


def _cuts(column: Floats) -> Floats:
    known = column[~np.isnan(column)]
    return np.unique(np.quantile(known, np.linspace(0.0, 1.0, BINS + 1)[1:-1])) if len(known) else np.zeros(0)


def _binned(column: Floats, cuts: Floats) -> Ints:
    """0 where not known, else one more than the number of cuts below the value."""
    return np.where(np.isnan(column), 0, np.searchsorted(cuts, column, side="left") + 1).astype(np.int64)


def _places(column: Ints, cut: Ints, cuts: list[Floats]) -> Floats:
    """Numbers of bins turned back into values: above bin 0 is whatever is known at all."""
    ends = [np.concatenate([[-np.inf], at, np.full(BINS + 2 - len(at), np.inf)]) for at in cuts]
    return np.array([ends[j][min(b, BINS + 1)] for j, b in zip(column, cut, strict=True)])


def _tree(
    binned: Ints, slope: Floats, curve: Floats, shape: Shape, rng: np.random.Generator
) -> tuple[Ints, Ints, Floats]:
    """One tree, level by level: each node takes the cut that lowers the loss most, or none."""
    n, width = binned.shape
    share = min(shape.rows, shape.most_rows / n)
    some = np.flatnonzero(rng.random(n) < share)
    columns = np.sort(rng.choice(width, max(1, round(width * shape.columns)), replace=False))
    seen, slope, curve = binned[np.ix_(some, columns)], slope[some], curve[some]
    bins = BINS + 1
    stride = len(columns) * bins
    keys = seen + np.arange(len(columns)) * bins
    slopes, curves = np.repeat(slope, len(columns)), np.repeat(curve, len(columns))
    node = np.zeros(len(some), dtype=np.int64)
    column = np.zeros(2**shape.depth - 1, dtype=np.int64)
    cut = np.full(2**shape.depth - 1, bins, dtype=np.int64)
    for level in range(shape.depth):
        here = 2**level
        key = (keys + (node * stride)[:, None]).ravel()
        size = here * stride
        below = np.bincount(key, slopes, size).reshape(here, len(columns), bins).cumsum(2)
        mass = np.bincount(key, curves, size).reshape(here, len(columns), bins).cumsum(2)
        gain = _gain(below, mass, shape).reshape(here, -1)
        best = gain.argmax(axis=1)
        first = here - 1
        column[first : first + here] = columns[best // bins]
        cut[first : first + here] = np.where(gain[np.arange(here), best] > 0.0, best % bins, bins)
        node = 2 * node + (seen[np.arange(len(some)), (best // bins)[node]] > cut[first + node])
    pull = np.bincount(node, slope, 2**shape.depth)
    held = np.bincount(node, curve, 2**shape.depth)
    return column, cut, -shape.rate * pull / (held + shape.ridge)


def _gain(below: Floats, mass: Floats, shape: Shape) -> Floats:
    """What each cut would take off the loss; 0 where a side would be too light."""
    above, other = below[:, :, -1:] - below, mass[:, :, -1:] - mass
    whole = (below + above) ** 2 / (mass + other + shape.ridge)
    gain = below**2 / (mass + shape.ridge) + above**2 / (other + shape.ridge) - whole
    return np.where((mass < shape.least_weight) | (other < shape.least_weight), 0.0, gain)


def _leaves(binned: Ints, column: Ints, cut: Ints) -> Ints:
    node = np.zeros(len(binned), dtype=np.int64)
    while node[0] < len(column):
        node = 2 * node + 1 + (binned[np.arange(len(binned)), column[node]] > cut[node])
    return node - len(column)
