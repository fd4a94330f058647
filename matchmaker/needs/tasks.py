"""Background work of needs."""

from celery import shared_task
from django.utils import timezone

from matchmaker.jobs import names
from matchmaker.needs import actions


@shared_task(name=names.EXPIRE_NEEDS)
def expire_needs() -> None:
    actions.expire_needs(now=timezone.now())


@shared_task(name=names.RAISE_OVERDUE)
def raise_overdue() -> None:
    actions.raise_overdue(now=timezone.now())


@shared_task(name=names.CONSENT_WITHDRAWN)
def close_without_consent(consent_id: int) -> None:
    actions.close_without_consent(consent_id=consent_id, now=timezone.now())
