"""What tells that a message arrived: a gateway's report, a mail's button; and what follows where nothing does."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core import signing
from django.db import transaction

from matchmaker.errors import NotFound
from matchmaker.notices.actions.reaching import lock_notices, mark_reached
from matchmaker.notices.actions.sending import SEEN_SALT, give_up
from matchmaker.notices.models import Delivery, DeliveryState, Notice
from matchmaker.notices.rules import rule_of

LINK_GOOD_FOR: Final = timedelta(days=30)
CHASED_AT_ONCE: Final = 500


def confirm_delivery(*, reference: UUID, now: datetime) -> Delivery:
    """The message has arrived, and with it the notices in it; once is enough.

    Where one of them has to be heard in words, its reading is waited for as before.
    """
    with transaction.atomic():
        delivery_id = _pk_of(reference)
        notices = lock_notices(list(Notice.objects.filter(deliveries=delivery_id).values_list("pk", flat=True)))
        delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery_id)
        if delivery.state != DeliveryState.CONFIRMED:
            live = [notice for notice in notices if notice.reached_at is None and notice.settled_at is None]
            said = [notice for notice in live if not rule_of(notice.kind).in_words]
            if len(said) == len(live):
                delivery.state, delivery.confirmed_at = DeliveryState.CONFIRMED, now
                delivery.save(update_fields=["state", "confirmed_at"])
            mark_reached(said, now=now)
    return delivery


def confirm_by_link(*, token: str, now: datetime) -> Delivery:
    """Whoever got the mail pressed its button."""
    return confirm_delivery(reference=reference_in(token), now=now)


def reference_in(token: str) -> UUID:
    """The message that a mail's link is about; NotFound for a link that is none of ours, or too old."""
    try:
        return UUID(signing.loads(token, salt=SEEN_SALT, max_age=LINK_GOOD_FOR))
    except (signing.BadSignature, ValueError):
        raise NotFound from None


def report_failure(*, reference: UUID, now: datetime) -> None:
    """The gateway could not bring the message: of what must reach the person they are told by call."""
    give_up(delivery_id=_pk_of(reference), state=DeliveryState.FAILED, code="REPORTED", now=now)


def chase_unconfirmed(*, now: datetime) -> int:
    """Whoever did not confirm in time what must reach them stands on the call list; how many messages were given up."""
    waiting = Delivery.objects.filter(
        state__in=(DeliveryState.WAITING, DeliveryState.SENT), confirm_by__lte=now
    ).order_by("confirm_by", "pk")
    late = list(waiting.values_list("pk", flat=True)[:CHASED_AT_ONCE])
    state = DeliveryState.UNCONFIRMED
    return sum(give_up(delivery_id=pk, state=state, code="NOT_CONFIRMED", now=now) for pk in late)


def _pk_of(reference: UUID) -> int:
    found = Delivery.objects.filter(public_id=reference).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(field="reference")
    return found
