"""The problem in columns: needs and offers as frozen arrays, one entry for each row, built once from the facts.

Sets of words are bits in masks of shape (words, rows); only what some need asks for has a bit. Ids that may be missing
are -1 on the side of needs and -2 on that of offers, so that two unknown values are never equal.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Generic, TypeVar

import numpy as np

from matchmaker.engine.hours import WORDS, Words, block_starts, block_starts_in, visit_quarters, words_of
from matchmaker.engine.places import UNKNOWN_THERE, Bools, Floats, Ints, Places, places_of
from matchmaker.engine.problem import HORIZON_WEEKS, PUBLIC, NeedFacts, OfferFacts, ServiceTypeFacts
from matchmaker.engine.reach import SLACK_M, disk_m, furthest_m
from matchmaker.engine.streets import Beside, Streets

Types = Mapping[str, ServiceTypeFacts]
Value = TypeVar("Value", bound=Hashable)

CLEARANCE_FOR_MINORS: Final = "MINORS"
"""The clearance asked of whoever helps a minor."""
ADULT_AGE: Final = 18
NOT_KNOWN: Final = -1


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """A set of ids for each row; most are empty."""

    some: Bools
    keys: Ints
    """``row * len(known) + position of the id in known``, sorted."""
    known: Ints

    def hold(self, rows: Ints, ids: Ints) -> Bools:
        """Whether each id is in the set of its row."""
        held = self.some[rows]
        asked = np.flatnonzero(held)
        if not len(asked):
            return held
        wanted = ids[asked]
        position = np.minimum(np.searchsorted(self.known, wanted), len(self.known) - 1)
        key = rows[asked] * len(self.known) + position
        at = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        held[asked] = (self.known[position] == wanted) & (self.keys[at] == key)
        return held


@dataclass(frozen=True, slots=True, eq=False)
class NeedHours:
    """When visits may begin; needs with the same open time and length share a row of `starts`."""

    rows: Ints
    """Row of each need in the other three."""
    starts: Words
    """Where a visit fits into the open time, shape (sets of hours, WORDS)."""
    first_word: Ints
    last_word: Ints
    """The words of `starts` that hold anything, first to last; first 0 and last -1 where nothing fits."""


@dataclass(frozen=True, slots=True, eq=False)
class NeedColumns:
    """Needs in columns; `facts` are the rows. What a service type asks for stands with each need of it."""

    facts: tuple[NeedFacts, ...]
    ids: Ints
    person_ids: Ints
    kinds: Ints
    """Row of the need's service type in `Columns.codes`."""
    types: Words
    wider_types: Words
    public_duty: Bools
    forms: Words
    asked_by: Members
    excluded_people: Members
    excluded_organizations: Members
    away_from_building: Bools
    places: Places
    sexes: Ints
    skills: Words
    languages: Words
    asks_language: Bools
    minimum_ages: Ints
    clearances: Words
    trainings: Words
    licences: Words
    risks: Ints
    insured_from: Ints
    weeks: Ints
    series: Ints
    """Row of the length and the number of weeks in `Columns.lengths`."""
    hours: NeedHours
    prior_helpers: Members
    prior_organizations: Members
    stays_home: Bools
    tour_offers: Members
    without_graph: Bools


@dataclass(frozen=True, slots=True, eq=False)
class OfferColumns:
    """Offers in columns; `facts` are the rows."""

    facts: tuple[OfferFacts, ...]
    ids: Ints
    person_ids: Ints
    organization_ids: Ints
    by_person: Bools
    types: Words
    public: Bools
    forms: Words
    places: Places
    sexes: Ints
    skills: Words
    languages: Words
    ages: Ints
    lacks_consent: Bools
    """A person under age without a guardian's consent."""
    clearances: Words
    trainings: Words
    licences: Words
    insured: Bools
    furthest_m: Floats
    disks_m: Floats
    """Straight metres within which it might come: the disk that is looked at before any street."""
    drives: Bools
    at_stop: Bools
    in_areas: Bools
    areas: Members
    hours: Ints
    """Row of the offer in `free`, shared by offers with the same hours."""
    free: Words
    open_weeks: Ints
    """Shape (HORIZON_WEEKS + 2, rows): bit i is set where a series of so many weeks may begin in week i."""
    visits_left: Ints
    """Of the person or organization over all their offers, in the fullest week."""
    visits_cap: Ints
    without_graph: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Footing:
    """The streets of a problem, and where its needs and its offers touch them."""

    streets: Streets
    needs: Beside
    offers: Beside


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """A whole problem; `codes` are the service types of needs, `lengths` their (quarters, weeks)."""

    needs: NeedColumns
    offers: OfferColumns
    types: Types
    codes: tuple[str, ...]
    lengths: tuple[tuple[int, int], ...]
    footing: Footing | None = None
    """None where no street map is at hand: walks are guessed by the detour then."""
    _starts: dict[int, Words] = field(default_factory=dict)

    def offer_starts(self, series: int) -> Words:
        """Where a visit of this length fits into each set of free hours, shape of `OfferColumns.free`; kept."""
        if series not in self._starts:
            self._starts[series] = block_starts_in(self.offers.free, *self.lengths[series])
        return self._starts[series]


def columns_of(
    needs: Sequence[NeedFacts], offers: Sequence[OfferFacts], types: Types, streets: Streets | None = None
) -> Columns:
    """The problem in columns, rows in the order given.

    Raises
    ------
    KeyError
        If a need names a service type that `types` lacks.
    """
    codes = _numbers(need.service_type for need in needs)
    lengths = _numbers((visit_quarters(need), need.weeks) for need in needs)
    bits = _Bits(needs, types, codes.known)
    buildings: dict[str, int] = {}
    sexes: dict[str, int] = {}
    asked = _need_columns(needs, types, codes, lengths, bits, buildings, sexes)
    offered = _offer_columns(offers, bits, buildings, sexes)
    if streets is None:
        return Columns(asked, offered, types, tuple(codes.known), tuple(lengths.known))
    footing = Footing(streets, streets.beside(asked.places), streets.beside(offered.places))
    # A street may be as straight as the crow flies: the disk is wider where streets are known.
    straight = (footing.offers.points >= 0) & ~offered.drives
    offered = replace(offered, disks_m=np.where(straight, offered.furthest_m + SLACK_M, offered.disks_m))
    return Columns(asked, offered, types, tuple(codes.known), tuple(lengths.known), footing)


def lineage(code: str, types: Types) -> tuple[str, ...]:
    """A service type and those above it, nearest first."""
    found: list[str] = []
    above: str | None = code
    while above is not None and above not in found:
        found.append(above)
        above = types[above].parent
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Numbered(Generic[Value]):
    """Equal values have equal numbers; `known` has each value once, in the order of its number."""

    rows: Ints
    known: Mapping[Value, int]


def _numbers(values: Iterable[Value]) -> _Numbered[Value]:
    known: dict[Value, int] = {}
    rows = [known.setdefault(value, len(known)) for value in values]
    return _Numbered(np.asarray(rows, dtype=np.int64), known)


class _Bits:
    """Which bit stands for which word: only words that some need asks for have one."""

    def __init__(self, needs: Sequence[NeedFacts], types: Types, codes: Iterable[str]) -> None:
        asked = [types[code] for code in codes]
        self.types = _vocabulary(lineage(one.code, types) for one in asked)
        self.forms = _vocabulary({need.forms_accepted for need in needs})
        self.skills = _vocabulary({need.skills for need in needs})
        self.languages = _vocabulary({need.languages for need in needs})
        self.clearances = _vocabulary([{CLEARANCE_FOR_MINORS}, *(one.required_clearance for one in asked)])
        self.trainings = _vocabulary(one.required_training for one in asked)
        self.licences = _vocabulary(one.required_licence for one in asked)


def _vocabulary(sets: Iterable[Iterable[str]]) -> dict[str, int]:
    return {word: bit for bit, word in enumerate(sorted({word for words in sets for word in words}))}


def _mask(sets: Iterable[frozenset[str]], bits: Mapping[str, int]) -> Words:
    """Shape (words, rows); words without a bit are left out."""
    numbered = _numbers(sets)
    table = np.zeros((-(-len(bits) // 64), len(numbered.known)), dtype=np.uint64)
    for words, row in numbered.known.items():
        for word in words:
            bit = bits.get(word)
            if bit is not None:
                table[bit // 64, row] |= np.uint64(1 << bit % 64)
    return np.ascontiguousarray(table[:, numbered.rows])


def _members(sets: Sequence[frozenset[int]]) -> Members:
    pairs = [(row, one) for row, ids in enumerate(sets) if ids for one in ids]
    rows = np.asarray([row for row, _ in pairs], dtype=np.int64)
    known, positions = np.unique(np.asarray([one for _, one in pairs], dtype=np.int64), return_inverse=True)
    some = np.zeros(len(sets), dtype=np.bool_)
    some[rows] = True
    return Members(some, np.sort(rows * len(known) + positions), known)


def _ints(values: Iterable[int | None], missing: int = NOT_KNOWN) -> Ints:
    return np.asarray([missing if value is None else value for value in values], dtype=np.int64)


def _bools(values: Iterable[bool]) -> Bools:
    return np.asarray(list(values), dtype=np.bool_)


def _need_columns(
    needs: Sequence[NeedFacts],
    types: Types,
    codes: _Numbered[str],
    lengths: _Numbered[tuple[int, int]],
    bits: _Bits,
    buildings: dict[str, int],
    sexes: dict[str, int],
) -> NeedColumns:
    asked = [types[code] for code in codes.known]
    above = [frozenset(lineage(one.code, types)) for one in asked]
    minors = frozenset({CLEARANCE_FOR_MINORS})

    def of_type(told: Callable[[ServiceTypeFacts], int | bool]) -> Ints:
        return np.asarray([told(one) for one in asked], dtype=np.int64)[codes.rows]

    return NeedColumns(
        facts=tuple(needs),
        ids=_ints(need.need_id for need in needs),
        person_ids=_ints(need.person_id for need in needs),
        kinds=codes.rows,
        types=_mask([frozenset({one.code}) for one in asked], bits.types)[:, codes.rows],
        wider_types=_mask(above, bits.types)[:, codes.rows],
        public_duty=of_type(lambda one: one.public_duty).astype(np.bool_),
        forms=_mask((need.forms_accepted for need in needs), bits.forms),
        asked_by=_members([need.asked_by_ids for need in needs]),
        excluded_people=_members([need.excluded_person_ids for need in needs]),
        excluded_organizations=_members([need.excluded_organization_ids for need in needs]),
        away_from_building=_bools(need.nobody_from_building for need in needs),
        places=places_of([need.place for need in needs], buildings),
        sexes=_ints(
            None if need.helper_sex is None else sexes.setdefault(need.helper_sex, len(sexes)) for need in needs
        ),
        skills=_mask((need.skills for need in needs), bits.skills),
        languages=_mask((need.languages for need in needs), bits.languages),
        asks_language=_bools(bool(need.languages) for need in needs),
        minimum_ages=of_type(lambda one: one.minimum_helper_age),
        clearances=_mask(
            (
                types[need.service_type].required_clearance | minors
                if need.person_is_minor
                else types[need.service_type].required_clearance
                for need in needs
            ),
            bits.clearances,
        ),
        trainings=_mask([one.required_training for one in asked], bits.trainings)[:, codes.rows],
        licences=_mask([one.required_licence for one in asked], bits.licences)[:, codes.rows],
        risks=_ints(need.risk_class for need in needs),
        insured_from=of_type(lambda one: one.insured_from_risk),
        weeks=_ints(need.weeks for need in needs),
        series=lengths.rows,
        hours=_need_hours(needs, lengths),
        prior_helpers=_members([need.prior_helper_ids for need in needs]),
        prior_organizations=_members([need.prior_organization_ids for need in needs]),
        stays_home=_bools(need.at_home for need in needs),
        tour_offers=_members([need.tour_offer_ids for need in needs]),
        without_graph=_bools(need.without_graph for need in needs),
    )


def _need_hours(needs: Sequence[NeedFacts], lengths: _Numbered[tuple[int, int]]) -> NeedHours:
    by_number = tuple(lengths.known)
    hours = _numbers(zip((need.open_quarters for need in needs), lengths.rows.tolist(), strict=True))
    starts = words_of([block_starts(bits, *by_number[series]) for bits, series in hours.known])
    return NeedHours(hours.rows, starts, *_span(starts))


def _offer_columns(
    offers: Sequence[OfferFacts], bits: _Bits, buildings: dict[str, int], sexes: dict[str, int]
) -> OfferColumns:
    ages = _ints(offer.age for offer in offers)
    by_person = _bools(offer.person_id is not None for offer in offers)
    consent = _bools(offer.guardian_consent for offer in offers)
    hours = _numbers(offer.free_quarters for offer in offers)
    return OfferColumns(
        facts=tuple(offers),
        ids=_ints(offer.offer_id for offer in offers),
        person_ids=_ints((offer.person_id for offer in offers), UNKNOWN_THERE),
        organization_ids=_ints((offer.organization_id for offer in offers), UNKNOWN_THERE),
        by_person=by_person,
        types=_mask((offer.service_types for offer in offers), bits.types),
        public=_bools(offer.form == PUBLIC for offer in offers),
        forms=_mask((frozenset({offer.form}) for offer in offers), bits.forms),
        places=places_of([offer.place for offer in offers], buildings, UNKNOWN_THERE),
        sexes=_ints(
            (None if offer.sex is None else sexes.setdefault(offer.sex, len(sexes)) for offer in offers), UNKNOWN_THERE
        ),
        skills=_mask((offer.skills for offer in offers), bits.skills),
        languages=_mask((offer.languages for offer in offers), bits.languages),
        ages=ages,
        lacks_consent=by_person & (ages != NOT_KNOWN) & (ages < ADULT_AGE) & ~consent,
        clearances=_mask((offer.clearances for offer in offers), bits.clearances),
        trainings=_mask((offer.trainings for offer in offers), bits.trainings),
        licences=_mask((offer.licences for offer in offers), bits.licences),
        insured=_bools(offer.insured for offer in offers),
        furthest_m=np.asarray([furthest_m(offer) for offer in offers], dtype=np.float64),
        disks_m=np.asarray([disk_m(offer) for offer in offers], dtype=np.float64),
        drives=_bools(offer.vehicle_speed_m_per_min is not None for offer in offers),
        at_stop=_bools(offer.at_stop for offer in offers),
        in_areas=_bools(offer.area_ids is not None for offer in offers),
        areas=_members([offer.area_ids or frozenset() for offer in offers]),
        hours=hours.rows,
        free=words_of(tuple(hours.known)),
        open_weeks=_open_weeks(offers),
        visits_left=_ints(min(offer.person_visits_left_by_week) for offer in offers),
        visits_cap=_ints(offer.person_visits_cap for offer in offers),
        without_graph=_bools(offer.without_graph for offer in offers),
    )


def _open_weeks(offers: Sequence[OfferFacts]) -> Ints:
    numbered = _numbers((offer.visits_left_by_week, offer.person_visits_left_by_week) for offer in offers)
    left = np.asarray([tuple(map(min, *both)) for both in numbered.known], dtype=np.int64).reshape(-1, HORIZON_WEEKS)
    found = np.zeros((HORIZON_WEEKS + 2, len(left)), dtype=np.int64)
    for weeks in range(1, HORIZON_WEEKS + 1):
        for first in range(HORIZON_WEEKS - weeks + 1):
            found[weeks] |= (left[:, first : first + weeks].min(axis=1) > 0).astype(np.int64) << first
    return np.ascontiguousarray(found[:, numbered.rows])


def _span(starts: Words) -> tuple[Ints, Ints]:
    """The first and the last word of each row that hold anything; 0 and -1 where none does."""
    some = starts != 0
    any_at_all = some.any(axis=1)
    first = np.where(any_at_all, some.argmax(axis=1), 0)
    last = np.where(any_at_all, WORDS - 1 - some[:, ::-1].argmax(axis=1), -1)
    return first.astype(np.int64), last.astype(np.int64)
