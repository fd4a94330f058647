"""The end of a search: withdrawn by those who asked, or expired from its due time."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import CLOSE_NEED
from matchmaker.needs.actions.locking import locked_need_to_change
from matchmaker.needs.actions.opening import record_need
from matchmaker.needs.models import Need, NeedState
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind

EXPIRED_AT_ONCE: Final = 500


def withdraw_need(*, viewer: Viewer, need_id: UUID, now: datetime) -> Need:
    """The need is withdrawn; whatever is under way for it will be closed. Withdrawing costs nothing."""
    withdrawn_by_id = viewer.require_person()
    with transaction.atomic():
        need = locked_need_to_change(viewer, need_id)
        _close(need, NeedState.WITHDRAWN, now)
        enqueue(CLOSE_NEED, {"need_id": need.pk}, now=now)
        others = {need.asked_by_id, need.for_person_id} - {withdrawn_by_id}
        _tell(need, others, NoticeKind.NEED_WITHDRAWN, now)
        record_need("need.withdrawn", need, by=withdrawn_by_id, now=now)
    return need


def expire_needs(*, now: datetime) -> int:
    """Searches whose time is over are closed, the oldest first, some hundreds at a time; how many there were.

    The due time is never after the last moment at which a visit can begin, so windows need not be looked at. Where some
    of the helpers were found, the need closes as met: those visits stand.
    """
    with transaction.atomic():
        due = Need.objects.select_for_update().filter(state=NeedState.OPEN, answer_by__lte=now)
        needs = sorted(due.order_by("answer_by", "pk")[:EXPIRED_AT_ONCE], key=lambda need: (need.community_id, need.pk))
        for need in needs:
            _expire(need, now)
    return len(needs)


def _expire(need: Need, now: datetime) -> None:
    if need.helpers_found > 0:
        _close(need, NeedState.MET, now)
        record_need("need.met_in_part", need, by=None, now=now)
        return
    _close(need, NeedState.EXPIRED, now)
    enqueue(CLOSE_NEED, {"need_id": need.pk}, now=now)
    _tell(need, {need.asked_by_id, need.for_person_id}, NoticeKind.NEED_EXPIRED, now)
    record_need("need.expired", need, by=None, now=now)


def _close(need: Need, state: NeedState, now: datetime) -> None:
    need.state = state
    need.closed_at = now
    need.save(update_fields=["state", "closed_at"])


def _tell(need: Need, person_ids: set[int], kind: NoticeKind, now: datetime) -> None:
    for person_id in sorted(person_ids):
        notices.notify(
            person_id=person_id, kind=kind, about=need.public_id, key=f"{kind}:{need.pk}:{person_id}", now=now
        )
