"""Webhooks: where an organization's system wishes to be told, and what it was told."""

import uuid

from django.db import models
from django.db.models import Q


class WebhookEvent(models.TextChoices):
    """What happened to an offer of the organization; the message names rows, and no person."""

    OFFER_PROPOSED = "offer.proposed"
    PROPOSAL_ENDED = "proposal.ended"
    MATCH_AGREED = "match.agreed"
    MATCH_CANCELLED = "match.cancelled"
    VISIT_HELD = "visit.held"
    VISIT_NOT_HELD = "visit.not_held"


class Webhook(models.Model):
    """An address that a clerk entered; its secret is made from ours and stands in no row."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey("community.Organization", on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    events = models.JSONField(help_text="Codes of what it is told.")
    opened_by = models.ForeignKey("community.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "url"], condition=Q(closed_at__isnull=True), name="webhook_once_per_address"
            )
        ]

    def __str__(self) -> str:
        return f"webhook {self.pk}"


class WebhookMessage(models.Model):
    """One event on its way to one address: it waits, was taken, or was given up until a clerk sends it again."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="messages")
    event = models.CharField(max_length=20, choices=WebhookEvent.choices)
    about = models.JSONField(help_text="Ids of rows, by the names of their types.")
    key = models.CharField(max_length=120, unique=True, help_text="Asked for twice under one key, told once.")
    made_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_until = models.DateTimeField(null=True, blank=True, help_text="A worker has it in hand until then.")
    next_at = models.DateTimeField(null=True, blank=True, help_text="The next attempt; empty once it came to an end.")
    taken_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    last_result = models.CharField(max_length=60, blank=True, help_text="A status or an error's class.")

    class Meta:
        indexes = [models.Index(fields=["webhook", "-made_at"], name="webhook_message_latest")]
        constraints = [
            models.CheckConstraint(
                name="webhook_message_is_taken_or_given_up",
                condition=Q(taken_at__isnull=True) | Q(given_up_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"webhook message {self.pk}"
