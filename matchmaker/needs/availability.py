"""From local wall-clock times to the quarter-hours the engine counts in.

A window says "on 3 December from 22:00 to 02:00", hours say "Mondays from 9:00 to 11:00", in the zone of a community.
Both become a Python int used as a set of bits: bit i is the quarter-hour that begins i * 15 minutes after the start of
the horizon. A quarter counts when one window holds all of it, read on the clock at that place: an hour that the clocks
skip has no quarters, an hour they repeat has them twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from matchmaker.engine.problem import ALWAYS, HORIZON_QUARTERS, HORIZON_WEEKS, QUARTER_MINUTES, WEEK_QUARTERS

QUARTER: Final = timedelta(minutes=QUARTER_MINUTES)
HORIZON: Final = QUARTER * HORIZON_QUARTERS
QUARTER_SECONDS: Final = QUARTER_MINUTES * 60
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PROBE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A local date and times; ends the next day when `ends` is not after `starts`."""

    date: date
    starts: time
    ends: time


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """Local times on every such weekday (0 is Monday); end the next day when `ends` is not after `starts`."""

    weekday: int
    starts: time
    ends: time


def quarters_for(minutes: int) -> int:
    """Whole quarter-hours that hold so many minutes."""
    return -(-minutes // QUARTER_MINUTES)


def quarter_number(moment: datetime) -> int:
    """Quarter-hours since 1970-01-01T00:00Z: the number that bookings are stored under."""
    return (moment - _EPOCH) // QUARTER


def moment_of(quarter: int, *, horizon_start: datetime) -> datetime:
    """When a quarter of the horizon begins, in UTC."""
    return horizon_start + QUARTER * quarter


def bits_of_numbers(numbers: Iterable[int], *, horizon_start: datetime) -> int:
    """Stored quarter numbers as bits of this horizon; those outside are left out."""
    first = quarter_number(horizon_start)
    bits = 0
    for number in numbers:
        if 0 <= number - first < HORIZON_QUARTERS:
            bits |= 1 << (number - first)
    return bits


def window_quarters(
    windows: Iterable[Window],
    *,
    zone: ZoneInfo,
    horizon_start: datetime,
    weekly: bool = False,
    until_date: date | None = None,
    booked: int = 0,
) -> int:
    """Quarters of the horizon that lie in a window and are not booked; weekly windows come back until that date."""
    bits = 0
    for window in windows:
        for day in _days_of(window, zone=zone, horizon_start=horizon_start, weekly=weekly, until_date=until_date):
            bits |= _day_quarters(day, window.starts, window.ends, zone, horizon_start)
    return bits & ~booked


def hours_quarters(hours: Iterable[Hours], *, zone: ZoneInfo, horizon_start: datetime, booked: int = 0) -> int:
    """Quarters of the horizon that lie in the weekly hours and are not booked; no hours at all means any time."""
    bits = 0
    some = False
    for weekly in hours:
        some = True
        bits |= _weekday_quarters(weekly, zone, horizon_start)
    return (bits if some else ALWAYS) & ~booked


def block_starts(open_quarters: int, quarters: int) -> int:
    """Bits of the quarters at which an unbroken block of this length may start."""
    starts, length = open_quarters, 1
    while length < quarters:
        step = min(length, quarters - length)
        starts &= starts >> step
        length += step
    return starts


def weeks_running(open_quarters: int, quarters: int) -> int:
    """In how many weeks running one and the same block fits, at most four; 0 where it fits nowhere.

    The same block is the same number of quarters later. Over a clock change a narrow window therefore ends the run,
    and the series goes on from the next horizon.
    """
    starts = block_starts(open_quarters, quarters)
    weeks = 0
    while starts and weeks < HORIZON_WEEKS:
        weeks += 1
        starts &= block_starts(open_quarters, quarters) >> (WEEK_QUARTERS * weeks)
    return weeks


def has_room(window: Window, *, minutes: int, zone: ZoneInfo, not_before: datetime | None = None) -> bool:
    """A visit of so many minutes fits into this one window, and begins no earlier than `not_before`."""
    last = last_start(window, minutes=minutes, zone=zone)
    return last is not None and (not_before is None or last >= not_before)


def last_start(window: Window, *, minutes: int, zone: ZoneInfo) -> datetime | None:
    """The last moment at which a visit of so many minutes may begin in this one window; None where it does not fit."""
    horizon_start = datetime.combine(window.date - timedelta(days=1), time(0), tzinfo=UTC)
    starts = block_starts(window_quarters([window], zone=zone, horizon_start=horizon_start), quarters_for(minutes))
    return moment_of(starts.bit_length() - 1, horizon_start=horizon_start) if starts else None


def _days_of(
    window: Window, *, zone: ZoneInfo, horizon_start: datetime, weekly: bool, until_date: date | None
) -> Iterable[date]:
    """Local dates on which the window may touch the horizon."""
    first = horizon_start.astimezone(zone).date() - timedelta(days=1)
    last = (horizon_start + HORIZON).astimezone(zone).date()
    if not weekly:
        return [window.date] if first <= window.date <= last else []
    if until_date is not None:
        last = min(last, until_date)
    weeks_gone = max(0, -((window.date - first).days // 7))
    day = window.date + timedelta(weeks=weeks_gone)
    days = []
    while day <= last:
        days.append(day)
        day += timedelta(weeks=1)
    return days


@lru_cache(maxsize=8192)
def _weekday_quarters(hours: Hours, zone: ZoneInfo, horizon_start: datetime) -> int:
    first = horizon_start.astimezone(zone).date() - timedelta(days=1)
    bits = 0
    day = first + timedelta(days=(hours.weekday - first.weekday()) % 7)
    while day <= (horizon_start + HORIZON).astimezone(zone).date():
        bits |= _day_quarters(day, hours.starts, hours.ends, zone, horizon_start)
        day += timedelta(weeks=1)
    return bits


@lru_cache(maxsize=32768)
def _day_quarters(day: date, starts: time, ends: time, zone: ZoneInfo, horizon_start: datetime) -> int:
    """Whole quarters between two readings of the local clock, the second on the next day when it is not later."""
    origin = horizon_start.replace(tzinfo=None)
    begin = datetime.combine(day, starts) - origin
    end = datetime.combine(day if ends > starts else day + timedelta(days=1), ends) - origin
    bits = 0
    for stretch_begin, stretch_end, offset in _stretches(zone, horizon_start):
        first = -(-max(stretch_begin, int(begin.total_seconds()) - offset) // QUARTER_SECONDS)
        after = min(stretch_end, int(end.total_seconds()) - offset) // QUARTER_SECONDS
        if after > first:
            bits |= ((1 << (after - first)) - 1) << first
    return bits


@lru_cache(maxsize=256)
def _stretches(zone: ZoneInfo, horizon_start: datetime) -> tuple[tuple[int, int, int], ...]:
    """The horizon cut where the clocks change: (begin, end, offset from UTC), in seconds from its start."""
    cuts = [horizon_start]
    probe = horizon_start
    while probe < horizon_start + HORIZON:
        later = min(probe + _PROBE, horizon_start + HORIZON)
        if _offset(later, zone) != _offset(probe, zone):
            cuts.append(_clock_change(probe, later, zone))
        probe = later
    ends = [*cuts[1:], horizon_start + HORIZON]
    return tuple(
        (int((begin - horizon_start).total_seconds()), int((end - horizon_start).total_seconds()), _offset(begin, zone))
        for begin, end in zip(cuts, ends, strict=True)
    )


def _clock_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The minute in which the offset changes, found by halving."""
    minute = timedelta(minutes=1)
    while after - before > minute:
        middle = before + minute * ((after - before) // minute // 2)
        if _offset(middle, zone) == _offset(before, zone):
            before = middle
        else:
            after = middle
    return after


def _offset(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
