"""Offers: what a person or an organization can give, to whom, where, when, how much."""

import uuid

from django.db import models
from django.db.models import Q

from matchmaker.community.models import MovedKind, NotesMoved
from matchmaker.needs.models.service_types import ServiceForm


class OfferState(models.TextChoices):
    DRAFT = "DRAFT"
    OPEN = "OPEN"
    PAUSED = "PAUSED"
    CLOSED = "CLOSED"


class OfferReach(models.TextChoices):
    METRES = "METRES"
    MINUTES = "MINUTES"
    AREAS = "AREAS"


class Offer(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.CASCADE, related_name="offers"
    )
    organization = models.ForeignKey(
        "community.Organization", null=True, blank=True, on_delete=models.CASCADE, related_name="offers"
    )
    community = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="offers_in_community")
    title = models.CharField(max_length=120)
    details = models.TextField(max_length=2000, blank=True)
    service_types = models.ManyToManyField("needs.ServiceType", related_name="offers")
    form = models.CharField(max_length=12, choices=ServiceForm.choices, default=ServiceForm.VOLUNTARY)
    price_yuan_per_hour = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    place = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="offers_from_here")
    latitude = models.FloatField()
    longitude = models.FloatField()
    reach = models.CharField(max_length=8, choices=OfferReach.choices, default=OfferReach.METRES)
    reach_m = models.PositiveIntegerField(null=True, blank=True)
    reach_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    reach_areas = models.ManyToManyField("community.Area", related_name="offers_reaching", blank=True)
    by_vehicle = models.BooleanField(default=False, help_text="Whoever helps comes by vehicle, on the road.")
    visits_per_week = models.PositiveSmallIntegerField(default=1)
    parallel_visits = models.PositiveSmallIntegerField(default=1, help_text="1 for a person.")
    skills = models.JSONField(default=list)
    languages = models.JSONField(default=list)
    stop = models.OneToOneField(
        "needs.TourStop",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="offer",
        help_text="The stop of a tour at which it is given, to whoever comes there.",
    )
    state = models.CharField(max_length=8, choices=OfferState.choices, default=OfferState.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            NotesMoved(name="offer_moved", kind=MovedKind.OFFER),
            models.CheckConstraint(
                name="offer_by_a_person_or_an_organization",
                condition=Q(person__isnull=False, organization__isnull=True)
                | Q(person__isnull=True, organization__isnull=False),
            ),
            models.CheckConstraint(
                name="offer_only_convenience_has_a_price",
                condition=Q(price_yuan_per_hour__isnull=True) | Q(form=ServiceForm.CONVENIENCE),
            ),
            models.CheckConstraint(
                name="offer_price_not_negative",
                condition=Q(price_yuan_per_hour__isnull=True) | Q(price_yuan_per_hour__gte=0),
            ),
            models.CheckConstraint(
                name="offer_reach_has_its_measure",
                condition=(
                    Q(reach=OfferReach.METRES, reach_m__isnull=False, reach_minutes__isnull=True)
                    | Q(reach=OfferReach.MINUTES, reach_m__isnull=True, reach_minutes__isnull=False)
                    | Q(reach=OfferReach.AREAS, reach_m__isnull=True, reach_minutes__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="offer_visits_per_week_in_range", condition=Q(visits_per_week__gte=1, visits_per_week__lte=500)
            ),
            models.CheckConstraint(
                name="offer_one_visit_at_a_time_for_a_person",
                condition=Q(person__isnull=True) | Q(parallel_visits=1),
            ),
            models.CheckConstraint(
                name="offer_at_a_stop_of_an_organization",
                condition=Q(stop__isnull=True) | Q(organization__isnull=False, by_vehicle=False),
            ),
            models.CheckConstraint(
                name="offer_closed_has_a_time",
                condition=(Q(state=OfferState.CLOSED) & Q(closed_at__isnull=False))
                | (~Q(state=OfferState.CLOSED) & Q(closed_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="offer_draft_of_an_organization",
                condition=~Q(state=OfferState.DRAFT) | Q(organization__isnull=False, stop__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["organization", "external_id"],
                condition=~Q(external_id="") & Q(organization__isnull=False),
                name="offer_external_id_unique_in_organization",
            ),
            models.UniqueConstraint(
                fields=["person", "external_id"],
                condition=~Q(external_id="") & Q(person__isnull=False),
                name="offer_external_id_unique_of_person",
            ),
        ]
        indexes = [models.Index(fields=["community", "state"], name="offer_open")]

    def __str__(self) -> str:
        return f"offer {self.pk}"


class OfferHours(models.Model):
    """Weekly local hours; ends next day when `ends` is not after `starts`. 0 is Monday."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(name="offer_hours_weekday_in_range", condition=Q(weekday__lte=6)),
            models.UniqueConstraint(fields=["offer", "weekday", "starts", "ends"], name="offer_hours_once"),
        ]
