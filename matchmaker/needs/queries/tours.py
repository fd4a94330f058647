"""Tours as each viewer may see them.

That a tour comes is public to the people of the joint communities where it stops. Who signed up is known to themselves,
to the clerks of the organization and to the workers of the area of the stop.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Prefetch, Q, QuerySet

from matchmaker.community.area_paths import path_above
from matchmaker.community.care import is_cared_for, worked_by
from matchmaker.community.models import Area, AreaLevel, Person
from matchmaker.community.viewers import Viewer
from matchmaker.engine.places import DETOUR
from matchmaker.engine.streets import straight_metres
from matchmaker.errors import NotFound
from matchmaker.needs.models import ServiceType, Tour, TourSignUp, TourState, TourStop

STOPS_NEAR_AT_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class StopNear:
    """A stop ahead and how far it is from somebody's home; None where that is not on the map."""

    stop: TourStop
    walk_m: int | None

    @property
    def is_near(self) -> bool:
        return self.walk_m is not None and self.walk_m <= self.stop.reach_m


def tours_for(viewer: Viewer, *, own: bool | None = None, area_id: UUID | None = None) -> QuerySet[Tour]:
    """The tours the viewer may know of, the latest announced first; `own` are those they look after."""
    if viewer.is_visitor:
        return Tour.objects.none()
    stops = TourStop.objects.filter(_looked_after(viewer) if own else _known(viewer))
    rows = Tour.objects.filter(pk__in=stops.values("tour_id"))
    if area_id is not None:
        path = Area.objects.filter(public_id=area_id).values_list("path", flat=True).first()
        rows = rows.filter(stops__place__path__startswith=path).distinct() if path else rows.none()
    return with_stops(rows).order_by("-announced_at", "-pk")


def tour_by_id(viewer: Viewer, public_id: UUID) -> Tour:
    """The tour, or NotFound where the viewer may not know of it."""
    found = tours_for(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def stop_by_id(viewer: Viewer, public_id: UUID) -> TourStop:
    """One stop with its tour, or NotFound where the viewer may not know of it."""
    if viewer.is_visitor:
        raise NotFound
    rows = TourStop.objects.filter(_known(viewer), public_id=public_id)
    found = rows.select_related("tour__organization__area", "place__parent__parent", "offer__community").first()
    if found is None:
        raise NotFound
    return found


def stops_near(viewer: Viewer, *, now: datetime) -> list[StopNear]:
    """The stops ahead in the viewer's joint community, those within reach of their home first, then by time."""
    if viewer.is_visitor:
        return []
    person = Person.objects.select_related("household", "community").get(pk=viewer.require_person())
    around = path_above(person.community.path)
    today = now.astimezone(ZoneInfo(person.community.time_zone)).date()
    rows = TourStop.objects.filter(
        place__path__startswith=around, tour__state=TourState.ANNOUNCED, date__gte=today
    ).select_related("tour__organization", "place__parent__parent", "offer__community")
    rows = rows.prefetch_related(Prefetch("tour__service_types", queryset=ServiceType.objects.order_by("pk")))
    found = [StopNear(stop, _walk_m(person, stop)) for stop in rows[:STOPS_NEAR_AT_MOST]]
    return sorted(found, key=lambda near: not near.is_near)


def places_for_stops(viewer: Viewer) -> QuerySet[Area]:
    """The places around at which a tour may stop: no homes, and none that is not on the map; from large to small."""
    region = Area.objects.filter(pk=viewer.community_id or 0).values_list("path", flat=True).first()
    if region is None:
        return Area.objects.none()
    levels = (AreaLevel.COMMUNITY, AreaLevel.GRID, AreaLevel.CORRIDOR)
    rows = Area.objects.filter(path__startswith=path_above(region), level__in=levels, latitude__isnull=False)
    return rows.select_related("parent").order_by("level", "path")


def with_stops(rows: QuerySet[Tour]) -> QuerySet[Tour]:
    """The rows with all that doors read of them: three queries, however many rows."""
    stops = TourStop.objects.select_related("place__parent__parent", "offer__community", "tour__organization__area")
    return rows.select_related("organization__area").prefetch_related(
        Prefetch("stops", queryset=stops.order_by("date", "starts", "pk")),
        Prefetch("service_types", queryset=ServiceType.objects.select_related("parent").order_by("pk")),
    )


def sign_ups_at(viewer: Viewer, stops: Collection[TourStop]) -> dict[int, list[TourSignUp]]:
    """By stop who will come there, as far as the viewer may know: all of them, or their own. One query."""
    found: dict[int, list[TourSignUp]] = {stop.pk: [] for stop in stops}
    seen = [stop.pk for stop in stops if may_see_sign_ups(viewer, stop)]
    rows = TourSignUp.objects.filter(Q(stop__in=seen) | _spoken_for(viewer), stop__in=found, withdrawn_at__isnull=True)
    for row in rows.select_related("person", "need__service_type").order_by("signed_up_at", "pk"):
        found[row.stop_id].append(row)
    return found


def own_sign_ups(viewer: Viewer) -> QuerySet[TourSignUp]:
    """What stands of the viewer's own and of those they speak for."""
    rows = TourSignUp.objects.filter(_spoken_for(viewer), withdrawn_at__isnull=True)
    return rows.select_related("person", "need__service_type", "stop__tour").order_by("stop__date", "pk")


def kept_places(stop_ids: Collection[int]) -> dict[int, int]:
    """By stop: places kept for people who signed up, with a request or without. One query."""
    if not stop_ids:
        return {}
    found = dict.fromkeys(stop_ids, 0)
    rows = TourSignUp.objects.filter(stop_id__in=stop_ids, withdrawn_at__isnull=True)
    for stop_id in rows.values_list("stop_id", flat=True):
        found[stop_id] += 1
    return found


def is_over(stop: TourStop, now: datetime) -> bool:
    """By the clock of its place."""
    local = now.astimezone(ZoneInfo(stop.offer.community.time_zone))
    return (stop.date, stop.ends) <= (local.date(), local.time())


def may_manage_tour(viewer: Viewer, tour: Tour) -> bool:
    """May change it and call it off: a clerk of its organization, a worker of the area of its seat."""
    organization = tour.organization
    return organization.pk in viewer.clerk_of or viewer.works_at(organization.area.path)


def may_see_sign_ups(viewer: Viewer, stop: TourStop) -> bool:
    return stop.tour.organization_id in viewer.clerk_of or viewer.works_at(stop.place.path)


def may_sign_up(viewer: Viewer, person: Person) -> bool:
    """Oneself, a live proxy without a narrower scope, or a worker of the area where the person lives."""
    if viewer.person_id is None:
        return False
    speaks = any(held.for_person_id == person.pk and not held.scope for held in viewer.mandates)
    return viewer.person_id == person.pk or speaks or is_cared_for(viewer, person)


def _spoken_for(viewer: Viewer) -> Q:
    people = {held.for_person_id for held in viewer.mandates if not held.scope}
    return Q(person_id__in={viewer.person_id or 0, *people})


def _looked_after(viewer: Viewer) -> Q:
    clerks = Q(tour__organization_id__in=viewer.clerk_of)
    return clerks | worked_by(viewer, "tour__organization__area__path") | worked_by(viewer, "place__path")


def _known(viewer: Viewer) -> Q:
    found = _looked_after(viewer) | Q(tour__organization_id__in=viewer.member_of)
    found |= Q(sign_ups__in=TourSignUp.objects.filter(_spoken_for(viewer)))
    community = Area.objects.filter(pk=viewer.community_id or 0).values_list("path", flat=True).first()
    if community is None:
        return found
    return found | Q(pk__in=TourStop.objects.filter(place__path__startswith=path_above(community)).values("pk"))


def _walk_m(person: Person, stop: TourStop) -> int | None:
    """By the usual detour: how far it is along streets is measured where a request is looked at."""
    home = person.household
    if home is None or home.latitude is None or home.longitude is None:
        return None
    metres = straight_metres(home.latitude, home.longitude, np.asarray([stop.latitude]), np.asarray([stop.longitude]))
    return round(DETOUR * float(metres[0]))
