"""Webhooks of the organizations one speaks for, and what was told there."""

from uuid import UUID

from django.db.models import QuerySet

from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.notices import webhook_port
from matchmaker.notices.models import Webhook, WebhookMessage


def webhooks_for(viewer: Viewer) -> QuerySet[Webhook]:
    """Addresses that are told, the newest first."""
    return webhooks_ever_for(viewer).filter(closed_at__isnull=True)


def webhooks_ever_for(viewer: Viewer) -> QuerySet[Webhook]:
    """The same with those that were closed."""
    rows = Webhook.objects.filter(organization__in=viewer.clerk_of)
    return rows.select_related("organization__area").order_by("-opened_at", "-pk")


def webhook_secret_for(viewer: Viewer, webhook_id: UUID) -> str:
    """The secret of a webhook that the viewer opened, for whoever pressed twice; NotFound for anybody else."""
    person_id = viewer.require_person()
    if not webhooks_for(viewer).filter(public_id=webhook_id, opened_by_id=person_id).exists():
        raise NotFound
    return webhook_port.secret_of(str(webhook_id))


def webhook_messages_for(viewer: Viewer) -> QuerySet[WebhookMessage]:
    """What was told at those addresses, and at closed ones, the newest first."""
    rows = WebhookMessage.objects.filter(webhook__organization__in=viewer.clerk_of)
    return rows.select_related("webhook__organization__area").order_by("-made_at", "-pk")
