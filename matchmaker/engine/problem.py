"""What the engine is told: an allow-list of plain values, and nothing else.

A fact that is not a field here cannot move a match. Household registration, ethnicity, religion, income and length of
residence are absent on purpose, and a promise test holds the list.

Ids are the rows' integer keys. Time is a Python int used as a set of bits: bit i stands for quarter-hour i from the
start of the horizon, 672 to a week, 2,688 in all. Distances are metres, ages of evidence are days.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final

QUARTER_MINUTES: Final = 15
WEEK_QUARTERS: Final = 7 * 24 * 60 // QUARTER_MINUTES
HORIZON_WEEKS: Final = 4
HORIZON_QUARTERS: Final = HORIZON_WEEKS * WEEK_QUARTERS
ALWAYS: Final = (1 << HORIZON_QUARTERS) - 1
"""Every quarter of the horizon, for someone who set no hours."""

UNLIMITED_VISITS: Final = 10_000
"""A weekly cap that never binds."""


class Ring(IntEnum):
    """How near: the smallest area that holds both places."""

    CORRIDOR = 1
    GRID = 2
    COMMUNITY = 3
    JOINT_COMMUNITY = 4
    REGION = 5


class TieKind(StrEnum):
    """What a tie came from; its half-life is in `HALF_LIFE_DAYS`."""

    KIN = "KIN"
    FRIEND = "FRIEND"
    HELPED = "HELPED"
    MET = "MET"
    VOUCH = "VOUCH"
    MEMBERSHIP = "MEMBERSHIP"


HALF_LIFE_DAYS: Final[dict[TieKind, float]] = {
    TieKind.KIN: 3650.0,
    TieKind.FRIEND: 730.0,
    TieKind.HELPED: 180.0,
    TieKind.MET: 90.0,
    TieKind.VOUCH: 365.0,
    TieKind.MEMBERSHIP: 730.0,
}
"""Days after which a tie that nobody renewed weighs half. Assumptions, to be refitted from a year of outcomes."""

PUBLIC: Final = "PUBLIC"
VOLUNTARY: Final = "VOLUNTARY"
CONVENIENCE: Final = "CONVENIENCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point in degrees (WGS 84) and the keys of the areas that hold it, None where not known.

    `building` is any text that is equal for two places in one building; empty means not known.
    """

    latitude: float
    longitude: float
    household_id: int | None = None
    building: str = ""
    corridor_id: int | None = None
    grid_id: int | None = None
    community_id: int | None = None
    joint_community_id: int | None = None
    region_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTypeFacts:
    """A node of the taxonomy; an offer of the parent covers its children."""

    code: str
    parent: str | None = None
    care_dimension: str | None = None
    public_duty: bool = False
    """A duty of the authorities: never put on volunteers or sold."""
    required_training: frozenset[str] = frozenset()
    required_licence: frozenset[str] = frozenset()
    required_clearance: frozenset[str] = frozenset()
    """Clearances asked of whoever helps with this type; all of them."""
    minimum_helper_age: int = 0
    """Years."""
    sensitive: bool = False
    insured_from_risk: int = 3
    """The lowest risk class (0..2) that needs accident insurance; 3 = never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedFacts:
    need_id: int
    person_id: int
    """Whom the help is for."""
    service_type: str
    place: Place
    """Where the visit takes place."""
    minutes: int
    """Length of one visit; rounded up to whole quarters."""
    open_quarters: int
    """Bits: the quarters within which the visit may take place, in every week of the horizon that counts."""
    asked_by_ids: frozenset[int] = frozenset()
    """Who asks in their name; never helpers of this need."""
    forms_accepted: frozenset[str] = frozenset({PUBLIC, VOLUNTARY, CONVENIENCE})
    helpers_wanted: int = 1
    """Helpers still missing."""
    weeks: int = 1
    """Occurrences in the horizon: 1 = once, n = the same block in n weeks running."""
    skills: frozenset[str] = frozenset()
    """Skills the need asks for; all of them."""
    languages: frozenset[str] = frozenset()
    """Languages the visit can be held in; the helper has one of them. Empty: not asked."""
    urgency: int = 0
    """0 ordinary, 1 soon, 2 urgent, 3 an emergency; orders needs, never helpers."""
    risk_class: int = 0
    """0 none, 1 some, 2 high."""
    person_age: int | None = None
    """Youngest possible, years."""
    person_is_minor: bool = False
    nobody_from_building: bool = False
    all_or_none: bool = False
    """All helpers still missing come, or none does."""
    helper_sex: str | None = None
    """Set when a helper of this sex was asked for."""
    excluded_person_ids: frozenset[int] = frozenset()
    """Blocks either way, and who declined this need before."""
    excluded_organization_ids: frozenset[int] = frozenset()
    prior_helper_ids: frozenset[int] = frozenset()
    """Persons who helped this person before and would be welcome again."""
    prior_organization_ids: frozenset[int] = frozenset()
    at_home: bool = True
    first_home_visit: bool = False
    tour_offer_ids: frozenset[int] = frozenset()
    """Offers at stops of tours to which they said they will come for this."""
    without_graph: bool = False
    """The person opted out: ties and trust are not looked at, nearest first, and the rest of a score is neutral."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFacts:
    """What one person or one organization can give; exactly one of `person_id` and `organization_id` is set."""

    offer_id: int
    service_types: frozenset[str]
    place: Place
    """Where the helper sets out from."""
    free_quarters: int
    """Bits: the helper's free quarters within the offer's hours, bookings already taken out."""
    person_id: int | None = None
    organization_id: int | None = None
    organization_kind: str | None = None
    organization_verified: bool = False
    form: str = VOLUNTARY
    parallel: int = 1
    """Visits at the same moment: 1 for a person, the members who can go for an organization."""
    reach_m: float | None = None
    """Metres on foot, None = no limit of this kind; every limit that is set binds."""
    reach_minutes: float | None = None
    area_ids: frozenset[int] | None = None
    """Areas of any level that are served."""
    walking_speed_m_per_min: float = 67.0
    vehicle_speed_m_per_min: float | None = None
    """Set where the helper comes by vehicle: the limits in metres and minutes are then those of the road."""
    at_stop: bool = False
    """Given at a stop of a tour, to whoever comes there: the limits are then those of the one who comes, on foot."""
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    age: int | None = None
    """Youngest possible, years; None = not known (of an organization: never known)."""
    sex: str | None = None
    """Of an organization: only where it sends nobody else."""
    trainings: frozenset[str] = frozenset()
    licences: frozenset[str] = frozenset()
    clearances: frozenset[str] = frozenset()
    """Valid today only."""
    insured: bool = False
    guardian_consent: bool = False
    without_graph: bool = False
    """The helper opted out: their ties and how their help went are not looked at, and count as neutral."""
    visits_left_by_week: tuple[int, ...] = (UNLIMITED_VISITS,) * HORIZON_WEEKS
    """Visits this offer can still take in each week of the horizon."""
    person_visits_left_by_week: tuple[int, ...] = (UNLIMITED_VISITS,) * HORIZON_WEEKS
    """The same for the person (or the organization) over all their offers."""
    person_visits_cap: int = UNLIMITED_VISITS
    """The weekly cap those numbers count down from."""
    good_visits: int = 0
    """Confirmed visits of the organization that went well, and all that were confirmed; 0 for persons."""
    known_visits: int = 0


@dataclass(frozen=True, slots=True)
class TieFacts:
    """A confirmed tie between two people; `weight` when fresh, `age_days` since it was last renewed."""

    u: int
    v: int
    kind: TieKind
    weight: float = 1.0
    age_days: float = 0.0
    meetings: int = 0


@dataclass(frozen=True, slots=True)
class VouchFacts:
    """A valid word of one person for another."""

    voucher: int
    vouchee: int
    age_days: float = 0.0


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    person_id: int
    organization_id: int


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    """What the person helped said of a confirmed visit: `went_well` from 0 (badly) to 1 (well)."""

    helper_id: int
    person_id: int
    went_well: float
    age_days: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """The people of one joint solve and all that is known between them."""

    people: tuple[int, ...]
    ties: tuple[TieFacts, ...] = ()
    vouches: tuple[VouchFacts, ...] = ()
    memberships: tuple[MembershipFacts, ...] = ()
    seeds: frozenset[int] = frozenset()
    """Persons who hold a trusted post."""
    seed_organization_ids: frozenset[int] = frozenset()
    """Verified organizations that anchor their members."""
    outcomes: tuple[OutcomeFacts, ...] = ()
    places: Mapping[int, Place] = field(default_factory=dict)
    """Where people live, for nearness and per-area figures; people without a place are left out of both."""
