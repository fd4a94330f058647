"""Prices: what one more visit of each offer would be worth to needs still to come, with the bound that proves them."""

import uuid

from django.db import models
from django.db.models import Q


class PriceSet(models.Model):
    """One look at the prices of a joint community, and the certificate of what it found; kept as numbers."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    area = models.ForeignKey(
        "community.Area",
        on_delete=models.CASCADE,
        related_name="price_sets",
        help_text="A joint community; a community that is in none.",
    )
    solved_at = models.DateTimeField()
    seed = models.BigIntegerField()
    needs_seen = models.PositiveIntegerField(help_text="Needs of the last week, which the weeks ahead are drawn from.")
    candidates_count = models.PositiveIntegerField()
    offers_priced = models.PositiveIntegerField(help_text="Offers whose next visit has a price above 0.")
    refused_share = models.FloatField(help_text="Of those asked, who said no; one for all.")
    withdrawn_share = models.FloatField()
    plan_value = models.FloatField(help_text="Of the best plan of the weeks that were drawn.")
    bound = models.FloatField(help_text="What the prices prove: no plan of these weeks is worth more.")

    class Meta:
        constraints = [
            models.CheckConstraint(name="price_set_bound_above_plan", condition=Q(bound__gte=models.F("plan_value"))),
            models.CheckConstraint(
                name="price_set_shares_are_shares",
                condition=Q(
                    refused_share__gte=0.0, refused_share__lte=1.0, withdrawn_share__gte=0.0, withdrawn_share__lte=1.0
                ),
            ),
        ]
        indexes = [models.Index(fields=["area", "solved_at"], name="price_set_latest")]


class OfferPrice(models.Model):
    """The price of an offer's next visit, by how many it has left; of the latest look, and only where above 0."""

    price_set = models.ForeignKey(PriceSet, on_delete=models.CASCADE, related_name="prices")
    offer = models.OneToOneField("needs.Offer", on_delete=models.CASCADE, related_name="price_row")
    by_left = models.JSONField(help_text="Points for the last visit left, the last but one, and so on.")
    beyond = models.BigIntegerField(help_text="Points where more are left than `by_left` tells.")
