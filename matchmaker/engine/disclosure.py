"""Which sums of small counts may be told to everybody, rounded to five, so that none below five can be reckoned out.

Each count lies in a drawer: under five, 5 (five to seven), 10 (eight to twelve), 15 and so on, and its drawer is all
that is ever told. Drawers of sums and of their parts, put side by side, may still lay a small count bare: where five to
seven are told of two groups together, and under five of each, each has one at least. So the table is attacked before it
is told, with all that everybody would know, and where a sum is laid bare, one of the drawers that pin it is held back,
until nothing is. A sum is laid bare where every table of whole numbers that agrees leaves it between one and four, or
where it may be below five and is left fewer than three numbers: that nobody asked is not proved either.

What is held back is chosen by the drawers alone, so that two tables that would be told alike have the same blanks.

References
----------
Fischetti and Salazar, "Solving the cell suppression problem on tabular data with linear constraints" (2001), for the
attacker's program; Willenborg and de Waal, "Elements of Statistical Disclosure Control" (2001), for rounding, blanks.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

BASE: Final = 5
"""What is told is a multiple of it, and a count below it is never told."""
WIDTH: Final = 2
"""A sum that may be below five stays open over so many steps at least: three numbers."""
HELD_BACK: Final = -1
BINDS: Final = 1e-7

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """A table as sums of its smallest parts, which are counts and never below nought.

    `rows` has shape (sums, parts) and holds 0 and 1: every sum that must not be laid bare, told or not. `questions` are
    those that are to be told, by their row, the most wanted first: the last of them are held back first.
    """

    rows: Counts
    questions: tuple[int, ...]


def drawer_of(count: int) -> int:
    """The number of the drawer; what is told of it is five times as much, and of the first that it is under five.

    Examples
    --------
    >>> [5 * drawer_of(count) for count in (0, 4, 5, 7, 8, 12, 13)]
    [0, 0, 5, 5, 10, 10, 15]
    """
    return 0 if count < BASE else max(1, (count + BASE // 2) // BASE)


def limits_of(told: int) -> tuple[int, int]:
    """The smallest and the greatest count of which so much is told.

    Examples
    --------
    >>> [limits_of(told) for told in (0, 5, 10)]
    [(0, 4), (5, 7), (8, 12)]
    """
    return (0, BASE - 1) if told == 0 else (max(BASE, told - BASE // 2), told + BASE // 2)


def tell(sums: Sums, counts: Counts) -> Counts:
    """What is told of each sum: a multiple of five, 0 for "under five", -1 where nothing is told.

    Parameters
    ----------
    sums
        The table.
    counts
        Shape (parts,): the true counts.

    Returns
    -------
    Shape (sums,).

    Examples
    --------
    Six together and under five in each of two groups would leave one to four in each; so one of them is held back.

    >>> pair = Sums(np.array([[1, 1], [1, 0], [0, 1]]), (0, 1, 2))
    >>> tell(pair, np.array([3, 3])).tolist()
    [5, 0, -1]
    >>> tell(pair, np.array([3, 9])).tolist()
    [10, 0, 10]
    """
    told = rounded(sums, counts)
    attack = Attack(sums.rows, counts, above=int(told.max()) + 2 * BASE)
    wanted = {question: at for at, question in enumerate(sums.questions)}
    for row in range(len(sums.rows)):
        while attack.lays_bare(row, told):
            pins = attack.pins(row, told)
            told[max(pins, key=wanted.__getitem__)] = HELD_BACK
    return told


def rounded(sums: Sums, counts: Counts) -> Counts:
    """What would be told if nothing were held back."""
    told = np.full(len(sums.rows), HELD_BACK, dtype=np.int64)
    for question in sums.questions:
        told[question] = BASE * drawer_of(int(sums.rows[question] @ counts))
    return told


class Attack:
    """What everybody can reckon from what is told, and tables that agree with it, each of which proves much at once.

    Where something more is held back, tables that agreed before agree still: nothing is looked at twice. No part above
    `above` is looked for; a figure told is never so large that more were needed to show that something is open.
    """

    def __init__(self, rows: Counts, counts: Counts, *, above: int) -> None:
        self._rows, self._above = rows.astype(np.int64), above
        sums = self._rows @ counts
        self._low, self._high = sums.copy(), sums.copy()
        """The smallest and the greatest that each sum is in some table that agrees; the true one agrees always."""

    def lays_bare(self, row: int, told: Counts) -> bool:
        """Whether this sum, by itself, is known too well."""
        for sign in (-1, 1):
            if self._is_open(row):
                return False
            self._note(self._extreme(row, sign, told))
        return not self._is_open(row) and int(self._low[row]) < BASE

    def pins(self, row: int, told: Counts) -> list[int]:
        """The sums told that hold this one between its limits: without all of them it would be open wider."""
        known = np.flatnonzero(told != HELD_BACK)
        found: set[int] = set()
        for sign in (-1, 1):
            binds = np.abs(self._program(row, sign, told).ineqlin.marginals) > BINDS
            found |= {int(known[at % len(known)]) for at in np.flatnonzero(binds)}
        return sorted(found) or [int(one) for one in known if (self._rows[one] & self._rows[row]).any()]

    def _is_open(self, row: int) -> bool:
        low, high = int(self._low[row]), int(self._high[row])
        return high - low >= WIDTH and (low == 0 or high >= BASE)

    def _note(self, parts: Counts) -> None:
        sums = self._rows @ parts
        np.minimum(self._low, sums, out=self._low)
        np.maximum(self._high, sums, out=self._high)

    def _extreme(self, row: int, sign: int, told: Counts) -> Counts:
        """A table of whole numbers in which the sum is smallest (`sign` 1) or greatest (-1), up to what is asked."""
        parts = self._program(row, sign, told).x
        if np.abs(parts - np.rint(parts)).max() < BINDS:
            return _whole(parts)
        return whole_table(self._rows, sign * self._rows[row], told, above=self._above)

    def _program(self, row: int, sign: int, told: Counts) -> Any:
        """The same in fractions, with what each limit is worth."""
        known, lows, highs = _limits(told)
        upper = np.vstack([self._rows[known], -self._rows[known]])
        bounds = np.concatenate([highs, -lows])
        found = linprog(sign * self._rows[row], A_ub=upper, b_ub=bounds, bounds=(0, self._above), method="highs")
        return _solved(found)


def whole_table(rows: Counts, costs: Counts, told: Counts, *, above: int) -> Counts:
    """Counts in whole numbers, shape (parts,), none above `above`, that agree with what is told at the least cost."""
    known, lows, highs = _limits(told)
    agree = LinearConstraint(rows[known], lows, highs)
    found = milp(costs, integrality=np.ones(rows.shape[1]), bounds=Bounds(0, above), constraints=agree)
    return _whole(_solved(found).x)


def _limits(told: Counts) -> tuple[Counts, Floats, Floats]:
    """Which sums are told, and between which counts they lie."""
    known = np.flatnonzero(told != HELD_BACK)
    limits = np.array([limits_of(int(told[one])) for one in known], dtype=np.float64).reshape(-1, 2)
    return known, limits[:, 0], limits[:, 1]


def _whole(parts: Floats) -> Counts:
    whole: Counts = np.rint(parts).astype(np.int64)
    return whole


def _solved(found: Any) -> Any:
    """The true table agrees always, so there is an answer; without one nothing may be told at all."""
    if found.x is None:
        raise ArithmeticError(found.message)
    return found
