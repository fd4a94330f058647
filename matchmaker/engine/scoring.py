"""How well a candidate suits: a sum of whole points, each with its reason, by a published score card."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from matchmaker.engine.eligibility import Candidate, Types, lineage
from matchmaker.engine.graph import tie_graph
from matchmaker.engine.neighbourhood import (
    FRIEND_FROM_WEIGHT,
    KNOWN_FROM_PEOPLE,
    LASTS_MEETINGS_COUNTED,
    LASTS_NEAR,
    LASTS_PER_MEETING,
    LASTS_SUPPORTED,
    NEW_TIE_WEIGHT,
    Forest,
    acquaintance,
    forest_of,
    largest_gain,
    survival,
)
from matchmaker.engine.problem import UNLIMITED_VISITS, Ring, Town
from matchmaker.engine.trust import Params, Trust, organization_reliance, trust_in

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

Pair = tuple[int, int]
Meeting = tuple[int, int, bool]


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


@dataclass(frozen=True, slots=True)
class ScoreCard:
    """Published weights. A total is ``base_points + sum(weight * points)``, always a whole number.

    `minimum_fit` points of fit make an offer adequate; rings widen until `ring_k` adequate offers are found; beyond, a
    candidate enters only with `ring_threshold` points of identity gain or continuity, where the card weighs them.
    """

    name: str
    version: str
    weights: Mapping[str, int]
    base_points: int = 10_000
    minimum_fit: int = 50
    ring_k: int = 5
    ring_threshold: int = 40


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score; `ring_reason` says why it entered from where it is, empty before rings were drawn."""

    candidate: Candidate
    terms: tuple[Term, ...]
    total: int
    fit: int
    card: str
    ring_reason: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a town knows of itself, measured once per epoch: None for the forest where there are too few people.

    `helped` holds the present weight of ties that came from help: a new visit makes them fresh and adds no second one.
    """

    trust: Trust
    forest: Forest | None
    meetings: Mapping[Pair, int]
    degrees: Mapping[int, float]
    helped: Mapping[Pair, float] = field(default_factory=dict)

    def weight_added(self, person_id: int, other_id: int) -> float:
        """What a visit that both would repeat adds to the tie of two people: nothing where their help is fresh."""
        pair = (min(person_id, other_id), max(person_id, other_id))
        return max(0.0, NEW_TIE_WEIGHT - self.helped.get(pair, 0.0))


@dataclass(frozen=True, slots=True)
class Bridge:
    """What a tie of one pair would do: the chance that it lasts, the gain if it does, in islands, and whom it joins."""

    chance: float
    gain: float
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a term may look at."""

    types: Types
    knowledge: Knowledge
    bridges: Mapping[Meeting, Bridge]


TermFunction = Callable[[Candidate, Evidence], Term]


def fit(candidate: Candidate, evidence: Evidence) -> Term:
    """60 points for the very type (30 for a wider one), 20 for a shared language, up to 20 for a choice of times."""
    return fit_term(candidate, evidence.types)


def walk(candidate: Candidate, evidence: Evidence) -> Term:
    """100 points next door, none from `WALK_ZERO_M` on, falling evenly."""
    points = round(MOST_POINTS * max(0.0, 1.0 - candidate.walk_m / WALK_ZERO_M))
    minutes = max(1, round(candidate.walk_m / candidate.offer.walking_speed_m_per_min))
    params: Params = {"walk_m": round(candidate.walk_m), "minutes": minutes}
    return Term("walk", points, round(candidate.walk_m, 1), "m", "WALK", params)


def reliance(candidate: Candidate, evidence: Evidence) -> Term:
    """The chance in per cent that this pair's next visit goes well."""
    offer, trust = candidate.offer, evidence.knowledge.trust
    if offer.without_graph:
        return _neutral("reliance")
    if offer.person_id is None:
        estimate = organization_reliance(offer.good_visits, offer.known_visits)
    else:
        estimate = trust.reliance_of(offer.person_id, candidate.need.person_id)
    params: Params = {**estimate.params, "evidence": estimate.evidence}
    points = round(MOST_POINTS * estimate.value)
    return Term("reliance", points, round(estimate.value, 4), "chance", estimate.code, params)


def identity_gain(candidate: Candidate, evidence: Evidence) -> Term:
    """The chance that the tie lasts times the islands it would join, on the fixed scale `GAIN_SCALE`."""
    if candidate.offer.without_graph:
        return _neutral("identity_gain")
    meeting = _meeting(candidate)
    if meeting is None:
        return Term("identity_gain", 0, 0.0, "islands", "ORGANIZATION_MAKES_NO_TIE")
    bridge = evidence.bridges.get(meeting)
    if bridge is None:
        return Term("identity_gain", 0, 0.0, "islands", "TIES_NOT_KNOWN_YET")
    raw = bridge.chance * bridge.gain
    points = min(MOST_POINTS, round(MOST_POINTS * raw / GAIN_SCALE))
    params: Params = {"chance_percent": round(100 * bridge.chance), "islands": round(bridge.gain, 3)}
    return Term("identity_gain", points, round(raw, 6), "islands", bridge.reason, params)


def continuity(candidate: Candidate, evidence: Evidence) -> Term:
    """All points where they met before and it went well, else none."""
    need, offer = candidate.need, candidate.offer
    before = offer.person_id in need.prior_helper_ids or offer.organization_id in need.prior_organization_ids
    reason = "HELPED_BEFORE" if before else "FIRST_TIME_TOGETHER"
    return Term("continuity", MOST_POINTS if before else 0, float(before), "yes or no", reason)


def load(candidate: Candidate, evidence: Evidence) -> Term:
    """The share of the helper's weekly visits that is still free, in their fullest week."""
    offer = candidate.offer
    left = min(offer.person_visits_left_by_week)
    if offer.person_visits_cap >= UNLIMITED_VISITS:
        return Term("load", MOST_POINTS, float(left), "visits", "NO_WEEKLY_LIMIT")
    share = min(1.0, max(0, left) / max(1, offer.person_visits_cap))
    reason = "HAS_ROOM" if share >= 0.5 else "NEARLY_FULL"
    return Term("load", round(MOST_POINTS * share), float(left), "visits", reason, {"visits": left})


def few_ties(candidate: Candidate, evidence: Evidence) -> Term:
    """100 points for a helper without ties, half of that at one full tie, and so on: ``100 / (1 + ties)``."""
    if candidate.offer.without_graph:
        return _neutral("few_ties")
    person_id = candidate.offer.person_id
    if person_id is None or person_id not in evidence.knowledge.degrees:
        return Term("few_ties", 0, 0.0, "ties", "TIES_NOT_KNOWN_YET")
    ties = evidence.knowledge.degrees[person_id]
    reason = "HELPER_HAS_FEW_TIES" if ties < FEW_TIES_BELOW else "HELPER_HAS_TIES"
    return Term("few_ties", round(MOST_POINTS / (1.0 + ties)), round(ties, 3), "ties", reason)


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


def _card(name: str, **weights: int) -> ScoreCard:
    return ScoreCard(name, f"{name}-1", MappingProxyType({term: weights.get(term, 0) for term in TERMS}))


IDENTITY: Final = _card("identity", fit=10, walk=10, reliance=15, identity_gain=50, continuity=5, load=10)
NEAREST: Final = _card("nearest", walk=100)
FEWEST_TIES: Final = _card("fewest_ties", walk=10, few_ties=90)
CARDS: Final[Mapping[str, ScoreCard]] = MappingProxyType({card.name: card for card in (IDENTITY, NEAREST, FEWEST_TIES)})


def knowledge_of(town: Town) -> Knowledge:
    """Measure a town once; everything a batch of scores needs to know of it.

    The forest is exact and costs a cubed component: some seconds for some thousand people, so keep it for the epoch.
    """
    graph = tie_graph(town)
    forest = forest_of(graph) if len(graph) >= KNOWN_FROM_PEOPLE else None
    meetings = {(min(u, v), max(u, v)): int(data["meetings"]) for u, v, data in graph.edges(data=True)}
    helped = {(min(u, v), max(u, v)): float(data["helped"]) for u, v, data in graph.edges(data=True)}
    degrees = {person_id: float(weight) for person_id, weight in graph.degree(weight="weight")}
    return Knowledge(trust_in(town), forest, meetings, degrees, helped)


def score(
    candidates: Sequence[Candidate], types: Types, knowledge: Knowledge, card: ScoreCard = IDENTITY
) -> tuple[Scored, ...]:
    """Score candidates by a card.

    Parameters
    ----------
    candidates : sequence of Candidate
    types : mapping of code to ServiceTypeFacts
    knowledge : Knowledge
    card : ScoreCard

    Returns
    -------
    tuple of Scored
        In the order of the candidates. Terms the card does not weigh are left out. Where the person opted out
        of ties and trust, all terms but the walk are neutral: nearest first.
    """
    evidence = Evidence(types, knowledge, _bridges(candidates, knowledge) if card.weights["identity_gain"] else {})
    return tuple(_scored(candidate, evidence, card) for candidate in candidates)


def recompute(terms: Iterable[Term], card: ScoreCard) -> int:
    """The total that these terms have by this card.

    Examples
    --------
    >>> recompute([Term("walk", 90, 134.0, "m", "WALK")], NEAREST)
    19000
    """
    return card.base_points + sum(card.weights[term.name] * term.points for term in terms)


def ranked(scored: Iterable[Scored]) -> tuple[Scored, ...]:
    """Best first; the smaller offer id first among equals."""
    return tuple(sorted(scored, key=lambda one: (-one.total, one.candidate.offer.offer_id)))


def fit_term(candidate: Candidate, types: Types) -> Term:
    """The fit, which also says whether an offer is adequate."""
    need, offer = candidate.need, candidate.offer
    exact = need.service_type in offer.service_types
    points = FIT_EXACT_TYPE if exact else FIT_WIDER_TYPE
    points += FIT_LANGUAGE if not need.languages or need.languages & offer.languages else 0
    starts = candidate.starts.bit_count()
    points += min(FIT_TIMES, FIT_TIMES * starts // FIT_TIMES_FULL)
    code = (
        need.service_type if exact else next(c for c in lineage(need.service_type, types) if c in offer.service_types)
    )
    reason = "OFFERS_JUST_THIS" if exact else "OFFERS_THIS_KIND"
    return Term("fit", points, float(starts), "possible starts", reason, {"service_type": code})


def within_rings(scored: Iterable[Scored], card: ScoreCard) -> tuple[tuple[Scored, ...], tuple[Scored, ...]]:
    """Draw each need's rings: who enters now, and who waits in case the nearer ones are given to others.

    Returns
    -------
    entering, waiting : tuples of Scored
        Each with its `ring_reason`.
    """
    by_need: dict[int, list[Scored]] = {}
    for one in scored:
        by_need.setdefault(one.candidate.need.need_id, []).append(one)
    entering: list[Scored] = []
    waiting: list[Scored] = []
    for listed in by_need.values():
        nearest = min(one.candidate.ring for one in listed)
        last = _last_ring(listed, card)
        for one in listed:
            reason = _ring_reason(one, nearest, last, card)
            (waiting if reason == "NEARER_TAKEN" else entering).append(_with_reason(one, reason))
    return tuple(entering), tuple(waiting)


def _with_reason(one: Scored, reason: str) -> Scored:
    return Scored(one.candidate, one.terms, one.total, one.fit, one.card, reason)


def _last_ring(listed: Sequence[Scored], card: ScoreCard) -> Ring:
    rings = sorted(one.candidate.ring for one in listed if one.fit >= card.minimum_fit)
    return rings[card.ring_k - 1] if len(rings) >= card.ring_k else Ring.REGION


def _ring_reason(one: Scored, nearest: Ring, last: Ring, card: ScoreCard) -> str:
    if one.candidate.ring <= nearest:
        return "NEAREST_RING"
    if one.candidate.ring <= last:
        return "TOO_FEW_NEARER"
    points = {term.name: term.points for term in one.terms}
    for name, reason in (("continuity", "FURTHER_FOR_CONTINUITY"), ("identity_gain", "FURTHER_FOR_IDENTITY")):
        if card.weights[name] and points.get(name, 0) >= card.ring_threshold:
            return reason
    return "NEARER_TAKEN"


def _scored(candidate: Candidate, evidence: Evidence, card: ScoreCard) -> Scored:
    neutral = candidate.need.without_graph
    terms = tuple(
        _neutral(name) if neutral and name != "walk" else term(candidate, evidence)
        for name, term in TERMS.items()
        if card.weights[name]
    )
    suits = fit_term(candidate, evidence.types)
    return Scored(candidate, terms, recompute(terms, card), suits.points, card.version)


def _neutral(name: str) -> Term:
    points = NEUTRAL_POINTS[name]
    return Term(name, points, float(points), "points", "NOT_LOOKED_AT")


def _meeting(candidate: Candidate) -> Meeting | None:
    """Who would meet, smaller id first, and whether near; None for an organization."""
    helper_id, person_id = candidate.offer.person_id, candidate.need.person_id
    if helper_id is None:
        return None
    return min(helper_id, person_id), max(helper_id, person_id), candidate.ring <= Ring.GRID


def _bridges(candidates: Iterable[Candidate], knowledge: Knowledge) -> dict[Meeting, Bridge]:
    """The chance and the gain of all meetings of people in the town, at once."""
    forest = knowledge.forest
    if forest is None:
        return {}
    found = {_meeting(one) for one in candidates if not one.need.without_graph}
    meetings = sorted(one for one in found if one is not None and one[0] in forest.index and one[1] in forest.index)
    us, vs = [u for u, _, _ in meetings], [v for _, v, _ in meetings]
    before = [knowledge.meetings.get((u, v), 0) for u, v, _ in meetings]
    chances = survival(forest, us, vs, before, [near for _, _, near in meetings])
    gains = forest.tie_gains(us, vs, [knowledge.weight_added(u, v) for u, v, _ in meetings])
    reasons = _whom_they_join(forest, us, vs)
    return {
        one: Bridge(float(chance), float(gain), reason)
        for one, chance, gain, reason in zip(meetings, chances, gains, reasons, strict=True)
    }


def _whom_they_join(forest: Forest, us: Sequence[int], vs: Sequence[int]) -> list[str]:
    """A code for each pair that is true of it; friends whose ties have nearly faded are named neither way."""
    tied, any_common = acquaintance(forest, us, vs)
    _, common = acquaintance(forest, us, vs, FRIEND_FROM_WEIGHT)
    found = np.select(
        [tied, common > 0, any_common > 0],
        ["KNOW_EACH_OTHER", "FRIENDS_IN_COMMON", "NEIGHBOURS_MEET"],
        default="NEW_CIRCLES_MEET",
    )
    return [str(code) for code in found]
