"""A visit fell out: somebody else is looked for, for this one occurrence."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from matchmaker.errors import InvalidInput
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import calendar
from matchmaker.matches.actions import agreements, booking
from matchmaker.matches.inputs.problem import TIME_TO_ANSWER
from matchmaker.matches.models import MatchState, Visit
from matchmaker.needs import actions as needs
from matchmaker.needs.availability import Window, last_start
from matchmaker.needs.models import Need, NeedRepeat, Urgency
from matchmaker.needs.queries import windows_of
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind
from matchmaker.records import actions as records

CANNOT_WAIT: Final = timedelta(days=1)
"""So long before a visit somebody else is looked for as for an urgent need."""


def look_for_another(visit: Visit, *, now: datetime, until: time | None = None) -> Need | None:
    """The need that looks for somebody to come instead, where a visit can still begin; None where none can.

    A need for one visit is open again itself. Of a weekly one this occurrence alone is open, as a need of its own;
    the helper of the series stays. `until` is the local time until which somebody may still come today.
    """
    need = visit.match.need
    if visit.match.state != MatchState.AGREED:
        return None
    extra = _until_today(need, until, now)
    if need.repeat == NeedRepeat.ONCE:
        found = _open_again(visit, extra, now)
    else:
        found = _open_for_once(visit, extra, now)
    if found is not None:
        enqueue(names.PROPOSE_NEXT, {"need_id": found.pk}, now=now, key=f"propose_next@fell_out:{visit.pk}")
        _tell_asker(found, now)
    return found


def check_until(need: Need, until: time | None, now: datetime) -> None:
    """InvalidInput where nobody could come until then any more."""
    windows = _until_today(need, until, now)
    if windows and not _still_possible(windows, need, now):
        raise InvalidInput(
            "That is too soon for anybody to come. Please choose a later time today.",
            message_zh="时间太近，来不及了，请选今天晚一点的时间。",
            field="until",
        )


def _open_again(visit: Visit, extra: tuple[Window, ...], now: datetime) -> Need | None:
    """One helper fewer, whether or not time remains: the need closes by itself at its due time."""
    need = needs.release_helper(need_id=visit.match.need_id, now=now)
    windows = (*extra, *windows_of(need))
    if not _still_possible(windows, need, now):
        return None
    return needs.hurry(need_id=need.pk, windows=extra, now=now)


def _open_for_once(visit: Visit, extra: tuple[Window, ...], now: datetime) -> Need | None:
    series = visit.match.need
    windows = _still_possible((*extra, *_windows_for(visit)), series, now)
    if not windows or visit.replaced_by_id is not None:
        return None
    records.lock_keys({visit.match.helper_id, series.for_person_id, series.asked_by_id})
    urgency = Urgency.URGENT if visit.starts_at - now < CANNOT_WAIT else Urgency.SOON
    need = needs.open_replacement(need_id=series.pk, windows=windows, urgency=urgency, now=now)
    visit.replaced_by = need
    visit.save(update_fields=["replaced_by"])
    return need


def _windows_for(visit: Visit) -> Iterable[Window]:
    """The windows of the series in the week of this visit; where others still come, their very time."""
    series = visit.match.need
    zone = calendar.zone_of(series.community)
    fellows = booking.fellow_visits(visit)
    if fellows:
        starts, ends = (moment.astimezone(zone) for moment in (fellows[0].starts_at, fellows[0].ends_at))
        return [Window(starts.date(), starts.time(), ends.time())]
    day = visit.starts_at.astimezone(zone).date()
    moved = [(replace(window, date=_in_week_of(day, window.date)), window) for window in windows_of(series)]
    return [window for window, first in moved if window.date >= first.date]


def _in_week_of(day: date, other: date) -> date:
    """The weekday of the other date in the ISO week of this day."""
    return day - timedelta(days=day.weekday()) + timedelta(days=other.weekday())


def _until_today(need: Need, until: time | None, now: datetime) -> tuple[Window, ...]:
    if until is None:
        return ()
    local = now.astimezone(calendar.zone_of(need.community))
    if until <= local.time():
        raise InvalidInput(
            "This time has passed already. Please choose a later time today.",
            message_zh="这个时间已经过了，请选今天晚一点的时间。",
            field="until",
        )
    return (Window(local.date(), local.time().replace(second=0, microsecond=0), until),)


def _still_possible(windows: Iterable[Window], need: Need, now: datetime) -> tuple[Window, ...]:
    """Those in which a visit can begin after the time that two answers take."""
    zone: ZoneInfo = calendar.zone_of(need.community)
    soonest = now + TIME_TO_ANSWER[Urgency.URGENT]
    found = {window: last_start(window, minutes=need.minutes, zone=zone) for window in windows}
    return tuple(sorted(window for window, start in found.items() if start is not None and start >= soonest))


def _tell_asker(need: Need, now: datetime) -> None:
    for person_id in agreements.askers_to_tell(need, now):
        notices.notify(
            person_id=person_id,
            kind=NoticeKind.NEXT_IS_ASKED,
            about=need.public_id,
            key=f"next_is_asked:{need.pk}:{now.isoformat()}:{person_id}",
            now=now,
        )
