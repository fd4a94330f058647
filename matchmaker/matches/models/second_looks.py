"""Second looks: somebody doubts a sentence about themself, a coordinator looks again, and what no longer counts."""

import uuid

from django.db import models
from django.db.models import Q


class OwnQuestion(models.TextChoices):
    KNOWN_HERE = "KNOWN_HERE"
    HELP_FOUND = "HELP_FOUND"
    NEXT_VISIT = "NEXT_VISIT"


class LookState(models.TextChoices):
    OPEN = "OPEN"
    IN_HAND = "IN_HAND"
    ANSWERED = "ANSWERED"


class LookAnswer(models.TextChoices):
    UPHELD = "UPHELD"
    EXPLAINED = "EXPLAINED"
    SET_ASIDE = "SET_ASIDE"


class SecondLook(models.Model):
    """`words` and `reason` are read by the person and by the coordinator who has it in hand; no sentence is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="second_looks")
    question = models.CharField(max_length=16, choices=OwnQuestion.choices)
    words = models.TextField(max_length=1000, blank=True)
    heard_by = models.ForeignKey("community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, choices=LookState.choices, default=LookState.OPEN)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Until when it is to be answered.")
    taken_by = models.ForeignKey("community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=LookAnswer.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    tries_refused = models.PositiveSmallIntegerField(
        default=0, help_text="How often something was to be set aside that spoke for the person."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "question"], condition=~Q(state="ANSWERED"), name="second_look_once_while_it_waits"
            ),
            models.CheckConstraint(
                name="second_look_taken_once_it_is_in_hand",
                condition=Q(state="OPEN", taken_at__isnull=True) | (~Q(state="OPEN") & Q(taken_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="second_look_answered_with_a_reason",
                condition=Q(state="ANSWERED", answered_at__isnull=False) & ~Q(answer="") & ~Q(reason="")
                | ~Q(state="ANSWERED") & Q(answered_at__isnull=True, answer="", reason=""),
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=~Q(state="ANSWERED"), name="second_look_due")]

    def __str__(self) -> str:
        return f"second look {self.pk}"


class SetAside(models.Model):
    """A word for somebody, or what was said of a visit, that counts no more; until it is lifted, with a reason."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    look = models.ForeignKey(SecondLook, on_delete=models.CASCADE, related_name="set_aside")
    outcome = models.ForeignKey(
        "matches.Outcome", null=True, blank=True, on_delete=models.CASCADE, related_name="set_aside"
    )
    vouch = models.ForeignKey(
        "community.Vouch", null=True, blank=True, on_delete=models.CASCADE, related_name="set_aside"
    )
    set_aside_by = models.ForeignKey("community.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    set_aside_at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="set_aside_is_one_thing",
                condition=Q(outcome__isnull=False, vouch__isnull=True) | Q(outcome__isnull=True, vouch__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["outcome"], condition=Q(lifted_at__isnull=True), name="set_aside_an_outcome_once"
            ),
            models.UniqueConstraint(
                fields=["vouch"], condition=Q(lifted_at__isnull=True), name="set_aside_a_vouch_once"
            ),
            models.CheckConstraint(
                name="set_aside_lifted_with_a_reason",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lift_reason="")
                | Q(lifted_at__isnull=False) & ~Q(lift_reason=""),
            ),
        ]
