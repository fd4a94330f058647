"""Street maps as files: what of an OpenStreetMap extract somebody on foot may use, and how it is packed for a row."""

import hashlib
import itertools
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import osmium
from numpy.typing import NDArray

NOT_ON_FOOT: Final = frozenset(
    {
        "motorway",
        "motorway_link",
        "trunk_link",
        "raceway",
        "bus_guideway",
        "busway",
        "escape",
        "bridleway",
        "construction",
        "proposed",
        "planned",
        "abandoned",
        "razed",
        "disused",
        "no",
        "elevator",
        "rest_area",
        "services",
    }
)
"""Kinds of way (the `highway` tag) that nobody walks along, or that are not there yet or any more."""
CLOSED: Final = frozenset({"no", "private"})
OPEN: Final = frozenset({"yes", "designated", "permissive", "destination"})
COLUMNS: Final = {
    "node_ids": np.int64,
    "latitudes": np.float64,
    "longitudes": np.float64,
    "tails": np.int32,
    "heads": np.int32,
}


class NotAStreetMap(ValueError):
    """The file is no extract of OpenStreetMap, or nobody could walk anywhere in it."""


@dataclass(frozen=True, slots=True, eq=False)
class StreetFile:
    """The walkable part of a street map.

    Attributes
    ----------
    checksum : str
        SHA-256 of the file, in hexadecimal.
    node_ids : ndarray of int64, shape (n,)
        Ascending; the map's own numbers, by which overlapping maps are joined.
    latitudes, longitudes : ndarray of float64, shape (n,)
    tails, heads : ndarray of int32, shape (e,)
        Rows of the ends of each stretch.
    """

    checksum: str
    node_ids: NDArray[np.int64]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]
    tails: NDArray[np.int32]
    heads: NDArray[np.int32]

    def packed(self) -> bytes:
        """The columns as one `.npz`."""
        file = BytesIO()
        np.savez_compressed(file, **{name: getattr(self, name) for name in COLUMNS})
        return file.getvalue()


def read_street_file(path: Path) -> StreetFile:
    """Read an extract of OpenStreetMap.

    Parameters
    ----------
    path : Path
        `.osm.pbf`, `.osm`, or one of its packed forms.

    Returns
    -------
    StreetFile
        The ways that are open to people on foot; ends that lie outside the extract are left out.

    Raises
    ------
    OSError
        If the file cannot be read.
    NotAStreetMap
        If it is something else, or nobody could walk anywhere in it.
    """
    checksum = _checksum(path)
    tails: list[int] = []
    heads: list[int] = []
    places: dict[int, tuple[float, float]] = {}
    try:
        for way in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations():
            if isinstance(way, osmium.osm.Way) and is_walkable(dict(way.tags)):
                known = [(node.ref, node.location) for node in way.nodes]
                for (tail, here), (head, there) in itertools.pairwise(known):
                    if here.valid() and there.valid() and tail != head:
                        places[tail], places[head] = (here.lat, here.lon), (there.lat, there.lon)
                        tails.append(tail)
                        heads.append(head)
    except RuntimeError as error:  # what osmium raises for a file of any other kind
        raise NotAStreetMap from error
    if not tails:
        raise NotAStreetMap
    node_ids = np.asarray(sorted(places), dtype=np.int64)
    found = np.asarray([places[node] for node in node_ids.tolist()], dtype=np.float64)
    rows = np.searchsorted(node_ids, np.asarray([tails, heads], dtype=np.int64)).astype(np.int32)
    return StreetFile(checksum, node_ids, found[:, 0], found[:, 1], rows[0], rows[1])


def is_walkable(tags: dict[str, str]) -> bool:
    """Whether a way with these tags is there and open to people on foot.

    Examples
    --------
    >>> is_walkable({"highway": "footway"}), is_walkable({"highway": "motorway"})
    (True, False)
    >>> is_walkable({"highway": "service", "access": "private"})
    False
    >>> is_walkable({"highway": "service", "access": "private", "foot": "yes"})
    True
    """
    kind, foot = tags.get("highway"), tags.get("foot")
    if kind is None or kind in NOT_ON_FOOT or foot in CLOSED:
        return False
    return foot in OPEN or tags.get("access") not in CLOSED


def unpacked(packed: bytes) -> dict[str, NDArray[np.generic]]:
    """The columns of a row, by name."""
    with np.load(BytesIO(packed), allow_pickle=False) as columns:
        return {name: columns[name].astype(kind, copy=False) for name, kind in COLUMNS.items()}


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
