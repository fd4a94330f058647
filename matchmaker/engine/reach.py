"""How far an offer goes by its own limits, from its facts alone."""

import math
from typing import Final

from matchmaker.engine.places import DETOUR, VEHICLE_DETOUR
from matchmaker.engine.problem import OfferFacts

SLACK_M: Final = 0.1
"""That a disk is wider than a reach, so that rounding never drops an offer; the rules decide."""


def furthest_m(offer: OfferFacts) -> float:
    """Metres on foot, or on the road by vehicle, that the offer goes at most, by both of its limits."""
    in_minutes = math.inf if offer.reach_minutes is None else offer.reach_minutes * speed_m_per_min(offer)
    return min(in_minutes, math.inf if offer.reach_m is None else offer.reach_m)


def speed_m_per_min(offer: OfferFacts) -> float:
    """Of the vehicle where it comes by one, else of whoever walks."""
    return offer.walking_speed_m_per_min if offer.vehicle_speed_m_per_min is None else offer.vehicle_speed_m_per_min


def disk_m(offer: OfferFacts, *, on_streets: bool = False) -> float:
    """Straight metres within which the offer might come; a street may be as straight as the crow flies."""
    if offer.vehicle_speed_m_per_min is not None:
        return furthest_m(offer) / VEHICLE_DETOUR + SLACK_M
    return furthest_m(offer) / (1.0 if on_streets else DETOUR) + SLACK_M
