"""Whom and which place a person may choose when they ask or answer for others."""

from django.db.models import QuerySet

from matchmaker.community.models import Area, AreaLevel, Membership, Person
from matchmaker.community.viewers import Viewer

PLACES_AT_MOST = 200


def people_spoken_for(viewer: Viewer) -> QuerySet[Person]:
    """The people whose live mandate the viewer holds, by name."""
    held = {mandate.for_person_id for mandate in viewer.mandates}
    return Person.objects.filter(pk__in=held, left_at__isnull=True).order_by("name", "pk")


def meeting_places_for(viewer: Viewer) -> QuerySet[Area]:
    """The grids and corridors of the viewer's community, where a need may be placed that is not at home."""
    if viewer.community_id is None:
        return Area.objects.none()
    inside = Area.objects.filter(pk=viewer.community_id).values_list("path", flat=True).first()
    if inside is None:
        return Area.objects.none()
    places = Area.objects.filter(path__startswith=inside, level__in=(AreaLevel.GRID, AreaLevel.CORRIDOR))
    return places.order_by("path")[:PLACES_AT_MOST]


def members_spoken_for(viewer: Viewer, organization_id: int) -> QuerySet[Person]:
    """Current members of an organization whose clerk the viewer is, by name; nobody's for anybody else."""
    if organization_id not in viewer.clerk_of:
        return Person.objects.none()
    current = Membership.objects.current(viewer.today).filter(organization_id=organization_id)
    return Person.objects.filter(pk__in=current.values("person_id"), left_at__isnull=True).order_by("name", "pk")
