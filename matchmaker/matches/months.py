"""Months of a community on its own clocks, and when what is told of one may be written."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from matchmaker.errors import NotFound

MONTHS_BACK: Final = 12
"""So many months may be chosen, the one under way among them."""
DAYS_AFTER: Final = 7
"""Who asked on the last day of a month has so many days in which somebody may say yes, before it is told."""


def first_day(day: date) -> date:
    return day.replace(day=1)


def next_month(month: date) -> date:
    return first_day(month + timedelta(days=31))


def month_before(month: date) -> date:
    return first_day(month - timedelta(days=1))


def starts_at(month: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(month, time(), tzinfo=zone)


def closes_at(month: date, zone: ZoneInfo) -> datetime:
    """What was agreed before this moment counts for the month, and from then on it may be told."""
    return datetime.combine(next_month(month) + timedelta(days=DAYS_AFTER), time(), tzinfo=zone)


def latest_closed(now: datetime, zone: ZoneInfo) -> date:
    """The latest month of which may be told."""
    month = month_before(first_day(now.astimezone(zone).date()))
    return month if closes_at(month, zone) <= now else month_before(month)


def still_open(now: datetime, zone: ZoneInfo) -> tuple[date, ...]:
    """The months that are not told yet, the first of them up to the one under way: one, or two in its first week."""
    first, under_way = next_month(latest_closed(now, zone)), first_day(now.astimezone(zone).date())
    return (first,) if first == under_way else (first, under_way)


def last_months(now: datetime, zone: ZoneInfo, *, count: int = MONTHS_BACK) -> list[date]:
    """The first day of the month it is there now and of those before it, the latest first."""
    found = [first_day(now.astimezone(zone).date())]
    while len(found) < count:
        found.append(month_before(found[-1]))
    return found


def month_of(day: date | None, *, now: datetime, zone: ZoneInfo) -> date:
    """The first day of the month of this day, or of the one under way; NotFound where it may not be chosen."""
    offered = last_months(now, zone)
    first = offered[0] if day is None else first_day(day)
    if first not in offered:
        raise NotFound(field="day")
    return first
