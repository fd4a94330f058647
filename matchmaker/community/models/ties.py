"""Ties and vouches: the rows the tie graph is built from."""

import uuid

from django.db import models
from django.db.models import F, Q


class TieKind(models.TextChoices):
    KIN = "KIN"
    FRIEND = "FRIEND"
    HELPED = "HELPED"
    MET = "MET"


def live_ties(tie: str = "") -> Q:
    """Ties that count: not ended, and both said so; `tie` is the way to the tie, empty for its own row."""
    both = Q(**{f"{tie}low_confirmed_at__isnull": False, f"{tie}high_confirmed_at__isnull": False})
    met = Q(**{f"{tie}kind__in": (TieKind.HELPED, TieKind.MET)})
    return (both | met) & Q(**{f"{tie}ended_at__isnull": True})


class Tie(models.Model):
    """A relation between two people. Both said so; `renewed_at` drives the decay.

    `low` is the person with the smaller pk, so a pair has one row per kind. Kin and friendship
    count once both have confirmed; a tie from a meeting is made only with both words in hand.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    low = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="ties_as_low")
    high = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="ties_as_high")
    kind = models.CharField(max_length=8, choices=TieKind.choices)
    weight = models.FloatField(default=1.0)
    meetings = models.PositiveIntegerField(default=0)
    low_confirmed_at = models.DateTimeField(null=True, blank=True)
    high_confirmed_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    renewed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["low", "high", "kind"], name="tie_once_per_pair_and_kind"),
            models.CheckConstraint(name="tie_low_before_high", condition=Q(low__lt=F("high"))),
            models.CheckConstraint(name="tie_weight_positive", condition=Q(weight__gt=0)),
            models.CheckConstraint(name="tie_renewed_after_made", condition=Q(renewed_at__gte=F("made_at"))),
        ]
        indexes = [models.Index(fields=["high"], name="tie_high")]


class Vouch(models.Model):
    """A revocable word for someone; it expires, and each person has a quota."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    voucher = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="vouches_given")
    person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="vouches_received")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="vouch_not_for_oneself", condition=~Q(voucher=F("person"))),
            models.CheckConstraint(name="vouch_expires_after_it_is_made", condition=Q(expires_at__gt=F("made_at"))),
            models.UniqueConstraint(
                fields=["voucher", "person"], condition=Q(revoked_at__isnull=True), name="vouch_once_per_pair"
            ),
        ]


class PersonBlock(models.Model):
    """These two are never introduced; the blocked person is not told."""

    person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="blocks_made")
    blocked = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "blocked"], name="person_block_once"),
            models.CheckConstraint(name="person_block_not_oneself", condition=~Q(person=F("blocked"))),
        ]
