"""What if: a round computed again with a change, beside the round as it was; nothing of it is put to anybody."""

import uuid

from django.db import models
from django.db.models import Q


class WhatIfState(models.TextChoices):
    QUEUED = "QUEUED"
    DONE = "DONE"
    FAILED = "FAILED"


class WhatIf(models.Model):
    """Holds ids, numbers and moments; who is behind an id is looked up for each reader."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey("matches.Round", on_delete=models.CASCADE, related_name="what_ifs")
    asked_by = models.ForeignKey("community.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    changes = models.JSONField(help_text="{pins, bans: [[need, offer]], weights, offer}: what is different.")
    state = models.CharField(max_length=6, choices=WhatIfState.choices, default=WhatIfState.QUEUED)
    finished_at = models.DateTimeField(null=True, blank=True)
    failure_code = models.CharField(max_length=60, blank=True)
    result = models.JSONField(
        default=dict,
        blank=True,
        help_text="{same_inputs, before, after: figures, added, removed: [[need, offer, start]], refused_pins}",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="what_if_finished_has_a_time",
                condition=Q(state=WhatIfState.QUEUED, finished_at__isnull=True)
                | (~Q(state=WhatIfState.QUEUED) & Q(finished_at__isnull=False)),
            )
        ]
