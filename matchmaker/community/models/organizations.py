"""Organizations of all kinds, their branches, members and stations."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q

from matchmaker.community.models.moved import MovedKind, NotesMoved


class OrganizationKind(models.TextChoices):
    NGO = "NGO"
    NEW_ECONOMIC = "NEW_ECONOMIC"
    NEW_SOCIAL = "NEW_SOCIAL"
    COMMITTEE = "COMMITTEE"
    STATION = "STATION"
    PROPERTY_COMPANY = "PROPERTY_COMPANY"
    OWNERS_COMMITTEE = "OWNERS_COMMITTEE"
    GOVERNMENT = "GOVERNMENT"
    PARTY_ORGANIZATION = "PARTY_ORGANIZATION"


class Organization(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20, choices=OrganizationKind.choices)
    area = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="organizations")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="subordinates")
    founded_date = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    registered_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            NotesMoved(name="organization_moved", kind=MovedKind.ORGANIZATION, events=("UPDATE",)),
            models.UniqueConstraint(fields=["area", "name"], name="organization_name_unique_in_area"),
            models.CheckConstraint(name="organization_not_its_own_parent", condition=~Q(parent=F("pk"))),
        ]

    def __str__(self) -> str:
        return f"organization {self.pk}"


class MembershipRole(models.TextChoices):
    CLERK = "CLERK"
    MEMBER = "MEMBER"
    VOLUNTEER = "VOLUNTEER"


class Memberships(models.QuerySet["Membership"]):
    def current(self, day: date) -> "Memberships":
        """Those agreed to, begun by this day and not ended: who was removed today does not count until midnight."""
        open_ended = Q(until_date__isnull=True) | Q(until_date__gt=day)
        return self.filter(open_ended, since_date__lte=day, accepted_at__isnull=False)


class Membership(models.Model):
    """A person in an organization; a clerk speaks for it here. Nobody belongs to one without their own word."""

    person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=MembershipRole.choices, default=MembershipRole.MEMBER)
    since_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True, help_text="When the person agreed; empty until then.")
    named = models.BooleanField(
        default=True, help_text="The organization knows this person; not so who came by a code given to many."
    )

    objects = Memberships.as_manager()

    class Meta:
        constraints = [
            NotesMoved(name="membership_moved", kind=MovedKind.ORGANIZATION, column="organization_id"),
            models.UniqueConstraint(
                fields=["person", "organization"],
                condition=Q(until_date__isnull=True),
                name="membership_once_at_a_time",
            ),
        ]


class Branch(models.Model):
    """A network of organizations over an area (one of the "ten branches")."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    area = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="branches")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="branch_name_unique_in_area")]


class BranchMembership(models.Model):
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="branch_memberships")
    leads = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["branch", "organization"], name="branch_membership_once"),
            models.UniqueConstraint(fields=["branch"], condition=Q(leads=True), name="branch_has_one_lead"),
        ]


class StationKind(models.TextChoices):
    PUBLIC_SERVICE = "PUBLIC_SERVICE"
    AFFAIRS = "AFFAIRS"
    SOCIAL = "SOCIAL"


class Station(models.Model):
    """A place with services and opening hours, run by an organization."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=16, choices=StationKind.choices)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="stations")
    area = models.ForeignKey("community.Area", on_delete=models.PROTECT, related_name="stations")
    latitude = models.FloatField()
    longitude = models.FloatField()
    opening_hours = models.JSONField(default=list, help_text='[{"weekday": 0-6, "opens": "08:30", "closes": "17:00"}]')
    phone = models.CharField(max_length=20, blank=True)
