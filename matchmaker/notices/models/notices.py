"""The inbox: what a person should know, as a code and ids; the words are made when it is read."""

import uuid

from django.db import models
from django.db.models import Q


class NoticeKind(models.TextChoices):
    PROPOSAL_TO_HELP = "PROPOSAL_TO_HELP"
    HELPER_FOUND = "HELPER_FOUND"
    PROPOSAL_WITHDRAWN = "PROPOSAL_WITHDRAWN"
    MATCH_AGREED = "MATCH_AGREED"
    MATCH_CANCELLED = "MATCH_CANCELLED"
    VISIT_OUTCOME_WANTED = "VISIT_OUTCOME_WANTED"
    NEED_VERIFIED = "NEED_VERIFIED"
    NEED_EXPIRED = "NEED_EXPIRED"
    NEED_WITHDRAWN = "NEED_WITHDRAWN"
    DUTY_ALARM = "DUTY_ALARM"
    DUTY_OVERDUE = "DUTY_OVERDUE"
    EMERGENCY_TO_HELP = "EMERGENCY_TO_HELP"
    EMERGENCY_ANSWERED = "EMERGENCY_ANSWERED"
    VISIT_CANCELLED = "VISIT_CANCELLED"
    WHAT_HAPPENED = "WHAT_HAPPENED"
    NEXT_IS_ASKED = "NEXT_IS_ASKED"
    MATCH_PAUSED = "MATCH_PAUSED"
    MATCH_RESUMED = "MATCH_RESUMED"
    CONCERN_ANSWERED = "CONCERN_ANSWERED"
    MANDATE_GIVEN = "MANDATE_GIVEN"
    MANDATE_HOLDS = "MANDATE_HOLDS"
    MANDATE_ENDING = "MANDATE_ENDING"
    COMPANION_WANTED = "COMPANION_WANTED"
    COMPANION_FOUND = "COMPANION_FOUND"
    COMPANION_AGREED = "COMPANION_AGREED"
    COMPANION_GONE = "COMPANION_GONE"
    COMPANION_WORDS_WANTED = "COMPANION_WORDS_WANTED"
    COMPANIONS_STOPPED = "COMPANIONS_STOPPED"
    TOUR_CHANGED = "TOUR_CHANGED"
    TOUR_LATE = "TOUR_LATE"
    TOUR_CALLED_OFF = "TOUR_CALLED_OFF"
    DUTY_SECOND_LOOK = "DUTY_SECOND_LOOK"
    SECOND_LOOK_ANSWERED = "SECOND_LOOK_ANSWERED"
    COUNTS_AGAIN = "COUNTS_AGAIN"
    DEPUTY_NAMED = "DEPUTY_NAMED"
    DEPUTY_ENDED = "DEPUTY_ENDED"


class Notice(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("community.Person", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=24, choices=NoticeKind.choices)
    about = models.UUIDField(
        help_text="public_id of the need, proposal, match, visit, mandate, tour, companion's proposal, second look, "
        "deputyship or community."
    )
    key = models.CharField(max_length=120, unique=True)
    not_for = models.ManyToManyField(
        "community.Person", related_name="+", help_text="Who is part of it, and so is not the one who tells it."
    )
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    urgent = models.BooleanField(default=False, help_text="Goes out at once, in quiet hours too.")
    planned_at = models.DateTimeField(null=True, blank=True, help_text="Since when its way to the person is chosen.")
    reached_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was known that the person has it: read, confirmed, or told."
    )
    settled_at = models.DateTimeField(null=True, blank=True, help_text="Since when nobody needs to be told any more.")

    class Meta:
        indexes = [
            models.Index(fields=["person", "-made_at"], name="notice_inbox"),
            models.Index(fields=["about"], name="notice_about"),
            models.Index(fields=["made_at"], name="notice_to_plan", condition=Q(planned_at__isnull=True)),
        ]
