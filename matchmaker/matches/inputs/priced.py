"""What prices are solved from, and what they are: the market of the last week, and the prices of some offers now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel
from matchmaker.community.queries import street_network
from matchmaker.engine.eligibility import pairs_of
from matchmaker.engine.markets import left_of, market_of, prices_before, weeks_to_draw
from matchmaker.engine.prices import UNITS_PRICED, Market, Outlook, Prices
from matchmaker.engine.problem import OfferFacts
from matchmaker.engine.scoring import ScoreCard, score_pairs, with_rings
from matchmaker.matches import calendar
from matchmaker.matches.inputs.knowledge import knowledge_in
from matchmaker.matches.inputs.promised import promised_around
from matchmaker.matches.models import OfferPrice, Proposal, ProposalState
from matchmaker.needs.models import Need, NeedState
from matchmaker.needs.queries import needs_of_last_week, offer_facts_under, service_type_facts
from matchmaker.prepared import Prepared

WEEK: Final = timedelta(weeks=1)
FRESH_FOR: Final = timedelta(days=1)
"""Prices that were solved longer ago are not looked at any more."""
ANSWERS_COUNTED: Final = timedelta(weeks=4)

_SAID_NO: Final = (ProposalState.DECLINED_BY_HELPER, ProposalState.EXPIRED)


@dataclass(frozen=True, slots=True)
class SeenMarket:
    """The last week of a joint community, and which offers stand in the rows of its market."""

    market: Market
    outlook: Outlook
    offer_ids: list[int]


def priced_area_of(community: Area) -> Area:
    """The joint community that a community belongs to; itself where it is in none."""
    above = Area.objects.filter(pk__in=keys_of_path(community.path), level=AreaLevel.JOINT_COMMUNITY)
    return above.first() or community


_areas: dict[tuple[int, str], Area] = {}


def area_kept(community: Area) -> Area:
    """The same, read once for each path of a community: areas do not move."""
    key = (community.pk, community.path)
    if key not in _areas:
        _areas[key] = priced_area_of(community)
    return _areas[key]


def forget_areas() -> None:
    """This process knows no areas until it reads them again."""
    _areas.clear()


def market_in(area: Area, card: ScoreCard, *, now: datetime) -> SeenMarket:
    """Needs of the last seven days as if they came again, who could come to each now, and visits that are left."""
    zone = calendar.zone_of(area)
    start = calendar.horizon_start(now, zone)
    needs = needs_of_last_week(area, zone=zone, horizon_start=start, now=now)
    promised = promised_around(area, start=start)
    kinds = sorted({need.service_type for need in needs})
    offers = offer_facts_under(area, horizon_start=start, now=now, promised=promised, covering=kinds)
    _, knowledge = knowledge_in(area, now=now)
    pairs = pairs_of(needs, offers, service_type_facts(), streets=street_network())
    market = market_of(with_rings(score_pairs(pairs, knowledge, card)))
    refused, withdrawn = _rates(area, now)
    outlook = Outlook(float(len(needs)), refused, withdrawn, weeks_to_draw(len(needs)))
    return SeenMarket(market, outlook, [offer.offer_id for offer in sorted(offers, key=lambda one: one.offer_id)])


def earlier_prices(area: Area, offer_ids: list[int], *, now: datetime) -> Prices | None:
    """Those in force for an area's offers; None where there are none yet, or only old ones."""
    rows = OfferPrice.objects.filter(price_set__area=area, price_set__solved_at__gt=now - FRESH_FOR)
    found = {row.offer_id: row for row in rows}
    if not found:
        return None
    by_left = {offer_id: tuple(row.by_left) for offer_id, row in found.items()}
    return prices_before(by_left, {offer_id: row.beyond for offer_id, row in found.items()}, offer_ids)


def prices_of(offers: Collection[OfferFacts], *, now: datetime) -> Mapping[int, int]:
    """The price of the next visit of each of these offers that has one, with the visits it has left now: one query."""
    by_id = {offer.offer_id: offer for offer in offers}
    return {
        offer_id: _price(by_left, beyond, left_of(by_id[offer_id]))
        for offer_id, by_left, beyond in _PRICES(offers=list(by_id), since=now - FRESH_FOR)
    }


_PRICES: Final = Prepared(
    lambda offers, since: OfferPrice.objects.filter(offer_id__in=offers, price_set__solved_at__gt=since).values_list(
        "offer_id", "by_left", "beyond"
    )
)


def _price(by_left: list[int], beyond: int, left: int) -> int:
    return beyond if left > UNITS_PRICED else max(0, by_left[max(0, left - 1)])


def _rates(area: Area, now: datetime) -> tuple[float, float]:
    """How often those asked said no, or nothing, and how often needs were withdrawn, in the last weeks."""
    since = now - ANSWERS_COUNTED
    here = Q(need__community__path__startswith=area.path)
    asked = Proposal.objects.filter(here, helper_asked_at__gt=since).exclude(
        state__in=(ProposalState.IN_REVIEW, ProposalState.AWAITING_HELPER, ProposalState.WITHDRAWN)
    )
    answers = list(asked.values_list("state", "helper_answered_at"))
    said_no = sum(state in _SAID_NO and not _said_yes_first(state, answered) for state, answered in answers)
    needs = Need.objects.filter(community__path__startswith=area.path, opened_at__gt=since, verified_at__isnull=False)
    states = list(needs.exclude(state=NeedState.OPEN).values_list("state", flat=True))
    return _share(said_no, len(answers)), _share(states.count(NeedState.WITHDRAWN), len(states))


def _said_yes_first(state: str, answered_at: datetime | None) -> bool:
    return state == ProposalState.EXPIRED and answered_at is not None


def _share(some: int, of_all: int) -> float:
    return some / of_all if of_all else 0.0
