"""Looks at the people around a case: who looked, why, and whom they read by name."""

import uuid

from django.db import models
from django.db.models import Q


class CaseLook(models.Model):
    """A coordinator's written reason to see the neighbourhood person by person; those named read it in their data."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    need = models.ForeignKey("needs.Need", on_delete=models.CASCADE, related_name="looks")
    looked_by = models.ForeignKey("community.Person", null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=500)
    looked_at = models.DateTimeField()
    named = models.ManyToManyField("community.Person", related_name="case_looks")

    class Meta:
        constraints = [models.CheckConstraint(name="case_look_has_a_reason", condition=~Q(reason=""))]
        indexes = [models.Index(fields=["looked_at"], name="case_look_day")]
