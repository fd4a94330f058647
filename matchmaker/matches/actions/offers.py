"""An offer was opened, paused, resumed or closed: the needs it may concern are looked at again."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches.models import LIVE_STATES, Proposal
from matchmaker.needs.models import Offer, OfferState
from matchmaker.needs.queries import needs_in_reach

LOOKED_AT_MOST: Final = 200
"""So many waiting needs are looked at for one new offer, the longest waiting first; the next round sees the others."""


def look_at_offer(*, offer_id: int, now: datetime) -> int:
    """Needs that wait for such an offer, or to which it is proposed and may be no longer, are looked at; how many."""
    offer = Offer.objects.get(pk=offer_id)
    proposed = Proposal.objects.filter(offer=offer, state__in=LIVE_STATES).values_list("need_id", flat=True)
    found = set(proposed)
    if offer.state == OfferState.OPEN:
        waiting = needs_in_reach(offer).filter(helpers_found__lt=F("helpers_wanted"))
        found |= set(waiting.order_by("opened_at", "pk").values_list("pk", flat=True)[:LOOKED_AT_MOST])
    with transaction.atomic():
        for need_id in sorted(found):
            enqueue(names.PROPOSE_NEXT, {"need_id": need_id}, now=now)
    return len(found)
