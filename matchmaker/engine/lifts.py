"""What may be changed so that an offer that breaks one rule could come: the smallest change for each rule.

A lift takes a need and the offers that break its rule alone, and gives the changed facts, the easiest change first:
each group of offers that one and the same change would bring.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from matchmaker.engine.columns import Types
from matchmaker.engine.hours import block_starts, uncapped_starts, visit_quarters
from matchmaker.engine.problem import ALWAYS, QUARTER_MINUTES, NeedFacts, OfferFacts
from matchmaker.engine.reach import furthest_m
from matchmaker.engine.streets import Streets
from matchmaker.engine.trust import Params
from matchmaker.engine.ways import way_m

HOUR_QUARTERS: Final = 60 // QUARTER_MINUTES
FURTHEST_SHIFT_HOURS: Final = 7 * 24
REACH_STEP_M: Final = 50
"""A wider reach is proposed in whole steps."""


@dataclass(frozen=True, slots=True)
class Lifted:
    """One change: what is said of it, and each offer with the facts as they would be."""

    params: Params
    pairs: Sequence[tuple[NeedFacts, OfferFacts]]


@dataclass(frozen=True, slots=True)
class Around:
    """What is known beside the need and the offers."""

    types: Types
    streets: Streets | None = None


Lift = Callable[[NeedFacts, Sequence[OfferFacts], Around], Iterable[Lifted]]


def _later_or_earlier(need: NeedFacts, offers: Sequence[OfferFacts], _around: Around) -> Iterator[Lifted]:
    """The fewest whole hours by which the open time must widen, at both ends."""
    quarters, wider = visit_quarters(need), need.open_quarters
    free = {(offer.free_quarters, uncapped_starts(need, offer)) for offer in offers}
    possible = {(bits, starts) for bits, starts in free if block_starts(bits, quarters, need.weeks) & starts}
    for hours in range(1, FURTHEST_SHIFT_HOURS + 1):
        if not possible:
            return
        for _ in range(HOUR_QUARTERS):
            wider = (wider | wider << 1 | wider >> 1) & ALWAYS
        met = {(bits, starts) for bits, starts in possible if block_starts(wider & bits, quarters, need.weeks) & starts}
        if met:
            moved = replace(need, open_quarters=wider)
            pairs = [(moved, one) for one in offers if (one.free_quarters, uncapped_starts(need, one)) in met]
            yield Lifted({"hours": hours}, pairs)
            possible -= met


def _further(need: NeedFacts, offers: Sequence[OfferFacts], around: Around) -> Iterator[Lifted]:
    """The metres that are missing, in whole steps; no change where the area is the limit."""
    steps: dict[int, list[tuple[NeedFacts, OfferFacts]]] = {}
    for offer in offers:
        missing_m = way_m(need, offer, around.streets) - (limit_m := furthest_m(offer))
        if missing_m > 0:
            more_m = REACH_STEP_M * (int(missing_m // REACH_STEP_M) + 1)
            steps.setdefault(more_m, []).append((need, replace(offer, reach_m=limit_m + more_m, reach_minutes=None)))
    for more_m, pairs in sorted(steps.items(), key=lambda step: step[0]):
        yield Lifted({"more_m": more_m}, pairs)


def _at_the_stop(need: NeedFacts, offers: Sequence[OfferFacts], _around: Around) -> Iterator[Lifted]:
    """They come to the stops of tours near them."""
    stops = frozenset(offer.offer_id for offer in offers)
    yield _changed(replace(need, tour_offer_ids=need.tour_offer_ids | stops), offers)


def _one_more_visit(need: NeedFacts, offers: Sequence[OfferFacts], _around: Around) -> Iterator[Lifted]:
    yield Lifted(
        {},
        [
            (
                need,
                replace(
                    offer,
                    visits_left_by_week=tuple(max(1, left) for left in offer.visits_left_by_week),
                    person_visits_left_by_week=tuple(max(1, left) for left in offer.person_visits_left_by_week),
                ),
            )
            for offer in offers
        ],
    )


def _without_skills(need: NeedFacts, offers: Sequence[OfferFacts], _around: Around) -> Iterator[Lifted]:
    for missing, few in _by_words((need.skills - offer.skills, offer) for offer in offers):
        without = replace(need, skills=need.skills - missing)
        yield Lifted({"what": _listed(missing)}, [(without, offer) for offer in few])


def _also_this_form(need: NeedFacts, offers: Sequence[OfferFacts], _around: Around) -> Iterator[Lifted]:
    for form, few in _by_words((frozenset({offer.form}), offer) for offer in offers):
        wider = replace(need, forms_accepted=need.forms_accepted | form)
        yield Lifted({"what": _listed(form)}, [(wider, offer) for offer in few])


def _any_language(need: NeedFacts, offers: Sequence[OfferFacts], _around: Around) -> Iterator[Lifted]:
    yield _changed(replace(need, languages=frozenset()), offers)


def _anyone_from_the_building(need: NeedFacts, offers: Sequence[OfferFacts], _around: Around) -> Iterator[Lifted]:
    yield _changed(replace(need, nobody_from_building=False), offers)


def _any_sex(need: NeedFacts, offers: Sequence[OfferFacts], _around: Around) -> Iterator[Lifted]:
    yield _changed(replace(need, helper_sex=None), offers)


def _insured(need: NeedFacts, offers: Sequence[OfferFacts], _around: Around) -> Iterator[Lifted]:
    yield Lifted({}, [(need, replace(offer, insured=True)) for offer in offers])


def _trained(need: NeedFacts, offers: Sequence[OfferFacts], around: Around) -> Iterator[Lifted]:
    required = around.types[need.service_type].required_training
    for missing, few in _by_words((required - offer.trainings, offer) for offer in offers):
        pairs = [(need, replace(offer, trainings=offer.trainings | missing)) for offer in few]
        yield Lifted({"what": _listed(missing)}, pairs)


def _with_consent(need: NeedFacts, offers: Sequence[OfferFacts], _around: Around) -> Iterator[Lifted]:
    yield Lifted({}, [(need, replace(offer, guardian_consent=True)) for offer in offers])


def _changed(need: NeedFacts, offers: Sequence[OfferFacts]) -> Lifted:
    return Lifted({}, [(need, offer) for offer in offers])


def _by_words(
    listed: Iterable[tuple[frozenset[str], OfferFacts]],
) -> list[tuple[frozenset[str], list[OfferFacts]]]:
    """Offers by what they lack: the fewest words first, then in the order of the words."""
    found: dict[frozenset[str], list[OfferFacts]] = {}
    for words, offer in listed:
        found.setdefault(words, []).append(offer)
    return sorted(found.items(), key=lambda group: (len(group[0]), _listed(group[0])))


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes))


LIFTS: Final[Mapping[str, Lift]] = {
    "TOUR": _at_the_stop,
    "TIME": _later_or_earlier,
    "REACH": _further,
    "DRIVE": _further,
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
