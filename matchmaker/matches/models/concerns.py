"""Concerns: a word of worry about a match, who looks into it, and how it ended."""

import uuid

from django.db import models
from django.db.models import Q

from matchmaker.matches.models.matches import OutcomeSide


class ConcernKind(models.TextChoices):
    WORRY = "WORRY"
    MONEY = "MONEY"


class ConcernState(models.TextChoices):
    OPEN = "OPEN"
    IN_HAND = "IN_HAND"
    RESOLVED = "RESOLVED"


class Resolution(models.TextChoices):
    RESUME = "RESUME"
    END = "END"


class Concern(models.Model):
    """`words` and `reason` are read by who said it and by the worker who took it in hand, and by nobody else."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    match = models.ForeignKey("matches.Match", on_delete=models.CASCADE, related_name="concerns")
    visit = models.ForeignKey(
        "matches.Visit", null=True, blank=True, on_delete=models.SET_NULL, related_name="concerns"
    )
    kind = models.CharField(max_length=8, choices=ConcernKind.choices)
    words = models.TextField(max_length=2000, blank=True)
    said_by = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="concerns_said")
    side = models.CharField(
        max_length=8, choices=OutcomeSide.choices, blank=True, help_text="Empty where a worker speaks for themself."
    )
    heard_by = models.ForeignKey("community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=ConcernState.choices, default=ConcernState.OPEN)
    said_at = models.DateTimeField()
    taken_by = models.ForeignKey("community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    resolution = models.CharField(max_length=8, choices=Resolution.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="concern_taken_once_it_is_in_hand",
                condition=Q(state=ConcernState.OPEN, taken_at__isnull=True)
                | (~Q(state=ConcernState.OPEN) & Q(taken_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="concern_resolved_with_a_reason",
                condition=Q(state=ConcernState.RESOLVED, resolved_at__isnull=False, resolution__in=["RESUME", "END"])
                & ~Q(reason="")
                | ~Q(state=ConcernState.RESOLVED) & Q(resolved_at__isnull=True, resolution="", reason=""),
            ),
        ]
        indexes = [models.Index(fields=["match", "state"], name="concern_of_match")]

    def __str__(self) -> str:
        return f"concern {self.pk}"
