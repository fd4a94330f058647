"""Keys that callers give their acts, so that one sent twice is done once."""

from typing import Final

from django.db import models
from django.db.models import Q

IDEMPOTENCY_KEY_DAYS: Final = 7
"""So long the same is known again: longer than a device stays without a network."""


class IdempotencyKey(models.Model):
    """One act that was done under a key of an account, or of an organization; hashes, and the row it answered with."""

    user = models.ForeignKey(
        "community.User",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="idempotency_keys",
        help_text="Whose key it is; empty for an organization's, which all its systems share.",
    )
    organization = models.ForeignKey(
        "community.Organization", null=True, blank=True, on_delete=models.CASCADE, related_name="idempotency_keys"
    )
    key_hash = models.CharField(max_length=64, help_text="Of the key, and of the organization whose system gave it.")
    asked_hash = models.CharField(max_length=64, help_text="Of what was asked for.")
    answer = models.CharField(max_length=40, blank=True, help_text="The id of the row it answered with.")
    person = models.ForeignKey(
        "community.Person",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Whom it answered with; empty where that is another row.",
    )
    done_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="idempotency_key_once", fields=["user", "key_hash"]),
            models.UniqueConstraint(name="idempotency_key_once_of_organization", fields=["organization", "key_hash"]),
            models.CheckConstraint(
                name="idempotency_key_of_one", condition=Q(user__isnull=True) ^ Q(organization__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"key {self.pk}"
