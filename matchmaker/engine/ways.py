"""How a helper comes and how far that is: on foot along streets where a map shows them, else guessed, or by vehicle.

First the disk: nobody comes further than the straight line allows. Then the streets, for the pairs within it alone.
"""

import numpy as np

from matchmaker.engine.columns import Columns, Footing
from matchmaker.engine.places import (
    DETOUR,
    UNKNOWN_THERE,
    VEHICLE_DETOUR,
    Bools,
    Floats,
    Ints,
    Places,
    places_of,
    straight_m,
)
from matchmaker.engine.problem import NeedFacts, OfferFacts
from matchmaker.engine.streets import Streets, Walks


def within_the_disk(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    """Whether the straight line alone lets the offer come; where it does not, no street does."""
    straight = straight_m(columns.needs.places, columns.offers.places, needs, offers)
    held: Bools = straight <= columns.offers.disks_m[offers]
    return held


def ways_of(columns: Columns, needs: Ints, offers: Ints) -> Walks:
    """Metres that each offer covers to each need, the same for one pair and for many."""
    here, there = columns.needs.places, columns.offers.places
    return _ways(here, there, columns.offers.drives, columns.footing, needs, offers)


def ways_m(columns: Columns, needs: Ints, offers: Ints) -> Floats:
    """`ways_of` in metres alone."""
    return ways_of(columns, needs, offers).metres


def way_m(need: NeedFacts, offer: OfferFacts, streets: Streets | None = None) -> float:
    """Metres that the offer covers to the need, whatever it allows."""
    here, there = places_of([need.place], {}), places_of([offer.place], {}, UNKNOWN_THERE)
    footing = None if streets is None else Footing(streets, streets.beside(here), streets.beside(there))
    drives, first = np.asarray([offer.vehicle_speed_m_per_min is not None]), np.zeros(1, dtype=np.int64)
    return float(_ways(here, there, drives, footing, first, first).metres[0])


def _ways(here: Places, there: Places, drives: Bools, footing: Footing | None, needs: Ints, offers: Ints) -> Walks:
    straight = straight_m(here, there, needs, offers)
    on_road = drives[offers]
    metres = np.where(on_road, VEHICLE_DETOUR, DETOUR) * straight
    by_street = np.zeros(len(needs), dtype=np.bool_)
    if footing is not None:
        some = np.flatnonzero(~on_road)
        found = footing.streets.between(footing.offers, footing.needs, offers[some], needs[some], straight[some])
        metres[some], by_street[some] = found.metres, found.by_street
    return Walks(metres, by_street)
