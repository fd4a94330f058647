"""Where people are, in columns: how far it is on foot from one to another, and which area holds both."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.problem import Place, Ring

DETOUR: Final = 1.34
"""Walking metres for one metre of straight line, the median of a town's streets."""
VEHICLE_DETOUR: Final = 1.4
"""Metres on the road for one metre of straight line; roads of the grassland are few. An assumption, to be measured."""
VEHICLE_SPEED_M_PER_MIN: Final = 500.0
"""30 km/h, stops and tracks of the grassland counted in: of whoever comes by vehicle. An assumption, to be measured."""
EARTH_RADIUS_M: Final = 6_371_008.8

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

UNKNOWN_HERE: Final = -1
UNKNOWN_THERE: Final = -2
"""Two codes for "not known", one for each side, so that two unknown areas are never the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Some places in columns, one entry for each.

    Attributes
    ----------
    latitudes, longitudes : ndarray, shape (n,)
        Radians.
    points : ndarray, shape (3, n)
        The same on the unit sphere.
    areas : ndarray of int, shape (6, n)
        Household, corridor, grid, community, joint community, region.
    buildings : ndarray of int, shape (n,)
        Equal numbers for equal names.
    """

    latitudes: Floats
    longitudes: Floats
    points: Floats
    areas: Ints
    buildings: Ints


def places_of(listed: Sequence[Place], buildings: dict[str, int], unknown: int = UNKNOWN_HERE) -> Places:
    """Places in columns; `buildings` numbers the names and is added to, `unknown` stands for what is not known."""
    # By math and not by numpy, whose vector code may round differently for one place than for many.
    latitudes = [math.radians(place.latitude) for place in listed]
    longitudes = [math.radians(place.longitude) for place in listed]
    across = [math.cos(latitude) for latitude in latitudes]
    points = np.empty((3, len(listed)))
    points[0] = [flat * math.cos(longitude) for flat, longitude in zip(across, longitudes, strict=True)]
    points[1] = [flat * math.sin(longitude) for flat, longitude in zip(across, longitudes, strict=True)]
    points[2] = [math.sin(latitude) for latitude in latitudes]
    areas = np.empty((6, len(listed)), dtype=np.int64)
    for row, column in enumerate(_AREA_COLUMNS):
        ids = (getattr(place, column) for place in listed)
        areas[row] = [unknown if area_id is None else area_id for area_id in ids]
    names = [
        unknown if not place.building else buildings.setdefault(place.building, len(buildings)) for place in listed
    ]
    return Places(
        np.asarray(latitudes, dtype=np.float64),
        np.asarray(longitudes, dtype=np.float64),
        points,
        areas,
        np.asarray(names, dtype=np.int64),
    )


def walks_m(here: Places, there: Places, at: Ints, other: Ints) -> Floats:
    """Metres on foot for each pair of entries: the straight line times the usual detour."""
    return np.asarray(DETOUR * straight_m(here, there, at, other))


def straight_m(here: Places, there: Places, at: Ints, other: Ints) -> Floats:
    """Metres as the crow flies for each pair of entries."""
    squares = np.zeros(len(at))
    for row in range(3):
        apart = here.points[row][at] - there.points[row][other]
        squares += apart * apart
    return np.asarray(2.0 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(squares) / 2.0)))


def rings(here: Places, there: Places, at: Ints, other: Ints) -> NDArray[np.int8]:
    """The ring of each pair of entries; the region where no smaller area is known to hold both."""
    found = np.full(len(at), Ring.REGION, dtype=np.int8)
    for row, ring in reversed(tuple(enumerate(_RINGS))):
        found[here.areas[row][at] == there.areas[row][other]] = ring
    return found


def walk_m(here: Place, there: Place) -> float:
    """Metres on foot from one place to another."""
    return float(walks_m(_one(here, UNKNOWN_HERE), _one(there, UNKNOWN_THERE), _FIRST, _FIRST)[0])


def ring_of(here: Place, there: Place) -> Ring:
    """The smallest area that holds both places; the region where none is known to."""
    return Ring(int(rings(_one(here, UNKNOWN_HERE), _one(there, UNKNOWN_THERE), _FIRST, _FIRST)[0]))


def _one(place: Place, unknown: int) -> Places:
    return places_of([place], {}, unknown)


_FIRST: Final = np.zeros(1, dtype=np.int64)
_AREA_COLUMNS: Final = (
    "household_id",
    "corridor_id",
    "grid_id",
    "community_id",
    "joint_community_id",
    "region_id",
)
HOUSEHOLD: Final = 0
CORRIDOR: Final = 1
"""Rows of `Places.areas`."""
_RINGS: Final = (Ring.CORRIDOR, Ring.CORRIDOR, Ring.GRID, Ring.COMMUNITY, Ring.JOINT_COMMUNITY)
