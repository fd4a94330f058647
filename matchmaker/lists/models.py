"""An import: what was uploaded, what checking found, and how it ended."""

import uuid

from django.db import models
from django.db.models import Q


class ImportKind(models.TextChoices):
    PEOPLE = "PEOPLE"
    NEEDS = "NEEDS"
    OFFERS = "OFFERS"


class ImportState(models.TextChoices):
    DRAFT = "DRAFT"
    CHECKED = "CHECKED"
    CONFIRMED = "CONFIRMED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    WITHDRAWN = "WITHDRAWN"


OVER = (ImportState.DONE, ImportState.FAILED, ImportState.WITHDRAWN)


class ImportRun(models.Model):
    """One file on its way in. It is imported whole (all rows that are not faulty) or not at all."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=ImportKind.choices)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.DRAFT)
    community = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="imports")
    organization = models.ForeignKey(
        "community.Organization", null=True, blank=True, on_delete=models.CASCADE, related_name="imports"
    )
    uploaded_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    checksum = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    unknown_columns = models.JSONField(default=list, help_text="Headers that mean none of our columns.")
    rows_count = models.PositiveIntegerField()
    new_count = models.PositiveIntegerField(default=0)
    changed_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    faulty_count = models.PositiveIntegerField(default=0)
    changed_columns = models.JSONField(default=dict, help_text="{column: how many rows change it}.")
    plan_digest = models.CharField(max_length=64, blank=True, help_text="Of what the check found for each row.")
    difference = models.JSONField(
        default=dict, help_text="Why a confirmed import was put back: {count: [as confirmed, as found then]}."
    )
    percent = models.PositiveSmallIntegerField(default=0)
    failure_code = models.CharField(max_length=60, blank=True)
    uploaded_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="import_of_offers_is_for_an_organization",
                condition=Q(kind=ImportKind.OFFERS, organization__isnull=False)
                | (~Q(kind=ImportKind.OFFERS) & Q(organization__isnull=True)),
            ),
            models.CheckConstraint(
                name="import_finished_has_a_time",
                condition=Q(state__in=OVER, finished_at__isnull=False)
                | (~Q(state__in=OVER) & Q(finished_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="import_counts_every_row_once",
                condition=Q(checked_at__isnull=True)
                | Q(
                    rows_count=models.F("new_count")
                    + models.F("changed_count")
                    + models.F("unchanged_count")
                    + models.F("faulty_count")
                ),
            ),
            models.CheckConstraint(name="import_percent_in_range", condition=Q(percent__lte=100)),
        ]
        indexes = [
            models.Index(fields=["community", "uploaded_at"], name="import_latest"),
            models.Index(fields=["uploaded_at"], name="import_uploaded"),
        ]

    def __str__(self) -> str:
        return f"import {self.pk}"


class ImportUpload(models.Model):
    """The rows of the file as text. They are personal: gone when the import is over, or after seven days."""

    run = models.OneToOneField(ImportRun, on_delete=models.CASCADE, related_name="upload")
    columns = models.JSONField()
    rows = models.JSONField(help_text="[[number in the spreadsheet, [cell, ...]], ...]")


class ImportFault(models.Model):
    """One thing that is wrong with one row; it names the place, never the person."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="faults")
    row_number = models.PositiveIntegerField(help_text="As in the spreadsheet.")
    column = models.CharField(max_length=24, blank=True)
    code = models.CharField(max_length=24)
    said = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["run", "row_number"], name="import_fault_in_order")]
