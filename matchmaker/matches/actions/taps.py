"""Coming and leaving: said by a tap of either side, or by a worker who logs a call."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.matches import queries
from matchmaker.matches.actions import locks
from matchmaker.matches.models import Match, MatchState, SaidBy, Visit, VisitState
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.visits import EARLIEST_BEFORE, LATEST_AFTER, TAKEN_BACK_WITHIN
from matchmaker.notices import actions as notices
from matchmaker.notices.models import AlarmKind


class TooEarlyToArrive(DomainError):
    code = "TOO_EARLY_TO_ARRIVE"
    message = "It is too early for this visit. You can say that you are there from half an hour before."
    message_zh = "现在还太早，约定时间前半小时起可以报到达。"


class TooLateToSay(DomainError):
    code = "TOO_LATE_TO_SAY"
    message = "The time of this visit is over. Please say how it went instead."
    message_zh = "这次见面的时间已经过了，请直接填写见面情况。"


class VisitNotOpen(DomainError):
    code = "VISIT_NOT_OPEN"
    message = "This visit is closed, called off or paused."
    message_zh = "这次见面已经结束、取消或暂停了。"


class NothingToTakeBack(DomainError):
    code = "NOTHING_TO_TAKE_BACK"
    message = "There is nothing of yours to take back here; it can be done within ten minutes."
    message_zh = "没有可以撤回的内容；十分钟之内可以撤回自己报的到达或离开。"


def arrive(*, viewer: Viewer, visit_id: UUID, now: datetime) -> Visit:
    """The helper is there, by the word of this viewer; said twice it is the first that counts."""
    with transaction.atomic():
        visit, said = _locked(viewer, visit_id)
        if visit.arrived_at is not None:
            return visit
        if visit.state != VisitState.PLANNED or visit.match.state != MatchState.AGREED or visit.left_at is not None:
            raise VisitNotOpen
        if now < visit.starts_at - EARLIEST_BEFORE:
            raise TooEarlyToArrive
        if now > visit.ends_at:
            raise TooLateToSay
        visit.arrived_at, visit.arrived_said, visit.arrived_by_id = now, said, viewer.person_id
        visit.save(update_fields=["arrived_at", "arrived_said", "arrived_by"])
        _settle(visit, now)
    return visit


def leave(*, viewer: Viewer, visit_id: UUID, now: datetime) -> Visit:
    """The helper has left, by the word of this viewer; also where the match was paused while they were there."""
    with transaction.atomic():
        visit, said = _locked(viewer, visit_id)
        if visit.left_at is not None:
            return visit
        if visit.state != VisitState.PLANNED or (visit.arrived_at is None and visit.match.state != MatchState.AGREED):
            raise VisitNotOpen
        if visit.arrived_at is None and now < visit.starts_at:
            raise TooEarlyToArrive
        if now > visit.ends_at + LATEST_AFTER:
            raise TooLateToSay
        visit.left_at, visit.left_said, visit.left_by_id = now, said, viewer.person_id
        visit.save(update_fields=["left_at", "left_said", "left_by"])
        _settle(visit, now)
    return visit


def take_back_tap(*, viewer: Viewer, visit_id: UUID, now: datetime) -> Visit:
    """The latest word of coming or leaving is unsaid, by whoever said it, while it is fresh and the visit open."""
    with transaction.atomic():
        visit, _ = _locked(viewer, visit_id)
        name = "left" if visit.left_at is not None else "arrived"
        at = getattr(visit, f"{name}_at")
        is_own = getattr(visit, f"{name}_by_id") == viewer.person_id
        if at is None or not is_own or now - at > TAKEN_BACK_WITHIN or visit.state != VisitState.PLANNED:
            raise NothingToTakeBack
        setattr(visit, f"{name}_at", None)
        setattr(visit, f"{name}_said", "")
        setattr(visit, f"{name}_by_id", None)
        visit.save(update_fields=[f"{name}_at", f"{name}_said", f"{name}_by"])
    return visit


def locked_visit(viewer: Viewer, visit_id: UUID) -> Visit:
    """The visit as it stands now, its need and match locked before it; NotFound where the viewer may not see it."""
    visible = queries.visits_for(viewer).select_related(None).prefetch_related(None)
    seen = visible.filter(public_id=visit_id).values_list("pk", "match_id").first()
    if seen is None:
        raise NotFound
    match = locks.lock_match(seen[1])
    visit = Visit.objects.select_for_update(no_key=True).get(pk=seen[0])
    visit.match = match
    return visit


def _locked(viewer: Viewer, visit_id: UUID) -> tuple[Visit, SaidBy]:
    visit = locked_visit(viewer, visit_id)
    said = _said_by(viewer, visit.match)
    if said is None:
        raise NotAllowed
    return visit, said


def _said_by(viewer: Viewer, match: Match) -> SaidBy | None:
    """In whose name the viewer says it: a side for itself, a worker of the area for whoever rang."""
    if viewer.person_id == match.helper_id:
        return SaidBy.HELPER
    if viewer.person_id == match.person_id or sides.is_proxy(viewer, match.need):
        return SaidBy.ASKER
    return SaidBy.CALL if sides.is_worker(viewer, match.need) else None


def _settle(visit: Visit, now: datetime) -> None:
    """What rang because nobody had said a word is over."""
    notices.settle_alarms(about=visit.public_id, kinds=[AlarmKind.VISIT_OVERDUE], now=now)
