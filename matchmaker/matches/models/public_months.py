"""What is told to everybody of a community and a month: drawers of counts, none of them below five."""

import uuid

from django.db import models


class PublicMonth(models.Model):
    """Written once after the month and never changed: what was said stays, and two sayings cannot be set apart."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    community = models.ForeignKey("community.Area", on_delete=models.CASCADE, related_name="public_months")
    month = models.DateField(help_text="Its first day.")
    published_at = models.DateTimeField()
    score_card = models.ForeignKey("matches.ScoreCard", on_delete=models.PROTECT, related_name="+")
    figures = models.JSONField(
        help_text="What matchmaker/matches/month_page.py writes: of each count a multiple of five, 0, or nothing."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "month"], name="public_month_once")]
