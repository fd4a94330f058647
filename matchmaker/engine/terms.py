"""The terms of a score, one function each, in one table: points for many pairs at once, reasons for those who read.

A term function gives whole points for every pair; what stands behind them is put into words for one pair at a time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.columns import lineage
from matchmaker.engine.eligibility import Pairs
from matchmaker.engine.knowledge import BRIDGE_REASONS, Bridges, BridgesOf, Knowledge
from matchmaker.engine.meeting import starts_counted
from matchmaker.engine.neighbourhood import (
    LASTS_MEETINGS_COUNTED,
    LASTS_NEAR,
    LASTS_PER_MEETING,
    LASTS_SUPPORTED,
    largest_gain,
)
from matchmaker.engine.places import Bools, Ints
from matchmaker.engine.problem import UNLIMITED_VISITS, Ring
from matchmaker.engine.reach import speed_m_per_min
from matchmaker.engine.trust import Estimate, Params, Trust, organization_reliance

MOST_POINTS: Final = 100
WALK_ZERO_M: Final = 1340.0
"""A walk of one kilometre as the crow flies, the edge of the 15-minute circle, earns no points."""
FIT_EXACT_TYPE: Final = 60
FIT_WIDER_TYPE: Final = 30
FIT_LANGUAGE: Final = 20
FIT_TIMES: Final = 20
FIT_TIMES_FULL: Final = 8
"""Eight possible quarters to begin in (two hours of choice) earn all points for times."""
LONGEST_SURVIVAL: Final = LASTS_SUPPORTED + LASTS_PER_MEETING * LASTS_MEETINGS_COUNTED + LASTS_NEAR
FEW_TIES_BELOW: Final = 2.0
"""With less than two full ties someone is said to have few."""
GAIN_SCALE: Final = LONGEST_SURVIVAL * largest_gain()
"""Islands that earn all points for identity: two people without ties whose tie is as sure to last as any. The same in
every town and batch, so that scores can be compared."""

NEUTRAL_POINTS: Final[Mapping[str, int]] = MappingProxyType(
    {"fit": 90, "reliance": 80, "identity_gain": 12, "continuity": 0, "load": 80, "few_ties": 20}
)
"""What a term counts where a wish to be matched without ties and trust leaves it out: about what it comes to among
ordinary candidates, so that opting out costs nothing and gains nothing."""


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a score: points 0..100, the value behind them with its unit, and the reason as a code.

    `dataclasses.asdict` gives plain values for storage, and `Term(**values)` reads them back.
    """

    name: str
    points: int
    raw: float
    unit: str
    reason: str
    params: Params = field(default_factory=dict)


_ON_FOOT: Final = {True: "WALK_BY_STREET", False: "WALK"}

Put = Callable[[int, int], Term]
"""A pair's row and its points, in words."""


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """One term of many pairs: whole points 0..100, where it is not looked at, and how to put one pair into words."""

    name: str
    points: Ints
    put: Put
    neutral: Bools | None = None

    def term(self, row: int) -> Term:
        """The term of one pair."""
        if self.neutral is not None and self.neutral[row]:
            return neutral_term(self.name)
        return self.put(row, int(self.points[row]))

    def left_out(self, where: Bools) -> "Points":
        """The same with neutral points for these pairs."""
        if not where.any():
            return self
        neutral = where if self.neutral is None else where | self.neutral
        return Points(self.name, np.where(where, NEUTRAL_POINTS[self.name], self.points), self.put, neutral)


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a term may look at beside the pairs; `bridges_of` stands in for the forest where a city is too large."""

    knowledge: Knowledge
    bridges_of: BridgesOf


TermFunction = Callable[[Pairs, Evidence], Points]


def fit(pairs: Pairs, evidence: Evidence) -> Points:
    """60 points for the very type (30 for a wider one), 20 for a shared language, up to 20 for a choice of times."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    starts = starts_counted(pairs.columns, pairs.needs, pairs.offers)
    exact = _shared(needs.types, offers.types, pairs)
    speaks = ~needs.asks_language[pairs.needs] | _shared(needs.languages, offers.languages, pairs)
    points = np.where(exact, FIT_EXACT_TYPE, FIT_WIDER_TYPE) + FIT_LANGUAGE * speaks
    points += np.minimum(FIT_TIMES, FIT_TIMES * starts // FIT_TIMES_FULL)

    def put(row: int, told: int) -> Term:
        need, offer = needs.facts[pairs.needs[row]], offers.facts[pairs.offers[row]]
        above = lineage(need.service_type, pairs.columns.types)
        code = next(code for code in above if code in offer.service_types)
        reason = "OFFERS_JUST_THIS" if exact[row] else "OFFERS_THIS_KIND"
        return Term("fit", told, float(starts[row]), "possible starts", reason, {"service_type": code})

    return Points("fit", points, put)


def walk(pairs: Pairs, evidence: Evidence) -> Points:
    """100 points next door, none from `WALK_ZERO_M` on, falling evenly."""

    def put(row: int, told: int) -> Term:
        walked, offer = float(pairs.walks_m[row]), pairs.columns.offers.facts[pairs.offers[row]]
        minutes = max(1, round(walked / speed_m_per_min(offer)))
        reason = "DRIVE" if offer.vehicle_speed_m_per_min is not None else _ON_FOOT[bool(pairs.by_street[row])]
        return Term("walk", told, round(walked, 1), "m", reason, {"walk_m": round(walked), "minutes": minutes})

    return Points("walk", _whole(MOST_POINTS * np.maximum(0.0, 1.0 - pairs.walks_m / WALK_ZERO_M)), put)


def reliance(pairs: Pairs, evidence: Evidence) -> Points:
    """The chance in per cent that this pair's next visit goes well."""
    needs, offers, trust = pairs.columns.needs, pairs.columns.offers, evidence.knowledge.trust

    def estimate(row: int) -> Estimate:
        offer = offers.facts[pairs.offers[row]]
        if offer.person_id is None:
            return organization_reliance(offer.good_visits, offer.known_visits)
        return trust.reliance_of(offer.person_id, needs.facts[pairs.needs[row]].person_id)

    def put(row: int, told: int) -> Term:
        found = estimate(row)
        params: Params = {**found.params, "evidence": found.evidence}
        return Term("reliance", told, round(found.value, 4), "chance", found.code, params)

    _, first = np.unique(pairs.offers, return_index=True)
    of_offer = np.zeros(len(offers.ids))
    strangers = _helped_before(pairs, trust)
    of_offer[pairs.offers[first]] = [_with_a_stranger(pairs, row, trust) for row in first.tolist()]
    values = of_offer[pairs.offers]
    values[strangers] = [estimate(row).value for row in strangers.tolist()]
    return Points("reliance", _whole(MOST_POINTS * values), put).left_out(offers.without_graph[pairs.offers])


def identity_gain(pairs: Pairs, evidence: Evidence) -> Points:
    """The chance that the tie lasts times the islands it would join, on the fixed scale `GAIN_SCALE`."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    looked_at = ~needs.without_graph[pairs.needs] & offers.by_person[pairs.offers]
    rows = np.flatnonzero(looked_at)
    helpers, people = offers.person_ids[pairs.offers[rows]], needs.person_ids[pairs.needs[rows]]
    found = evidence.bridges_of(helpers, people, pairs.rings[rows] <= Ring.GRID)
    points = np.zeros(len(pairs), dtype=np.int64)
    gained = np.where(found.known, found.chances * found.gains, 0.0)
    points[rows] = np.minimum(MOST_POINTS, _whole(MOST_POINTS * gained / GAIN_SCALE))
    place_of = np.cumsum(looked_at) - 1

    def put(row: int, told: int) -> Term:
        if not offers.by_person[pairs.offers[row]]:
            return Term("identity_gain", 0, 0.0, "islands", "ORGANIZATION_MAKES_NO_TIE")
        return _bridge_term(found, int(place_of[row]), told)

    return Points("identity_gain", points, put).left_out(offers.without_graph[pairs.offers])


def continuity(pairs: Pairs, evidence: Evidence) -> Points:
    """All points where they met before and it went well, else none."""
    needs, offers = pairs.columns.needs, pairs.columns.offers
    before = needs.prior_helpers.hold(pairs.needs, offers.person_ids[pairs.offers])
    before |= needs.prior_organizations.hold(pairs.needs, offers.organization_ids[pairs.offers])

    def put(row: int, told: int) -> Term:
        reason = "HELPED_BEFORE" if told else "FIRST_TIME_TOGETHER"
        return Term("continuity", told, float(told > 0), "yes or no", reason)

    return Points("continuity", MOST_POINTS * before.astype(np.int64), put)


def load(pairs: Pairs, evidence: Evidence) -> Points:
    """The share of the helper's weekly visits that is still free, in their fullest week."""
    offers = pairs.columns.offers
    unlimited = offers.visits_cap >= UNLIMITED_VISITS
    shares = np.minimum(1.0, np.maximum(0, offers.visits_left) / np.maximum(1, offers.visits_cap))
    points = np.where(unlimited, MOST_POINTS, _whole(MOST_POINTS * shares))

    def put(row: int, told: int) -> Term:
        offer = pairs.offers[row]
        left = int(offers.visits_left[offer])
        if unlimited[offer]:
            return Term("load", told, float(left), "visits", "NO_WEEKLY_LIMIT")
        reason = "HAS_ROOM" if shares[offer] >= 0.5 else "NEARLY_FULL"
        return Term("load", told, float(left), "visits", reason, {"visits": left})

    return Points("load", points[pairs.offers], put)


def few_ties(pairs: Pairs, evidence: Evidence) -> Points:
    """100 points for a helper without ties, half of that at one full tie, and so on: ``100 / (1 + ties)``."""
    offers, degrees = pairs.columns.offers, evidence.knowledge.degrees
    ties = np.asarray([degrees.get(person_id, np.inf) for person_id in offers.person_ids.tolist()], dtype=np.float64)

    def put(row: int, told: int) -> Term:
        of_helper = float(ties[pairs.offers[row]])
        if not np.isfinite(of_helper):
            return Term("few_ties", 0, 0.0, "ties", "TIES_NOT_KNOWN_YET")
        reason = "HELPER_HAS_FEW_TIES" if of_helper < FEW_TIES_BELOW else "HELPER_HAS_TIES"
        return Term("few_ties", told, round(of_helper, 3), "ties", reason)

    points = _whole(MOST_POINTS / (1.0 + ties))[pairs.offers]
    return Points("few_ties", points, put).left_out(offers.without_graph[pairs.offers])


TERMS: Final[Mapping[str, TermFunction]] = MappingProxyType(
    {
        "fit": fit,
        "walk": walk,
        "reliance": reliance,
        "identity_gain": identity_gain,
        "continuity": continuity,
        "load": load,
        "few_ties": few_ties,
    }
)


def neutral_term(name: str) -> Term:
    """What stands for a term that is not looked at."""
    points = NEUTRAL_POINTS[name]
    return Term(name, points, float(points), "points", "NOT_LOOKED_AT")


def _whole(values: NDArray[np.float64]) -> Ints:
    return np.rint(values).astype(np.int64)


def _shared(asked: NDArray[np.uint64], given: NDArray[np.uint64], pairs: Pairs) -> Bools:
    shared = np.zeros(len(pairs), dtype=np.bool_)
    for here, there in zip(asked, given, strict=True):
        shared |= (here[pairs.needs] & there[pairs.offers]) != 0
    return shared


def _bridge_term(found: Bridges, at: int, told: int) -> Term:
    if not found.known[at]:
        return Term("identity_gain", 0, 0.0, "islands", "TIES_NOT_KNOWN_YET")
    chance, gain = float(found.chances[at]), float(found.gains[at])
    params: Params = {"chance_percent": round(100 * chance), "islands": round(gain, 3)}
    reason = BRIDGE_REASONS[found.reasons[at]]
    return Term("identity_gain", told, round(chance * gain, 6), "islands", reason, params)


def _with_a_stranger(pairs: Pairs, row: int, trust: Trust) -> float:
    """What is expected of an offer where the two have no visit behind them."""
    offer = pairs.columns.offers.facts[pairs.offers[row]]
    if offer.person_id is None:
        return organization_reliance(offer.good_visits, offer.known_visits).value
    return trust.standing_of(offer.person_id).value


def _helped_before(pairs: Pairs, trust: Trust) -> Ints:
    """The rows of pairs with visits of their own."""
    if not trust.history:
        return np.zeros(0, dtype=np.int64)
    helpers = np.asarray([helper for helper, _ in trust.history], dtype=np.int64)
    people = np.asarray([person for _, person in trust.history], dtype=np.int64)
    known = np.unique(people)
    persons = pairs.columns.needs.person_ids[pairs.needs]
    position = np.minimum(np.searchsorted(known, persons), len(known) - 1)
    keys = pairs.columns.offers.person_ids[pairs.offers] * len(known) + position
    asked = np.isin(keys, helpers * len(known) + np.searchsorted(known, people)) & (known[position] == persons)
    return np.flatnonzero(asked & pairs.columns.offers.by_person[pairs.offers])
