"""People: known here, perhaps without a phone; what they can do, what they agreed to, who speaks for them."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q

from matchmaker.community.models.channels import Channel
from matchmaker.community.models.moved import MovedKind, NotesMoved


class Sex(models.TextChoices):
    FEMALE = "FEMALE"
    MALE = "MALE"
    UNSTATED = "UNSTATED"


class Person(models.Model):
    """Someone known here. An account is a separate row; many people have none."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164.")
    email = models.EmailField(blank=True)
    household = models.ForeignKey(
        "community.Area", null=True, blank=True, on_delete=models.PROTECT, related_name="residents"
    )
    community = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="people")
    home_confirmed_at = models.DateTimeField(null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    sex = models.CharField(max_length=8, choices=Sex.choices, default=Sex.UNSTATED)
    languages = models.JSONField(default=list, help_text="BCP 47 tags.")
    skills = models.JSONField(default=list)
    walking_speed_m_per_min = models.PositiveSmallIntegerField(default=70)
    resident_since_date = models.DateField(null=True, blank=True)
    visits_per_week_cap = models.PositiveSmallIntegerField(default=3)
    without_graph = models.BooleanField(
        default=False, help_text="Asked to be matched without ties and trust (PIPL Art. 24)."
    )
    listed_with_few_ties = models.BooleanField(default=False)
    external_id = models.CharField(max_length=80, blank=True)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_birth_year_plausible",
                condition=Q(birth_year__isnull=True) | Q(birth_year__gte=1900, birth_year__lte=2100),
            ),
            models.CheckConstraint(
                name="person_walking_speed_plausible",
                condition=Q(walking_speed_m_per_min__gte=10, walking_speed_m_per_min__lte=150),
            ),
            models.UniqueConstraint(
                fields=["community", "external_id"],
                condition=~Q(external_id=""),
                name="person_external_id_unique_in_community",
            ),
            NotesMoved(name="person_moved", kind=MovedKind.PERSON, events=("UPDATE",)),
        ]
        indexes = [models.Index(fields=["community", "left_at"], name="person_community_left")]

    def __str__(self) -> str:
        return f"person {self.pk}"


class QualificationKind(models.TextChoices):
    TRAINING = "TRAINING"
    LICENCE = "LICENCE"
    CLEARANCE = "CLEARANCE"
    INSURANCE = "INSURANCE"
    GUARDIAN_CONSENT = "GUARDIAN_CONSENT"


class Qualification(models.Model):
    """Something checked about a person that a hard rule may ask for; it can expire."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="qualifications")
    kind = models.CharField(max_length=16, choices=QualificationKind.choices)
    code = models.CharField(max_length=40, help_text="For example FIRST_AID, MINORS, ACCIDENT.")
    checked_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    valid_from_date = models.DateField()
    valid_until_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "code"], name="qualification_once_per_person"),
            NotesMoved(name="qualification_moved", kind=MovedKind.PERSON, column="person_id"),
            models.CheckConstraint(
                name="qualification_ends_after_it_begins",
                condition=Q(valid_until_date__isnull=True) | Q(valid_until_date__gte=F("valid_from_date")),
            ),
        ]


class ConsentKind(models.TextChoices):
    KNOWN_HERE = "KNOWN_HERE"
    CARE_DATA = "CARE_DATA"
    PROXY = "PROXY"
    MINOR = "MINOR"
    EMERGENCY = "EMERGENCY"


class ConsentManner(models.TextChoices):
    WRITTEN = "WRITTEN"
    SPOKEN = "SPOKEN"
    IN_APP = "IN_APP"


class Consent(models.Model):
    """What a person agreed to, in which wording, how, who heard it, and where the paper is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=16, choices=ConsentKind.choices)
    manner = models.CharField(max_length=8, choices=ConsentManner.choices)
    heard_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    text_version = models.CharField(max_length=16, blank=True, help_text="Which wording was read or read aloud.")
    paper_kept_at = models.CharField(max_length=200, blank=True)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    withdrawal_heard_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="consent_withdrawal_is_heard_at_some_time",
                condition=Q(withdrawn_at__isnull=False) | Q(withdrawal_channel="", withdrawal_heard_by__isnull=True),
            ),
        ]


class MandateKind(models.TextChoices):
    PROXY = "PROXY"
    AGENT = "AGENT"


class Mandates(models.QuerySet["Mandate"]):
    def current(self, day: date) -> "Mandates":
        """Those that run on this day and were not revoked, whether or not the person was told of them yet."""
        return self.filter(starts_date__lte=day, ends_date__gte=day, revoked_at__isnull=True)


class Mandate(models.Model):
    """A person may act for another person (proxy) or for a station (agent), within a scope and a time.

    A proxy's mandate holds from the moment the person was told of it apart from the proxy.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=MandateKind.choices)
    holder = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mandates_held")
    for_person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="mandates_given"
    )
    station = models.ForeignKey(
        "community.Station", null=True, blank=True, on_delete=models.CASCADE, related_name="mandates"
    )
    scope = models.JSONField(default=list, help_text="Service type codes; empty means all but sensitive ones.")
    evidence = models.CharField(max_length=200)
    starts_date = models.DateField()
    ends_date = models.DateField()
    entered_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    told_channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revoked_channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="When both were told that it ends soon.")

    objects = Mandates.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mandate_is_for_a_person_or_a_station",
                condition=(
                    Q(kind=MandateKind.PROXY, for_person__isnull=False, station__isnull=True)
                    | Q(kind=MandateKind.AGENT, for_person__isnull=True, station__isnull=False)
                ),
            ),
            models.CheckConstraint(name="mandate_not_for_oneself", condition=~Q(holder=F("for_person"))),
            models.CheckConstraint(name="mandate_ends_after_it_begins", condition=Q(ends_date__gte=F("starts_date"))),
            models.CheckConstraint(
                name="mandate_told_by_someone_at_some_time",
                condition=Q(told_at__isnull=False) | Q(told_by__isnull=True, told_channel=""),
            ),
            models.CheckConstraint(
                name="mandate_revoked_by_someone_at_some_time",
                condition=Q(revoked_at__isnull=False) | Q(revoked_by__isnull=True, revoked_channel=""),
            ),
        ]
