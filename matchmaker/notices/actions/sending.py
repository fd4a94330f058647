"""Handing a message over: what it says is read in one transaction, the network comes between, the end in another."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.core import signing
from django.db import transaction

from matchmaker.community.models import Person
from matchmaker.notices import ports, texts
from matchmaker.notices.actions.calling import put_on_call_list
from matchmaker.notices.actions.reaching import LIVE, lock_notices
from matchmaker.notices.models import Channel, Delivery, DeliveryState, Notice
from matchmaker.notices.rules import confirmed_within, rule_of
from matchmaker.notices.ways import account_of, address_of, language_of, wish_of

SEEN_SALT: Final = "matchmaker.notices.seen"
HANDED_WITHIN: Final = timedelta(minutes=1)
log = structlog.get_logger("matchmaker.notices")


@dataclass(frozen=True, slots=True)
class _Ready:
    letter: ports.Letter
    notice_ids: tuple[int, ...]


def send_delivery(*, delivery_id: int, now: datetime) -> None:
    """The message was handed over once, or waits for its next try, or its person stands on the call list.

    SendFailed rises where it may go through later: the outbox tries again, with the same reference.
    """
    ready = _letter_of(delivery_id, now)
    if ready is None:
        return
    try:
        gateway_id = ports.hand_over(ready.letter)
    except ports.SendRefused as refusal:
        log.warning("delivery.refused", delivery_id=delivery_id, code=str(refusal))
        fail_delivery(delivery_id=delivery_id, code=str(refusal), now=now)
    except ports.SendFailed as failure:
        Delivery.objects.filter(pk=delivery_id).update(failure_code=str(failure), handed_until=None)
        raise
    else:
        _note_sent(delivery_id, gateway_id, ready.notice_ids, now)


def fail_delivery(*, delivery_id: int, code: str, now: datetime) -> None:
    """The message did not come through; of what must reach the person they are told by call."""
    give_up(delivery_id=delivery_id, state=DeliveryState.FAILED, code=code, now=now)


def give_up(*, delivery_id: int, state: DeliveryState, code: str, now: datetime) -> bool:
    """This way is given up, unless it came to another end meanwhile; whether it was."""
    with transaction.atomic():
        ids = list(Notice.objects.filter(deliveries=delivery_id).values_list("pk", flat=True))
        notices = lock_notices(ids)
        rows = Delivery.objects.select_for_update(no_key=True)
        delivery = rows.get(pk=delivery_id)
        if delivery.state not in (DeliveryState.WAITING, DeliveryState.SENT):
            return False
        delivery.state, delivery.failure_code = state, code
        delivery.save(update_fields=["state", "failure_code"])
        person = Person.objects.select_related("account", "community").get(pk=delivery.person_id)
        if person.left_at is None:
            put_on_call_list(person, [notice for notice in notices if _must_be_told(notice)], now=now)
    return True


def _must_be_told(notice: Notice) -> bool:
    return notice.reached_at is None and notice.settled_at is None and rule_of(notice.kind).must_reach


def _letter_of(delivery_id: int, now: datetime) -> _Ready | None:
    """What is to be handed over now; None where nothing is, any more or yet."""
    with transaction.atomic():
        rows = Delivery.objects.select_for_update(of=("self",), no_key=True)
        delivery = rows.select_related("person").filter(pk=delivery_id).first()
        if delivery is None or delivery.state != DeliveryState.WAITING or delivery.due_at > now:
            return None
        notices = list(delivery.notices.filter(LIVE).order_by("made_at", "pk"))
        if not notices or delivery.person.left_at is not None:
            delivery.state = DeliveryState.SETTLED
            delivery.save(update_fields=["state"])
            return None
        if delivery.handed_until is not None and delivery.handed_until > now:
            raise ports.SendFailed("UNDER_WAY")
        delivery.attempts += 1
        delivery.handed_until = now + HANDED_WITHIN
        delivery.save(update_fields=["attempts", "handed_until"])
    return _Ready(_written(delivery, [notice.kind for notice in notices]), tuple(notice.pk for notice in notices))


def _written(delivery: Delivery, kinds: list[str]) -> ports.Letter:
    person = Person.objects.select_related("account", "contact_wish").get(pk=delivery.person_id)
    account = account_of(person)
    language = language_of(wish_of(person), account)
    if delivery.channel == Channel.SMS:
        subject, text = "", texts.sms_text(kinds, language)
    else:
        subject, text = texts.mail_text(kinds, language, _link_of(delivery))
    return ports.Letter(
        delivery_id=delivery.pk,
        channel=delivery.channel,
        reference=str(delivery.public_id),
        address=address_of(delivery.channel, person, account),
        subject=subject,
        text=text,
    )


def _link_of(delivery: Delivery) -> str:
    """Where a button confirms this mail; only where the service knows its own address."""
    if not settings.PUBLIC_URL:
        return ""
    token = signing.dumps(str(delivery.public_id), salt=SEEN_SALT)
    return f"{settings.PUBLIC_URL.rstrip('/')}/notices/seen/{token}"


def _note_sent(delivery_id: int, gateway_id: str, told: Collection[int], now: datetime) -> None:
    """From now on its confirmation is waited for. A report may have come before this.

    What joined the message while it was handed over was not in it, and is planned anew.
    """
    with transaction.atomic():
        ids = set(Notice.objects.filter(deliveries=delivery_id).values_list("pk", flat=True))
        lock_notices(ids)
        delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery_id)
        late = set(delivery.notices.filter(LIVE).values_list("pk", flat=True)) - set(told)
        delivery.notices.remove(*late)
        Notice.objects.filter(pk__in=late).update(planned_at=None)
        delivery.sent_at, delivery.gateway_id, delivery.failure_code = now, gateway_id, ""
        delivery.handed_until = None
        if delivery.state == DeliveryState.WAITING:
            delivery.state = DeliveryState.SENT
            delivery.confirm_by = now + confirmed_within(delivery.channel, urgent=delivery.urgent)
        delivery.save(update_fields=["sent_at", "gateway_id", "failure_code", "handed_until", "state", "confirm_by"])
