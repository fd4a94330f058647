"""The reasons in plain words: why this candidate, why nobody, why not me.

A reason is a code with parameters; its two sentences, Chinese and English, are rows of the tables in `sentences`. What
would tell one side about the other's trust, ties, place or wishes is for coordinators alone, or said in general words.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from matchmaker.engine.eligibility import (
    RULES,
    Types,
    block_starts,
    first_refusal,
    refusals,
    uncapped_starts,
    visit_quarters,
    walk_m,
)
from matchmaker.engine.problem import ALWAYS, QUARTER_MINUTES, NeedFacts, OfferFacts
from matchmaker.engine.scoring import IDENTITY, ScoreCard, Term
from matchmaker.engine.sentences import (
    CHANGES,
    COORDINATORS_ONLY,
    KEPT_TO_THEMSELVES,
    NOT_ME,
    QUIET,
    REASONS,
    REFUSALS,
    SAID_TO_SIDES,
    Sentence,
    sentence,
)
from matchmaker.engine.trust import Params

__all__ = [
    "CHANGES",
    "NOT_ME",
    "REASONS",
    "REFUSALS",
    "Change",
    "Nobody",
    "Reader",
    "Sentence",
    "say_nobody",
    "sentence",
    "why",
    "why_nobody",
    "why_not_me",
]

HOUR_QUARTERS: Final = 60 // QUARTER_MINUTES
FURTHEST_SHIFT_HOURS: Final = 7 * 24
REACH_STEP_M: Final = 50
"""A wider reach is proposed in whole steps."""


class Reader(StrEnum):
    """Who reads: a side of the match, or a coordinator of the area."""

    SIDE = "SIDE"
    COORDINATOR = "COORDINATOR"


@dataclass(frozen=True, slots=True)
class Change:
    """The smallest change of one rule's facts after which `offers` pass every rule."""

    rule: str
    offers: int
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nobody:
    """Why a need has nobody: offers left after each rule, the rule that took the last ones, and what would help."""

    survivors: tuple[tuple[str, int], ...]
    rule: str
    changes: tuple[Change, ...]


def why(
    terms: Iterable[Term],
    language: str,
    card: ScoreCard = IDENTITY,
    ring_reason: str = "",
    reader: Reader = Reader.SIDE,
) -> tuple[str, ...]:
    """Why this candidate: the weightiest reason first, how near they live at the end, and no sentence twice."""
    listed = sorted(terms, key=lambda term: -card.weights[term.name] * term.points)
    hidden = frozenset() if reader is Reader.COORDINATOR else QUIET | COORDINATORS_ONLY
    general = {} if reader is Reader.COORDINATOR else SAID_TO_SIDES
    told = [
        sentence(REASONS, general.get(term.reason, term.reason), term.params, language)
        for term in listed
        if term.reason not in hidden
    ]
    if ring_reason:
        told.append(sentence(REASONS, ring_reason, {}, language))
    return tuple(dict.fromkeys(told))


def why_nobody(need: NeedFacts, offers: Sequence[OfferFacts], types: Types, found: int = 0) -> Nobody:
    """Which rule removed the last offers, and the smallest changes that would each bring someone.

    Every change was tried: the facts were changed and all rules asked again. Where offers are left after the last rule
    the need has candidates, and the rule is ``ALL_TAKEN``, or ``SOME_FOUND`` where the plan found some of its helpers:
    then no change is promised, since hours, caps and other needs hold the rest together.

    Parameters
    ----------
    need : NeedFacts
    offers : sequence of OfferFacts
    types : mapping of code to ServiceTypeFacts
    found : int
        Helpers that the plan found for this need.
    """
    left = list(offers)
    survivors: list[tuple[str, int]] = []
    last = "SERVICE_TYPE"
    for rule in RULES:
        before = len(left)
        left = [offer for offer in left if rule.holds(need, offer, types)]
        survivors.append((rule.code, len(left)))
        if before and not left:
            last = rule.code
    if left:
        changes = () if found else (Change("ALL_TAKEN", len(left)),)
        return Nobody(tuple(survivors), "SOME_FOUND" if found else "ALL_TAKEN", changes)
    return Nobody(tuple(survivors), last, _changes(need, offers, types))


def say_nobody(nobody: Nobody, language: str) -> tuple[str, ...]:
    """`why_nobody` in words: the rule, then the first change."""
    told = [sentence(REFUSALS, nobody.rule, {}, language)]
    told += [
        sentence(CHANGES, change.rule, {**change.params, "offers": change.offers}, language)
        for change in nobody.changes[:1]
    ]
    return tuple(told)


def why_not_me(need: NeedFacts, offer: OfferFacts, types: Types, language: str) -> str:
    """Why this need does not come to this helper, from their side; blocks and wishes stay with the asker."""
    broken = refusals(need, offer, types)
    if not KEPT_TO_THEMSELVES.isdisjoint(broken):
        return sentence(NOT_ME, "ANOTHER_WISH", {}, language)
    return sentence(NOT_ME, broken[0] if broken else "OTHERS_THIS_TIME", {}, language)


Lifted = tuple[NeedFacts, OfferFacts, float, Params]
"""The changed need and offer, how large the change is, and what to say of it."""


def _changes(need: NeedFacts, offers: Sequence[OfferFacts], types: Types) -> tuple[Change, ...]:
    """For each rule of `_LIFTS`, the smallest change and the offers that a change of that size brings."""
    alone: dict[str, list[Lifted]] = {}
    for offer in offers:
        broken = refusals(need, offer, types)
        if len(broken) == 1 and broken[0] in _LIFTS:
            lifted = _LIFTS[broken[0]](need, offer, types)
            if lifted is not None and first_refusal(lifted[0], lifted[1], types) is None:
                alone.setdefault(broken[0], []).append(lifted)
    return tuple(_smallest(rule, alone[rule]) for rule in _LIFTS if rule in alone)


def _smallest(rule: str, listed: Sequence[Lifted]) -> Change:
    _, _, size, params = min(listed, key=lambda lifted: (lifted[2], sorted(lifted[3].items())))
    return Change(rule, sum(1 for lifted in listed if lifted[2] <= size and lifted[3] == params), params)


def _later_or_earlier(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted | None:
    """The fewest whole hours by which the open time must widen, at both ends."""
    quarters, wider = visit_quarters(need), need.open_quarters
    if not block_starts(offer.free_quarters, quarters, need.weeks) & uncapped_starts(need, offer):
        return None
    for hours in range(1, FURTHEST_SHIFT_HOURS + 1):
        for _ in range(HOUR_QUARTERS):
            wider = (wider | wider << 1 | wider >> 1) & ALWAYS
        if block_starts(wider & offer.free_quarters, quarters, need.weeks) & uncapped_starts(need, offer):
            return replace(need, open_quarters=wider), offer, float(hours), {"hours": hours}
    return None


def _further(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted | None:
    """The metres that are missing, in whole steps; no change where the area is the limit."""
    distance_m = walk_m(need.place, offer.place)
    in_minutes = None if offer.reach_minutes is None else offer.reach_minutes * offer.walking_speed_m_per_min
    limits = [limit for limit in (offer.reach_m, in_minutes) if limit is not None]
    if not limits or distance_m <= min(limits):
        return None
    more_m = REACH_STEP_M * (int((distance_m - min(limits)) // REACH_STEP_M) + 1)
    wider = replace(offer, reach_m=min(limits) + more_m, reach_minutes=None)
    return need, wider, float(more_m), {"more_m": more_m}


def _one_more_visit(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    more = replace(
        offer,
        visits_left_by_week=tuple(max(1, left) for left in offer.visits_left_by_week),
        person_visits_left_by_week=tuple(max(1, left) for left in offer.person_visits_left_by_week),
    )
    return need, more, 1.0, {}


def _without_skills(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    missing = need.skills - offer.skills
    return replace(need, skills=need.skills - missing), offer, float(len(missing)), {"what": _listed(missing)}


def _also_this_form(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    return replace(need, forms_accepted=need.forms_accepted | {offer.form}), offer, 1.0, {"what": offer.form}


def _any_language(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    return replace(need, languages=frozenset()), offer, 1.0, {}


def _anyone_from_the_building(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    return replace(need, nobody_from_building=False), offer, 1.0, {}


def _any_sex(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    return replace(need, helper_sex=None), offer, 1.0, {}


def _insured(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    return need, replace(offer, insured=True), 1.0, {}


def _trained(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    missing = types[need.service_type].required_training - offer.trainings
    return need, replace(offer, trainings=offer.trainings | missing), float(len(missing)), {"what": _listed(missing)}


def _with_consent(need: NeedFacts, offer: OfferFacts, types: Types) -> Lifted:
    return need, replace(offer, guardian_consent=True), 1.0, {}


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes))


_LIFTS: Final[Mapping[str, Callable[[NeedFacts, OfferFacts, Types], Lifted | None]]] = {
    "TIME": _later_or_earlier,
    "REACH": _further,
    "LOAD": _one_more_visit,
    "LANGUAGE": _any_language,
    "SKILLS": _without_skills,
    "FORM": _also_this_form,
    "SAME_BUILDING": _anyone_from_the_building,
    "HELPER_SEX": _any_sex,
    "INSURANCE": _insured,
    "TRAINING": _trained,
    "GUARDIAN_CONSENT": _with_consent,
}
"""What may be changed, the easiest first. Blocks, ages, licences, clearances and public duties stay as they are."""
