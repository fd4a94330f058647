"""Candidates of one need at once: offers are laid out once, and only those near a need are asked by the rules."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.engine.columns import Types, lineage
from matchmaker.engine.eligibility import Candidate, candidates
from matchmaker.engine.places import EARTH_RADIUS_M, UNKNOWN_THERE, Floats, Ints, places_of
from matchmaker.engine.problem import NeedFacts, OfferFacts
from matchmaker.engine.reach import disk_m
from matchmaker.engine.streets import Streets


@dataclass(frozen=True, slots=True, eq=False)
class _Shelf:
    """The offers of one service type from south to north; `everywhere` are those without a limit in metres."""

    rows: Ints
    latitudes: Floats
    points: Floats
    chords: Floats
    furthest: float
    everywhere: Ints


class OfferIndex:
    """All offers of a city, for asking about one need after another.

    Parameters
    ----------
    offers : sequence of OfferFacts
    types : mapping of code to ServiceTypeFacts
    streets : Streets, optional
        What is walked on; without it walks are guessed by the detour.

    Notes
    -----
    Whoever keeps one makes it anew when offers or streets change.
    """

    def __init__(self, offers: Sequence[OfferFacts], types: Types, streets: Streets | None = None) -> None:
        self._offers, self._types, self._streets = tuple(offers), types, streets
        by_type: dict[str, list[int]] = {}
        for row, offer in enumerate(self._offers):
            for code in offer.service_types:
                by_type.setdefault(code, []).append(row)
        self._shelves = {code: self._shelf(rows) for code, rows in by_type.items()}

    def near(self, need: NeedFacts) -> tuple[OfferFacts, ...]:
        """Offers of the need's type, or of one above it, whose metres reach its place; they may break other rules."""
        place = places_of([need.place], {})
        rows: set[int] = set()
        for code in lineage(need.service_type, self._types):
            shelf = self._shelves.get(code)
            if shelf is not None:
                rows.update(shelf.everywhere.tolist())
                begin, end = np.searchsorted(
                    shelf.latitudes, [place.latitudes[0] - shelf.furthest, place.latitudes[0] + shelf.furthest]
                )
                apart = shelf.points[:, begin:end] - place.points
                within = np.einsum("ij,ij->j", apart, apart) <= shelf.chords[begin:end]
                rows.update(shelf.rows[begin:end][within].tolist())
        return tuple(self._offers[row] for row in sorted(rows))

    def candidates(self, need: NeedFacts) -> tuple[Candidate, ...]:
        """What `eligibility.candidates` finds for this need among all offers."""
        return candidates([need], self.near(need), self._types, self._streets)

    def _shelf(self, listed: Sequence[int]) -> _Shelf:
        rows = np.asarray(listed, dtype=np.int64)
        on_streets = self._streets is not None
        reach = np.asarray([disk_m(self._offers[row], on_streets=on_streets) for row in listed])
        walks = np.isfinite(reach)
        places = places_of([self._offers[row].place for row in rows[walks].tolist()], {}, UNKNOWN_THERE)
        order = np.argsort(places.latitudes, kind="stable")
        angles = np.minimum(reach[walks][order] / EARTH_RADIUS_M, np.pi)
        return _Shelf(
            rows=rows[walks][order],
            latitudes=places.latitudes[order],
            points=places.points[:, order],
            chords=(2.0 * np.sin(angles / 2.0)) ** 2,
            furthest=float(angles.max(initial=0.0)),
            everywhere=rows[~walks],
        )
