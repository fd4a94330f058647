"""Proposals: a candidate put to people, with its score, reasons and answers."""

import uuid

from django.db import models
from django.db.models import F, Q

from matchmaker.community.models import Channel


class ProposalState(models.TextChoices):
    IN_REVIEW = "IN_REVIEW"
    AWAITING_HELPER = "AWAITING_HELPER"
    AWAITING_ASKER = "AWAITING_ASKER"
    ACCEPTED = "ACCEPTED"
    DECLINED_BY_HELPER = "DECLINED_BY_HELPER"
    DECLINED_BY_ASKER = "DECLINED_BY_ASKER"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


LIVE_STATES = (
    ProposalState.IN_REVIEW,
    ProposalState.AWAITING_HELPER,
    ProposalState.AWAITING_ASKER,
)


class Proposal(models.Model):
    """`helper` is empty while an organization has not named a member. Terms and ring carry codes, not names."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(
        "matches.Round", null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals"
    )
    need = models.ForeignKey("needs.Need", on_delete=models.CASCADE, related_name="proposals")
    offer = models.ForeignKey("needs.Offer", on_delete=models.CASCADE, related_name="proposals")
    helper = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.CASCADE, related_name="proposals_to_help"
    )
    score_card = models.ForeignKey("matches.ScoreCard", on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    weeks = models.PositiveSmallIntegerField(default=1)
    score = models.BigIntegerField()
    terms = models.JSONField(help_text="[{term, raw, unit, points, weight, reason: {code, params}}]")
    price = models.BigIntegerField(
        default=0,
        help_text="What the offer's next visit would be worth to others, in points, where that was looked at.",
    )
    left_for_others = models.PositiveSmallIntegerField(
        default=0, help_text="How many would suit better and were left for needs that few others can meet."
    )
    walk_m = models.PositiveIntegerField()
    identity_gain = models.FloatField(default=0.0)
    ring = models.PositiveSmallIntegerField(help_text="1 corridor .. 5 region.")
    ring_reason = models.CharField(max_length=40, blank=True, help_text="Why it entered from so far out, as a code.")
    review_reasons = models.JSONField(default=list, help_text="Why a person looks first; empty when none is due.")
    state = models.CharField(max_length=20, choices=ProposalState.choices)
    made_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    helper_asked_at = models.DateTimeField(
        null=True, blank=True, help_text="Before this only workers of the area know of it."
    )
    helper_answered_at = models.DateTimeField(null=True, blank=True)
    helper_answered_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    helper_answer_channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    asker_answered_at = models.DateTimeField(null=True, blank=True)
    asker_answered_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asker_answer_channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "helper"],
                condition=Q(state__in=["IN_REVIEW", "AWAITING_HELPER", "AWAITING_ASKER", "ACCEPTED"]),
                name="proposal_no_helper_twice_on_one_need",
            ),
            models.UniqueConstraint(
                fields=["need", "offer"],
                condition=Q(state__in=["IN_REVIEW", "AWAITING_HELPER", "AWAITING_ASKER"]),
                name="proposal_no_offer_twice_on_one_need",
            ),
            models.CheckConstraint(
                name="proposal_sides_are_asked_after_review",
                condition=~Q(state__in=["AWAITING_HELPER", "AWAITING_ASKER", "ACCEPTED"])
                | Q(helper_asked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="proposal_answers_come_at_some_time",
                condition=(
                    (Q(helper_answered_at__isnull=False) | Q(helper_answered_by__isnull=True, helper_answer_channel=""))
                    & (Q(asker_answered_at__isnull=False) | Q(asker_answered_by__isnull=True, asker_answer_channel=""))
                ),
            ),
            models.CheckConstraint(name="proposal_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="proposal_closed_when_not_live",
                condition=Q(state__in=["IN_REVIEW", "AWAITING_HELPER", "AWAITING_ASKER"], closed_at__isnull=True)
                | (~Q(state__in=["IN_REVIEW", "AWAITING_HELPER", "AWAITING_ASKER"]) & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="proposal_asker_is_asked_about_a_named_helper",
                condition=~Q(state__in=["AWAITING_ASKER", "ACCEPTED"]) | Q(helper__isnull=False),
            ),
            models.CheckConstraint(name="proposal_price_not_negative", condition=Q(price__gte=0)),
            models.CheckConstraint(name="proposal_ring_in_range", condition=Q(ring__gte=1, ring__lte=5)),
        ]
        indexes = [
            models.Index(fields=["state", "answer_due_at"], name="proposal_due"),
            models.Index(fields=["need", "state"], name="proposal_of_need"),
            models.Index(fields=["helper", "state"], name="proposal_of_helper"),
        ]


class DecisionKind(models.TextChoices):
    APPROVE = "APPROVE"
    REFUSE = "REFUSE"
    OVERRIDE = "OVERRIDE"


class Decision(models.Model):
    """A coordinator's act, with a reason; it stands in a visible log."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="decisions")
    kind = models.CharField(max_length=10, choices=DecisionKind.choices)
    decided_by = models.ForeignKey("community.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="decision_refusals_and_overrides_have_a_reason",
                condition=Q(kind=DecisionKind.APPROVE) | ~Q(reason=""),
            )
        ]
