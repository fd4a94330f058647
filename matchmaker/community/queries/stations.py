"""Stations: public, with their hours."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, Station
from matchmaker.community.opening_hours import Opening, next_opening


@dataclass(frozen=True, slots=True)
class StationNow:
    """A station and when it is open next; `is_open` where that has begun."""

    station: Station
    opening: Opening | None
    is_open: bool


def stations_near(area: Area, *, zone: str, now: datetime, at_most: int = 3) -> list[StationNow]:
    """Stations of the areas around, the open ones first, then those that open soonest; one query."""
    around = Q(area__in=keys_of_path(area.path)) | Q(area__path__startswith=area.path)
    rows = Station.objects.filter(around, organization__closed_at__isnull=True).order_by("pk")
    found = [_now(station, ZoneInfo(zone), now) for station in rows]
    return sorted(found, key=_soonest)[:at_most]


def _now(station: Station, zone: ZoneInfo, now: datetime) -> StationNow:
    opening = next_opening(station.opening_hours, zone, now=now)
    return StationNow(station, opening, opening is not None and opening.opens_at <= now)


def _soonest(shown: StationNow) -> tuple[bool, float, int]:
    opens = shown.opening.opens_at.timestamp() if shown.opening else float("inf")
    return not shown.is_open, opens, shown.station.pk
