"""Why was I not asked: the open needs around a helper, counted by which of the helper's own rules stands between.

Only what is the helper's own is read: kinds of help, hours, reach, caps, skills, languages, age, papers. What askers
wish and whom they do not want to meet plays no part in any count, so that no count tells of it. Needs are never shown
one by one: fewer than `FEWEST_SAID` are not mentioned, further ones are told as "a few" or in fives, and changes come
in steps so coarse that no home or hour can be found by trying.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from matchmaker.engine.columns import Types, columns_of
from matchmaker.engine.eligibility import RULES
from matchmaker.engine.hours import block_starts, visit_quarters
from matchmaker.engine.problem import ALWAYS, QUARTER_MINUTES, NeedFacts, OfferFacts
from matchmaker.engine.reach import furthest_m
from matchmaker.engine.sentences import OWN_SIDE, sentence
from matchmaker.engine.streets import Streets
from matchmaker.engine.trust import Params
from matchmaker.engine.ways import way_m

FEWEST_SAID: Final = 3
"""Fewer needs than this are not mentioned at all."""
COUNTED_IN: Final = 5
REACH_STEPS_M: Final = (250, 500, 1000, 2000)
HOUR_STEPS: Final = (1, 2, 4, 8)

OWN_RULES: Final = (
    "SERVICE_TYPE",
    "SKILLS",
    "LANGUAGE",
    "AGE",
    "GUARDIAN_CONSENT",
    "CLEARANCE",
    "TRAINING",
    "LICENCE",
    "INSURANCE",
    "REACH",
    "DRIVE",
    "TIME",
    "LOAD",
)
"""Rules about the helper's own facts, in the order of the table of hard rules."""
_NOT_THEIRS: Final = ("PUBLIC_DUTY", "OWN_NEED", "TOUR")
"""Needs that this helper could never come to, whatever they changed."""


@dataclass(frozen=True, slots=True)
class OwnRule:
    """So many needs are kept from this helper by this one rule alone, and the smallest change that would bring them.

    `needs` is the exact count and stays inside; `said` is what may be told. The rule ``OTHERS_THIS_TIME`` counts needs
    that no own rule keeps away.
    """

    rule: str
    needs: int
    params: Params = field(default_factory=dict)

    @property
    def said(self) -> int:
        """The count in whole fives; 0 for a few."""
        return self.needs // COUNTED_IN * COUNTED_IN


def own_side(
    needs: Sequence[NeedFacts], offer: OfferFacts, types: Types, streets: Streets | None = None
) -> tuple[OwnRule, ...]:
    """The own rules that keep at least `FEWEST_SAID` needs from this offer, each by itself; most needs first.

    Parameters
    ----------
    needs : sequence of NeedFacts
        Open needs around the helper.
    offer : OfferFacts
        One offer of the helper.
    types : mapping of code to ServiceTypeFacts
    streets : Streets, optional
        What is walked on.
    """
    if not needs:
        return ()
    columns = columns_of(needs, [offer], types, streets)
    rows, only = np.arange(len(needs)), np.zeros(len(needs), dtype=np.int64)
    broken = {rule.code: ~rule.holds(columns, rows, only) for rule in RULES if rule.code in (*OWN_RULES, *_NOT_THEIRS)}
    possible = ~(broken["PUBLIC_DUTY"] | broken["OWN_NEED"] | broken["TOUR"])
    own = np.asarray([broken[code] for code in OWN_RULES])
    alone = possible & (own.sum(axis=0) == 1)
    found = [OwnRule("OTHERS_THIS_TIME", int((possible & ~own.any(axis=0)).sum()))]
    for code in OWN_RULES:
        kept = [needs[row] for row in np.flatnonzero(alone & broken[code]).tolist()]
        found += _CHANGES[code](code, kept, offer, _Around(types, streets))
    told = [rule for rule in found if rule.needs >= FEWEST_SAID]
    return tuple(sorted(told, key=lambda rule: (rule.rule != "OTHERS_THIS_TIME", -rule.said, rule.rule)))


def say_own_side(rule: OwnRule, language: str, names: Params | None = None) -> str:
    """One own rule in words; `names` has what a code is called."""
    count = _count(rule.said, language)
    told = sentence(OWN_SIDE, rule.rule, {**rule.params, **(names or {}), "count": count}, language)
    return told[0].upper() + told[1:]


def _count(said: int, language: str) -> str:
    if language.startswith("zh"):
        return f"大约{said}" if said else "几"
    return f"about {said}" if said else "a few"


Kept = Sequence[NeedFacts]


@dataclass(frozen=True, slots=True)
class _Around:
    """What is known beside the needs and the offer."""

    types: Types
    streets: Streets | None


def _all_of(code: str, kept: Kept, _offer: OfferFacts, _around: _Around) -> list[OwnRule]:
    return [OwnRule(code, len(kept))]


def _by_word(words_of: Callable[[NeedFacts, OfferFacts, _Around], Iterable[str]]) -> "_Change":
    """One line for each word that would do by itself; needs that miss several words count for none."""

    def lines(code: str, kept: Kept, offer: OfferFacts, around: _Around) -> list[OwnRule]:
        counts: Counter[str] = Counter()
        for need in kept:
            counts.update(words_of(need, offer, around))
        return [OwnRule(code, count, {"what": word}) for word, count in sorted(counts.items())]

    return lines


def _if_single(words: frozenset[str]) -> Iterable[str]:
    return words if len(words) == 1 else ()


def _further(code: str, kept: Kept, offer: OfferFacts, around: _Around) -> list[OwnRule]:
    """The shortest step that brings enough of them; none where an area is the limit."""
    missing = [way_m(need, offer, around.streets) - furthest_m(offer) for need in kept]
    counts = ((step, sum(1 for more in missing if 0 < more <= step)) for step in REACH_STEPS_M)
    return [OwnRule(code, count, {"more_m": step}) for step, count in counts if count >= FEWEST_SAID][:1]


def _wider_hours(code: str, kept: Kept, offer: OfferFacts, _around: _Around) -> list[OwnRule]:
    wider, done = offer.free_quarters, 0
    for hours in HOUR_STEPS:
        for _ in range((hours - done) * 60 // QUARTER_MINUTES):
            wider = (wider | wider << 1 | wider >> 1) & ALWAYS
        done = hours
        count = sum(1 for need in kept if block_starts(wider & need.open_quarters, visit_quarters(need), need.weeks))
        if count >= FEWEST_SAID:
            return [OwnRule(code, count, {"hours": hours})]
    return []


def _languages(need: NeedFacts, _offer: OfferFacts, _around: _Around) -> Iterable[str]:
    return need.languages


_Change = Callable[[str, Kept, OfferFacts, _Around], list[OwnRule]]
_CHANGES: Final[Mapping[str, _Change]] = {
    "SERVICE_TYPE": _by_word(lambda need, offer, around: (need.service_type,)),
    "SKILLS": _by_word(lambda need, offer, around: _if_single(need.skills - offer.skills)),
    "LANGUAGE": _by_word(_languages),
    "AGE": _all_of,
    "GUARDIAN_CONSENT": _all_of,
    "CLEARANCE": _all_of,
    "TRAINING": _by_word(
        lambda need, offer, around: _if_single(around.types[need.service_type].required_training - offer.trainings)
    ),
    "LICENCE": _by_word(
        lambda need, offer, around: _if_single(around.types[need.service_type].required_licence - offer.licences)
    ),
    "INSURANCE": _all_of,
    "REACH": _further,
    "DRIVE": _further,
    "TIME": _wider_hours,
    "LOAD": _all_of,
}
