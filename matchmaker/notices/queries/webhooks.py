"""Webhooks of the organizations one speaks for, and what was told there."""

from django.db.models import QuerySet

from matchmaker.community.viewers import Viewer
from matchmaker.notices.models import Webhook, WebhookMessage


def webhooks_for(viewer: Viewer) -> QuerySet[Webhook]:
    """Addresses that are told, the newest first."""
    return webhooks_ever_for(viewer).filter(closed_at__isnull=True)


def webhooks_ever_for(viewer: Viewer) -> QuerySet[Webhook]:
    """The same with those that were closed."""
    rows = Webhook.objects.filter(organization__in=viewer.clerk_of)
    return rows.select_related("organization__area").order_by("-opened_at", "-pk")


def webhook_messages_for(viewer: Viewer) -> QuerySet[WebhookMessage]:
    """What was told at those addresses, and at closed ones, the newest first."""
    rows = WebhookMessage.objects.filter(webhook__organization__in=viewer.clerk_of)
    return rows.select_related("webhook__organization__area").order_by("-made_at", "-pk")
