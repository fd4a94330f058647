"""Posting a webhook's message: read in one transaction, the network between, the end in another."""

from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction

from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.notices import webhook_port
from matchmaker.notices.models import Webhook, WebhookMessage
from matchmaker.notices.webhook_port import GoneForGood, NotTaken, Parcel

WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""How long a message that was not taken rests before each further try: three days in all, over a weekend."""
HANDED_FOR: Final = timedelta(minutes=2)
SWITCHED_OFF: Final = "SWITCHED_OFF"
GONE: Final = "HTTP_410"
log = structlog.get_logger("matchmaker.notices")


def send_webhook(*, webhook_message_id: int, now: datetime) -> None:
    """The message was taken, or its next try stands in the outbox, or it was given up until a clerk sends it again."""
    parcel = _taken_in_hand(webhook_message_id, now)
    if parcel is None:
        return
    try:
        result = webhook_port.post(parcel, now=now)
    except GoneForGood:
        _close(webhook_message_id, now)
    except NotTaken as failure:
        _put_off(webhook_message_id, str(failure), now)
    else:
        WebhookMessage.objects.filter(pk=webhook_message_id).update(
            taken_at=now, next_at=None, handed_until=None, last_result=result
        )


def _taken_in_hand(pk: int, now: datetime) -> Parcel | None:
    """What is to be posted now; None where nothing is, any more or yet, or another worker has it."""
    with transaction.atomic():
        rows = WebhookMessage.objects.select_for_update(of=("self",), no_key=True).select_related("webhook")
        message = rows.filter(pk=pk, next_at__lte=now).first()
        if message is None or (message.handed_until is not None and message.handed_until > now):
            return None
        if message.webhook.closed_at is not None:
            _give_up(message, SWITCHED_OFF, now)
            return None
        message.attempts += 1
        message.handed_until = now + HANDED_FOR
        message.save(update_fields=["attempts", "handed_until"])
    return Parcel(
        message_id=f"msg_{message.public_id.hex}",
        secrets=webhook_port.secrets_of(str(message.webhook.public_id)),
        url=message.webhook.url,
        body=webhook_port.body_of(event=message.event, at=message.made_at, about=message.about),
    )


def _put_off(pk: int, result: str, now: datetime) -> None:
    with transaction.atomic():
        message = WebhookMessage.objects.select_for_update(no_key=True).get(pk=pk)
        log.warning("webhook.not_taken", webhook_id=message.webhook_id, attempts=message.attempts, code=result)
        if message.attempts > len(WAITS):
            _give_up(message, result, now)
            return
        message.next_at = now + WAITS[message.attempts - 1]
        message.handed_until, message.last_result = None, result
        message.save(update_fields=["next_at", "handed_until", "last_result"])
        enqueue(names.SEND_WEBHOOK, {"webhook_message_id": pk}, now=now, due_at=message.next_at)


def _close(pk: int, now: datetime) -> None:
    """Nobody listens there any more, by their own word: nothing further is sent."""
    with transaction.atomic():
        message = WebhookMessage.objects.select_for_update(no_key=True).get(pk=pk)
        Webhook.objects.filter(pk=message.webhook_id, closed_at__isnull=True).update(closed_at=now)
        _give_up(message, GONE, now)


def _give_up(message: WebhookMessage, result: str, now: datetime) -> None:
    message.given_up_at, message.next_at, message.handed_until, message.last_result = now, None, None, result
    message.save(update_fields=["given_up_at", "next_at", "handed_until", "last_result"])
