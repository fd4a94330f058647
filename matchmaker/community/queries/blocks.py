"""Whom a person does not wish to meet: for that person alone."""

from django.db.models import QuerySet, Subquery

from matchmaker.community.models import Person, PersonBlock
from matchmaker.community.viewers import Viewer


def people_blocked_by(viewer: Viewer) -> QuerySet[Person]:
    """Those whom the viewer does not wish to meet, by name; whoever wished so of the viewer is told to nobody."""
    if viewer.person_id is None:
        return Person.objects.none()
    blocked = PersonBlock.objects.filter(person_id=viewer.person_id).values("blocked_id")
    rows = Person.objects.filter(pk__in=Subquery(blocked)).select_related("household", "community")
    return rows.order_by("name", "pk")
