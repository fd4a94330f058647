"""A plan of a place by grid and building: where each dot lies, from their numbers alone and not from their ties."""

from collections.abc import Hashable, Mapping, Sequence
from math import ceil, cos, radians, sqrt
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


def tiles(places: Mapping[Key, tuple[float, float] | None]) -> dict[Key, tuple[int, int]]:
    """A map of equal tiles: what lies north is above, and in each row what lies west is to the left.

    There are as many rows as the shape of the whole asks for. What has no place comes last, in rows of its own.

    Parameters
    ----------
    places : mapping of key to (float, float) or None
        Latitude and longitude in degrees, where they are known.

    Returns
    -------
    dict of key to (int, int)
        Column and row, from 0; no two keys share a tile.

    Examples
    --------
    >>> tiles({"west": (41.0, 111.0), "east": (41.0, 111.2), "middle": (41.0, 111.1), "unknown": None})
    {'west': (0, 0), 'middle': (1, 0), 'east': (2, 0), 'unknown': (0, 1)}
    >>> tiles({"south": (41.0, 111.0), "north": (41.3, 111.0)})
    {'north': (0, 0), 'south': (0, 1)}
    """
    known = {key: place for key, place in places.items() if place is not None}
    unknown = [key for key in places if key not in known]
    columns = _columns(list(known.values()))
    by_north = sorted(known, key=lambda key: -known[key][0])
    rows = [by_north[start : start + columns] for start in range(0, len(by_north), columns)]
    found = {
        key: (column, row)
        for row, keys in enumerate(rows)
        for column, key in enumerate(sorted(keys, key=lambda key: known[key][1]))
    }
    wide = max(columns, ceil(sqrt(len(unknown))), 1)
    return found | {key: (place % wide, len(rows) + place // wide) for place, key in enumerate(unknown)}


def _columns(places: Sequence[tuple[float, float]]) -> int:
    """How many tiles stand in a row: all where they lie from west to east, one where they lie from north to south."""
    if len(places) < 2:
        return 1
    norths, easts = zip(*places, strict=True)
    high = max(norths) - min(norths)
    wide = (max(easts) - min(easts)) * cos(radians(norths[0]))
    if high + wide == 0.0:
        return ceil(sqrt(len(places)))
    rows = round(sqrt(len(places) * high / wide)) if wide > 0.0 else len(places)
    return ceil(len(places) / min(max(rows, 1), len(places)))
