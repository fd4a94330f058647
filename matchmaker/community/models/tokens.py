"""Access tokens: how an app, or an organization's system, shows whose it is."""

import uuid

from django.db import models
from django.db.models import F, Q


class TokenScope(models.TextChoices):
    """What a token opens; `api/scopes.py` says of each field which of these it needs, and none needs CALENDAR."""

    READ = "READ"
    CONTACTS = "CONTACTS"
    ASK = "ASK"
    HELP = "HELP"
    ANSWER = "ANSWER"
    LISTS = "LISTS"
    WORK = "WORK"
    CALENDAR = "CALENDAR"


ORGANIZATION_SCOPES = frozenset(
    {TokenScope.READ, TokenScope.CONTACTS, TokenScope.HELP, TokenScope.ANSWER, TokenScope.LISTS, TokenScope.CALENDAR}
)
"""What an organization's system can be given: nothing that a post opens, and no asking for help."""


class AccessToken(models.Model):
    """A token of an account, or of an organization whose clerk made it; kept as a hash, nobody reads it back."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey("community.User", on_delete=models.CASCADE, related_name="access_tokens")
    organization = models.ForeignKey(
        "community.Organization", null=True, blank=True, on_delete=models.CASCADE, related_name="access_tokens"
    )
    name = models.CharField(max_length=60, help_text="What it is for, in the words of who made it.")
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(help_text="Codes of what it opens.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_date = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-created_at"], name="access_token_of_organization")]
        constraints = [
            models.CheckConstraint(
                name="access_token_expires_after_it_is_made", condition=Q(expires_at__gt=F("created_at"))
            )
        ]

    def __str__(self) -> str:
        return f"token {self.pk}"
