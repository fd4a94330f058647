"""The inbox as its owner reads it."""

from django.db.models import F, QuerySet

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


def unread_first(viewer: Viewer) -> QuerySet[Notice]:
    """The same with the unread ones before the others."""
    return notices_for(viewer).order_by(F("read_at").desc(nulls_first=True), "-made_at", "-pk")
