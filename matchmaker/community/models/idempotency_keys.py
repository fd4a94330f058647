"""Keys that callers give their acts, so that one sent twice is done once."""

from typing import Final

from django.db import models

IDEMPOTENCY_KEY_DAYS: Final = 7
"""So long the same is known again: longer than a device stays without a network."""


class IdempotencyKey(models.Model):
    """One act of an account that was done under a key of the caller's; hashes, and the row it answered with."""

    user = models.ForeignKey("community.User", on_delete=models.CASCADE, related_name="idempotency_keys")
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
        constraints = [models.UniqueConstraint(name="idempotency_key_once", fields=["user", "key_hash"])]

    def __str__(self) -> str:
        return f"key {self.pk}"
