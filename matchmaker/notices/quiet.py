"""Quiet hours on the wall clock of a community."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def is_quiet(moment: time, *, starts: time, ends: time) -> bool:
    """Within the quiet hours, which may cross midnight; equal ends mean none.

    >>> is_quiet(time(23), starts=time(22), ends=time(7)), is_quiet(time(7), starts=time(22), ends=time(7))
    (True, False)
    """
    if starts <= ends:
        return starts <= moment < ends
    return moment >= starts or moment < ends


def after_quiet(now: datetime, *, starts: time, ends: time, zone: str) -> datetime:
    """`now`, or the end of the quiet hours that it falls into."""
    local = now.astimezone(ZoneInfo(zone))
    if not is_quiet(local.time(), starts=starts, ends=ends):
        return now
    day = local.date() if local.time() < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends, tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)


def next_morning(now: datetime, *, at: time, zone: str) -> datetime:
    """This hour of the next day."""
    day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)
