"""The ledger: minutes given and received, one row per visit, double entry by construction."""

import uuid

from django.db import models
from django.db.models import F, Q


class LedgerEntry(models.Model):
    """A side that was forgotten is empty, and so is the visit: the minutes stay with the other side."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    giver = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="minutes_given"
    )
    receiver = models.ForeignKey(
        "community.Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="minutes_received"
    )
    organization = models.ForeignKey(
        "community.Organization", null=True, blank=True, on_delete=models.SET_NULL, related_name="ledger_entries"
    )
    visit = models.OneToOneField(
        "matches.Visit", null=True, blank=True, on_delete=models.SET_NULL, related_name="ledger_entry"
    )
    minutes = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="ledger_minutes_positive", condition=Q(minutes__gt=0)),
            models.CheckConstraint(name="ledger_between_two_people", condition=~Q(giver=F("receiver"))),
        ]
