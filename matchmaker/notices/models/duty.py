"""The duty post: alarms that ring somebody and climb until they are taken, each ring, and the number to call."""

import uuid

from django.db import models
from django.db.models import Q


class AlarmKind(models.TextChoices):
    URGENT_NEED = "URGENT_NEED"
    EMERGENCY = "EMERGENCY"
    VISIT_OVERDUE = "VISIT_OVERDUE"
    CONCERN = "CONCERN"
    MONEY_ASKED = "MONEY_ASKED"
    NEED_OVERDUE = "NEED_OVERDUE"
    SECOND_LOOK = "SECOND_LOOK"
    SECOND_LOOK_LATE = "SECOND_LOOK_LATE"


FOR_COORDINATORS = frozenset({AlarmKind.SECOND_LOOK, AlarmKind.SECOND_LOOK_LATE})
"""Of these neither grid heads nor full-time members learn."""


class DutyAlarm(models.Model):
    """Something a worker must see now. It rings at `rings_at` and climbs from there while nobody has taken it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=16, choices=AlarmKind.choices)
    area = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="+", help_text="Where it arose.")
    about = models.UUIDField(help_text="public_id of the need, the match, the visit or the second look.")
    key = models.CharField(max_length=120, unique=True)
    not_for = models.ManyToManyField(
        "community.Person", related_name="+", help_text="Who is part of it, and so is neither rung nor shown it."
    )
    raised_at = models.DateTimeField()
    rings_at = models.ForeignKey(
        "community.Area",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The area of the post that was rung last; empty while nobody above the place holds one.",
    )
    rings = models.PositiveIntegerField(default=0)
    climbs_at = models.DateTimeField(null=True, blank=True, help_text="When it rings again; empty once that is over.")
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey("community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    words = models.CharField(max_length=500, blank=True, help_text="How it ended, in the words of who closed it.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="alarm_taken_by_someone_at_some_time",
                condition=Q(taken_at__isnull=False) | Q(taken_by__isnull=True),
            ),
            models.CheckConstraint(
                name="alarm_closed_by_someone_at_some_time",
                condition=Q(closed_at__isnull=False) | Q(closed_by__isnull=True, words=""),
            ),
            models.CheckConstraint(
                name="alarm_rings_no_more_once_taken_or_closed",
                condition=Q(climbs_at__isnull=True) | Q(taken_at__isnull=True, closed_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["climbs_at"], condition=Q(climbs_at__isnull=False), name="alarm_climbs"),
            models.Index(fields=["about"], name="alarm_about"),
            # How many nobody has taken stands on every page of a worker.
            models.Index(
                fields=["area"], name="alarm_loud", condition=Q(taken_at__isnull=True, closed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"alarm {self.pk}"


class DutyCall(models.Model):
    """One ring of an alarm: who was to be called, for which post's area, and when."""

    alarm = models.ForeignKey(DutyAlarm, on_delete=models.CASCADE, related_name="calls")
    person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="+")
    ring = models.PositiveIntegerField()
    rung_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alarm", "ring", "person"], name="duty_call_once_per_ring")]


class DutyPhone(models.Model):
    """The number at which an area's duty post is reached; areas below it share it."""

    area = models.OneToOneField("community.Area", on_delete=models.CASCADE, related_name="duty_phone")
    phone = models.CharField(max_length=20, help_text="E.164.")
    set_by = models.ForeignKey("community.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField()
