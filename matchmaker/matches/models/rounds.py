"""Rounds: one batch run over the open needs of a community, with all it takes to run it again."""

import uuid

from django.db import models
from django.db.models import Q


class ScoreCard(models.Model):
    """A published, versioned set of weights. Never changed once used: a new version is a new row."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    weights = models.JSONField()
    thresholds = models.JSONField(default=dict, help_text="base_points, minimum_fit, ring_k, ring_threshold.")
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="score_card_version_once")]


class RoundState(models.TextChoices):
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    FAILED = "FAILED"


class Round(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="rounds")
    score_card = models.ForeignKey(ScoreCard, on_delete=models.PROTECT, related_name="rounds")
    state = models.CharField(max_length=10, choices=RoundState.choices, default=RoundState.QUEUED)
    requested_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    seed = models.BigIntegerField()
    horizon_start_at = models.DateTimeField()
    requested_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    needs_count = models.PositiveIntegerField(default=0)
    helpers_wanted = models.PositiveIntegerField(default=0)
    candidates_count = models.PositiveIntegerField(default=0)
    proposals_count = models.PositiveIntegerField(default=0)
    total_score = models.BigIntegerField(default=0)
    score_bound = models.BigIntegerField(default=0)
    stranger_index = models.FloatField(null=True, blank=True)
    identity_gain_promised = models.FloatField(default=0.0)
    inputs_hash = models.CharField(max_length=64, blank=True)
    versions = models.JSONField(default=dict)
    failure_code = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community"], condition=Q(state="RUNNING"), name="round_runs_once_at_a_time"
            ),
            models.CheckConstraint(
                name="round_finished_has_a_time",
                condition=Q(state__in=["QUEUED", "RUNNING"], finished_at__isnull=True)
                | Q(state__in=["DONE", "CANCELLED", "FAILED"], finished_at__isnull=False),
            ),
        ]


class UnmetNeed(models.Model):
    """Why a round (without one: the latest instant answer) found too few, and the smallest change that would help."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.CASCADE, related_name="unmet_needs")
    need = models.ForeignKey("needs.Need", on_delete=models.CASCADE, related_name="unmet_rows")
    helpers_missing = models.PositiveSmallIntegerField()
    rule_code = models.CharField(max_length=40)
    reasons = models.JSONField(
        default=list, help_text="The smallest changes that would help: [{rule, offers, params}]."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "need"], name="unmet_need_once_per_round")]
