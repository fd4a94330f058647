"""Companions: who would come along, who would like one, who is asked for which visit, and what the three said apart."""

import uuid

from django.db import models
from django.db.models import F, Q

from matchmaker.community.models import Channel


class Willingness(models.Model):
    """A person would come along on visits of others to get to know people. Off until they say so.

    Nobody is asked before they are known around here or a worker of the area has looked, as with a helper. Whoever was
    stopped by a worker is not asked before one has looked, however well they are known.
    """

    person = models.OneToOneField("community.Person", on_delete=models.CASCADE, related_name="willingness")
    reach_m = models.PositiveIntegerField(default=1000)
    visits_per_month = models.PositiveSmallIntegerField(default=2)
    opened_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    stopped_by_worker = models.BooleanField(default=False)
    vetted_at = models.DateTimeField(null=True, blank=True)
    vetted_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="willingness_visits_in_range", condition=Q(visits_per_month__gte=1, visits_per_month__lte=8)
            ),
            models.CheckConstraint(
                name="willingness_reach_in_range", condition=Q(reach_m__gte=100, reach_m__lte=10_000)
            ),
            models.CheckConstraint(
                name="willingness_vetted_by_someone_at_some_time",
                condition=Q(vetted_at__isnull=False) | Q(vetted_by__isnull=True),
            ),
        ]


class WillingHours(models.Model):
    """Weekly local hours; ends next day when `ends` is not after `starts`. 0 is Monday; none at all is any time."""

    willingness = models.ForeignKey(Willingness, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(name="willing_hours_weekday_in_range", condition=Q(weekday__lte=6)),
            models.UniqueConstraint(fields=["willingness", "weekday", "starts", "ends"], name="willing_hours_once"),
        ]


class CompanionWish(models.Model):
    """Whoever is helped would like somebody to come along on the visits of this match; no row, no wish."""

    match = models.OneToOneField("matches.Match", on_delete=models.CASCADE, related_name="companion_wish")
    wished_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.APP)
    wished_at = models.DateTimeField()


class CompanionState(models.TextChoices):
    AWAITING_COMPANION = "AWAITING_COMPANION"
    AWAITING_ASKER = "AWAITING_ASKER"
    AGREED = "AGREED"
    DECLINED = "DECLINED"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"
    TURNED_AWAY = "TURNED_AWAY"


COMPANION_ASKED_STATES = (CompanionState.AWAITING_COMPANION, CompanionState.AWAITING_ASKER)
COMPANION_LIVE_STATES = (*COMPANION_ASKED_STATES, CompanionState.AGREED)


class CompanionProposal(models.Model):
    """One neighbour for one visit: asked first for a time and a place, then named to whoever is helped.

    What it is worth stays as it was when they were asked: islands expected to go without and with the companion.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    visit = models.ForeignKey("matches.Visit", on_delete=models.CASCADE, related_name="companion_proposals")
    companion = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="proposals_to_come_along")
    walk_m = models.PositiveIntegerField()
    chance = models.FloatField(help_text="That the tie of the two who meet anyway lasts when a third comes along.")
    gain_alone = models.FloatField()
    gain_together = models.FloatField()
    reason = models.CharField(max_length=40)
    reason_params = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=CompanionState.choices, default=CompanionState.AWAITING_COMPANION)
    asked_at = models.DateTimeField()
    companion_answered_at = models.DateTimeField(null=True, blank=True)
    companion_answered_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    companion_channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    asker_answered_at = models.DateTimeField(null=True, blank=True)
    asker_answered_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asker_channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "companion"], name="companion_is_asked_once_for_a_visit"),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(state__in=["AWAITING_COMPANION", "AWAITING_ASKER", "AGREED"]),
                name="companion_one_at_a_time_for_a_visit",
            ),
            models.CheckConstraint(
                name="companion_named_only_after_their_yes",
                condition=~Q(state__in=["AWAITING_ASKER", "AGREED", "REFUSED", "TURNED_AWAY"])
                | Q(companion_answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="companion_comes_only_with_the_askers_yes",
                condition=~Q(state__in=["AGREED", "TURNED_AWAY"]) | Q(asker_answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="companion_closed_when_not_live",
                condition=Q(state__in=["AWAITING_COMPANION", "AWAITING_ASKER", "AGREED"], closed_at__isnull=True)
                | (~Q(state__in=["AWAITING_COMPANION", "AWAITING_ASKER", "AGREED"]) & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="companion_walk_and_gains_make_sense", condition=Q(gain_together__gte=0, chance__lte=1)
            ),
        ]
        indexes = [
            models.Index(fields=["state"], name="companion_state"),
            models.Index(fields=["companion", "state"], name="companion_of_person"),
        ]


class CompanionPart(models.TextChoices):
    ASKER = "ASKER"
    HELPER = "HELPER"
    COMPANION = "COMPANION"


class CompanionWord(models.Model):
    """What one of the three said afterwards; the two others never read it.

    The asker and the helper speak of each other in their outcome. Only the asker is asked whether the company was
    welcome.
    """

    proposal = models.ForeignKey(CompanionProposal, on_delete=models.CASCADE, related_name="words")
    part = models.CharField(max_length=10, choices=CompanionPart.choices)
    given_by = models.ForeignKey("community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.APP)
    heard_apart = models.BooleanField(default=False, help_text="Who took several of the three's words took each alone.")
    came = models.BooleanField()
    greet_companion = models.BooleanField(null=True, blank=True)
    greet_asker = models.BooleanField(null=True, blank=True)
    greet_helper = models.BooleanField(null=True, blank=True)
    welcome = models.BooleanField(null=True, blank=True, help_text="The asker alone says whether they were glad of it.")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "part"], name="companion_word_once_of_each"),
            models.UniqueConstraint(
                fields=["proposal", "given_by"],
                condition=Q(heard_apart=False),
                name="companion_word_one_voice_for_one_part",
            ),
            models.CheckConstraint(
                name="companion_word_only_of_the_others",
                condition=(
                    Q(part="COMPANION", greet_companion__isnull=True)
                    | Q(part__in=["ASKER", "HELPER"], greet_asker__isnull=True, greet_helper__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="companion_word_welcome_by_the_asker", condition=Q(part="ASKER") | Q(welcome__isnull=True)
            ),
        ]


class CompanionBudget(models.Model):
    """How many hours a week a community lets companions come along; no row, or none a week: nobody is asked.

    It stops by itself where too many did not welcome it, until a coordinator has looked and sets it anew.
    """

    community = models.OneToOneField("community.Area", on_delete=models.CASCADE, related_name="companion_budget")
    hours_per_week = models.PositiveSmallIntegerField(default=0)
    set_by = models.ForeignKey("community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField(help_text="What was welcome or not is counted from here.")
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="companion_hours_in_range", condition=Q(hours_per_week__lte=500)),
            models.CheckConstraint(
                name="companion_budget_stops_after_it_was_set",
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("set_at")),
            ),
        ]
