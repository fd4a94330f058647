"""Who is in the care of whom: the areas a worker's posts cover, and where people live."""

from django.db.models import Q

from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer


def home_path(person: Person) -> str:
    """Path of the household, or of the community where the household is not known."""
    return person.household.path if person.household else person.community.path


def is_cared_for(viewer: Viewer, person: Person) -> bool:
    """The viewer is a worker of the area where the person lives."""
    return viewer.works_at(home_path(person))


def cared_for(viewer: Viewer, person: str = "") -> Q:
    """The same of rows; `person` is the way to the person, empty for the person's own row."""
    homeless = Q(**{f"{person}household__isnull": True}) & worked_by(viewer, f"{person}community__path")
    return worked_by(viewer, f"{person}household__path") | homeless


def lives_in(path: str, person: str = "") -> Q:
    """Rows of people who live in this area: by their household, or their community where the household is not known."""
    homeless = Q(**{f"{person}household__isnull": True, f"{person}community__path__startswith": path})
    return Q(**{f"{person}household__path__startswith": path}) | homeless


def worked_by(viewer: Viewer, place: str) -> Q:
    """Rows whose area lies where the viewer is a worker; `place` is the way to the area's path."""
    found = Q(pk__in=())
    for path in viewer.worker_paths:
        found |= Q(**{f"{place}__startswith": path})
    return found
