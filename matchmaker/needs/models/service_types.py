"""The taxonomy of services: versioned data, two levels, three care dimensions."""

from django.db import models
from django.db.models import F, Q


class CareDimension(models.TextChoices):
    MEDICAL = "MEDICAL"
    SPIRIT = "SPIRIT"
    LIFE = "LIFE"


class ServiceForm(models.TextChoices):
    PUBLIC = "PUBLIC"
    VOLUNTARY = "VOLUNTARY"
    CONVENIENCE = "CONVENIENCE"


class ServiceType(models.Model):
    """A node of the taxonomy. What a hard rule may ask of a helper stands here, not in code."""

    code = models.CharField(max_length=40, unique=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    taxonomy_version = models.CharField(max_length=20)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    care_dimension = models.CharField(max_length=8, choices=CareDimension.choices, blank=True)
    public_duty = models.BooleanField(default=False, help_text="Never falls on volunteers.")
    sensitive = models.BooleanField(default=False, help_text="Needs consent at posting and review of proposals.")
    companions_allowed = models.BooleanField(default=False)
    required_trainings = models.JSONField(default=list)
    required_licences = models.JSONField(default=list)
    required_clearances = models.JSONField(default=list)
    minimum_helper_age = models.PositiveSmallIntegerField(default=14)
    insured_from_risk = models.PositiveSmallIntegerField(
        default=2, help_text="Insurance is asked from this risk class; 3 means never."
    )
    body_care = models.BooleanField(default=False, help_text="Touches the body: a helper of the same sex is suggested.")
    due_hours = models.JSONField(
        default=dict, help_text="Hours until help should be agreed, by urgency, where they differ from the usual."
    )
    retired = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="service_type_not_its_own_parent", condition=~Q(parent=F("pk"))),
            models.CheckConstraint(
                name="service_type_sensitive_has_no_companions", condition=~Q(sensitive=True, companions_allowed=True)
            ),
        ]

    def __str__(self) -> str:
        return self.code


class StationService(models.Model):
    """A service type that a station gives."""

    station = models.ForeignKey("community.Station", on_delete=models.CASCADE, related_name="services")
    service_type = models.ForeignKey(ServiceType, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["station", "service_type"], name="station_service_once")]
