"""Rows that actions of this room lock and find, the same way everywhere."""

from uuid import UUID

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.care import is_cared_for
from matchmaker.community.models import Area, AreaLevel, Organization, Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound


def locked_person(pk: int) -> Person:
    """The person, locked; they may have left since the request began."""
    person = Person.objects.select_for_update(no_key=True).filter(pk=pk, left_at__isnull=True).first()
    if person is None:
        raise NotFound
    return person


def neighbour_of(viewer: Viewer, person_id: UUID) -> Person:
    """Someone of the viewer's own community who has not left."""
    person = Person.objects.filter(public_id=person_id, community_id=viewer.community_id, left_at__isnull=True).first()
    if person is None:
        raise NotFound(field="person_id")
    return person


def person_in_care_of(viewer: Viewer, person_id: UUID) -> Person:
    """Someone in an area where the viewer is a worker."""
    people = Person.objects.select_related("community", "household").filter(left_at__isnull=True)
    person = people.filter(public_id=person_id).first()
    if person is None or not is_cared_for(viewer, person):
        raise NotFound(field="person_id")
    return person


def area_named(area_id: UUID) -> Area:
    area = Area.objects.filter(public_id=area_id).first()
    if area is None:
        raise NotFound(field="area_id")
    return area


def organization_named(organization_id: UUID) -> Organization:
    rows = Organization.objects.select_related("area").filter(closed_at__isnull=True)
    organization = rows.filter(public_id=organization_id).first()
    if organization is None:
        raise NotFound(field="organization_id")
    return organization


def community_of(area: Area) -> Area:
    """The community that an area is, or lies in; NotFound for an area above all communities."""
    if area.level < AreaLevel.COMMUNITY:
        raise NotFound(field="area_id")
    return Area.objects.get(pk__in=keys_of_path(area.path), level=AreaLevel.COMMUNITY)


def chain_of(community_id: int | None) -> str:
    """The name of a community's chain of records."""
    return f"community:{community_id}"
