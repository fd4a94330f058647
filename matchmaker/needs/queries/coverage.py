"""The 15-minute circle of an area: its residents, the places of each service type, and who reaches them on foot.

A place is where an organization's open offer is given, and every station of an organization that has such an offer:
whoever is helped may also come in. What comes by vehicle is no place to walk to.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from matchmaker.community.ages import youngest_age
from matchmaker.community.models import Area, Person, PostKind, Station
from matchmaker.community.queries import street_attributions, street_network
from matchmaker.community.viewers import WORKER_POSTS, Viewer
from matchmaker.engine.coverage import AGE_UNKNOWN, FEWEST_SHOWN, Circle, Covered, Residents, Spot, circles, coverage
from matchmaker.engine.streets import FURTHEST_WALK_M, Streets
from matchmaker.errors import NotFound
from matchmaker.needs.models import Offer, OfferState, ServiceType
from matchmaker.needs.queries.service_types import service_types

STATIONS_AT_MOST: Final = 20
_OVERSEERS: Final = WORKER_POSTS | {PostKind.AUDITOR}
_AROUND_DEGREES: Final = 2 * FURTHEST_WALK_M / 111_195.0
"""Twice as far as anybody walks, northwards; eastwards more than far enough up to 60 degrees north."""


@dataclass(frozen=True, slots=True)
class ServiceCovered:
    """A service type with who reaches it: an offer of the type above counts for it, and for a heading what is below."""

    kind: ServiceType
    covered: Covered


@dataclass(frozen=True, slots=True)
class StationCircle:
    """How far one gets from a station at one pace; `people` is None where fewer than five live that near."""

    station: Station
    circle: Circle

    @property
    def people(self) -> int | None:
        return self.circle.people if self.circle.people >= FEWEST_SHOWN else None


@dataclass(frozen=True, slots=True)
class AreaCoverage:
    """`people` is None of an area with fewer than five residents: nothing is told of it then."""

    area: Area
    people: int | None
    services: tuple[ServiceCovered, ...]
    stations: tuple[StationCircle, ...]
    by_street: bool
    attributions: tuple[str, ...]


def areas_overseen(viewer: Viewer) -> QuerySet[Area]:
    """The areas at which the viewer is a worker or an auditor, the greatest first."""
    keys = [post.area_id for post in viewer.posts if post.kind in _OVERSEERS]
    return Area.objects.filter(pk__in=keys).order_by("level", "path")


def coverage_of(viewer: Viewer, area_id: UUID | None = None) -> AreaCoverage:
    """Of the area, or of the first that the viewer oversees; NotFound for whoever neither works nor audits there."""
    area = _area_overseen(viewer, area_id)
    (residents, _), streets = residents_of(area, viewer.today), street_network()
    if len(residents) < FEWEST_SHOWN:
        return AreaCoverage(area, None, (), (), streets is not None, ())
    kinds, stations = list(service_types()), stations_around(residents)
    found = coverage(residents, places_of(kinds, stations, residents), streets)
    by_code = {covered.code: covered for covered in found}
    return AreaCoverage(
        area,
        len(residents),
        tuple(ServiceCovered(kind, by_code[kind.code]) for kind in _by_heading(kinds)),
        _circles_of(area, stations, residents, streets),
        streets is not None,
        tuple(street_attributions()) if streets is not None else (),
    )


def _area_overseen(viewer: Viewer, area_id: UUID | None) -> Area:
    rows = areas_overseen(viewer) if area_id is None else Area.objects.filter(public_id=area_id)
    area = rows.first()
    if area is None or not any(viewer.holds(kind, area.path) for kind in _OVERSEERS):
        raise NotFound(field="area_id")
    return area


def residents_of(area: Area, today: date) -> tuple[Residents, tuple[str, ...]]:
    """Everybody who lives there and whose home, or its stairwell, is on the map; and the paths of their homes."""
    rows = (
        Person.objects.filter(household__path__startswith=area.path, left_at__isnull=True)
        .annotate(
            latitude=Coalesce("household__latitude", "household__parent__latitude"),
            longitude=Coalesce("household__longitude", "household__parent__longitude"),
        )
        .filter(latitude__isnull=False, longitude__isnull=False)
        .order_by("pk")
        .values_list("latitude", "longitude", "walking_speed_m_per_min", "birth_year", "household__path")
    )
    norths, easts, paces, years, homes = tuple(zip(*rows, strict=True)) or ((), (), (), (), ())
    ages = [youngest_age(year, today=today) for year in years]
    found = Residents(
        latitudes=np.asarray(norths, dtype=np.float64),
        longitudes=np.asarray(easts, dtype=np.float64),
        paces=np.asarray(paces, dtype=np.float64),
        ages=np.asarray([AGE_UNKNOWN if age is None else age for age in ages], dtype=np.int64),
    )
    return found, homes


def stations_around(residents: Residents) -> list[Station]:
    """The stations that somebody of the area might walk to, of organizations that are not closed."""
    return list(_around(Station.objects, residents).filter(organization__closed_at__isnull=True))


def places_of(kinds: Sequence[ServiceType], stations: Iterable[Station], residents: Residents) -> dict[str, list[Spot]]:
    """The places of each type in force, also of those that have none."""
    rows = _around(Offer.objects, residents).filter(
        organization__isnull=False, organization__closed_at__isnull=True, state=OfferState.OPEN
    )
    listed = list(rows.values_list("organization_id", "latitude", "longitude", "service_types"))
    stands: dict[int, set[Spot]] = defaultdict(set)
    for station in stations:
        stands[station.organization_id].add((station.latitude, station.longitude))
    given: dict[int, set[Spot]] = defaultdict(set)
    for organization_id, latitude, longitude, kind_id in listed:
        given[kind_id] |= {(latitude, longitude)} | stands[organization_id]
    below: dict[int, set[Spot]] = defaultdict(set)
    for kind in kinds:
        below[kind.parent_id or 0] |= given[kind.pk]
    return {kind.code: sorted(given[kind.pk] | given[kind.parent_id or 0] | below[kind.pk]) for kind in kinds}


def _by_heading(kinds: Sequence[ServiceType]) -> Iterator[ServiceType]:
    """Each heading, and below it its kinds; a kind whose heading is not in force stands by itself."""
    headings = {kind.pk for kind in kinds}
    for kind in kinds:
        if kind.parent_id not in headings:
            yield kind
            yield from (one for one in kinds if one.parent_id == kind.pk)


def _circles_of(
    area: Area, stations: Iterable[Station], residents: Residents, streets: Streets | None
) -> tuple[StationCircle, ...]:
    own = [station for station in stations if station.area.path.startswith(area.path)]
    return tuple(
        StationCircle(station, circle)
        for station in own[:STATIONS_AT_MOST]
        for circle in circles((station.latitude, station.longitude), residents, streets)
    )


def _around(rows: Any, residents: Residents) -> Any:
    """Those that somebody of the area might walk to, whichever community they belong to."""
    north, east = residents.latitudes, residents.longitudes
    found = rows.filter(
        latitude__range=(north.min() - _AROUND_DEGREES, north.max() + _AROUND_DEGREES),
        longitude__range=(east.min() - _AROUND_DEGREES, east.max() + _AROUND_DEGREES),
    )
    return found.select_related("area", "organization") if rows.model is Station else found
