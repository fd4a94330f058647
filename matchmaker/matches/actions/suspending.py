"""A match is paused while a worker looks into a concern; afterwards it goes on or has ended."""

from collections.abc import Sequence
from datetime import datetime

from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches.actions import agreements, booking
from matchmaker.matches.actions.closing import call_off, visits_ahead
from matchmaker.matches.actions.companions import endings
from matchmaker.matches.actions.series import is_ended
from matchmaker.matches.models import Match, MatchState, Visit, VisitState
from matchmaker.needs import actions as needs
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind
from matchmaker.records import actions as records


def suspend(match: Match, *, occasion: str, now: datetime) -> None:
    """Nobody goes and no contact is shown until it is resumed; both sides are told that much. The match is locked."""
    if match.state != MatchState.AGREED:
        return
    match.state, match.suspended_at = MatchState.SUSPENDED, now
    match.save(update_fields=["state", "suspended_at"])
    endings.release(visits_ahead(match, now), now=now)
    _tell_both(match, NoticeKind.MATCH_PAUSED, occasion, now)


def resume(match: Match, *, occasion: str, now: datetime) -> list[records.Entry]:
    """The match goes on with the visits ahead; those that fell into the pause are called off. What is to be recorded.

    Where no visit is left it ends, and the need looks for the next helper.
    """
    if match.state != MatchState.SUSPENDED or match.suspended_at is None:
        return []
    missed = _visits_missed(match, match.suspended_at, now)
    booking.free_visits(missed, now=now)
    if missed and is_ended(match) and not Visit.objects.filter(match=match, state=VisitState.PLANNED).exists():
        return end(match, now=now)
    match.state, match.suspended_at = MatchState.AGREED, None
    match.save(update_fields=["state", "suspended_at"])
    _tell_both(match, NoticeKind.MATCH_RESUMED, occasion, now)
    return []


def end(match: Match, *, now: datetime) -> list[records.Entry]:
    """The match is over: what lies ahead is called off and help that is still wanted is looked for elsewhere."""
    if match.state not in (MatchState.AGREED, MatchState.SUSPENDED):
        return []
    ahead = visits_ahead(match, now)
    entry = call_off(match, ahead, now)
    if ahead or not Visit.objects.filter(match=match, state__in=(VisitState.PLANNED, VisitState.DONE)).exists():
        needs.release_helper(need_id=match.need_id, now=now)
        enqueue(names.PROPOSE_NEXT, {"need_id": match.need_id}, now=now, key=f"propose_next@ended:{match.pk}")
    return [entry]


def _visits_missed(match: Match, since: datetime, now: datetime) -> Sequence[Visit]:
    """Planned visits that would have begun during the pause, and to which nobody came."""
    rows = Visit.objects.filter(match=match, state=VisitState.PLANNED, arrived_at__isnull=True)
    return list(rows.filter(starts_at__gt=since, starts_at__lte=now).select_related("match__need").order_by("pk"))


def _tell_both(match: Match, kind: NoticeKind, occasion: str, now: datetime) -> None:
    for person_id in sorted({match.helper_id, *agreements.askers_to_tell(match.need, now)}):
        key = f"{kind.lower()}:{match.pk}:{occasion}:{person_id}"
        notices.notify(person_id=person_id, kind=kind, about=match.public_id, key=key, now=now)
