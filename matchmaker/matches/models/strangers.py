"""How well a community knows itself, day by day: numbers alone, which lead to nobody."""

from django.db import models
from django.db.models import F, Q


class AreaReading(models.Model):
    """A community, a grid or a corridor on one day of its community; without figures where nothing is known yet."""

    community = models.ForeignKey("community.Area", on_delete=models.CASCADE, related_name="+")
    area = models.ForeignKey("community.Area", on_delete=models.CASCADE, related_name="readings")
    date = models.DateField(help_text="The community's own day.")
    measured_at = models.DateTimeField()
    people = models.PositiveIntegerField()
    islands = models.FloatField(null=True, blank=True, help_text="tr Q of the area by itself.")
    islands_error = models.FloatField(null=True, blank=True, help_text="Standard error; 0 where it was computed.")
    share = models.FloatField(null=True, blank=True, help_text="Its part of the strangeness of the whole city.")
    share_error = models.FloatField(null=True, blank=True)
    kin_ties = models.PositiveIntegerField(null=True, blank=True, help_text="Of communities alone.")
    friend_ties = models.PositiveIntegerField(null=True, blank=True)
    helped_ties = models.PositiveIntegerField(null=True, blank=True)
    met_ties = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "date"], name="area_reading_once_a_day"),
            models.CheckConstraint(
                name="area_reading_knows_all_or_nothing",
                condition=Q(islands__isnull=True, islands_error__isnull=True, share__isnull=True)
                | Q(islands__isnull=False, islands_error__isnull=False, share__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["community", "date"], name="area_reading_of_community")]


class GroupKind(models.TextChoices):
    """By what people are grouped, to be reported; no match looks at it."""

    NEWCOMERS = "NEWCOMERS"
    LANGUAGE = "LANGUAGE"
    AGE = "AGE"


class BetweenReading(models.Model):
    """How close two groups of a community were on one day, or one with itself; never groups of fewer than five."""

    community = models.ForeignKey("community.Area", on_delete=models.CASCADE, related_name="+")
    date = models.DateField()
    kind = models.CharField(max_length=10, choices=GroupKind.choices)
    one = models.CharField(max_length=35)
    other = models.CharField(max_length=35)
    people_of_one = models.PositiveIntegerField()
    people_of_other = models.PositiveIntegerField()
    resistance = models.FloatField(null=True, blank=True, help_text="2 between strangers, less the closer they are.")
    share = models.FloatField(help_text="Of what somebody of the one is woven into, how much lies with the other.")
    fair_share = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "date", "kind", "one", "other"], name="between_reading_once"),
            models.CheckConstraint(
                name="between_reading_of_no_small_group",
                condition=Q(people_of_one__gte=5, people_of_other__gte=5),
            ),
        ]


class GroupWatch(models.Model):
    """Whether a group's needs were met as often and as soon as those of the others, over some weeks up to one day."""

    community = models.ForeignKey("community.Area", on_delete=models.CASCADE, related_name="+")
    date = models.DateField()
    kind = models.CharField(max_length=10, choices=GroupKind.choices)
    group = models.CharField(max_length=35)
    service_code = models.CharField(max_length=40, blank=True, help_text="Of one kind of help; empty for all of them.")
    needs = models.PositiveIntegerField()
    met = models.PositiveIntegerField()
    others_needs = models.PositiveIntegerField()
    others_met = models.PositiveIntegerField()
    wait_hours = models.FloatField(null=True, blank=True, help_text="Median; nothing where none was met.")
    others_wait_hours = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["community", "date", "kind", "group", "service_code"], name="group_watch_once"
            ),
            models.CheckConstraint(
                name="group_watch_met_at_most_all",
                condition=Q(met__lte=F("needs"), others_met__lte=F("others_needs")),
            ),
        ]
