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


class RoundPhase(models.TextChoices):
    """What a running round is at, in this order; one that ended keeps the last."""

    READING = "READING"
    MEASURING = "MEASURING"
    PAIRING = "PAIRING"
    SCORING = "SCORING"
    PLANNING = "PLANNING"
    WRITING = "WRITING"


class RoundCut(models.TextChoices):
    """Why the plan of a round that is done is the best one found so far, and not the one looked for."""

    STOPPED = "STOPPED"
    TIME_LIMIT = "TIME_LIMIT"


class CityPlan(models.Model):
    """The rounds of a whole city: one for each joint community, then one for what is left between them."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    area = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="city_plans")
    requested_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    seed = models.BigIntegerField(help_text="The root: each round's own seed is drawn from it and the round's area.")
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area"], condition=Q(finished_at__isnull=True), name="city_plan_once_at_a_time"
            )
        ]


class Round(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey(
        "community.Area",
        on_delete=models.PROTECT,
        related_name="rounds",
        help_text="Within the plan of a city also a joint community, or the city itself.",
    )
    city_plan = models.ForeignKey(CityPlan, null=True, blank=True, on_delete=models.PROTECT, related_name="rounds")
    is_between = models.BooleanField(
        default=False, help_text="It plans what the other rounds of a city left, across their borders."
    )
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
    floor_share = models.FloatField(
        null=True, blank=True, help_text="Of helpers wanted, what each grid has where its candidates allow it."
    )
    worst_share_freely = models.FloatField(null=True, blank=True, help_text="Of the worst grid, had no floor been set.")
    worst_share = models.FloatField(null=True, blank=True, help_text="Of the worst grid.")
    worst_grid = models.ForeignKey("community.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    fairness_price = models.FloatField(default=0.0, help_text="The part of the plan's value that the floors cost.")
    parameters = models.JSONField(default=dict, help_text="What the plan hangs on beside inputs, seed and card.")
    inputs_hash = models.CharField(max_length=64, blank=True)
    versions = models.JSONField(default=dict)
    failure_code = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often a worker took it up.")
    phase = models.CharField(max_length=10, choices=RoundPhase.choices, blank=True)
    progress_percent = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(
        null=True, blank=True, help_text="When its worker last said that it is at work; much later it counts as lost."
    )
    incumbent_score = models.BigIntegerField(
        null=True, blank=True, help_text="The value of the best plan found so far; score_bound is known beside it."
    )
    incumbent = models.JSONField(
        default=list, blank=True, help_text="That plan while the round runs: [need, offer, start]."
    )
    stop_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="A worker asked to end it with the best plan found so far."
    )
    cut_short = models.CharField(max_length=10, choices=RoundCut.choices, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="round_progress_is_a_share", condition=Q(progress_percent__lte=100)),
            models.CheckConstraint(
                name="round_cut_short_is_done",
                condition=Q(cut_short="") | Q(state="DONE", incumbent_score__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["community"], condition=Q(state="RUNNING"), name="round_runs_once_at_a_time"
            ),
            models.UniqueConstraint(fields=["city_plan", "community"], name="round_once_for_an_area_of_a_city"),
            models.UniqueConstraint(
                fields=["city_plan"], condition=Q(is_between=True), name="round_between_once_in_a_city"
            ),
            models.CheckConstraint(
                name="round_between_is_of_a_city", condition=Q(is_between=False) | Q(city_plan__isnull=False)
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
