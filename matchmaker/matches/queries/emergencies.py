"""Emergencies as the workers of the area see them, for the look afterwards."""

from uuid import UUID

from django.db.models import F, Prefetch, QuerySet

from matchmaker.community.care import worked_by
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.needs.models import Emergency, Need
from matchmaker.needs.queries.needs import with_details


def emergencies_for(viewer: Viewer, *, reviewed: bool | None = None) -> QuerySet[Emergency]:
    """Emergencies in the areas the viewer works for, those that nobody looked back at first, then the newest first."""
    rows = Emergency.objects.filter(worked_by(viewer, "need__place__path"))
    if reviewed is not None:
        rows = rows.filter(reviewed_at__isnull=not reviewed)
    needs = Prefetch("need", queryset=with_details(Need.objects.all()))
    rows = rows.select_related("reviewed_by").prefetch_related(needs)
    return rows.order_by(F("reviewed_at").desc(nulls_first=True), "-need__opened_at", "-pk")


def emergency_of(viewer: Viewer, need_id: UUID) -> Emergency:
    """The emergency of a need, or NotFound where the viewer may not look at it."""
    found = emergencies_for(viewer).filter(need__public_id=need_id).first()
    if found is None:
        raise NotFound(field="need_id")
    return found
