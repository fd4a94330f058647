"""Needs: what someone lacks, for whom, asked by whom, where, when, how many helpers."""

import uuid

from django.db import models
from django.db.models import Q

from matchmaker.community.models import Channel


class NeedState(models.TextChoices):
    OPEN = "OPEN"
    MET = "MET"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class Urgency(models.IntegerChoices):
    WHENEVER = 0
    SOON = 1
    URGENT = 2
    EMERGENCY = 3


class RiskClass(models.IntegerChoices):
    NONE = 0
    SOME = 1
    HIGH = 2


class NeedRepeat(models.TextChoices):
    ONCE = "ONCE"
    WEEKLY = "WEEKLY"


class Need(models.Model):
    """Until a worker of the area has verified it, details stay with the asker, the desk and the verifier."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    for_person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="needs")
    # RESTRICT: a need goes with the person it is for; who asked for others, or spoke for them, cannot take it along.
    asked_by = models.ForeignKey("community.Person", on_delete=models.RESTRICT, related_name="needs_asked")
    mandate = models.ForeignKey("community.Mandate", null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    consent = models.ForeignKey("community.Consent", null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.APP, help_text="How it came.")
    community = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="needs_in_community")
    service_type = models.ForeignKey("needs.ServiceType", on_delete=models.PROTECT, related_name="+")
    details = models.TextField(max_length=2000, blank=True)
    at_home = models.BooleanField(default=True)
    place = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="needs_here")
    latitude = models.FloatField()
    longitude = models.FloatField()
    minutes = models.PositiveSmallIntegerField()
    helpers_wanted = models.PositiveSmallIntegerField(default=1)
    all_or_none = models.BooleanField(default=False, help_text="All helpers who are still missing come, or none does.")
    helpers_found = models.PositiveSmallIntegerField(default=0)
    repeat = models.CharField(max_length=8, choices=NeedRepeat.choices, default=NeedRepeat.ONCE)
    repeat_until_date = models.DateField(null=True, blank=True)
    skills = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    forms_accepted = models.JSONField(default=list, help_text="Empty means any form.")
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, default=Urgency.WHENEVER)
    risk_class = models.PositiveSmallIntegerField(choices=RiskClass.choices, default=RiskClass.NONE)
    risks = models.TextField(max_length=500, blank=True)
    nobody_from_building = models.BooleanField(default=False)
    helper_sex = models.CharField(max_length=8, blank=True, help_text="FEMALE or MALE when the asker wishes it.")
    answer_by = models.DateTimeField(help_text="When the search ends; never after the last moment a visit can begin.")
    due_at = models.DateTimeField(null=True, blank=True, help_text="Until when help should be agreed.")
    state = models.CharField(max_length=10, choices=NeedState.choices, default=NeedState.OPEN)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    external_id = models.CharField(max_length=80, blank=True)
    instead_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="replacements",
        help_text="The weekly need of which this one stands in for a single occurrence.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="need_only_once_instead_of_a_weekly_one",
                condition=Q(instead_of__isnull=True) | Q(repeat=NeedRepeat.ONCE),
            ),
            models.CheckConstraint(name="need_minutes_in_range", condition=Q(minutes__gte=15, minutes__lte=480)),
            models.CheckConstraint(
                name="need_helpers_wanted_in_range", condition=Q(helpers_wanted__gte=1, helpers_wanted__lte=50)
            ),
            models.CheckConstraint(
                name="need_helpers_found_at_most_wanted", condition=Q(helpers_found__lte=models.F("helpers_wanted"))
            ),
            models.CheckConstraint(
                name="need_asked_for_another_under_a_mandate",
                condition=Q(for_person=models.F("asked_by")) | Q(mandate__isnull=False) | Q(consent__isnull=False),
            ),
            models.CheckConstraint(
                name="need_closed_when_not_open",
                condition=Q(state=NeedState.OPEN, closed_at__isnull=True)
                | (~Q(state=NeedState.OPEN) & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="need_verified_by_someone_at_some_time",
                condition=Q(verified_at__isnull=False) | Q(verified_by__isnull=True),
            ),
            models.CheckConstraint(
                name="need_only_weekly_has_a_last_day",
                condition=Q(repeat=NeedRepeat.WEEKLY) | Q(repeat_until_date__isnull=True),
            ),
            models.CheckConstraint(name="need_channel_known", condition=Q(channel__in=Channel.values)),
            models.CheckConstraint(name="need_helper_sex_known", condition=Q(helper_sex__in=["", "FEMALE", "MALE"])),
            models.CheckConstraint(
                name="need_emergency_is_once",
                condition=~Q(urgency=Urgency.EMERGENCY) | Q(repeat=NeedRepeat.ONCE),
            ),
            models.UniqueConstraint(
                fields=["community", "external_id"],
                condition=~Q(external_id=""),
                name="need_external_id_unique_in_community",
            ),
        ]
        indexes = [
            models.Index(fields=["community", "state", "opened_at"], name="need_queue"),
            models.Index(fields=["answer_by"], condition=Q(state="OPEN"), name="need_due"),
            models.Index(fields=["due_at"], condition=Q(state="OPEN"), name="need_overdue"),
        ]

    def __str__(self) -> str:
        return f"need {self.pk}"


class NeedWindow(models.Model):
    """A local date and time in which a visit may take place; ends next day when `ends` is not after `starts`."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="windows")
    date = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["date", "starts"]
        constraints = [
            models.UniqueConstraint(fields=["need", "date", "starts", "ends"], name="need_window_once"),
        ]
