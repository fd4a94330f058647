"""Access tokens: one's own, and those of the organizations one speaks for."""

from django.db.models import Q, QuerySet

from matchmaker.community.models import AccessToken
from matchmaker.community.viewers import Viewer


def tokens_for(viewer: Viewer) -> QuerySet[AccessToken]:
    """Tokens that were not taken back, the newest first; those that ran out stay until they are cleared away."""
    return tokens_ever_for(viewer).filter(revoked_at__isnull=True)


def tokens_ever_for(viewer: Viewer) -> QuerySet[AccessToken]:
    """The same with those that were taken back."""
    mine = Q(user__person_id=viewer.person_id, organization__isnull=True) | Q(organization__in=viewer.clerk_of)
    rows = AccessToken.objects.none() if viewer.is_visitor else AccessToken.objects.filter(mine)
    return rows.select_related("organization__area").order_by("-created_at", "-pk")
