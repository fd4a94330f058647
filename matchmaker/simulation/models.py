"""What marks a community as generated: without these rows no door offers a sample account."""

from django.db import models


class SampleRole(models.TextChoices):
    ASKER = "ASKER"
    HELPER = "HELPER"
    NEWCOMER = "NEWCOMER"
    CLERK = "CLERK"
    COORDINATOR = "COORDINATOR"
    POLICE = "POLICE"
    AUDITOR = "AUDITOR"
    OPERATOR = "OPERATOR"


class GeneratedCommunity(models.Model):
    """A community that was made from a seed; its people do not exist."""

    community = models.OneToOneField("community.Area", on_delete=models.CASCADE, related_name="generated")
    seed = models.BigIntegerField(unique=True)
    generated_at = models.DateTimeField()
    month_from_date = models.DateField(null=True, blank=True)
    month_days = models.PositiveSmallIntegerField(
        default=0, help_text="Days that were lived through; 0 when none were."
    )
    figures = models.JSONField(default=dict, help_text="What the month changed, by policy.")


class GeneratedLogin(models.Model):
    """An account of a generated community, made to look at the service in one role."""

    generated = models.ForeignKey(GeneratedCommunity, on_delete=models.CASCADE, related_name="logins")
    user = models.OneToOneField("community.User", on_delete=models.CASCADE, related_name="generated_login")
    role = models.CharField(max_length=12, choices=SampleRole.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["generated", "role"], name="generated_login_once_per_role")]
