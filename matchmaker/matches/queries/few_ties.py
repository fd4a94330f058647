"""People with few ties who agreed to be listed, for the workers of their area."""

from typing import Final

from django.db.models import Count, F, Q, QuerySet

from matchmaker.community.models import Person, TieKind
from matchmaker.community.viewers import Viewer
from matchmaker.matches.queries import sides

FEW_TIES: Final = 2
"""Fewer live ties than this are few."""


def few_ties_for(viewer: Viewer) -> QuerySet[Person]:
    """They agreed to be listed and have fewer than two live ties, in the viewer's areas, fewest (`ties`) first."""
    listed = Person.objects.filter(
        sides.worked_by(viewer, "household__path"), listed_with_few_ties=True, left_at__isnull=True
    )
    counted = listed.annotate(
        ties=Count("ties_as_low", filter=_live("ties_as_low"), distinct=True)
        + Count("ties_as_high", filter=_live("ties_as_high"), distinct=True)
    )
    return counted.filter(ties__lt=FEW_TIES).select_related("household").order_by(F("ties"), "pk")


def _live(side: str) -> Q:
    said = Q(**{f"{side}__low_confirmed_at__isnull": False, f"{side}__high_confirmed_at__isnull": False})
    met = Q(**{f"{side}__kind__in": (TieKind.HELPED, TieKind.MET)})
    return (said | met) & Q(**{f"{side}__ended_at__isnull": True})
