"""The end of a search: withdrawn by those who asked, or expired from its due time."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import CLOSE_NEED
from matchmaker.needs.actions.alarms import settle
from matchmaker.needs.actions.locking import locked_need_to_change
from matchmaker.needs.actions.opening import record_need
from matchmaker.needs.actions.particulars import last_start_of
from matchmaker.needs.models import Need, NeedState
from matchmaker.needs.queries import people_asking, windows_of
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind

EXPIRED_AT_ONCE: Final = 500


def withdraw_need(*, viewer: Viewer, need_id: UUID, now: datetime) -> Need:
    """The need is withdrawn; whatever is under way for it will be closed. Withdrawing costs nothing."""
    withdrawn_by_id = viewer.require_person()
    with transaction.atomic():
        need = locked_need_to_change(viewer, need_id)
        _close(need, NeedState.WITHDRAWN, now)
        settle(need, now=now)
        enqueue(CLOSE_NEED, {"need_id": need.pk}, now=now)
        _close_replacements(need, now)
        others = people_asking(need, now=now) - {withdrawn_by_id}
        _tell(need, others, NoticeKind.NEED_WITHDRAWN, now)
        record_need("need.withdrawn", need, by=withdrawn_by_id, now=now)
    return need


def expire_needs(*, now: datetime) -> int:
    """Searches whose time is over are closed, the oldest first, some hundreds at a time; how many there were.

    The due time is never after the last moment at which a visit can begin, so windows need not be looked at. Where some
    of the helpers were found, the need closes as met: those visits stand, and nobody is asked or rung about it further.
    Where nobody was found the duty post goes on ringing until a worker has looked: the search is over, the need is not.
    """
    due = Need.objects.filter(state=NeedState.OPEN, answer_by__lte=now).order_by("answer_by", "pk")
    return sum(_expire(need_id, now) for need_id in list(due.values_list("pk", flat=True)[:EXPIRED_AT_ONCE]))


def goes_on(need: Need, now: datetime) -> bool:
    """Helpers are looked for, or a visit may still be ahead."""
    if need.state == NeedState.OPEN:
        return True
    if need.state != NeedState.MET:
        return False
    last = last_start_of(need, windows_of(need), zone=ZoneInfo(need.community.time_zone))
    return last is None or last > now


def _expire(need_id: int, now: datetime) -> int:
    """1 where the need closed. One transaction each: a chain's head is never held while the next need is wanted."""
    with transaction.atomic():
        rows = Need.objects.select_for_update(no_key=True)
        need = rows.filter(pk=need_id, state=NeedState.OPEN, answer_by__lte=now).first()
        if need is None:
            return 0
        if need.helpers_found > 0:
            _close(need, NeedState.MET, now)
            settle(need, now=now)
            enqueue(CLOSE_NEED, {"need_id": need.pk}, now=now)
            record_need("need.met_in_part", need, by=None, now=now)
            return 1
        _close(need, NeedState.EXPIRED, now)
        enqueue(CLOSE_NEED, {"need_id": need.pk}, now=now)
        _tell(need, people_asking(need, now=now), NoticeKind.NEED_EXPIRED, now)
        record_need("need.expired", need, by=None, now=now)
    return 1


def _close(need: Need, state: NeedState, now: datetime) -> None:
    need.state = state
    need.closed_at = now
    need.save(update_fields=["state", "closed_at"])


def _close_replacements(need: Need, now: datetime) -> None:
    """With the series goes the search for somebody who would stand in once, and whoever would come."""
    live = (NeedState.OPEN, NeedState.MET)
    rows = Need.objects.select_for_update(no_key=True).filter(instead_of=need, state__in=live)
    for one in rows.order_by("pk"):
        if not goes_on(one, now):
            continue
        _close(one, NeedState.WITHDRAWN, now)
        settle(one, now=now)
        enqueue(CLOSE_NEED, {"need_id": one.pk}, now=now)


def _tell(need: Need, person_ids: Collection[int], kind: NoticeKind, now: datetime) -> None:
    for person_id in sorted(person_ids):
        notices.notify(
            person_id=person_id, kind=kind, about=need.public_id, key=f"{kind}:{need.pk}:{person_id}", now=now
        )
