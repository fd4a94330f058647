"""Weekly needs: the next visits of a match, up to four weeks ahead."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from matchmaker.matches import calendar, inputs
from matchmaker.matches.actions import booking, locks
from matchmaker.matches.models import Match, MatchState, Visit, VisitState
from matchmaker.needs.models import NeedRepeat, NeedState


def extend_series(*, now: datetime) -> int:
    """Every weekly match has its visits for the next four weeks; how many were added."""
    rows = Match.objects.filter(state=MatchState.AGREED, need__repeat=NeedRepeat.WEEKLY)
    return sum(_extend(match_id, now) for match_id in rows.order_by("pk").values_list("pk", flat=True))


def is_ended(match: Match) -> bool:
    """No visit will be added to this match any more."""
    need = match.need
    if need.repeat == NeedRepeat.ONCE or need.state == NeedState.WITHDRAWN:
        return True
    if need.repeat_until_date is None:
        return False
    zone = calendar.zone_of(need.community)
    latest = Visit.objects.filter(match=match).order_by("-starts_at").values_list("starts_at", flat=True)[0]
    return calendar.occurrence(latest, 1, zone).astimezone(zone).date() > need.repeat_until_date


def _extend(match_id: int, now: datetime) -> int:
    with transaction.atomic():
        match = locks.lock_match(match_id)
        if match.state != MatchState.AGREED:
            return 0
        return sum(_add_visit(match, start, now) for start in list(_starts_missing(match, now)))


def _starts_missing(match: Match, now: datetime) -> Iterator[datetime]:
    """Starts after the latest visit of the series and within four weeks from now, while the need repeats."""
    need = match.need
    zone = calendar.zone_of(need.community)
    first = match.proposal.starts_at
    latest = Visit.objects.filter(match=match).order_by("-starts_at").values_list("starts_at", flat=True)[0]
    week = (latest - first) // calendar.WEEK
    while True:
        week += 1
        start = calendar.occurrence(first, week, zone)
        if start > now + calendar.HORIZON:
            return
        if need.repeat_until_date is not None and start.astimezone(zone).date() > need.repeat_until_date:
            return
        if start > max(now, latest):
            yield start


def _add_visit(match: Match, start: datetime, now: datetime) -> int:
    """1 where it was booked; where one of the two is busy, or another stands in, it stands there as cancelled."""
    try:
        if _is_taken(match, start):
            raise booking.AskerAlreadyBooked
        booking.book_visits(match=match, starts=[start], minutes=match.need.minutes)
    except (booking.HelperAlreadyBooked, booking.AskerAlreadyBooked):
        ends = start + (match.proposal.ends_at - match.proposal.starts_at)
        Visit.objects.create(
            match=match,
            starts_at=start,
            ends_at=ends,
            minutes=match.need.minutes,
            state=VisitState.CANCELLED,
            closed_at=now,
        )
        return 0
    return 1


def _is_taken(match: Match, start: datetime) -> bool:
    """The week of this occurrence belongs to whoever stands in for an earlier helper of the series."""
    zone = calendar.zone_of(match.need.community)

    def week_of(moment: datetime) -> tuple[int, int]:
        return moment.astimezone(zone).isocalendar()[:2]

    absences = Visit.objects.filter(match__need=match.need, starts_at__gt=start - calendar.WEEK)
    return week_of(start) in inputs.weeks_taken(absences, week_of=week_of).get(match.need_id, ())
