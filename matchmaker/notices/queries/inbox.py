"""The inbox as its owner reads it."""

from django.db.models import QuerySet

from matchmaker.community.viewers import Viewer
from matchmaker.notices.models import Notice


def notices_for(viewer: Viewer, *, unread: bool = False) -> QuerySet[Notice]:
    """The viewer's own notices, newest first."""
    if viewer.person_id is None:
        return Notice.objects.none()
    rows = Notice.objects.filter(person_id=viewer.person_id)
    if unread:
        rows = rows.filter(read_at__isnull=True)
    return rows.order_by("-made_at", "-pk")
