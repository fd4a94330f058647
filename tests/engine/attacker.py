"""Whoever gathers all that the public pages ever told, and reckons what stands behind it with linear programs.

Nothing here is taken from `matchmaker/engine/disclosure.py`: what a figure on the page means is said once more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from matchmaker.engine.told_counts import KindCounts, Told, lines_of

SURELY: Final = 1e-6
Limits = tuple[int, int]


def meaning(told: int) -> tuple[float, float]:
    """Between which counts a figure lies: nothing told, under five, 5 (never less), or within two of a multiple."""
    return {-1: (0.0, np.inf), 0: (0.0, 4.0), 5: (5.0, 7.0)}.get(told, (told - 2.0, told + 2.0))


@dataclass(frozen=True)
class Attacker:
    """Knows every month at once: who was met is some of those who asked, and margins are the sums of their cells."""

    rows: np.ndarray
    told: np.ndarray
    """Asked and met of each line of each month; a row for what was not met follows them, of which nothing is told."""

    @classmethod
    def with_all(cls, months: list[tuple[KindCounts, Told]]) -> "Attacker":
        rows, told, width = [], [], 2 * sum(_cells(counts) for counts, _ in months)
        start = 0
        for counts, page in months:
            cells = _cells(counts)
            for line, marks in lines_of(*counts.asked.shape, len(counts.other_asked)):
                met, unmet = np.zeros(width), np.zeros(width)
                met[start : start + cells], unmet[start + cells : start + 2 * cells] = marks, marks
                rows += [met + unmet, met, unmet]
                told += [*page[line], -1]
            start += 2 * cells
        return cls(np.array(rows), np.array(told))

    def recovered(self, *, whole: bool = False) -> list[Limits]:
        """Sums of which it is certain that they lie between one and four; `whole` reckons with whole tables only.

        Every table that is found on the way shows for all sums what they may be, so that few programs are needed.
        """
        limits = np.array([meaning(told) for told in self.told])
        low, high = np.full(len(self.rows), np.inf), np.full(len(self.rows), -np.inf)
        found = []
        for row, costs in enumerate(self.rows):
            for sign in (1, -1):
                if low[row] > SURELY and high[row] < 5 - SURELY:
                    sums = self.rows @ self._least(sign * costs, limits, whole)
                    low, high = np.minimum(low, sums), np.maximum(high, sums)
            if low[row] > SURELY and high[row] < 5 - SURELY:
                found.append((int(np.ceil(low[row] - SURELY)), int(np.floor(high[row] + SURELY))))
        return found

    def _least(self, costs: np.ndarray, limits: np.ndarray, whole: bool) -> np.ndarray:
        """A table that agrees with everything and in which the sum is least; no part needs to be above a thousand."""
        if whole:
            agree = LinearConstraint(self.rows, limits[:, 0], limits[:, 1])
            found = milp(costs, integrality=np.ones(len(costs)), bounds=Bounds(0, 1_000), constraints=agree)
        else:
            capped = np.isfinite(limits[:, 1])
            sides = np.vstack([self.rows[capped], -self.rows])
            bounds = np.concatenate([limits[capped, 1], -limits[:, 0]])
            found = linprog(costs, A_ub=sides, b_ub=bounds, bounds=(0, 1_000), method="highs")
        assert found.status == 0, found.message
        return np.array(found.x)


def _cells(counts: KindCounts) -> int:
    return counts.asked.size + counts.other_asked.size


def drawn_month(rng: np.random.Generator, *, kinds: int, grids: int, others: int, mean: float) -> KindCounts:
    """A month as it might be: some kinds and grids much busier than others."""
    asked = rng.poisson(mean * rng.exponential(1.0, (kinds, grids)))
    other_asked = rng.poisson(mean * rng.exponential(1.0, others))
    return KindCounts(asked, rng.binomial(asked, 0.7), other_asked, rng.binomial(other_asked, 0.7))


def drawn_months(seed: int, count: int = 3) -> Iterator[KindCounts]:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield drawn_month(rng, kinds=2, grids=3, others=1, mean=float(rng.uniform(1.0, 12.0)))
