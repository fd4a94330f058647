"""The hard rules once more, pair by pair and in plain Python: slow, and what the columns are held against."""

import math
from collections.abc import Callable, Mapping

from matchmaker.engine.columns import lineage
from matchmaker.engine.hours import block_starts
from matchmaker.engine.problem import HORIZON_WEEKS, PUBLIC, WEEK_QUARTERS, NeedFacts, OfferFacts, ServiceTypeFacts

Types = Mapping[str, ServiceTypeFacts]


def plain_refusals(need: NeedFacts, offer: OfferFacts, types: Types) -> tuple[str, ...]:
    """The rules that this pair breaks, in the order of the table."""
    return tuple(code for code, holds in _PLAIN.items() if not holds(need, offer, types[need.service_type], types))


def plain_starts(need: NeedFacts, offer: OfferFacts) -> int:
    """Where a visit fits into the hours of both, in weeks with visits left, quarter by quarter."""
    return sum(1 << start for start in _open_starts(need, offer))


def plain_walk_m(need: NeedFacts, offer: OfferFacts) -> float:
    """By the haversine formula."""
    here, there = need.place, offer.place
    latitude, other = math.radians(here.latitude), math.radians(there.latitude)
    turned = math.radians(there.longitude - here.longitude)
    half = math.sin((other - latitude) / 2) ** 2 + math.cos(latitude) * math.cos(other) * math.sin(turned / 2) ** 2
    detour = 1.34 if offer.vehicle_speed_m_per_min is None else 1.4
    return detour * 2 * 6_371_008.8 * math.asin(min(1.0, math.sqrt(half)))


def _starts(need: NeedFacts, offer: OfferFacts) -> list[int]:
    quarters = max(1, math.ceil(need.minutes / 15))
    starts = block_starts(need.open_quarters & offer.free_quarters, quarters, need.weeks)
    return [start for start in range(starts.bit_length()) if starts >> start & 1]


def _open_weeks(need: NeedFacts, offer: OfferFacts) -> list[int]:
    left = [min(pair) for pair in zip(offer.visits_left_by_week, offer.person_visits_left_by_week, strict=True)]
    return [
        first
        for first in range(HORIZON_WEEKS - need.weeks + 1)
        if all(left[first + week] > 0 for week in range(need.weeks))
    ]


def _open_starts(need: NeedFacts, offer: OfferFacts) -> list[int]:
    weeks = _open_weeks(need, offer)
    return [start for start in _starts(need, offer) if start // WEEK_QUARTERS in weeks]


def _same_home(need: NeedFacts, offer: OfferFacts) -> bool:
    pairs = (
        (need.place.household_id, offer.place.household_id),
        (need.place.corridor_id, offer.place.corridor_id),
        (need.place.building or None, offer.place.building or None),
    )
    return any(here is not None and here == there for here, there in pairs)


def _is_in_reach(need: NeedFacts, offer: OfferFacts) -> bool:
    place = need.place
    areas = {place.household_id, place.corridor_id, place.grid_id, place.community_id, place.joint_community_id}
    if offer.area_ids is not None and not (areas | {place.region_id}) & offer.area_ids:
        return False
    return offer.vehicle_speed_m_per_min is not None or _is_near_enough(need, offer)


def _is_near_enough(need: NeedFacts, offer: OfferFacts) -> bool:
    walked = plain_walk_m(need, offer)
    speed = offer.vehicle_speed_m_per_min or offer.walking_speed_m_per_min
    if offer.reach_m is not None and walked > offer.reach_m:
        return False
    return offer.reach_minutes is None or walked <= offer.reach_minutes * speed


Plain = Callable[[NeedFacts, OfferFacts, ServiceTypeFacts, Types], bool]

_PLAIN: Mapping[str, Plain] = {
    "SERVICE_TYPE": lambda n, o, t, types: any(code in o.service_types for code in lineage(t.code, types)),
    "FORM": lambda n, o, t, types: o.form in n.forms_accepted,
    "PUBLIC_DUTY": lambda n, o, t, types: o.form == PUBLIC or not t.public_duty,
    "OWN_NEED": lambda n, o, t, types: o.person_id != n.person_id and o.person_id not in n.asked_by_ids,
    "EXCLUDED": lambda n, o, t, types: (
        o.person_id not in n.excluded_person_ids and o.organization_id not in n.excluded_organization_ids
    ),
    "SAME_BUILDING": lambda n, o, t, types: not n.nobody_from_building or o.person_id is None or not _same_home(n, o),
    "HELPER_SEX": lambda n, o, t, types: n.helper_sex in (None, o.sex),
    "SKILLS": lambda n, o, t, types: n.skills <= o.skills,
    "LANGUAGE": lambda n, o, t, types: not n.languages or bool(n.languages & o.languages),
    "AGE": lambda n, o, t, types: (
        o.person_id is None or t.minimum_helper_age == 0 or (o.age or -1) >= t.minimum_helper_age
    ),
    "GUARDIAN_CONSENT": lambda n, o, t, types: (
        o.person_id is None or o.age is None or o.age >= 18 or o.guardian_consent
    ),
    "CLEARANCE": lambda n, o, t, types: (
        t.required_clearance | ({"MINORS"} if n.person_is_minor else set()) <= o.clearances
    ),
    "TRAINING": lambda n, o, t, types: t.required_training <= o.trainings,
    "LICENCE": lambda n, o, t, types: t.required_licence <= o.licences,
    "INSURANCE": lambda n, o, t, types: o.insured or n.risk_class < t.insured_from_risk,
    "REACH": lambda n, o, t, types: _is_in_reach(n, o),
    "DRIVE": lambda n, o, t, types: o.vehicle_speed_m_per_min is None or _is_near_enough(n, o),
    "TOUR": lambda n, o, t, types: not o.at_stop or not n.at_home or o.offer_id in n.tour_offer_ids,
    "TIME": lambda n, o, t, types: bool(_starts(n, o)),
    "LOAD": lambda n, o, t, types: bool(_open_weeks(n, o)) and (not _starts(n, o) or bool(_open_starts(n, o))),
}
