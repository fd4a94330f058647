"""Hard rules: who may help with what, one function each, in one table, cheap rules first.

A rule takes the problem in columns and pairs of rows, and says for each pair whether it holds. One pair is a batch of
one: nothing here is written twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.columns import Columns, Types, columns_of
from matchmaker.engine.hours import Words, bits_of, common_starts, uncapped_starts
from matchmaker.engine.meeting import have_a_start, starts_in, weeks_open
from matchmaker.engine.nearness import near_pieces
from matchmaker.engine.places import CORRIDOR, HOUSEHOLD, Bools, Floats, Ints, ring_of, rings
from matchmaker.engine.problem import HORIZON_WEEKS, NeedFacts, OfferFacts, Ring
from matchmaker.engine.streets import Streets
from matchmaker.engine.ways import way_m, ways_m, ways_of, within_the_disk

Holds = Callable[[Columns, Ints, Ints], Bools]
Told = Callable[[float], None]


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

    `walk_m` is metres on foot, or on the road where the offer comes by vehicle; `starts` is the set of quarters, as
    bits, at which the (first) visit can begin.
    """

    need: NeedFacts
    offer: OfferFacts
    walk_m: float
    ring: Ring
    starts: int


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Candidates as pairs of rows, sorted by need, then offer; all arrays have one entry for each pair."""

    columns: Columns
    needs: Ints
    offers: Ints
    walks_m: Floats
    by_street: Bools
    """Whether the walk goes along streets of a map; else it is guessed."""
    rings: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.needs)

    def candidate(self, row: int, starts: int) -> Candidate:
        """One pair as a candidate, where its starts are known already."""
        need = self.columns.needs.facts[self.needs[row]]
        offer = self.columns.offers.facts[self.offers[row]]
        return Candidate(need, offer, float(self.walks_m[row]), Ring(int(self.rings[row])), starts)


def offers_the_type(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    """The offer names the need's service type, or one that stands above it."""
    return _meet(columns.needs.wider_types, columns.offers.types, needs, offers)


def form_is_accepted(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    return _meet(columns.needs.forms, columns.offers.forms, needs, offers)


def public_duty_stays_public(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    """A duty of the authorities is never put on volunteers, nor sold."""
    held: Bools = ~columns.needs.public_duty[needs] | columns.offers.public[offers]
    return held


def helps_someone_else(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    """Nobody is their own helper, nor the helper of someone they ask for."""
    person_ids = columns.offers.person_ids[offers]
    held: Bools = (columns.needs.person_ids[needs] != person_ids) & ~columns.needs.asked_by.hold(needs, person_ids)
    return held


def is_not_excluded(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    asked, offered = columns.needs, columns.offers
    person = asked.excluded_people.hold(needs, offered.person_ids[offers])
    held: Bools = ~(person | asked.excluded_organizations.hold(needs, offered.organization_ids[offers]))
    return held


def lives_in_another_building(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    """Where the wish "nobody from my building" was made; organizations are not neighbours in this sense."""
    wished = columns.needs.away_from_building[needs] & columns.offers.by_person[offers]
    here, there = columns.needs.places, columns.offers.places
    asked = np.flatnonzero(wished)
    at, other = needs[asked], offers[asked]
    same = here.buildings[at] == there.buildings[other]
    for level in (HOUSEHOLD, CORRIDOR):
        same |= here.areas[level][at] == there.areas[level][other]
    held = np.ones(len(needs), dtype=np.bool_)
    held[asked] = ~same
    return held


def is_of_the_sex_asked_for(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    asked = columns.needs.sexes[needs]
    held: Bools = (asked < 0) | (asked == columns.offers.sexes[offers])
    return held


def has_the_skills(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    return _covers(columns.needs.skills, columns.offers.skills, needs, offers)


def speaks_a_language(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    shared = _meet(columns.needs.languages, columns.offers.languages, needs, offers)
    held: Bools = ~columns.needs.asks_language[needs] | shared
    return held


def is_old_enough(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    """A person of unknown age is taken as too young where the type sets an age; an organization answers for its own."""
    minimum = columns.needs.minimum_ages[needs]
    held: Bools = (minimum == 0) | (columns.offers.ages[offers] >= minimum) | ~columns.offers.by_person[offers]
    return held


def has_guardian_consent(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    held: Bools = ~columns.offers.lacks_consent[offers]
    return held


def is_cleared(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    """Clearances of the type, and one more for whoever helps a minor."""
    return _covers(columns.needs.clearances, columns.offers.clearances, needs, offers)


def is_trained(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    return _covers(columns.needs.trainings, columns.offers.trainings, needs, offers)


def is_licensed(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    return _covers(columns.needs.licences, columns.offers.licences, needs, offers)


def is_insured(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    held: Bools = columns.offers.insured[offers] | (columns.needs.risks[needs] < columns.needs.insured_from[needs])
    return held


def is_within_reach(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    """Within every limit the offer sets: its areas and, unless it comes by vehicle, metres and minutes on foot."""
    here = columns.needs.places
    held = _is_near_enough(columns, needs, offers, ~columns.offers.drives[offers])
    asked = np.flatnonzero(held & columns.offers.in_areas[offers])
    if len(asked):
        at, other = needs[asked], offers[asked]
        served = np.zeros(len(asked), dtype=np.bool_)
        for level in here.areas:
            served |= columns.offers.areas.hold(other, level[at])
        held[asked] = served
    return held


def is_within_the_drive(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    """What comes by vehicle goes no further on the road than its limits in metres and minutes allow."""
    return _is_near_enough(columns, needs, offers, columns.offers.drives[offers])


def can_come_to_the_stop(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    """At a stop of a tour only those are met who do not need help at home, or who signed up to come there for this."""
    signed_up = columns.needs.tour_offers.hold(needs, columns.offers.ids[offers])
    held: Bools = ~columns.offers.at_stop[offers] | ~columns.needs.stays_home[needs] | signed_up
    return held


def has_a_common_block(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    return have_a_start(columns, needs, offers, in_open_weeks=False)


def has_visits_left(columns: Columns, needs: Ints, offers: Ints) -> Bools:
    """Some week with visits left, and, where hours meet at all, an hour in such a week."""
    weeks = columns.needs.weeks[needs]
    opened = weeks_open(columns, needs, offers)
    held: Bools = opened != 0
    partly = np.flatnonzero(held & (opened != (1 << np.maximum(0, HORIZON_WEEKS - weeks + 1)) - 1))
    if len(partly):
        at, other = needs[partly], offers[partly]
        meet = have_a_start(columns, at, other, in_open_weeks=False)
        held[partly] = ~meet | have_a_start(columns, at, other, in_open_weeks=True)
    return held


_DRIVE_READS: Final = ("place", "reach_m", "reach_minutes", "vehicle_speed_m_per_min")
_REACH_READS: Final = (*_DRIVE_READS, "area_ids", "walking_speed_m_per_min")

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
    Rule("REACH", None, _REACH_READS, is_within_reach),
    Rule("DRIVE", None, _DRIVE_READS, is_within_the_drive),
    Rule("TOUR", None, ("at_stop", "at_home", "tour_offer_ids", "offer_id"), can_come_to_the_stop),
    Rule("TIME", None, ("open_quarters", "free_quarters", "minutes", "weeks"), has_a_common_block),
    Rule("LOAD", None, ("visits_left_by_week", "person_visits_left_by_week", "weeks"), has_visits_left),
)

RULE_CODES: Final = tuple(rule.code for rule in RULES)
ARTICLES: Final = {rule.code: rule.article for rule in RULES if rule.article is not None}
"""Of the rules that have one."""
_WAYS: Final = frozenset({"REACH", "DRIVE"})
_FURTHEST_FIRST: Final = tuple(sorted(RULES, key=lambda rule: rule.code not in _WAYS))
"""The table with the reach in front: near pieces hold a third of pairs that are just too far."""


_STREETS_LAST: Final = (
    Rule("DISK", None, (), within_the_disk),
    *sorted(RULES, key=lambda rule: rule.code in _WAYS),
)
"""The same on streets: the disk in front, and a walk is looked for only where all else holds."""


def first_refusal(need: NeedFacts, offer: OfferFacts, types: Types, streets: Streets | None = None) -> str | None:
    """The code of the first rule of the table that this pair breaks; None where they may meet."""
    return next(iter(refusals(need, offer, types, streets)), None)


def refusals(need: NeedFacts, offer: OfferFacts, types: Types, streets: Streets | None = None) -> tuple[str, ...]:
    """The codes of all rules that this pair breaks, in the order of the table."""
    (broken,) = refusals_of([(need, offer)], types, streets)
    return broken


def refusals_of(
    pairs: Sequence[tuple[NeedFacts, OfferFacts]], types: Types, streets: Streets | None = None
) -> list[tuple[str, ...]]:
    """`refusals` of many pairs at once."""
    columns = columns_of([need for need, _ in pairs], [offer for _, offer in pairs], types, streets)
    rows = np.arange(len(pairs))
    broken = [~rule.holds(columns, rows, rows) for rule in RULES]
    return [tuple(code for code, rows in zip(RULE_CODES, broken, strict=True) if rows[row]) for row in rows]


def candidates(
    needs: Sequence[NeedFacts], offers: Sequence[OfferFacts], types: Types, streets: Streets | None = None
) -> tuple[Candidate, ...]:
    """All pairs that pass every rule; walks are those along the streets, where there are any.

    Returns
    -------
    tuple of Candidate
        Sorted by need id, then offer id, whatever the order of the input.

    Raises
    ------
    KeyError
        If a need names a service type that `types` lacks.
    """
    found = pairs_of(needs, offers, types, streets=streets)
    starts = starts_in(found.columns, found.needs, found.offers)
    asked, offered = found.columns.needs.facts, found.columns.offers.facts
    rows = zip(
        found.needs.tolist(), found.offers.tolist(), found.walks_m.tolist(), found.rings.tolist(), starts, strict=True
    )
    return tuple(
        Candidate(asked[need], offered[offer], walked, Ring(ring), bits_of(words))
        for need, offer, walked, ring, words in rows
    )


def pairs_of(
    needs: Sequence[NeedFacts],
    offers: Sequence[OfferFacts],
    types: Types,
    told: Told = lambda _share: None,
    *,
    streets: Streets | None = None,
) -> Pairs:
    """The same as `candidates`, in columns: what a city is planned from.

    Parameters
    ----------
    needs, offers : sequences of facts
        In any order; one row for each id.
    types : mapping of code to ServiceTypeFacts
    told : callable
        Told the share of needs that are done, again and again.
    streets : Streets, optional
        What is walked on; without it walks are guessed by the detour.
    """
    asked = sorted(needs, key=lambda need: need.need_id)
    offered = sorted(offers, key=lambda offer: offer.offer_id)
    return pairs_in(columns_of(asked, offered, types, streets), told)


def pairs_in(columns: Columns, told: Told = lambda _share: None) -> Pairs:
    """All pairs of a problem that pass every rule; memory is bounded but for what is found."""
    found: list[Ints] = []
    order = _FURTHEST_FIRST if columns.footing is None else _STREETS_LAST
    for piece in near_pieces(columns):
        at, other = piece.needs, piece.offers
        for rule in order:
            held = rule.holds(columns, at, other)
            if not held.all():
                at, other = at[held], other[held]
        found.append(at * len(columns.offers.ids) + other)
        told(piece.share)
    keys = np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
    at, other = np.divmod(keys, max(1, len(columns.offers.ids)))
    return pairs_at(columns, at, other)


def pairs_at(columns: Columns, needs: Ints, offers: Ints) -> Pairs:
    """Pairs of rows that are known to pass every rule."""
    here, there = columns.needs.places, columns.offers.places
    ways = ways_of(columns, needs, offers)
    return Pairs(columns, needs, offers, ways.metres, ways.by_street, rings(here, there, needs, offers))


def candidate(need: NeedFacts, offer: OfferFacts, streets: Streets | None = None) -> Candidate:
    """The candidate of a pair that is known to pass every rule."""
    starts = common_starts(need, offer) & uncapped_starts(need, offer)
    return Candidate(need, offer, way_m(need, offer, streets), ring_of(need.place, offer.place), starts)


def _is_near_enough(columns: Columns, needs: Ints, offers: Ints, measured: Bools) -> Bools:
    """Whether the ways of the pairs that are measured are within the limits of their offers; the others pass."""
    held = np.ones(len(needs), dtype=np.bool_)
    limited = np.flatnonzero(measured & np.isfinite(columns.offers.furthest_m[offers]))
    held[limited] = within_the_disk(columns, needs[limited], offers[limited])
    limited = limited[held[limited]]
    at, other = needs[limited], offers[limited]
    held[limited] = ways_m(columns, at, other) <= columns.offers.furthest_m[other]
    return held


def _meet(asked: Words, given: Words, needs: Ints, offers: Ints) -> Bools:
    """Whether the two sets of each pair share something."""
    shared = np.zeros(len(needs), dtype=np.bool_)
    for here, there in zip(asked, given, strict=True):
        shared |= (here[needs] & there[offers]) != 0
    return shared


def _covers(asked: Words, given: Words, needs: Ints, offers: Ints) -> Bools:
    """Whether all that is asked for is given."""
    held = np.ones(len(needs), dtype=np.bool_)
    for here, there in zip(asked, given, strict=True):
        held &= (here[needs] & ~there[offers]) == 0
    return held
