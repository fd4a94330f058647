"""Asked and met by kind of help and grid, as they may be told to everybody: see `disclosure.py` for what is held back.

A kind that says something of somebody's health, care, need of support, safety or children has no line by grid. What was
not met is no line either, and yet must not be laid bare, for it is asked less met.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matchmaker.engine.disclosure import Counts, Sums, tell

Line = tuple[str, int, int]
"""What is summed up, with the number of a kind and of a grid where it is of one: ``("CELL", 3, 0)``."""
ALL = ("ALL", 0, 0)
BY_GRID = ("BY_GRID", 0, 0)
"""All kinds that are told by grid."""


@dataclass(frozen=True, slots=True, eq=False)
class KindCounts:
    """People who asked and who were met, each once for a kind of help: shape (kinds, grids), and (other kinds,).

    The first two are of kinds told by grid; `other_` of those told of the whole community alone.
    """

    asked: Counts
    met: Counts
    other_asked: Counts
    other_met: Counts


Told = dict[Line, tuple[int, int]]
"""Of each line what is told of asked and of met."""


def tell_counts(counts: KindCounts, *, turn: int = 0) -> Told:
    """What may be told; `turn` (the number of a month) lets another kind and grid come first in turn.

    Examples
    --------
    >>> counts = KindCounts(np.array([[9, 3]]), np.array([[6, 0]]), np.array([2]), np.array([2]))
    >>> told = tell_counts(counts)
    >>> told["ALL", 0, 0], told["KIND", 0, 0], told["CELL", 0, 0], told["OTHER", 0, 0]
    ((15, 10), (10, 5), (10, 5), (-1, -1))
    """
    kinds, grids = counts.asked.shape
    lines = list(lines_of(kinds, grids, len(counts.other_asked), turn=turn))
    told = tell(sums_of(lines), parts_of(counts))
    return {line: (int(told[3 * at]), int(told[3 * at + 1])) for at, (line, _) in enumerate(lines)}


def parts_of(counts: KindCounts) -> Counts:
    """The smallest parts: of each cell who was met, then of each who was not."""
    asked = np.concatenate([counts.asked.ravel(), counts.other_asked])
    met = np.concatenate([counts.met.ravel(), counts.other_met])
    return np.concatenate([met, asked - met]).astype(np.int64)


def sums_of(lines: list[tuple[Line, Counts]]) -> Sums:
    """Of each line three sums: asked, met, and not met, which nobody is told."""
    rows = np.vstack([row for _, cells in lines for row in _asked_met_and_not(cells)])
    return Sums(rows, tuple(3 * at + measure for at in range(len(lines)) for measure in (0, 1)))


def lines_of(kinds: int, grids: int, others: int, *, turn: int = 0) -> Iterator[tuple[Line, Counts]]:
    """Each line with the cells it sums up, shape (cells,); the most wanted first."""
    cells = np.arange(kinds * grids).reshape(kinds, grids)
    count = kinds * grids + others
    yield ALL, _marked(np.arange(count), count)
    if kinds and grids:
        yield BY_GRID, _marked(cells.ravel(), count)
    for kind in _from(turn, kinds):
        yield ("KIND", kind, 0), _marked(cells[kind], count)
    for other in _from(turn, others):
        yield ("OTHER", other, 0), _marked(np.array([kinds * grids + other]), count)
    for grid in _from(turn, grids if kinds else 0):
        yield ("GRID", 0, grid), _marked(cells[:, grid], count)
    for grid in _from(turn, grids):
        for kind in _from(turn, kinds):
            yield ("CELL", kind, grid), _marked(cells[kind, [grid]], count)


def _from(turn: int, count: int) -> Iterator[int]:
    return ((turn + at) % count for at in range(count))


def _marked(cells: Counts, count: int) -> Counts:
    marks = np.zeros(count, dtype=np.int64)
    marks[cells] = 1
    return marks


def _asked_met_and_not(cells: Counts) -> tuple[Counts, Counts, Counts]:
    nothing = np.zeros_like(cells)
    return np.concatenate([cells, cells]), np.concatenate([cells, nothing]), np.concatenate([nothing, cells])
