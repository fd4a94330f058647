"""Pins and bans: a coordinator's standing word on one need and one offer."""

import uuid

from django.db import models
from django.db.models import Q


class PairDecisionKind(models.TextChoices):
    """PIN: planned first, as long as every hard rule allows it. BAN: this helper is not put to this need."""

    PIN = "PIN"
    BAN = "BAN"


class PairDecision(models.Model):
    """Respected by rounds and instant answers until its last day, or until it is lifted."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=3, choices=PairDecisionKind.choices)
    need = models.ForeignKey("needs.Need", on_delete=models.CASCADE, related_name="pair_decisions")
    offer = models.ForeignKey("needs.Offer", on_delete=models.CASCADE, related_name="pair_decisions")
    decided_by = models.ForeignKey("community.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=500)
    decided_at = models.DateTimeField()
    until_date = models.DateField(null=True, blank=True, help_text="The last day on which it holds.")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    refused_rule = models.CharField(
        max_length=40, blank=True, help_text="Why the latest round could not let a pin stand; empty where it could."
    )
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "offer"], condition=Q(lifted_at__isnull=True), name="pair_decision_one_word_at_a_time"
            ),
            models.CheckConstraint(name="pair_decision_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="pair_decision_lifted_at_some_time",
                condition=Q(lifted_at__isnull=False) | Q(lifted_by__isnull=True),
            ),
            models.CheckConstraint(
                name="pair_decision_refused_is_a_pin", condition=Q(refused_rule="") | Q(kind=PairDecisionKind.PIN)
            ),
        ]
