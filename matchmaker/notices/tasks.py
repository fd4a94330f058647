"""Background work of notices."""

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


@shared_task(name=names.MANDATES_ENDING)
def tell_of_ending_mandates() -> None:
    actions.tell_of_ending_mandates(now=timezone.now())
