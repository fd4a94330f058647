"""People with few ties who agreed to be listed, for the workers of their area."""

from typing import Final

from django.db.models import Count, F, QuerySet

from matchmaker.community.care import worked_by
from matchmaker.community.models import Person, live_ties
from matchmaker.community.viewers import Viewer

FEW_TIES: Final = 2
"""Fewer live ties than this are few."""


def few_ties_for(viewer: Viewer) -> QuerySet[Person]:
    """They agreed to be listed and have fewer than two live ties, in the viewer's areas, fewest (`ties`) first."""
    listed = Person.objects.filter(
        worked_by(viewer, "household__path"), listed_with_few_ties=True, left_at__isnull=True
    )
    counted = listed.annotate(
        ties=Count("ties_as_low", filter=live_ties("ties_as_low__"), distinct=True)
        + Count("ties_as_high", filter=live_ties("ties_as_high__"), distinct=True)
    )
    return counted.filter(ties__lt=FEW_TIES).select_related("household").order_by(F("ties"), "pk")
