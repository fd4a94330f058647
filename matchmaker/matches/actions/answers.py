"""Answers to a proposal: the helper's side first, then the asker's; the asker's yes makes the match."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from matchmaker.community.models import Membership, Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotAllowed
from matchmaker.matches.actions import agreements, emergencies, hearing, holding, locks, rechecks
from matchmaker.matches.actions.due import answer_due_at, is_overdue
from matchmaker.matches.actions.proposing import look_again
from matchmaker.matches.models import OutcomeSide, Proposal, ProposalState
from matchmaker.matches.queries import sides
from matchmaker.needs import actions as needs
from matchmaker.needs.models import Urgency
from matchmaker.notices import actions as notices
from matchmaker.notices.models import NoticeKind
from matchmaker.records import actions as records


class ProposalExpired(DomainError):
    code = "PROPOSAL_EXPIRED"
    message = "The time to answer this has passed. That is fine: somebody else is looked for."
    message_zh = "回复的时间已经过了，没关系，我们会接着找合适的人。"


class ProposalAlreadyAnswered(DomainError):
    code = "PROPOSAL_ALREADY_ANSWERED"
    message = "This was answered already."
    message_zh = "这件事已经有人回复过了。"


class ProposalNotOpen(DomainError):
    code = "PROPOSAL_NOT_OPEN"
    message = "This is no longer open: the need is met or was withdrawn."
    message_zh = "这件事已经不需要回复了，可能已有人帮忙，或对方已撤回。"


class HelperMustBeNamed(DomainError):
    code = "HELPER_MUST_BE_NAMED"
    message = "Please name the member who will go."
    message_zh = "请写明由哪一位成员前往。"


class HelperNotAMember(DomainError):
    code = "HELPER_NOT_A_MEMBER"
    message = "Only a current member of the organization can be named."
    message_zh = "只能指定本组织目前的成员。"


def accept_proposal(
    *,
    viewer: Viewer,
    proposal_id: UUID,
    now: datetime,
    helper_id: UUID | None = None,
    channel: str = "",
    person_id: UUID | None = None,
) -> Proposal:
    """The side whose turn it is has said yes; after the asker's yes there is a match and its visits are booked.

    A worker of the area takes the yes of a side that gives it elsewhere, and says by which `channel`; with `person_id`
    they say whose yes it is, and where that was taken already it never passes for the other side's. A yes that comes
    too late for what has changed is refused, and the need is looked at again.
    """
    try:
        with transaction.atomic():
            proposal = locks.lock_proposal(viewer, proposal_id)
            _refuse_unless_awaited(viewer, proposal, person_id, channel, now)
            notices.settle(about=proposal.public_id, now=now)
            if proposal.state == ProposalState.AWAITING_HELPER:
                _helper_says_yes(viewer, proposal, helper_id, channel, now)
            else:
                _asker_says_yes(viewer, proposal, channel, now)
    except rechecks.CHANGES:
        look_again(proposal, now=now)
        raise
    return proposal


def decline_proposal(
    *, viewer: Viewer, proposal_id: UUID, now: datetime, channel: str = "", person_id: UUID | None = None
) -> Proposal:
    """Closed with no other trace than the answer itself; the next candidate is looked for once it stands."""
    with transaction.atomic():
        proposal = locks.lock_proposal(viewer, proposal_id)
        _refuse_unless_awaited(viewer, proposal, person_id, channel, now)
        helpers_turn = proposal.state == ProposalState.AWAITING_HELPER
        passed_on = _write_who_answers(viewer, proposal, channel)
        if helpers_turn:
            proposal.state = ProposalState.DECLINED_BY_HELPER
            proposal.helper_answered_at = now
        else:
            proposal.state = ProposalState.DECLINED_BY_ASKER
            proposal.asker_answered_at = now
        proposal.closed_at = now
        proposal.save(update_fields=["state", "helper_answered_at", "asker_answered_at", "closed_at", *_WHO])
        holding.follow_decline_later(proposal, now=now)
        records.commit_many(chain=agreements.chain_of(proposal.need), entries=passed_on, now=now)
    return proposal


_WHO = ("helper_answered_by", "helper_answer_channel", "asker_answered_by", "asker_answer_channel")


def _write_who_answers(viewer: Viewer, proposal: Proposal, channel: str) -> list[records.Entry]:
    """Who gives the answer and how stands in the proposal; what the chain keeps where it is passed on."""
    channel = hearing.answer_channel(viewer, proposal, channel)
    if proposal.state == ProposalState.AWAITING_HELPER:
        side, proposal.helper_answered_by_id = OutcomeSide.HELPER, viewer.person_id
        proposal.helper_answer_channel = channel
    else:
        side, proposal.asker_answered_by_id = OutcomeSide.ASKER, viewer.person_id
        proposal.asker_answer_channel = channel
    return hearing.answer_given_for(viewer, proposal, side=side, channel=channel)


def _refuse_unless_awaited(
    viewer: Viewer, proposal: Proposal, person_id: UUID | None, channel: str, now: datetime
) -> None:
    """`person_id` is whose answer it is, where the viewer says so."""
    state = proposal.state
    if state in (ProposalState.AWAITING_HELPER, ProposalState.AWAITING_ASKER):
        if is_overdue(proposal, now):
            raise ProposalExpired
        if state == ProposalState.AWAITING_ASKER:
            _refuse_if_the_helpers(viewer, proposal, person_id, channel)
        awaited = proposal.offer.person if state == ProposalState.AWAITING_HELPER else proposal.need.for_person
        if person_id is not None and (awaited is None or person_id != awaited.public_id):
            raise NotAllowed
        return
    if state == ProposalState.IN_REVIEW:
        raise NotAllowed
    if state == ProposalState.EXPIRED:
        raise ProposalExpired
    if state in (ProposalState.WITHDRAWN, ProposalState.REFUSED):
        raise ProposalNotOpen
    raise ProposalAlreadyAnswered


def _refuse_if_the_helpers(viewer: Viewer, proposal: Proposal, person_id: UUID | None, channel: str) -> None:
    """The helper has said yes: neither the person named nor, here by oneself, their side answers a second time."""
    need, offer = proposal.need, proposal.offer
    if person_id is not None and offer.person is not None and person_id == offer.person.public_id:
        raise ProposalAlreadyAnswered
    if person_id is not None or channel or sides.answers_for_asker(viewer, need, offer, proposal.helper_id):
        return
    if sides.answers_for_helper(viewer, proposal):
        raise NotAllowed(ProposalAlreadyAnswered.message, message_zh=ProposalAlreadyAnswered.message_zh)


def _helper_says_yes(viewer: Viewer, proposal: Proposal, helper_id: UUID | None, channel: str, now: datetime) -> None:
    passed_on = _write_who_answers(viewer, proposal, channel)
    helper = _named_helper(proposal, helper_id, now)
    at_once = emergencies.said_yes_in_advance(proposal.need)
    if at_once:
        locks.lock_people([helper.pk, proposal.need.for_person_id])
    rechecks.refuse_if_changed(proposal, helper, now=now)
    if at_once:
        emergencies.agree_at_once(proposal, helper, now=now, also=passed_on)
        return
    proposal.helper = helper
    proposal.state = ProposalState.AWAITING_ASKER
    proposal.helper_answered_at = now
    proposal.answer_due_at = answer_due_at(urgency=proposal.need.urgency, starts_at=proposal.starts_at, now=now)
    proposal.save(update_fields=["helper", "state", "helper_answered_at", "answer_due_at", *_WHO])
    needs.helper_said_yes(proposal.need, now=now)
    for person_id in agreements.askers_to_tell(proposal.need, now):
        notices.notify(
            person_id=person_id,
            kind=NoticeKind.HELPER_FOUND,
            about=proposal.public_id,
            key=f"helper_found:{proposal.pk}:{person_id}",
            now=now,
            urgent=proposal.need.urgency >= Urgency.URGENT,
        )
    records.commit_many(chain=agreements.chain_of(proposal.need), entries=passed_on, now=now)


def _asker_says_yes(viewer: Viewer, proposal: Proposal, channel: str, now: datetime) -> None:
    passed_on = _write_who_answers(viewer, proposal, channel)
    if proposal.helper is None:
        raise AssertionError("the database refuses an asker's turn without a helper")
    locks.lock_people([proposal.helper.pk, proposal.need.for_person_id])
    rechecks.refuse_if_changed(proposal, proposal.helper, now=now)
    agreements.agree(proposal, proposal.helper, now=now, also=passed_on)


def _named_helper(proposal: Proposal, helper_id: UUID | None, now: datetime) -> Person:
    """The person of the offer; of an organization's offer the current member who was named."""
    offer = proposal.offer
    if offer.person is not None:
        if helper_id is not None and helper_id != offer.person.public_id:
            raise InvalidInput(field="helper_id")
        return offer.person
    if helper_id is None:
        raise HelperMustBeNamed(field="helper_id")
    members = Membership.objects.current(localdate(now)).filter(organization=offer.organization)
    found = members.filter(person__public_id=helper_id, person__left_at__isnull=True).select_related("person").first()
    if found is None:
        raise HelperNotAMember(field="helper_id")
    return found.person
