"""Background work of notices."""

from celery import shared_task
from django.utils import timezone

from matchmaker.jobs import names
from matchmaker.notices import actions


@shared_task(name=names.CLIMB_ALARMS)
def climb_alarms() -> None:
    actions.climb_alarms(now=timezone.now())
