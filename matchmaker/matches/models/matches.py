"""Matches, visits with booked quarter-hours, and what both sides said of them, apart."""

import uuid

from django.db import models
from django.db.models import F, Q

from matchmaker.community.models import Channel


class MatchState(models.TextChoices):
    AGREED = "AGREED"
    SUSPENDED = "SUSPENDED"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


class Match(models.Model):
    """A proposal both sides accepted. Contacts are open to these two until it closes, and not while it is suspended."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    proposal = models.OneToOneField("matches.Proposal", on_delete=models.PROTECT, related_name="match")
    need = models.ForeignKey("needs.Need", on_delete=models.CASCADE, related_name="matches")
    offer = models.ForeignKey("needs.Offer", on_delete=models.CASCADE, related_name="matches")
    helper = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="matches_as_helper")
    person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="matches_as_asker")
    community = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="matches_in_community")
    state = models.CharField(max_length=10, choices=MatchState.choices, default=MatchState.AGREED)
    agreed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    door_word = models.CharField(max_length=40, blank=True, help_text="The codes of the two words said at the door.")

    class Meta:
        constraints = [
            models.CheckConstraint(name="match_between_two_people", condition=~Q(helper=F("person"))),
            models.UniqueConstraint(
                fields=["need", "helper"], condition=~Q(state="CANCELLED"), name="match_no_helper_twice"
            ),
            models.CheckConstraint(
                name="match_suspended_at_some_time",
                condition=Q(state="SUSPENDED", suspended_at__isnull=False)
                | (~Q(state="SUSPENDED") & Q(suspended_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="match_closed_when_not_agreed",
                condition=Q(state__in=["AGREED", "SUSPENDED"], closed_at__isnull=True)
                | (~Q(state__in=["AGREED", "SUSPENDED"]) & Q(closed_at__isnull=False)),
            ),
        ]


class VisitState(models.TextChoices):
    PLANNED = "PLANNED"
    DONE = "DONE"
    NOT_HELD = "NOT_HELD"
    UNCONFIRMED = "UNCONFIRMED"
    CANCELLED = "CANCELLED"


class SaidBy(models.TextChoices):
    """Who said that somebody came or left: a side with a tap, or a worker who logged a call."""

    HELPER = "HELPER"
    ASKER = "ASKER"
    CALL = "CALL"


class Visit(models.Model):
    """One meeting of a match; unconfirmed when a side has not said how it went long after."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="visits")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=VisitState.choices, default=VisitState.PLANNED)
    closed_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    arrived_said = models.CharField(max_length=8, choices=SaidBy.choices, blank=True)
    arrived_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    left_at = models.DateTimeField(null=True, blank=True)
    left_said = models.CharField(max_length=8, choices=SaidBy.choices, blank=True)
    left_by = models.ForeignKey("community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    replaced_by = models.OneToOneField(
        "needs.Need",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replaces_visit",
        help_text="The need that looks for somebody for this one occurrence, where the helper of the series is absent.",
    )

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                name="visit_somebody_said_who_came",
                condition=Q(arrived_at__isnull=True, arrived_said="")
                | (Q(arrived_at__isnull=False) & ~Q(arrived_said="")),
            ),
            models.CheckConstraint(
                name="visit_somebody_said_who_left",
                condition=Q(left_at__isnull=True, left_said="") | (Q(left_at__isnull=False) & ~Q(left_said="")),
            ),
            models.CheckConstraint(
                name="visit_left_after_arriving",
                condition=Q(arrived_at__isnull=True) | Q(left_at__isnull=True) | Q(left_at__gte=F("arrived_at")),
            ),
            models.CheckConstraint(
                name="visit_closed_when_not_planned",
                condition=Q(state="PLANNED", closed_at__isnull=True)
                | (~Q(state="PLANNED") & Q(closed_at__isnull=False)),
            ),
            models.UniqueConstraint(fields=["match", "starts_at"], name="visit_once_per_match_and_time"),
            models.CheckConstraint(name="visit_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="visit_minutes_positive", condition=Q(minutes__gt=0)),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="visit_due")]


class BookedQuarter(models.Model):
    """A quarter-hour that a person has promised: the database refuses a second promise.

    `quarter` counts quarter-hours since 1970-01-01T00:00Z. The person who is helped by several
    helpers of one need at once holds one row, under the first of their visits. `need` is the need
    itself, or the weekly one of which it replaces a single occurrence.
    """

    person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="booked_quarters")
    quarter = models.BigIntegerField()
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="booked_quarters")
    need = models.ForeignKey("needs.Need", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "quarter"], name="nobody_is_booked_twice")]


class OutcomeSide(models.TextChoices):
    HELPER = "HELPER"
    ASKER = "ASKER"


class Outcome(models.Model):
    """What one side said of a visit; the other side never reads it.

    Where a worker took the word, `given_by` is the worker and `channel` how it was said.
    """

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="outcomes")
    side = models.CharField(max_length=8, choices=OutcomeSide.choices)
    given_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="outcomes_given"
    )
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.APP)
    heard_apart = models.BooleanField(default=False, help_text="Who took both sides' words took each alone.")
    happened = models.BooleanField()
    went_well = models.SmallIntegerField(null=True, blank=True, help_text="-1 not well, 0 so-so, 1 well.")
    greet_again = models.BooleanField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    comment = models.CharField(max_length=500, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "side"], name="outcome_once_per_side"),
            models.UniqueConstraint(
                fields=["visit", "given_by"], condition=Q(heard_apart=False), name="outcome_one_voice_for_one_side"
            ),
            models.CheckConstraint(
                name="outcome_minutes_only_of_a_visit_that_happened",
                condition=Q(minutes__isnull=True) | Q(happened=True, minutes__gt=0),
            ),
            models.CheckConstraint(
                name="outcome_went_well_in_range",
                condition=Q(went_well__isnull=True) | Q(went_well__gte=-1, went_well__lte=1),
            ),
        ]
