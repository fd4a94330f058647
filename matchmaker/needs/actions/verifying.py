"""Verifying a need: a worker of the area looked, and it is as it says (Volunteer Service Regulation, Art. 13)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import PROPOSE_NEXT
from matchmaker.needs.actions.locking import NeedNotOpen, locked_need
from matchmaker.needs.actions.opening import record_need
from matchmaker.needs.models import Need, NeedState
from matchmaker.needs.queries import is_proxy_for, is_worker_for, people_asking
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind


class NeedVerifiedAlready(DomainError):
    code = "NEED_VERIFIED_ALREADY"
    message = "A colleague has verified this request already."
    message_zh = "这条需求已经有同事核实过了。"


class NeedVerifiedByOthers(DomainError):
    code = "NEED_VERIFIED_BY_OTHERS"
    message = "Your own request, or one you made for someone, is verified by a colleague."
    message_zh = "您本人提出或代为提出的需求，请由其他同事核实。"


def verify_need(*, viewer: Viewer, need_id: UUID, now: datetime) -> Need:
    """The need is verified by a worker of its area who neither asked nor is helped, and the search begins."""
    worker_id = viewer.require_person()
    with transaction.atomic():
        need = locked_need(viewer, need_id)
        if not is_worker_for(viewer, need):
            raise NotAllowed
        if worker_id in (need.asked_by_id, need.for_person_id) or is_proxy_for(viewer, need):
            raise NeedVerifiedByOthers
        if need.state != NeedState.OPEN:
            raise NeedNotOpen
        if need.verified_at is not None:
            raise NeedVerifiedAlready
        need.verified_at = now
        need.verified_by_id = worker_id
        need.save(update_fields=["verified_at", "verified_by"])
        enqueue(PROPOSE_NEXT, {"need_id": need.pk}, now=now)
        for person_id in sorted(people_asking(need, now=now)):
            key = f"need-verified:{need.pk}:{person_id}:{now.isoformat()}"
            notices.notify(person_id=person_id, kind=NoticeKind.NEED_VERIFIED, about=need.public_id, key=key, now=now)
        record_need("need.verified", need, by=worker_id, now=now)
    return need
