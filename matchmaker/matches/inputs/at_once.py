"""One need at once: who could come, how well they suit, and what their next visits are worth to others.

Nothing here grows with the community: offers are kept in memory and caught up with, what is known of the town may be
some minutes old, and everything that was promised is read anew for the few who could come.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from matchmaker.community.queries import street_network
from matchmaker.engine.eligibility import pairs_of
from matchmaker.engine.hours import bits_of
from matchmaker.engine.markets import Asked, in_order
from matchmaker.engine.meeting import starts_in
from matchmaker.engine.problem import NeedFacts, OfferFacts
from matchmaker.engine.scoring import RING_REASONS, ScoreCard, Scored, Scores, score_pairs, with_rings
from matchmaker.matches import calendar
from matchmaker.matches.inputs.carded import forget_cards
from matchmaker.matches.inputs.history import history_of_few
from matchmaker.matches.inputs.kept_offers import forget_kept_offers, offers_kept
from matchmaker.matches.inputs.knowledge import forget_lately, knowledge_lately
from matchmaker.matches.inputs.priced import area_kept, forget_areas, prices_of
from matchmaker.matches.inputs.problem import TIME_TO_ANSWER, from_moment, up_to_stand_ins
from matchmaker.matches.inputs.promised import promised_of_few
from matchmaker.needs.models import Need, Urgency
from matchmaker.needs.queries import (
    NO_HISTORY,
    NOTHING_PROMISED,
    Promised,
    facts_of_need,
    forget_service_types,
    service_types_kept,
    tour_offers_of,
    with_places_kept,
    with_promises,
)

ASKED_ONCE_AT_MOST: Final = 64
"""So many offers are asked by the rules once, with all that they promised; more are asked before it is read."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """What was found for one need.

    Attributes
    ----------
    horizon_start_at : datetime
    need : NeedFacts
        As it stands now; `helpers_wanted` is at least 1.
    candidates : tuple of Scored
        All that pass every hard rule, also those that wait for the nearer ones.
    asked : tuple of Asked
        Those that enter by their rings, the one to be asked first at the front.
    """

    horizon_start_at: datetime
    need: NeedFacts
    candidates: tuple[Scored, ...]
    asked: tuple[Asked, ...]


def found_at_once(need: Need, card: ScoreCard, *, now: datetime) -> AtOnce:
    """Who could come to an open need now, verified or not; whoever was asked for it before is not among them.

    `need` is read with its person, type, place and community. Fifteen queries at most, however many offers.
    """
    zone = ZoneInfo(need.community.time_zone)
    start = calendar.horizon_start(now, zone)
    facts = facts_of_need(need, horizon_start=start, now=now)
    plain = _ahead(facts(NOTHING_PROMISED, NO_HISTORY), NOTHING_PROMISED, start, now)
    streets, types = street_network(), service_types_kept(now=now)
    kept = offers_kept(
        area_kept(need.community), plain.service_type, types=types, streets=streets, zone=zone, start=start, now=now
    )
    near = kept.near(plain)
    tours = tour_offers_of(need) if any(offer.at_stop for offer in near) else frozenset()
    if tours:
        plain = replace(plain, tour_offer_ids=tours)
        near = tuple(with_places_kept(plain, offer) for offer in near)
    offers = list(near)
    if len(near) > ASKED_ONCE_AT_MOST:  # what is promised is not read of everybody who is near
        possible = pairs_of([plain], near, types, streets=streets)
        offers = [possible.columns.offers.facts[row] for row in possible.offers.tolist()]
    if not offers:
        return AtOnce(start, plain, (), ())
    promised = promised_of_few(need, offers, start=start)
    organizations = {offer.organization_id for offer in offers if offer.organization_id is not None}
    history = history_of_few(need, organizations, now=now)
    asked = replace(_ahead(facts(promised, history), promised, start, now), tour_offer_ids=tours)
    free = [with_promises(offer, promised, history) for offer in offers]
    pairs = pairs_of([asked], free, types, streets=streets)
    scores = with_rings(score_pairs(pairs, knowledge_lately(need.community, now=now), card))
    scored = _scored(scores)
    prices = prices_of([one.candidate.offer for one in scored], now=now)
    entering = tuple(one for one in scored if one.ring_reason != RING_REASONS[-1])
    return AtOnce(start, asked, scored, in_order(entering, prices, wanted=asked.helpers_wanted))


def _scored(scores: Scores) -> tuple[Scored, ...]:
    pairs = scores.pairs
    starts = [bits_of(words) for words in starts_in(pairs.columns, pairs.needs, pairs.offers)]
    return tuple(scores.scored(row, starts[row]) for row in range(len(scores)))


def _ahead(need: NeedFacts, promised: Promised, start: datetime, now: datetime) -> NeedFacts:
    """The need without the quarters in which nobody could answer in time; one helper at least is looked for."""
    found = from_moment(need, start, now + TIME_TO_ANSWER[Urgency(need.urgency)])
    found = up_to_stand_ins(found, promised.quarters_of_stand_ins.get(need.need_id, 0))
    return replace(found, helpers_wanted=max(1, found.helpers_wanted))


def givers_of(offers: list[OfferFacts]) -> int:
    """How many people and organizations stand behind these offers."""
    return len({(one.person_id, one.organization_id if one.person_id is None else None) for one in offers})


def forget_at_once() -> None:
    """This process answers nothing from memory until it reads again."""
    forget_lately()
    forget_kept_offers()
    forget_areas()
    forget_cards()
    forget_service_types()
