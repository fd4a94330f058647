"""A plan of a place by grid and building: where each dot lies, from their numbers alone and not from their ties."""

from collections.abc import Hashable, Mapping, Sequence
from math import ceil, sqrt
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Box = tuple[int, int]
"""Width and height in cells."""

MARGIN = 2
"""Cells between two buildings."""
STREET = 4
"""Cells between two grids."""
WIDER_THAN_HIGH = 1.4


def plan_of(buildings: Mapping[Key, tuple[Hashable, int]]) -> dict[Key, list[tuple[int, int]]]:
    """The cell of each dot of each building; buildings of a grid lie together, in the order in which they are given.

    A building is as near a square as its dots allow; buildings fill shelves from the left to the right, and so do
    grids. Nothing is tried out or moved, so two thousand dots take milliseconds, and the plan is the same every time.

    Parameters
    ----------
    buildings : mapping of key to (grid, int)
        The grid of each building, and how many dots lie in it, at least 1.

    Returns
    -------
    dict of key to list of (int, int)
        Column and row of each dot, from 0; no two dots share a cell.

    Examples
    --------
    >>> plan_of({"1": ("north", 4), "2": ("north", 1), "3": ("south", 1)})
    {'1': [(0, 0), (1, 0), (0, 1), (1, 1)], '2': [(0, 4)], '3': [(6, 0)]}
    """
    grids: dict[Hashable, list[Key]] = {}
    for key, (grid, _) in buildings.items():
        grids.setdefault(grid, []).append(key)
    sizes = {key: _square(dots) for key, (_, dots) in buildings.items()}
    within = {grid: shelves([sizes[key] for key in keys], MARGIN) for grid, keys in grids.items()}
    blocks = [_hull([sizes[key] for key in keys], within[grid]) for grid, keys in grids.items()]
    corners = shelves(blocks, STREET)
    found: dict[Key, list[tuple[int, int]]] = {}
    for (grid, keys), (left, top) in zip(grids.items(), corners, strict=True):
        for key, (x, y) in zip(keys, within[grid], strict=True):
            wide = sizes[key][0]
            dots = range(buildings[key][1])
            found[key] = [(left + x + dot % wide, top + y + dot // wide) for dot in dots]
    return found


def shelves(boxes: Sequence[Box], gap: int) -> list[tuple[int, int]]:
    """The corner of each box: side by side until a shelf is full, then a shelf below; a little wider than high.

    Examples
    --------
    >>> shelves([(2, 2), (2, 1), (1, 1)], gap=1)
    [(0, 0), (3, 0), (0, 3)]
    """
    area = sum((wide + gap) * (high + gap) for wide, high in boxes)
    full = max([ceil(sqrt(area * WIDER_THAN_HIGH)), *(wide + gap for wide, _ in boxes)], default=0)
    corners, x, y, highest = [], 0, 0, 0
    for wide, high in boxes:
        if x and x + wide + gap > full:
            x, y, highest = 0, y + highest + gap, 0
        corners.append((x, y))
        x, highest = x + wide + gap, max(highest, high)
    return corners


def _square(dots: int) -> Box:
    wide = ceil(sqrt(dots))
    return wide, ceil(dots / wide)


def _hull(boxes: Sequence[Box], corners: Sequence[tuple[int, int]]) -> Box:
    placed = list(zip(boxes, corners, strict=True))
    return max(x + wide for (wide, _), (x, _) in placed), max(y + high for (_, high), (_, y) in placed)
