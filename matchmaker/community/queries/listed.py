"""What is known of a community when a list is read: few queries, however many rows the list has."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.in_post import workers_around
from matchmaker.community.models import Area, Consent, ConsentKind, Mandate, MandateKind, Person


@dataclass(frozen=True, slots=True)
class KnownArea:
    """An area as a plain value."""

    pk: int
    parent_id: int | None
    level: int
    path: str
    name: str
    building: str
    latitude: float | None
    longitude: float | None
    public_id: UUID

    @property
    def keys(self) -> tuple[int, ...]:
        """The pks from the root down to this area."""
        return keys_of_path(self.path)


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as a plain value; `columns` are what a list may change."""

    pk: int
    external_id: str
    household_id: int | None
    path: str
    birth_year: int | None
    has_left: bool
    columns: tuple[Any, ...]

    def value(self, column: str) -> Any:
        return self.columns[LISTED.index(column)]


LISTED: Final = (
    "name",
    "phone",
    "email",
    "birth_year",
    "sex",
    "resident_since_date",
    "languages",
    "skills",
    "visits_per_week_cap",
    "external_id",
)
"""What a list of people can say of a person, beside their home."""


def areas_known(community: Area) -> tuple[KnownArea, ...]:
    """Every area of the community and those that hold it, in the order of the tree."""
    within, around = Q(path__startswith=community.path), Q(pk__in=keys_of_path(community.path))
    rows = Area.objects.filter(within | around).order_by("path")
    fields = ("pk", "parent_id", "level", "path", "name", "building", "latitude", "longitude", "public_id")
    return tuple(KnownArea(*row) for row in rows.values_list(*fields))


def people_known(community: Area) -> tuple[KnownPerson, ...]:
    """Everybody of the community, also who has left with a number: it is not given again."""
    rows = Person.objects.filter(community=community).filter(Q(left_at__isnull=True) | ~Q(external_id=""))
    fields = ("pk", "external_id", "household_id", "household__path", "birth_year", "left_at", *LISTED)
    found = []
    for pk, number, household_id, path, birth_year, left_at, *columns in rows.order_by("pk").values_list(*fields):
        home = path or community.path
        found.append(KnownPerson(pk, number, household_id, home, birth_year, left_at is not None, fixed(columns)))
    return tuple(found)


def workers_known(community: Area, *, today: date) -> tuple[tuple[int, str, str], ...]:
    """(pk, number, name) of everybody who holds a worker's post in the community or above it, or stands in."""
    workers = {row.person_id for row in workers_around(community, today=today)}
    rows = Person.objects.filter(pk__in=workers).order_by("pk")
    return tuple(rows.values_list("pk", "external_id", "name"))


def people_who_consented(community: Area) -> frozenset[int]:
    """The people of the community whose consent to being known here stands."""
    rows = Consent.objects.filter(person__community=community, kind=ConsentKind.KNOWN_HERE, withdrawn_at__isnull=True)
    return frozenset(rows.values_list("person_id", flat=True))


def people_proxied(holder_id: int, *, today: date) -> frozenset[int]:
    """The people for whom this person holds a mandate, whether they were told of it yet or not."""
    live = Mandate.objects.current(today).filter(kind=MandateKind.PROXY, holder_id=holder_id, for_person__isnull=False)
    return frozenset(live.values_list("for_person_id", flat=True))


def fixed(value: Any) -> Any:
    """The value as it can be compared: a list as a tuple, and so each list in it."""
    return tuple(fixed(part) for part in value) if isinstance(value, list) else value
