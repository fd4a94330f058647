"""Tours: a mobile team goes from place to place on set days, and whoever wants its help comes to a stop."""

import uuid

from django.db import models
from django.db.models import F, Q

from matchmaker.needs.models.service_types import ServiceForm


class TourState(models.TextChoices):
    ANNOUNCED = "ANNOUNCED"
    CALLED_OFF = "CALLED_OFF"


class Tour(models.Model):
    """Given by a verified organization; its clerk, or a worker of the area of its seat, announces it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey("community.Organization", on_delete=models.CASCADE, related_name="tours")
    title = models.CharField(max_length=80)
    details = models.TextField(max_length=1000, blank=True)
    service_types = models.ManyToManyField("needs.ServiceType", related_name="+")
    form = models.CharField(max_length=12, choices=ServiceForm.choices, default=ServiceForm.PUBLIC)
    state = models.CharField(max_length=10, choices=TourState.choices, default=TourState.ANNOUNCED)
    announced_at = models.DateTimeField()
    called_off_at = models.DateTimeField(null=True, blank=True)
    called_off_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="tour_called_off_has_a_time",
                condition=Q(state=TourState.CALLED_OFF, called_off_at__isnull=False)
                | (~Q(state=TourState.CALLED_OFF) & Q(called_off_at__isnull=True, called_off_because="")),
            ),
        ]

    def __str__(self) -> str:
        return f"tour {self.pk}"


class TourStop(models.Model):
    """Where the tour stands on one day, by the local clock. Its offer is what the search for helpers knows of it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tour = models.ForeignKey(Tour, on_delete=models.CASCADE, related_name="stops")
    place = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="+")
    meeting_point = models.CharField(max_length=80, blank=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    date = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    capacity = models.PositiveSmallIntegerField(help_text="How many people can be helped here.")
    reach_m = models.PositiveIntegerField(help_text="From how far people are expected to come.")
    late_minutes = models.PositiveSmallIntegerField(default=0)
    moved_at = models.DateTimeField(null=True, blank=True, help_text="When its place or time was last changed.")

    class Meta:
        ordering = ["date", "starts", "pk"]
        constraints = [
            models.CheckConstraint(name="tour_stop_ends_after_it_starts", condition=Q(ends__gt=F("starts"))),
            models.CheckConstraint(name="tour_stop_capacity_in_range", condition=Q(capacity__gte=1, capacity__lte=500)),
            models.UniqueConstraint(fields=["tour", "date", "starts"], name="tour_stop_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"tour stop {self.pk}"


class TourSignUp(models.Model):
    """Somebody will come to a stop: with a request, to be met there, or without, and then a place is kept."""

    stop = models.ForeignKey(TourStop, on_delete=models.CASCADE, related_name="sign_ups")
    person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="tour_sign_ups")
    signed_up_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    need = models.ForeignKey(
        "needs.Need", null=True, blank=True, on_delete=models.CASCADE, related_name="tour_sign_ups"
    )
    signed_up_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["signed_up_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stop", "person"], condition=Q(withdrawn_at__isnull=True), name="tour_sign_up_once_for_a_stop"
            ),
        ]
