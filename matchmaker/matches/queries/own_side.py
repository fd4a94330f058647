"""Why was I not asked: for a helper, of their own offers and from their own side alone."""

from dataclasses import dataclass
from datetime import datetime

from matchmaker.community.viewers import Viewer
from matchmaker.engine.own_side import OwnRule, own_side, say_own_side
from matchmaker.matches import inputs
from matchmaker.needs.models import Offer, OfferState, ServiceType


@dataclass(frozen=True, slots=True)
class WhyNotAsked:
    """One own rule of one offer. `about` is a count in whole fives; 0 for a few."""

    offer: Offer
    rule: str
    about: int
    sentence: str


def why_not_asked(viewer: Viewer, language: str, *, now: datetime) -> list[WhyNotAsked]:
    """For each open offer of the viewer; nothing for organizations, whose members answer for themselves."""
    offers = _own_offers(viewer)
    if not offers:
        return []
    community = offers[0].person.community if offers[0].person is not None else None
    if community is None:
        return []
    problem = inputs.problem_of_community(community, now=now)
    facts = {offer.offer_id: offer for offer in problem.offers}
    found = [
        (offer, rule)
        for offer in offers
        if offer.pk in facts
        for rule in own_side(problem.needs, facts[offer.pk], problem.types, problem.streets)
    ]
    named = _names(found, language)
    return [
        WhyNotAsked(offer, rule.rule, rule.said, say_own_side(rule, language, named.get(_word(rule))))
        for offer, rule in found
    ]


def _own_offers(viewer: Viewer) -> list[Offer]:
    if viewer.person_id is None:
        return []
    rows = Offer.objects.filter(person_id=viewer.person_id, state=OfferState.OPEN)
    return list(rows.select_related("person__community").prefetch_related("service_types").order_by("pk"))


def _names(found: list[tuple[Offer, OwnRule]], language: str) -> dict[str, dict[str, str]]:
    """Kinds of help by code, as the reader knows them; one query where any is told."""
    codes = {_word(rule) for _, rule in found if rule.rule == "SERVICE_TYPE"}
    if not codes:
        return {}
    column = "name_zh" if language.startswith("zh") else "name_en"
    rows = ServiceType.objects.filter(code__in=codes).values_list("code", column)
    return {code: {"what": name} for code, name in rows}


def _word(rule: OwnRule) -> str:
    return str(rule.params.get("what", ""))
