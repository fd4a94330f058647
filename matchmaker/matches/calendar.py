"""Weeks and repeated times of a community: what a block of a proposal is on its clocks."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from matchmaker.community.models import Area
from matchmaker.engine.problem import HORIZON_WEEKS
from matchmaker.needs.availability import QUARTER, quarter_number

UTC = ZoneInfo("UTC")
WEEK = timedelta(weeks=1)
HORIZON = HORIZON_WEEKS * WEEK


def zone_of(area: Area) -> ZoneInfo:
    """A community's own zone; of an area above communities that of the first of them."""
    if area.time_zone:
        return ZoneInfo(area.time_zone)
    below = Area.objects.filter(path__startswith=area.path).exclude(time_zone="").order_by("path")
    return ZoneInfo(below.values_list("time_zone", flat=True)[0])


def horizon_start(now: datetime, zone: ZoneInfo) -> datetime:
    """The local midnight that began this ISO week, in UTC: so that the weeks of the horizon are ISO weeks."""
    today = now.astimezone(zone).date()
    return _midnight(today - timedelta(days=today.weekday()), zone)


def quarters_of(starts_at: datetime, ends_at: datetime) -> range:
    """The numbers of the quarter-hours that a visit takes up, begun ones included."""
    return range(quarter_number(starts_at), quarter_number(ends_at + QUARTER - timedelta(microseconds=1)))


def occurrence(starts_at: datetime, week: int, zone: ZoneInfo) -> datetime:
    """The same local time some weeks later, in UTC: where clocks change, the hour on the wall stays."""
    local = starts_at.astimezone(zone).replace(tzinfo=None) + week * WEEK
    return local.replace(tzinfo=zone).astimezone(UTC)


def occurrences(starts_at: datetime, weeks: int, zone: ZoneInfo) -> list[datetime]:
    """The starts of a series of so many weeks."""
    return [occurrence(starts_at, week, zone) for week in range(weeks)]


def week_of_horizon(moment: datetime, start: datetime) -> int | None:
    """Which week of the horizon, from 0; None outside it."""
    week = (moment - start) // WEEK
    return week if 0 <= week < HORIZON_WEEKS else None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
