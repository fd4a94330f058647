"""People: oneself, and for a worker those of their area; whoever else there is is not found."""

from uuid import UUID

from django.db.models import Q, QuerySet

from matchmaker.community.care import cared_for
from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound


def own_person(viewer: Viewer) -> Person:
    """The viewer's own row, with their household."""
    return Person.objects.select_related("household", "community").get(pk=viewer.require_person())


def people_for(viewer: Viewer) -> QuerySet[Person]:
    """Oneself, and the people of the areas in which the viewer is a worker, by name."""
    shown = Q(pk=viewer.person_id) if viewer.person_id is not None else Q(pk__in=())
    people = Person.objects.filter(shown | cared_for(viewer), left_at__isnull=True)
    return people.select_related("household", "community").order_by("name", "pk")


def person_by_id(viewer: Viewer, public_id: UUID) -> Person:
    found = people_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(field="person_id")
    return found
