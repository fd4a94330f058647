"""Minutes given and received, as each viewer may see them: their own."""

from django.db.models import Q, QuerySet

from matchmaker.community.viewers import Viewer
from matchmaker.matches.models import LedgerEntry


def ledger_for(viewer: Viewer) -> QuerySet[LedgerEntry]:
    """What the viewer gave and received, newest first."""
    if viewer.is_visitor:
        return LedgerEntry.objects.none()
    own = Q(giver_id=viewer.person_id) | Q(receiver_id=viewer.person_id)
    rows = LedgerEntry.objects.filter(own).select_related("giver", "receiver", "organization", "visit")
    return rows.order_by("-at", "-pk")
