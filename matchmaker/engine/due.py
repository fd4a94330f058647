"""The due clock: until when something is to be done, and whether it was.

The rule is the one that cities keep for their own requests: overdue if and only if there is a target and the end, or
the moment of looking where it has not ended, is later than the target. A moment equal to the target is in time, and
what has no target is never late.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum


class DueStatus(StrEnum):
    ONTIME = "ONTIME"
    OVERDUE = "OVERDUE"


def status_of(*, target: datetime | None, closed: datetime | None, as_of: datetime) -> DueStatus:
    """How something stands against its due time.

    Parameters
    ----------
    target, closed, as_of : datetime
        Until when it was to be done (None: not said), when it was (None: still open), and when we look. All three with
        a zone, or all three without one, as readings of one and the same local clock.

    Returns
    -------
    DueStatus
        OVERDUE where a target exists and `closed`, or `as_of` where that is None, is later; else ONTIME.

    Raises
    ------
    TypeError
        Where some have a zone and others have none: those cannot be compared.

    Notes
    -----
    Moments with a zone are compared in UTC. Python compares two readings of the same zone by the hands of the clock,
    which is wrong for an hour in the night in which clocks go back.

    Examples
    --------
    >>> noon = datetime(2015, 3, 2, 12)
    >>> status_of(target=noon, closed=noon, as_of=datetime(2016, 1, 13))
    <DueStatus.ONTIME: 'ONTIME'>
    >>> status_of(target=noon, closed=None, as_of=datetime(2016, 1, 13))
    <DueStatus.OVERDUE: 'OVERDUE'>
    >>> status_of(target=None, closed=None, as_of=datetime(2016, 1, 13))
    <DueStatus.ONTIME: 'ONTIME'>
    """
    if target is None:
        return DueStatus.ONTIME
    ended = as_of if closed is None else closed
    return DueStatus.OVERDUE if _comparable(ended) > _comparable(target) else DueStatus.ONTIME


def due_at(*, starts: datetime, within: timedelta, ends: datetime) -> datetime:
    """Until when help should be agreed for a search that begins at `starts` and is given up at `ends`.

    Within the hours that the kind of help allows, counted round the clock and through nights in which clocks change; at
    the latest when half of the time for the search is over, so that whoever is told has the other half to act in.

    Examples
    --------
    >>> monday = datetime(2026, 3, 2, 1, tzinfo=UTC)
    >>> due_at(starts=monday, within=timedelta(hours=24), ends=monday + timedelta(days=14)).isoformat()
    '2026-03-03T01:00:00+00:00'
    >>> due_at(starts=monday, within=timedelta(hours=24), ends=monday + timedelta(hours=8)).isoformat()
    '2026-03-02T05:00:00+00:00'
    """
    starts, ends = _comparable(starts), _comparable(ends)
    return min(starts + within, starts + (ends - starts) / 2)


def _comparable(moment: datetime) -> datetime:
    return moment if moment.tzinfo is None else moment.astimezone(UTC)
