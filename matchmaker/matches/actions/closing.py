"""Taking back: a match that is called off, a need that closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import queries
from matchmaker.matches.actions import agreements, booking, locks
from matchmaker.matches.models import Match, MatchState, Visit, VisitState
from matchmaker.matches.queries import sides
from matchmaker.needs import actions as needs
from matchmaker.needs.models import Need, NeedState
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind, WebhookEvent
from matchmaker.records import actions as records

STANDING: Final = (MatchState.AGREED, MatchState.SUSPENDED)
"""What can still be called off; a pause keeps nobody from that."""


class MatchNotAgreed(DomainError):
    code = "MATCH_NOT_AGREED"
    message = "This match is over already."
    message_zh = "这个约定已经结束。"


class NothingLeftToCancel(DomainError):
    code = "NOTHING_LEFT_TO_CANCEL"
    message = "Every visit of this match has begun. Please say how it went instead."
    message_zh = "约定的见面都已经开始，请填写反馈。"


def cancel_match(*, viewer: Viewer, match_id: UUID, now: datetime) -> Match:
    """The visits ahead are called off and their time is free; the need looks for the next helper. It costs nothing."""
    seen = queries.match_by_id(viewer, match_id)
    with transaction.atomic():
        match = locks.lock_match(seen.pk)
        if not may_cancel(viewer, match):
            raise NotAllowed
        if match.state not in STANDING:
            raise MatchNotAgreed
        ahead = visits_ahead(match, now)
        if not ahead:
            raise NothingLeftToCancel
        called_off = call_off(match, ahead, now)
        needs.release_helper(need_id=match.need_id, now=now)
        enqueue(names.PROPOSE_NEXT, {"need_id": match.need_id}, now=now, key=f"propose_next@cancelled:{match.pk}")
        records.commit_many(chain=agreements.chain_of(match.need), entries=[called_off], now=now)
    return match


def close_need(*, need_id: int, now: datetime) -> None:
    """Nothing is under way any more that a need no longer asks for.

    Of a need that closed all proposals are withdrawn, of one that was changed those made on the old words. Visits that
    were agreed stand, unless the need itself was withdrawn.
    """
    with transaction.atomic():
        need = locks.lock_need(need_id)
        live = locks.lock_live_proposals(need)
        if need.state == NeedState.OPEN:
            live = [proposal for proposal in live if proposal.made_at < need.changed_at]
        agreements.withdraw(live, now=now)
        agreements.tell_no_longer_needed(live, now=now)
        if need.state == NeedState.WITHDRAWN:
            _call_off_all(need, now)


def _call_off_all(need: Need, now: datetime) -> None:
    agreed = Match.objects.filter(need=need, state__in=STANDING).order_by("pk")
    called_off = []
    for match_id in agreed.values_list("pk", flat=True):
        match = locks.lock_match(match_id)
        if ahead := visits_ahead(match, now):
            called_off.append(call_off(match, ahead, now))
    records.commit_many(chain=agreements.chain_of(need), entries=called_off, now=now)


def may_cancel(viewer: Viewer, match: Match) -> bool:
    """Either side, the organization's clerk, and workers of the area."""
    if viewer.person_id in (match.helper_id, match.person_id):
        return True
    return (
        sides.is_proxy(viewer, match.need) or sides.is_clerk(viewer, match.offer) or sides.is_worker(viewer, match.need)
    )


def visits_ahead(match: Match, now: datetime) -> list[Visit]:
    """Planned visits that have not begun; one to which somebody came early has."""
    planned = Visit.objects.filter(match=match, state=VisitState.PLANNED, arrived_at__isnull=True)
    visits = planned.filter(starts_at__gt=now).order_by("pk")
    return list(visits.select_related("match__need"))


def call_off(match: Match, ahead: Sequence[Visit], now: datetime) -> records.Entry:
    """The match is cancelled and both sides are told; what is to be recorded of it, last of all."""
    booking.free_visits(ahead, now=now)
    match.state, match.closed_at, match.suspended_at = MatchState.CANCELLED, now, None
    match.save(update_fields=["state", "closed_at", "suspended_at"])
    notices.settle(about=match.public_id, now=now)
    agreements.tell_systems_of_match(match, WebhookEvent.MATCH_CANCELLED, now)
    for person_id in sorted({match.helper_id, *agreements.askers_to_tell(match.need, now)}):
        notices.notify(
            person_id=person_id,
            kind=NoticeKind.MATCH_CANCELLED,
            about=match.public_id,
            key=f"match_cancelled:{match.pk}:{person_id}",
            now=now,
            urgent=any(agreements.is_near(visit.starts_at, now) for visit in ahead),
        )
    facts = {"match": match.pk, "need": match.need_id, "visits": len(ahead)}
    persons = [match.helper_id, match.person_id]
    return records.Entry(kind="match.cancelled", facts=facts, persons=persons)
