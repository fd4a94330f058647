"""The outbox: work that was promised in a transaction and is done after it."""

from django.db import models
from django.db.models import Q


class OutboxJob(models.Model):
    """One piece of later work. It is waiting until it is done, or put aside as dead after too many attempts."""

    name = models.CharField(max_length=100)
    payload = models.JSONField(default=dict, help_text="Arguments of the task: ids and numbers only.")
    key = models.CharField(
        max_length=200, unique=True, null=True, help_text="Asked for twice under one key, done once."
    )
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True, db_index=True)
    locked_until = models.DateTimeField(
        null=True, help_text="A worker has it; after this moment the worker counts as lost."
    )
    done_at = models.DateTimeField(null=True, db_index=True)
    dead_at = models.DateTimeField(null=True)
    last_error_code = models.CharField(max_length=200, blank=True, help_text="A refusal's code or an error's class.")

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="outbox_job_waiting",
                condition=Q(done_at__isnull=True, dead_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="outbox_job_is_done_or_dead_not_both", condition=Q(done_at__isnull=True) | Q(dead_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"job {self.pk} {self.name}"
