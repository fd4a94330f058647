"""The log of what workers decided, as each viewer may see it."""

from django.db.models import Q, QuerySet

from matchmaker.community.care import worked_by
from matchmaker.community.models import PostKind
from matchmaker.community.viewers import Viewer
from matchmaker.matches.models import Decision


def decisions_for(viewer: Viewer) -> QuerySet[Decision]:
    """Decisions in the areas the viewer works in or audits, newest first."""
    visible = worked_by(viewer, "proposal__need__place__path")
    for post in viewer.posts:
        if post.kind == PostKind.AUDITOR:
            visible |= Q(proposal__need__place__path__startswith=post.area_path)
    return Decision.objects.filter(visible).select_related("proposal", "decided_by").order_by("-decided_at", "-pk")
