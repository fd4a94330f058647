"""Ties and words for each other: one's own alone."""

from django.db.models import Q, QuerySet

from matchmaker.community.models import Tie, Vouch
from matchmaker.community.viewers import Viewer


def ties_for(viewer: Viewer) -> QuerySet[Tie]:
    """The viewer's own ties, said by either side, that have not ended; the latest renewed first."""
    if viewer.is_visitor:
        return Tie.objects.none()
    rows = Tie.objects.filter(Q(low_id=viewer.person_id) | Q(high_id=viewer.person_id), ended_at__isnull=True)
    return rows.select_related("low", "high").order_by("-renewed_at", "-pk")


def vouches_for(viewer: Viewer) -> QuerySet[Vouch]:
    """The words the viewer gave, newest first."""
    if viewer.is_visitor:
        return Vouch.objects.none()
    rows = Vouch.objects.filter(voucher_id=viewer.person_id).select_related("voucher", "person")
    return rows.order_by("-made_at", "-pk")
