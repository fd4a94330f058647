"""Background work of forgetting and clearing away."""

from celery import shared_task
from django.utils import timezone

from matchmaker.jobs import names
from matchmaker.privacy import actions


@shared_task(name=names.FORGET_DUE)
def forget_due() -> None:
    actions.forget_due(now=timezone.now())


@shared_task(name=names.PURGE_OLD)
def purge_old() -> None:
    actions.purge_old(now=timezone.now())
