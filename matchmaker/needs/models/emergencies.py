"""What was skipped for an emergency, and who looked at it afterwards."""

from django.db import models
from django.db.models import Q


class Skipped(models.TextChoices):
    VERIFICATION = "VERIFICATION"
    ROUND = "ROUND"
    PRICES = "PRICES"
    TRUST = "TRUST"
    FIRST_HOME_VISIT_TO_AN_ELDER = "FIRST_HOME_VISIT_TO_AN_ELDER"
    SENSITIVE_TYPE = "SENSITIVE_TYPE"
    HIGH_RISK = "HIGH_RISK"
    WITHOUT_TIES_AND_TRUST = "WITHOUT_TIES_AND_TRUST"
    ASKERS_ANSWER = "ASKERS_ANSWER"


class Emergency(models.Model):
    """An emergency need's own row: which looks were skipped so that somebody comes at once."""

    need = models.OneToOneField("needs.Need", on_delete=models.CASCADE, related_name="emergency")
    skipped = models.JSONField(default=list, help_text="Codes of what was not waited for.")
    helpers_asked = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When neighbours were asked last.")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    words = models.CharField(max_length=500, blank=True, help_text="What the worker found when they looked back.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="emergency_reviewed_by_someone_at_some_time",
                condition=Q(reviewed_at__isnull=False) | Q(reviewed_by__isnull=True, words=""),
            )
        ]
