"""Background work of notices; each task reads the clock and calls one action."""

from celery import shared_task
from django.utils import timezone

from matchmaker.jobs import names
from matchmaker.notices import actions


@shared_task(name=names.CLIMB_ALARMS)
def climb_alarms() -> None:
    actions.climb_alarms(now=timezone.now())


@shared_task(name=names.MANDATE_GIVEN)
def tell_of_mandate(mandate_id: int) -> None:
    actions.tell_of_mandate(mandate_id=mandate_id, now=timezone.now())


@shared_task(name=names.MANDATE_HOLDS)
def tell_of_holding_mandate(mandate_id: int) -> None:
    actions.tell_of_holding_mandate(mandate_id=mandate_id, now=timezone.now())


@shared_task(name=names.DEPUTY_NAMED)
def tell_of_deputy(deputy_id: int, to: str) -> None:
    actions.tell_of_deputy(deputy_id=deputy_id, to=to, now=timezone.now())


@shared_task(name=names.DEPUTY_ENDED)
def tell_of_ended_deputy(deputy_id: int, to: str) -> None:
    actions.tell_of_ended_deputy(deputy_id=deputy_id, to=to, now=timezone.now())


@shared_task(name=names.MANDATES_ENDING)
def tell_of_ending_mandates() -> None:
    actions.tell_of_ending_mandates(now=timezone.now())


@shared_task(name=names.PLAN_DELIVERIES)
def plan_deliveries() -> None:
    actions.plan_deliveries(now=timezone.now())


@shared_task(name=names.SEND_DELIVERY)
def send_delivery(delivery_id: int) -> None:
    actions.send_delivery(delivery_id=delivery_id, now=timezone.now())


@shared_task(name=names.SEND_WEBHOOK)
def send_webhook(webhook_message_id: int) -> None:
    actions.send_webhook(webhook_message_id=webhook_message_id, now=timezone.now())


@shared_task(name=names.CHASE_UNCONFIRMED)
def chase_unconfirmed() -> None:
    actions.chase_unconfirmed(now=timezone.now())
