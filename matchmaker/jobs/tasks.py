"""Background work of the outbox itself."""

from celery import shared_task
from django.utils import timezone

from matchmaker.jobs import actions, names


@shared_task(name=names.PURGE_DONE)
def purge_done() -> None:
    actions.purge_done(now=timezone.now())
