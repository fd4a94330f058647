"""Street maps: what an operator imported for walking."""

from django.db import models


class StreetMap(models.Model):
    """The walkable part of one street map; together the maps of an installation make one network.

    The columns are packed as an `.npz` of `node_ids` (int64), `latitudes`, `longitudes` (float64, degrees), `tails` and
    `heads` (int32, rows): see `matchmaker.community.street_files`.
    """

    name = models.CharField(max_length=80, unique=True, help_text="Importing a map of the same name replaces it.")
    checksum = models.CharField(max_length=64, help_text="SHA-256 of the file, in hexadecimal.")
    attribution = models.CharField(max_length=200, help_text="Whom to name wherever a walk is shown.")
    points = models.PositiveIntegerField()
    stretches = models.PositiveIntegerField()
    packed = models.BinaryField()
    imported_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"street map {self.pk}"
