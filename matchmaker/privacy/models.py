"""Rows of leaving and of certificates."""

import uuid

from django.db import models
from django.db.models import F, Q


class Farewell(models.Model):
    """A person has left and will be forgotten on a day; until then the code undoes it. It goes with the person."""

    person = models.OneToOneField("community.Person", on_delete=models.CASCADE, related_name="farewell")
    asked_at = models.DateTimeField()
    forget_at = models.DateTimeField(db_index=True)
    heard_by = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="farewells_heard"
    )
    return_code_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="farewell_forgets_after_it_was_asked", condition=Q(forget_at__gte=F("asked_at"))
            ),
            models.CheckConstraint(
                name="farewell_heard_by_another", condition=Q(heard_by__isnull=True) | ~Q(heard_by=F("person"))
            ),
        ]

    def __str__(self) -> str:
        return f"farewell {self.pk}"


class Certificate(models.Model):
    """Proof of hours given (Volunteer Service Regulation, Art. 19). It holds no name and outlives the person.

    `name_commitment` is an HMAC of the name under the code that is printed on the paper and stored nowhere: whoever
    holds the paper can check the name, and whoever holds the database cannot guess it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="certificates"
    )
    organization_name = models.CharField(max_length=120, blank=True, help_text="Empty: for all hours given here.")
    community_name = models.CharField(max_length=120)
    starts_date = models.DateField()
    ends_date = models.DateField()
    visits = models.PositiveIntegerField()
    minutes = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    code_hash = models.CharField(max_length=64)
    name_commitment = models.CharField(max_length=64)
    seal = models.CharField(max_length=64, help_text="HMAC of all that is printed, under a key outside the database.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="certificate_ends_after_it_begins", condition=Q(ends_date__gte=F("starts_date"))
            ),
            models.CheckConstraint(name="certificate_is_of_some_minutes", condition=Q(minutes__gt=0, visits__gt=0)),
        ]

    def __str__(self) -> str:
        return f"certificate {self.number}"
