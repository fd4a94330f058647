"""Hard rules: who may help with what, one function each, in one table, cheap rules first."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.problem import (
    HORIZON_WEEKS,
    PUBLIC,
    QUARTER_MINUTES,
    WEEK_QUARTERS,
    NeedFacts,
    OfferFacts,
    Place,
    Ring,
    ServiceTypeFacts,
)

DETOUR: Final = 1.34
"""Walking metres for one metre of straight line, the median of a town's streets."""
CLEARANCE_FOR_MINORS: Final = "MINORS"
"""The clearance asked of whoever helps a minor."""
ADULT_AGE: Final = 18
EARTH_RADIUS_M: Final = 6_371_008.8

Types = Mapping[str, ServiceTypeFacts]
Holds = Callable[[NeedFacts, OfferFacts, Types], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One hard rule: what it is called, the article behind it, the columns it reads, and the test that must hold.

    Articles are those of the Volunteer Service Regulation (2017).
    """

    code: str
    article: str | None
    reads: tuple[str, ...]
    holds: Holds


@dataclass(frozen=True, slots=True)
class Candidate:
    """A need and an offer that pass every hard rule.

    `walk_m` is metres on foot; `starts` is the set of quarters, as bits, at which the (first) visit can begin.
    """

    need: NeedFacts
    offer: OfferFacts
    walk_m: float
    ring: Ring
    starts: int


def offers_the_type(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    """The offer names the need's service type, or one that stands above it."""
    return any(code in offer.service_types for code in lineage(need.service_type, types))


def form_is_accepted(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    return offer.form in need.forms_accepted


def public_duty_stays_public(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    """A duty of the authorities is never put on volunteers, nor sold."""
    return offer.form == PUBLIC or not types[need.service_type].public_duty


def helps_someone_else(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    """Nobody is their own helper, nor the helper of someone they ask for."""
    return offer.person_id is None or (offer.person_id != need.person_id and offer.person_id not in need.asked_by_ids)


def is_not_excluded(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    return (
        offer.person_id not in need.excluded_person_ids and offer.organization_id not in need.excluded_organization_ids
    )


def lives_in_another_building(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    """Where the wish "nobody from my building" was made; organizations are not neighbours in this sense."""
    if not need.nobody_from_building or offer.person_id is None:
        return True
    here, there = need.place, offer.place
    same_household = here.household_id is not None and here.household_id == there.household_id
    same_building = bool(here.building) and here.building == there.building
    same_corridor = here.corridor_id is not None and here.corridor_id == there.corridor_id
    return not (same_household or same_building or same_corridor)


def is_of_the_sex_asked_for(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    return need.helper_sex is None or offer.sex == need.helper_sex


def has_the_skills(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    return need.skills <= offer.skills


def speaks_a_language(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    return not need.languages or not need.languages.isdisjoint(offer.languages)


def is_old_enough(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    """A person of unknown age is taken as too young where the type sets an age; an organization answers for its own."""
    minimum = types[need.service_type].minimum_helper_age
    if offer.person_id is None or minimum == 0:
        return True
    return offer.age is not None and offer.age >= minimum


def has_guardian_consent(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    under_age = offer.person_id is not None and offer.age is not None and offer.age < ADULT_AGE
    return offer.guardian_consent or not under_age


def is_cleared(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    """Clearances of the type, and one more for whoever helps a minor."""
    asked = types[need.service_type].required_clearance
    if need.person_is_minor:
        asked = asked | {CLEARANCE_FOR_MINORS}
    return asked <= offer.clearances


def is_trained(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    return types[need.service_type].required_training <= offer.trainings


def is_licensed(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    return types[need.service_type].required_licence <= offer.licences


def is_insured(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    return offer.insured or need.risk_class < types[need.service_type].insured_from_risk


def is_within_reach(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    """Within every limit the offer sets: areas, metres on foot, minutes on foot."""
    if offer.area_ids is not None and offer.area_ids.isdisjoint(_areas_of(need.place)):
        return False
    return walk_m(need.place, offer.place) <= _furthest_m(offer)


def has_a_common_block(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    return common_starts(need, offer) != 0


def has_visits_left(need: NeedFacts, offer: OfferFacts, types: Types) -> bool:
    """Some week with visits left, and, where hours meet at all, an hour in such a week."""
    open_weeks = uncapped_starts(need, offer)
    if open_weeks in (0, _all_starts(need.weeks)):
        return open_weeks != 0
    starts = common_starts(need, offer)
    return starts == 0 or starts & open_weeks != 0


RULES: Final[tuple[Rule, ...]] = (
    Rule("SERVICE_TYPE", None, ("service_type", "service_types"), offers_the_type),
    Rule("FORM", None, ("forms_accepted", "form"), form_is_accepted),
    Rule("PUBLIC_DUTY", "2", ("service_type", "form"), public_duty_stays_public),
    Rule("OWN_NEED", None, ("person_id", "asked_by_ids"), helps_someone_else),
    Rule("EXCLUDED", None, ("excluded_person_ids", "excluded_organization_ids"), is_not_excluded),
    Rule("SAME_BUILDING", None, ("nobody_from_building", "place"), lives_in_another_building),
    Rule("HELPER_SEX", None, ("helper_sex", "sex"), is_of_the_sex_asked_for),
    Rule("SKILLS", "15", ("skills",), has_the_skills),
    Rule("LANGUAGE", None, ("languages",), speaks_a_language),
    Rule("AGE", "15", ("service_type", "age"), is_old_enough),
    Rule("GUARDIAN_CONSENT", "15", ("age", "guardian_consent"), has_guardian_consent),
    Rule("CLEARANCE", None, ("service_type", "person_is_minor", "clearances"), is_cleared),
    Rule("TRAINING", "16", ("service_type", "trainings"), is_trained),
    Rule("LICENCE", "16", ("service_type", "licences"), is_licensed),
    Rule("INSURANCE", "17", ("service_type", "risk_class", "insured"), is_insured),
    Rule("REACH", None, ("place", "reach_m", "reach_minutes", "area_ids", "walking_speed_m_per_min"), is_within_reach),
    Rule("TIME", None, ("open_quarters", "free_quarters", "minutes", "weeks"), has_a_common_block),
    Rule("LOAD", None, ("visits_left_by_week", "person_visits_left_by_week", "weeks"), has_visits_left),
)

RULE_CODES: Final = tuple(rule.code for rule in RULES)


def first_refusal(need: NeedFacts, offer: OfferFacts, types: Types) -> str | None:
    """The code of the first rule of the table that this pair breaks; None where they may meet."""
    for rule in RULES:
        if not rule.holds(need, offer, types):
            return rule.code
    return None


def refusals(need: NeedFacts, offer: OfferFacts, types: Types) -> tuple[str, ...]:
    """The codes of all rules that this pair breaks, in the order of the table."""
    return tuple(rule.code for rule in RULES if not rule.holds(need, offer, types))


def candidates(needs: Sequence[NeedFacts], offers: Sequence[OfferFacts], types: Types) -> tuple[Candidate, ...]:
    """All pairs that pass every rule.

    Offers are put in one bucket per service type, and each need's bucket is cut to those whose metres reach it
    before any rule is asked, so the work grows with the pairs that are near.

    Returns
    -------
    tuple of Candidate
        Sorted by need id, then offer id, whatever the order of the input.

    Raises
    ------
    KeyError
        If a need names a service type that `types` lacks.
    """
    buckets = _buckets(offers)
    found: list[Candidate] = []
    for need in sorted(needs, key=lambda need: need.need_id):
        near: dict[int, OfferFacts] = {}
        for code in lineage(need.service_type, types):
            if code in buckets:
                near.update((offer.offer_id, offer) for offer in buckets[code].reaching(need.place))
        for offer_id in sorted(near):
            if first_refusal(need, near[offer_id], types) is None:
                found.append(candidate(need, near[offer_id]))
    return tuple(found)


def candidate(need: NeedFacts, offer: OfferFacts) -> Candidate:
    """The candidate of a pair that is known to pass every rule."""
    starts = common_starts(need, offer) & uncapped_starts(need, offer)
    return Candidate(need, offer, walk_m(need.place, offer.place), ring_of(need.place, offer.place), starts)


def lineage(code: str, types: Types) -> tuple[str, ...]:
    """A service type and those above it, nearest first."""
    found: list[str] = []
    above: str | None = code
    while above is not None and above not in found:
        found.append(above)
        above = types[above].parent
    return tuple(found)


def visit_quarters(need: NeedFacts) -> int:
    """Whole quarters that one visit takes, at least one."""
    return max(1, -(-need.minutes // QUARTER_MINUTES))


def block_starts(free: int, quarters: int, weeks: int) -> int:
    """Where a block of some quarters fits into free time in each of some weeks running.

    Parameters
    ----------
    free : int
        Free quarters as bits.
    quarters, weeks : int
        Length of the block, number of weeks; both at least 1.

    Returns
    -------
    int
        Bits: the possible first quarters of the block of the first week.

    Examples
    --------
    >>> bin(block_starts(0b111011, 2, 1))
    '0b11001'
    """
    starts, covered = free, 1
    while covered < quarters:
        step = min(covered, quarters - covered)
        starts &= starts >> step
        covered += step
    series = starts
    for week in range(1, weeks):
        series &= starts >> (week * WEEK_QUARTERS)
    return series


def block_mask(start: int, quarters: int, weeks: int) -> int:
    """The quarters, as bits, that a series of blocks takes up."""
    block = ((1 << quarters) - 1) << start
    mask = 0
    for week in range(weeks):
        mask |= block << (week * WEEK_QUARTERS)
    return mask


def common_starts(need: NeedFacts, offer: OfferFacts) -> int:
    """Where the visit can begin by the hours of both sides, caps left aside."""
    return block_starts(need.open_quarters & offer.free_quarters, visit_quarters(need), need.weeks)


def uncapped_starts(need: NeedFacts, offer: OfferFacts) -> int:
    """All quarters in weeks from which the whole series stays within the offer's and the person's weekly caps."""
    left = tuple(map(min, offer.visits_left_by_week, offer.person_visits_left_by_week))
    return starts_in_open_weeks(left, need.weeks)


@lru_cache(maxsize=4096)
def starts_in_open_weeks(left_by_week: tuple[int, ...], weeks: int) -> int:
    """All quarters of the weeks from which each of some weeks running has visits left, as bits."""
    mask = 0
    for first in range(HORIZON_WEEKS - weeks + 1):
        if min(left_by_week[first : first + weeks]) > 0:
            mask |= _WEEK << (first * WEEK_QUARTERS)
    return mask


def _all_starts(weeks: int) -> int:
    return (1 << ((HORIZON_WEEKS - weeks + 1) * WEEK_QUARTERS)) - 1 if weeks <= HORIZON_WEEKS else 0


def straight_m(here: Place, there: Place) -> float:
    """Great-circle metres between two places."""
    latitude, other = math.radians(here.latitude), math.radians(there.latitude)
    turned = math.radians(there.longitude - here.longitude)
    half = math.sin((other - latitude) / 2) ** 2 + math.cos(latitude) * math.cos(other) * math.sin(turned / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def walk_m(here: Place, there: Place) -> float:
    """Metres on foot, as the straight line times the usual detour."""
    return DETOUR * straight_m(here, there)


def ring_of(here: Place, there: Place) -> Ring:
    """The smallest area that holds both places; the region where none is known to."""
    for ring, column in _RING_COLUMNS:
        area_id = getattr(here, column)
        if area_id is not None and area_id == getattr(there, column):
            return ring
    return Ring.REGION


_WEEK: Final = (1 << WEEK_QUARTERS) - 1
_RING_COLUMNS: Final = (
    (Ring.CORRIDOR, "household_id"),
    (Ring.CORRIDOR, "corridor_id"),
    (Ring.GRID, "grid_id"),
    (Ring.COMMUNITY, "community_id"),
    (Ring.JOINT_COMMUNITY, "joint_community_id"),
)


@dataclass(frozen=True, slots=True, eq=False)
class _Bucket:
    """The offers of one service type, their places in radians, and how far they go in straight metres."""

    offers: tuple[OfferFacts, ...]
    latitudes: NDArray[np.float64]
    longitudes: NDArray[np.float64]
    straight_reach_m: NDArray[np.float64]

    def reaching(self, place: Place) -> Iterable[OfferFacts]:
        """Offers whose metres and minutes reach the place; a millimetre more, so that rounding never drops one."""
        latitude, longitude = math.radians(place.latitude), math.radians(place.longitude)
        boxed = np.flatnonzero(np.abs(self.latitudes - latitude) * EARTH_RADIUS_M <= self.straight_reach_m + 0.001)
        other, turned = self.latitudes[boxed], self.longitudes[boxed] - longitude
        half = np.sin((other - latitude) / 2) ** 2 + math.cos(latitude) * np.cos(other) * np.sin(turned / 2) ** 2
        distance_m = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(half)))
        return [self.offers[at] for at in boxed[distance_m <= self.straight_reach_m[boxed] + 0.001]]


def _buckets(offers: Iterable[OfferFacts]) -> dict[str, _Bucket]:
    by_type: dict[str, list[OfferFacts]] = {}
    for offer in offers:
        for code in offer.service_types:
            by_type.setdefault(code, []).append(offer)
    return {code: _bucket(tuple(listed)) for code, listed in by_type.items()}


def _bucket(offers: tuple[OfferFacts, ...]) -> _Bucket:
    return _Bucket(
        offers,
        np.radians([offer.place.latitude for offer in offers]),
        np.radians([offer.place.longitude for offer in offers]),
        np.asarray([_furthest_m(offer) / DETOUR for offer in offers]),
    )


def _furthest_m(offer: OfferFacts) -> float:
    in_minutes = math.inf if offer.reach_minutes is None else offer.reach_minutes * offer.walking_speed_m_per_min
    return min(in_minutes, math.inf if offer.reach_m is None else offer.reach_m)


def _areas_of(place: Place) -> frozenset[int | None]:
    return frozenset(
        {
            place.household_id,
            place.corridor_id,
            place.grid_id,
            place.community_id,
            place.joint_community_id,
            place.region_id,
        }
    )
