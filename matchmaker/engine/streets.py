"""Walking on real streets: how far it is on foot, and what lies within reach.

A network is what a street map leaves of itself for somebody on foot: points, and the metres between neighbouring ones.
A walk begins and ends beside the network: the straight line to the nearest point counts with it, lengthened by the
usual detour. Where no street is near, and where no map was imported, a walk is the straight line times that detour.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from matchmaker.engine.places import DETOUR, EARTH_RADIUS_M, Bools, Floats, Ints, Places

FURTHEST_TO_A_STREET_M: Final = 200.0
"""Further from every street than this (straight) a place counts as off the map."""
FURTHEST_WALK_M: Final = 2_000.0
"""Half an hour on foot. A walk that streets do not allow within it counts as this long at least, and is else guessed by
the detour: further than this people do not walk to help."""
SMALLEST_PART: Final = 50
"""Parts of a network with fewer points (a courtyard drawn without a gate) are left out: nobody could leave them."""
_POINTS_KEPT: Final = 5_000_000
"""Points of all reaches kept in memory at once: some 80 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Where some places touch a network: the nearest point of each, -1 off the map, and the straight metres to it."""

    points: Ints
    metres: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Walks:
    """Metres on foot for some pairs, and which of them go along streets; the others are guessed by the detour."""

    metres: Floats
    by_street: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """A network of streets for people on foot, and the walks that were asked for lately.

    Attributes
    ----------
    latitudes, longitudes : ndarray of float64, shape (n,)
        Degrees (WGS 84).
    lengths : csr_array, shape (n, n)
        Metres between neighbouring points, symmetric, above 0.
    name : str
        Of these very streets: equal names, equal walks. Empty where nobody asks.
    """

    latitudes: Floats
    longitudes: Floats
    lengths: csr_array
    _points: Floats
    _tree: cKDTree
    name: str = ""
    _kept: "_Kept" = field(default_factory=lambda: _Kept())

    def __len__(self) -> int:
        return len(self.latitudes)

    def nearest(self, latitudes: Floats, longitudes: Floats) -> tuple[Ints, Floats]:
        """The nearest point of the network to each place.

        Parameters
        ----------
        latitudes, longitudes : ndarray, shape (m,)
            Degrees.

        Returns
        -------
        points : ndarray of int64, shape (m,)
            -1 where no street is within `FURTHEST_TO_A_STREET_M`.
        metres : ndarray of float64, shape (m,)
            Straight metres to it, inf where there is none.
        """
        found = self._beside(_on_the_globe(latitudes, longitudes))
        return found.points, found.metres

    def beside(self, places: Places) -> Beside:
        """The same for places in columns, alike to the last bit for one place and for many."""
        return self._beside(np.ascontiguousarray(EARTH_RADIUS_M * places.points.T))

    def reach(self, point: int, limit_m: float = FURTHEST_WALK_M) -> tuple[Ints, Floats]:
        """All points within so many metres on foot, and how far each is.

        First everything within the straight disk, which surely holds every such walk, then the streets inside it; kept
        for the next who sets out from this point.

        Parameters
        ----------
        point : int
            0..n-1.
        limit_m : float
            Metres on foot, at least 0.

        Returns
        -------
        points : ndarray of int64, shape (k,)
            Ascending; the point itself is one of them.
        metres : ndarray of float64, shape (k,)
        """
        kept = self._kept.get((point, limit_m))
        if kept is None:
            kept = self._kept.put((point, limit_m), self._reach(point, limit_m))
        return kept

    def walks_m(
        self, latitude: float, longitude: float, latitudes: Floats, longitudes: Floats, limit_m: float = FURTHEST_WALK_M
    ) -> Floats:
        """Metres on foot from one place to each of some others, the same there and back.

        Parameters
        ----------
        latitude, longitude : float
            Degrees, of the one place.
        latitudes, longitudes : ndarray, shape (m,)
            Degrees, of the others.
        limit_m : float
            Walks beyond it are not looked for on streets.

        Returns
        -------
        ndarray, shape (m,)
            Along streets where both places lie beside them. The straight line times `DETOUR` where one does not, and
            for two places beside the same point. At least the limit where streets allow no shorter walk.
        """
        latitudes, longitudes = np.asarray(latitudes, dtype=np.float64), np.asarray(longitudes, dtype=np.float64)
        straight = straight_metres(latitude, longitude, latitudes, longitudes)
        start = Beside(*self.nearest(np.asarray([latitude]), np.asarray([longitude])))
        ends = Beside(*self.nearest(latitudes, longitudes))
        rows = np.arange(len(latitudes))
        return self.between(start, ends, np.zeros_like(rows), rows, straight, limit_m).metres

    def pairs_m(self, heres: tuple[Floats, Floats], theres: tuple[Floats, Floats], rows: Ints, columns: Ints) -> Floats:
        """Metres on foot for many pairs of places.

        Parameters
        ----------
        heres, theres : pairs of ndarray
            Latitudes and longitudes in degrees, shapes (a,) and (b,).
        rows, columns : ndarray of int, shape (m,)
            Which of the former goes with which of the latter.

        Returns
        -------
        ndarray, shape (m,)
            As by `walks_m`; each of the `heres` is set out from once.
        """
        straight = straight_metres(heres[0][rows], heres[1][rows], theres[0][columns], theres[1][columns])
        here, there = Beside(*self.nearest(*heres)), Beside(*self.nearest(*theres))
        return self.between(here, there, rows, columns, straight).metres

    def between(
        self,
        heres: Beside,
        theres: Beside,
        rows: Ints,
        columns: Ints,
        straight_m: Floats,
        limit_m: float = FURTHEST_WALK_M,
    ) -> Walks:
        """Walks for many pairs of places that were looked up once.

        Parameters
        ----------
        heres, theres : Beside
        rows, columns : ndarray of int, shape (m,)
            Which of the former goes with which of the latter; each point of the `heres` is set out from once.
        straight_m : ndarray, shape (m,)
            Straight metres of each pair.
        limit_m : float
            Walks beyond it are not looked for on streets.
        """
        metres = DETOUR * straight_m
        starts, ends = heres.points[rows], theres.points[columns]
        covered = np.flatnonzero((starts >= 0) & (ends >= 0) & (starts != ends))
        by_street = np.zeros(len(rows), dtype=np.bool_)
        covered = covered[np.argsort(starts[covered], kind="stable")]
        for some in np.split(covered, np.flatnonzero(np.diff(starts[covered])) + 1):
            if len(some):
                reached, found = self.reach(int(starts[some[0]]), limit_m)
                at = np.minimum(np.searchsorted(reached, ends[some]), len(reached) - 1)
                to_streets = DETOUR * (heres.metres[rows[some]] + theres.metres[columns[some]])
                along = np.where(reached[at] == ends[some], found[at], np.inf) + to_streets
                by_street[some] = along <= limit_m
                metres[some] = np.where(
                    along <= limit_m, np.maximum(along, straight_m[some]), np.maximum(metres[some], limit_m)
                )
        return Walks(metres, by_street)

    def _beside(self, points: Floats) -> Beside:
        if not len(self):
            return Beside(np.full(len(points), -1, dtype=np.int64), np.full(len(points), np.inf))
        chords, nearest = self._tree.query(points, distance_upper_bound=_FURTHEST_CHORD_M)
        found = np.isfinite(chords)
        return Beside(np.where(found, nearest, -1).astype(np.int64), np.where(found, chords, np.inf))

    def _reach(self, point: int, limit_m: float) -> tuple[Ints, Floats]:
        disk = np.asarray(sorted(self._tree.query_ball_point(self._points[point], limit_m + 1.0)), dtype=np.int64)
        inside = self.lengths[disk][:, disk]
        start = int(np.searchsorted(disk, point))
        metres = dijkstra(inside, directed=False, indices=start, limit=limit_m)
        near = np.flatnonzero(np.isfinite(metres))
        return disk[near], np.asarray(metres[near], dtype=np.float64)


class _Kept:
    """The reaches asked for last, as many as memory allows; several threads may share it."""

    def __init__(self) -> None:
        self._reaches: OrderedDict[tuple[int, float], tuple[Ints, Floats]] = OrderedDict()
        self._points = 0
        self._lock = Lock()

    def __reduce__(self) -> tuple[type["_Kept"], tuple[()]]:
        """Another process begins with nothing kept: it looks for what it needs itself."""
        return _Kept, ()

    def get(self, key: tuple[int, float]) -> tuple[Ints, Floats] | None:
        with self._lock:
            found = self._reaches.get(key)
            if found is not None:
                self._reaches.move_to_end(key)
            return found

    def put(self, key: tuple[int, float], reach: tuple[Ints, Floats]) -> tuple[Ints, Floats]:
        with self._lock:
            if key not in self._reaches:
                self._reaches[key] = reach
                self._points += len(reach[0])
            while self._points > _POINTS_KEPT and len(self._reaches) > 1:
                _, (points, _metres) = self._reaches.popitem(last=False)
                self._points -= len(points)
        return reach


def streets_of(latitudes: Floats, longitudes: Floats, tails: Ints, heads: Ints, name: str = "") -> Streets:
    """A network from points and the stretches between them.

    Parameters
    ----------
    latitudes, longitudes : ndarray, shape (n,)
        Degrees.
    tails, heads : ndarray of int, shape (e,)
        Rows of the two ends of each stretch; each may be walked both ways, and may be named more than once.
    name : str
        Of these very streets.

    Returns
    -------
    Streets
        Without the points that belong to no part of at least `SMALLEST_PART` points.

    Raises
    ------
    ValueError
        If the lengths differ, a row is out of range, or a coordinate is no number of degrees.

    Examples
    --------
    >>> degree = 1.0 / 111_195.08  # a metre northwards
    >>> north = np.arange(60) * 100.0 * degree
    >>> road = streets_of(north, np.zeros(60), np.arange(59), np.arange(1, 60))
    >>> points, metres = road.reach(0, 250.0)
    >>> points.tolist(), metres.round().tolist()
    ([0, 1, 2], [0.0, 100.0, 200.0])
    """
    latitude, longitude = np.asarray(latitudes, dtype=np.float64), np.asarray(longitudes, dtype=np.float64)
    tail, head = np.asarray(tails, dtype=np.int64), np.asarray(heads, dtype=np.int64)
    _check(latitude, longitude, tail, head)
    size = len(latitude)
    # Two stretches between the same points are one: coo would add their metres up.
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    once = np.unique(np.stack([low, high])[:, low != high], axis=1)
    metres = np.maximum(
        straight_metres(latitude[once[0]], longitude[once[0]], latitude[once[1]], longitude[once[1]]), 0.01
    )
    one_way = coo_array((metres, (once[0], once[1])), shape=(size, size))
    lengths = csr_array(one_way + one_way.T)
    kept = _in_large_parts(lengths)
    points = _on_the_globe(latitude[kept], longitude[kept])
    return Streets(latitude[kept], longitude[kept], csr_array(lengths[kept][:, kept]), points, cKDTree(points), name)


def straight_metres(
    latitude: Floats | float, longitude: Floats | float, latitudes: Floats, longitudes: Floats
) -> Floats:
    """Great-circle metres between places given in degrees; the shapes broadcast.

    Examples
    --------
    >>> round(float(straight_metres(0.0, 0.0, np.asarray([0.0]), np.asarray([1.0]))[0]))
    111195
    """
    here, there = np.radians(latitude), np.radians(latitudes)
    half = (
        np.sin((there - here) / 2) ** 2
        + np.cos(here) * np.cos(there) * np.sin(np.radians(np.asarray(longitudes) - longitude) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(half))))


def _on_the_globe(latitudes: Floats, longitudes: Floats) -> Floats:
    """Metres from the middle of the earth along three axes, so that a straight tree serves every place on it.

    A chord is shorter than its arc, by less than a millimetre on two kilometres.
    """
    latitude, longitude = np.radians(latitudes), np.radians(longitudes)
    flat = np.cos(latitude)
    axes = (flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude))
    return np.asarray(EARTH_RADIUS_M * np.stack(axes, axis=-1))


def _in_large_parts(lengths: csr_array) -> Ints:
    if lengths.shape[0] == 0:
        return np.zeros(0, dtype=np.int64)
    _, parts = connected_components(lengths, directed=False)
    return np.flatnonzero(np.bincount(parts)[parts] >= SMALLEST_PART)


def _check(latitude: Floats, longitude: Floats, tail: Ints, head: Ints) -> None:
    if latitude.shape != longitude.shape or latitude.ndim != 1 or tail.shape != head.shape or tail.ndim != 1:
        raise ValueError("points and stretches come as columns of equal length")
    if len(tail) and not (min(tail.min(), head.min()) >= 0 and max(tail.max(), head.max()) < len(latitude)):
        raise ValueError("a stretch names a point that is not there")
    if not bool(np.all(np.abs(latitude) <= 90.0) and np.all(np.abs(longitude) <= 180.0)):
        raise ValueError("a coordinate is no number of degrees")


_FURTHEST_CHORD_M: Final = 2 * EARTH_RADIUS_M * math.sin(FURTHEST_TO_A_STREET_M / EARTH_RADIUS_M / 2)
