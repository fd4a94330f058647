"""The area tree: region > sub-district > joint community > community > grid > corridor > household."""

import uuid

from django.db import models
from django.db.models import F, Q


class AreaLevel(models.IntegerChoices):
    REGION = 1
    SUB_DISTRICT = 2
    JOINT_COMMUNITY = 3
    COMMUNITY = 4
    GRID = 5
    CORRIDOR = 6
    HOUSEHOLD = 7


class Area(models.Model):
    """A node of the tree. A parent always has a smaller level, so no path can turn back on itself.

    `parent_level` is a copy of the parent's level, written by the action that plants the area:
    it lets the database hold the rule "a parent stands above its child". `path` lists the pks
    from the root down to this area, each zero-padded and closed by "/", so that a subtree is a prefix.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    level = models.PositiveSmallIntegerField(choices=AreaLevel.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    parent_level = models.PositiveSmallIntegerField(null=True, blank=True)
    path = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    building = models.CharField(max_length=40, blank=True, help_text="The building a corridor belongs to.")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, blank=True, help_text="IANA zone; set on communities.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="area_only_a_region_has_no_parent",
                condition=(
                    Q(level=AreaLevel.REGION, parent__isnull=True, parent_level__isnull=True)
                    | (Q(level__gt=AreaLevel.REGION, parent__isnull=False, parent_level__isnull=False))
                ),
            ),
            models.CheckConstraint(
                name="area_parent_stands_above",
                condition=Q(parent_level__isnull=True) | Q(parent_level__lt=F("level")),
            ),
            models.CheckConstraint(
                name="area_latitude_in_range",
                condition=Q(latitude__isnull=True) | Q(latitude__gte=-90, latitude__lte=90),
            ),
            models.CheckConstraint(
                name="area_longitude_in_range",
                condition=Q(longitude__isnull=True) | Q(longitude__gte=-180, longitude__lte=180),
            ),
            models.CheckConstraint(
                name="area_household_has_a_place",
                condition=~Q(level=AreaLevel.HOUSEHOLD) | Q(latitude__isnull=False, longitude__isnull=False),
            ),
            models.CheckConstraint(
                name="area_community_has_a_zone", condition=~Q(level=AreaLevel.COMMUNITY) | ~Q(time_zone="")
            ),
            models.UniqueConstraint(fields=["parent", "name"], name="area_name_unique_under_its_parent"),
        ]
        indexes = [models.Index(fields=["level"], name="area_level")]

    def __str__(self) -> str:
        return f"area {self.pk}"
