"""Prices of offers: solved anew every hour and after a round or the plan of a city, and stored with their proof."""

from datetime import datetime
from typing import Final

import numpy as np
import structlog
from django.db import transaction

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel
from matchmaker.engine.prices import Prices, prices_for
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import inputs, terms
from matchmaker.matches.actions import locks
from matchmaker.matches.actions.score_cards import card_in_use
from matchmaker.matches.models import CityPlan, OfferPrice, PriceSet
from matchmaker.needs.models import Need, Offer

AT_ONCE: Final = 1_000

log = structlog.get_logger("matchmaker.matches")


def solve_prices(*, now: datetime) -> int:
    """Every area in which a need was opened in the last week, or an offer has a price, is solved anew; how many."""
    asked = Need.objects.filter(opened_at__gt=now - inputs.WEEK, verified_at__isnull=False)
    communities = Area.objects.filter(pk__in=asked.values("community_id"), level=AreaLevel.COMMUNITY)
    areas = {inputs.priced_area_of(community).pk for community in communities}
    areas |= set(OfferPrice.objects.values_list("price_set__area_id", flat=True).distinct())
    with transaction.atomic():
        for area_id in sorted(areas):
            enqueue(names.PRICE_AREA, {"area_id": area_id}, now=now)
    return len(areas)


def price_area(*, area_id: int, now: datetime) -> PriceSet | None:
    """The prices of an area's offers are those of this moment; None where a later look has been written meanwhile.

    Nothing is held up while they are solved: what is written is one look, whole. While the city around it is planned
    nothing is solved either: its end asks for prices, of what the plan left.
    """
    area = Area.objects.get(pk=area_id)
    if CityPlan.objects.filter(area__in=keys_of_path(area.path), finished_at__isnull=True).exists():
        return None
    seen = inputs.market_in(area, terms.card_of(card_in_use(area, now=now)), now=now)
    earlier = inputs.earlier_prices(area, seen.offer_ids, now=now)
    seed = int(now.timestamp())
    prices = prices_for(seen.market, seen.outlook, np.random.default_rng(seed), earlier)
    with transaction.atomic():
        locks.lock_community(area.pk)
        if PriceSet.objects.filter(area=area, solved_at__gt=now).exists():
            return None
        row = _stored(area, seen, prices, seed, now)
    log.info("prices.solved", area=area.pk, needs=row.needs_seen, priced=row.offers_priced, gap=_gap(row))
    return row


def price_after(community: Area, *, now: datetime, key: str) -> None:
    """The area of a community is solved anew, once for this key; inside a transaction."""
    area = inputs.priced_area_of(community)
    enqueue(names.PRICE_AREA, {"area_id": area.pk}, now=now, key=f"price_area@{key}:{area.pk}")


def _stored(area: Area, seen: inputs.SeenMarket, prices: Prices, seed: int, now: datetime) -> PriceSet:
    rows = np.flatnonzero((prices.by_left > 0).any(axis=0) | (prices.beyond > 0)).tolist()
    still_there = _still_there([seen.offer_ids[row] for row in rows])
    priced = [row for row in rows if seen.offer_ids[row] in still_there]
    made = PriceSet.objects.create(
        area=area,
        solved_at=now,
        seed=seed,
        needs_seen=len(seen.market.wanted),
        candidates_count=len(seen.market.need),
        offers_priced=len(priced),
        refused_share=seen.outlook.refused,
        withdrawn_share=seen.outlook.withdrawn,
        plan_value=prices.certificate.primal,
        bound=prices.certificate.dual,
    )
    OfferPrice.objects.filter(price_set__area=area).delete()
    OfferPrice.objects.bulk_create(
        [
            OfferPrice(
                price_set=made,
                offer_id=seen.offer_ids[row],
                by_left=prices.by_left[:, row].tolist(),
                beyond=int(prices.beyond[row]),
            )
            for row in priced
        ],
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["offer"],
        update_fields=["price_set", "by_left", "beyond"],
    )
    return made


def _still_there(offer_ids: list[int]) -> set[int]:
    """Of these offers those that were not forgotten meanwhile."""
    found: set[int] = set()
    for begin in range(0, len(offer_ids), AT_ONCE):
        some = Offer.objects.filter(pk__in=offer_ids[begin : begin + AT_ONCE])
        found.update(some.values_list("pk", flat=True))
    return found


def _gap(row: PriceSet) -> float:
    return (row.bound - row.plan_value) / row.bound if row.bound else 0.0
