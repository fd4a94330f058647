"""Which needs are near which offers, in bounded pieces: what is far away is never looked at.

Every pair of a service type that the offer covers and within its reach is in exactly one piece; a piece may hold others
too, which the rules then refuse. Offers that go some metres are looked up in bands of latitude, sorted by longitude
within each; offers that serve areas by the areas of the needs; offers without a limit meet every need of their type.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from matchmaker.engine.columns import Columns
from matchmaker.engine.hours import Words
from matchmaker.engine.places import EARTH_RADIUS_M, Bools, Floats, Ints

PAIRS_AT_ONCE: Final = 250_000
BANDS_TO_A_REACH: Final = 3
NARROWEST_BAND: Final = 1e-6
"""Radians; some six metres."""
_PER_RADIAN: Final = float(1 << 30)
_SLACK: Final = 4e-9
"""Radians that an interval is widened by, so that rounding never drops a pair."""
_BAND: Final = 1 << 40


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of needs and of offers, pair by pair, and the share of the needs that is done with this piece."""

    needs: Ints
    offers: Ints
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class _Ranges:
    """For each entry an offer and the needs ``order[begin:end]``; entries of one offer stand together."""

    order: Ints
    offers: Ints
    begins: Ints
    ends: Ints
    overlap: bool = False
    """Whether a need may stand in several ranges of an offer."""


def near_pieces(columns: Columns, at_once: int = PAIRS_AT_ONCE) -> Iterator[Piece]:
    """All pairs that are near, type by type, in pieces of about so many."""
    needs, offers = columns.needs, columns.offers
    if not len(needs.ids):
        return
    by_type = np.argsort(needs.kinds, kind="stable")
    done = 0
    counts = np.bincount(needs.kinds, minlength=len(columns.codes))
    for rows in np.split(by_type, np.cumsum(counts)[:-1]):
        covering = _sharing(needs.wider_types[:, rows[0]], offers.types)
        walks = np.isfinite(offers.furthest_m)
        for ranges in (
            _by_bands(columns, rows, np.flatnonzero(covering & walks)),
            _by_areas(columns, rows, np.flatnonzero(covering & ~walks & offers.in_areas)),
            _all_of_them(rows, np.flatnonzero(covering & ~walks & ~offers.in_areas)),
        ):
            for asked, offered in _expanded(ranges, at_once):
                yield Piece(asked, offered, done / len(needs.ids))
        done += len(rows)


def _sharing(types: Words, masks: Words) -> Bools:
    shared = np.zeros(masks.shape[1], dtype=np.bool_)
    for word, bits in enumerate(types):
        shared |= (masks[word] & bits) != 0
    return shared


def _by_bands(columns: Columns, rows: Ints, offers: Ints) -> _Ranges:
    """Bands a third of the mean reach high; in each, the longitudes that the reach can still touch there."""
    if not len(offers):
        return _nothing(rows)
    places, there = columns.needs.places, columns.offers.places
    reach = columns.offers.disks_m[offers] / EARTH_RADIUS_M + _SLACK
    reach = np.clip(reach, 0.0, np.pi)
    height = max(NARROWEST_BAND, float(reach.mean()) / BANDS_TO_A_REACH)
    band_of = np.floor(places.latitudes[rows] / height).astype(np.int64)
    keys = _key(band_of, places.longitudes[rows])
    order = np.argsort(keys, kind="stable")
    lowest = np.maximum(np.floor((there.latitudes[offers] - reach) / height).astype(np.int64), band_of.min())
    highest = np.minimum(np.floor((there.latitudes[offers] + reach) / height).astype(np.int64), band_of.max())
    counts = np.maximum(0, highest - lowest + 1)
    at = np.repeat(np.arange(len(offers)), counts)
    band = lowest[at] + _counting(counts)
    latitude, longitude = there.latitudes[offers][at], there.longitudes[offers][at]
    half_width = _half_widths(latitude, reach[at], band * height, (band + 1) * height)
    at, band, west, east = _unwrapped(at, band, longitude - half_width, longitude + half_width)
    keys = keys[order]
    begins = np.searchsorted(keys, _key(band, west), side="left")
    ends = np.searchsorted(keys, _key(band, east), side="right")
    return _Ranges(rows[order], offers[at], begins, ends)


def _half_widths(latitude: Floats, reach: Floats, south: Floats, north: Floats) -> Floats:
    """By how many radians of longitude a circle around a place reaches at most within a band."""
    nearest = np.maximum(0.0, np.maximum(south - latitude, latitude - north))
    flattest = np.maximum(0.0, np.minimum(np.cos(south), np.cos(north)))
    across = np.cos(latitude) * flattest
    rest = np.maximum(0.0, np.sin(reach / 2) ** 2 - np.sin(nearest / 2) ** 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        half = np.sqrt(np.where(across > rest, rest / across, 1.0))
    return np.asarray(2.0 * np.arcsin(np.minimum(1.0, half)) + _SLACK)


def _unwrapped(at: Ints, band: Ints, west: Floats, east: Floats) -> tuple[Ints, Ints, Floats, Floats]:
    """Intervals beyond the date line are cut there, and what was cut off goes on at the other side."""
    whole = east - west >= 2.0 * np.pi
    west, east = np.where(whole, -np.pi, west), np.where(whole, np.pi, east)
    beyond_west, beyond_east = np.flatnonzero(west < -np.pi), np.flatnonzero(east > np.pi)
    if not len(beyond_west) and not len(beyond_east):
        return at, band, west, east
    parts = np.concatenate([np.arange(len(at)), beyond_west, beyond_east])
    wests = np.concatenate([west, west[beyond_west] + 2.0 * np.pi, np.full(len(beyond_east), -np.pi)])
    easts = np.concatenate([east, np.full(len(beyond_west), np.pi), east[beyond_east] - 2.0 * np.pi])
    together = np.argsort(at[parts], kind="stable")
    parts = parts[together]
    return at[parts], band[parts], np.maximum(wests[together], -np.pi), np.minimum(easts[together], np.pi)


def _key(band: Ints, longitude: Floats) -> Ints:
    return np.asarray(band * _BAND + np.floor((longitude + np.pi) * _PER_RADIAN).astype(np.int64))


def _by_areas(columns: Columns, rows: Ints, offers: Ints) -> _Ranges:
    """For each area that an offer serves, the needs in it at whatever level."""
    if not len(offers):
        return _nothing(rows)
    areas = columns.needs.places.areas[:, rows]
    ids = areas.ravel()
    order = np.argsort(ids, kind="stable")
    served = columns.offers.areas
    owner, area = np.divmod(served.keys, max(1, len(served.known)))
    asked = np.isin(owner, offers)
    owner, wanted = owner[asked], served.known[area[asked]]
    begins = np.searchsorted(ids[order], wanted, side="left")
    ends = np.searchsorted(ids[order], wanted, side="right")
    return _Ranges(rows[order % len(rows)], owner, begins, ends, overlap=True)


def _all_of_them(rows: Ints, offers: Ints) -> _Ranges:
    return _Ranges(rows, offers, np.zeros(len(offers), dtype=np.int64), np.full(len(offers), len(rows)))


def _nothing(rows: Ints) -> _Ranges:
    none = np.zeros(0, dtype=np.int64)
    return _Ranges(rows, none, none, none)


def _expanded(ranges: _Ranges, at_once: int) -> Iterator[tuple[Ints, Ints]]:
    """The pairs of the ranges; all ranges of an offer fall into one piece."""
    counts = ranges.ends - ranges.begins
    some = counts > 0
    offers, begins, counts = ranges.offers[some], ranges.begins[some], counts[some]
    done = np.cumsum(counts)
    begin = 0
    while begin < len(offers):
        end = int(np.searchsorted(done, (done[begin - 1] if begin else 0) + at_once, side="right"))
        end = max(end, begin + 1)
        while end < len(offers) and offers[end] == offers[end - 1]:
            end += 1
        piece = slice(begin, end)
        asked = ranges.order[np.repeat(begins[piece], counts[piece]) + _counting(counts[piece])]
        offered = np.repeat(offers[piece], counts[piece])
        yield _without_twins(asked, offered) if ranges.overlap else (asked, offered)
        begin = end


def _without_twins(asked: Ints, offered: Ints) -> tuple[Ints, Ints]:
    if not len(asked):
        return asked, offered
    size = int(asked.max()) + 1
    keys = np.unique(offered * size + asked)
    return keys % size, keys // size


def _counting(counts: Ints) -> Ints:
    """0, 1, 2, ... anew for each count."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)
