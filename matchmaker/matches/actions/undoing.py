"""Taking back what was pressed by mistake: a worker's decision, a "not this time".

The act itself counts at once. What follows of it, telling people and looking for the next, waits in the outbox for ten
seconds; whoever takes the act back takes that work out of the outbox, in the same transaction. So the row of the work
says whether there is still time, whatever became of the process that wrote it, and nothing is told twice.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotFound
from matchmaker.jobs.actions import take_out
from matchmaker.matches import held
from matchmaker.matches.actions import agreements, locks, putting
from matchmaker.matches.actions.proposing import look_for_next
from matchmaker.matches.models import Decision, DecisionKind, OutcomeSide, Proposal, ProposalState
from matchmaker.matches.queries import sides
from matchmaker.needs.models import NeedState, OfferState
from matchmaker.notices import actions as notices
from matchmaker.records import actions as records


class TooLateToUndo(DomainError):
    code = "TOO_LATE_TO_UNDO"
    message = "This can no longer be taken back: the ten seconds are over, or something came of it already."
    message_zh = "已经来不及撤回了：超过了十秒，或者事情已经往下走了。"


def undo_decision(*, viewer: Viewer, proposal_id: UUID, now: datetime) -> Proposal:
    """The proposal waits for a look again, as before the viewer's approval or refusal; the chain keeps both words.

    NotFound for a decision of somebody else's.
    """
    with transaction.atomic():
        proposal = locks.lock_proposal(viewer, proposal_id)
        if not sides.is_worker(viewer, proposal.need):
            raise NotFound
        decision = proposal.decisions.exclude(kind=DecisionKind.OVERRIDE).order_by("pk").last()
        if decision is None:
            raise TooLateToUndo
        if decision.decided_by_id != viewer.person_id:
            raise NotFound
        if decision.kind == DecisionKind.APPROVE:
            _unask(proposal, now)
        else:
            _reopen(proposal, ProposalState.IN_REVIEW, held.after_refusal(proposal), now)
        _forget(decision, proposal, now)
    return proposal


def undo_answer(*, viewer: Viewer, proposal_id: UUID, now: datetime) -> Proposal:
    """The proposal waits for the same side again, as before the "not this time" that the viewer gave.

    NotFound for an answer of somebody else's. One's own "no" stands in no record, and neither does taking it back.
    """
    with transaction.atomic():
        proposal = locks.lock_proposal(viewer, proposal_id)
        if proposal.state not in _DECLINED:
            raise TooLateToUndo
        if proposal.state == ProposalState.DECLINED_BY_ASKER:
            side, by, awaited = OutcomeSide.ASKER, proposal.asker_answered_by_id, ProposalState.AWAITING_ASKER
        else:
            side, by, awaited = OutcomeSide.HELPER, proposal.helper_answered_by_id, ProposalState.AWAITING_HELPER
        if by != viewer.person_id:
            raise NotFound
        passed_on = _taken_back(viewer, proposal, side)
        name = side.lower()
        setattr(proposal, f"{name}_answered_at", None)
        setattr(proposal, f"{name}_answered_by_id", None)
        setattr(proposal, f"{name}_answer_channel", "")
        _reopen(proposal, awaited, held.after_decline(proposal), now)
        records.commit_many(chain=agreements.chain_of(proposal.need), entries=passed_on, now=now)
    return proposal


def tell_helper(*, proposal_id: int, now: datetime) -> bool:
    """The helper of an approved proposal is told, unless the side answered already or nobody is asked any more."""
    with transaction.atomic():
        proposal = _locked(proposal_id)
        if proposal is None or proposal.state != ProposalState.AWAITING_HELPER:
            return False
        putting.tell_helper(proposal, now=now)
    return True


def follow_decline(*, proposal_id: int, now: datetime) -> bool:
    """What was asked of a side that said no is over for it, and the next candidate is looked for."""
    with transaction.atomic():
        proposal = _locked(proposal_id)
        if proposal is None or proposal.state not in _DECLINED:
            return False
        notices.settle(about=proposal.public_id, now=now)
        look_for_next(proposal, now=now, because="declined")
    return True


_DECLINED: Final = (ProposalState.DECLINED_BY_HELPER, ProposalState.DECLINED_BY_ASKER)


def _unask(proposal: Proposal, now: datetime) -> None:
    """Nobody was told yet and nobody answered: the helper has not been asked."""
    _refuse_if_late(held.after_approval(proposal), now, still=proposal.state == ProposalState.AWAITING_HELPER)
    proposal.state, proposal.helper_asked_at = ProposalState.IN_REVIEW, None
    proposal.answer_due_at = proposal.starts_at  # as every proposal in review has it
    proposal.save(update_fields=["state", "helper_asked_at", "answer_due_at"])


def _reopen(proposal: Proposal, state: ProposalState, work: str, now: datetime) -> None:
    """A proposal that ended is under way again, where nobody else has taken its place meanwhile."""
    _refuse_if_late(work, now, still=proposal.closed_at is not None and _has_its_place(proposal, now))
    proposal.state, proposal.closed_at = state, None
    proposal.save()


def _refuse_if_late(work: str, now: datetime, *, still: bool) -> None:
    if not still or not take_out(key=work, now=now):
        raise TooLateToUndo


def _has_its_place(proposal: Proposal, now: datetime) -> bool:
    need = proposal.need
    if need.state != NeedState.OPEN or proposal.made_at < need.changed_at or proposal.starts_at <= now:
        return False
    if proposal.offer.state != OfferState.OPEN:
        return False
    live = locks.lock_live_proposals(need)
    if any(one.offer_id == proposal.offer_id or _same_helper(one, proposal) for one in live):
        return False
    return need.helpers_found + len(live) < need.helpers_wanted


def _same_helper(one: Proposal, other: Proposal) -> bool:
    return one.helper_id is not None and one.helper_id == other.helper_id


def _forget(decision: Decision, proposal: Proposal, now: datetime) -> None:
    """The decision stands no more; that it was made and taken back stays in the chain."""
    facts = {"decision": decision.pk, "proposal": proposal.pk, "need": proposal.need_id}
    persons = [decision.decided_by_id] if decision.decided_by_id is not None else []
    chain = agreements.chain_of(proposal.need)
    decision.delete()
    records.commit(chain=chain, kind="decision.undone", facts=facts, persons=persons, now=now)


def _taken_back(viewer: Viewer, proposal: Proposal, side: OutcomeSide) -> list[records.Entry]:
    """For an answer that somebody else passed on, which stands in the chain, that it was taken back."""
    person_id = proposal.offer.person_id if side == OutcomeSide.HELPER else proposal.need.for_person_id
    given_by = viewer.require_person()
    if person_id is None or person_id == given_by:
        return []
    facts: dict[str, int | str] = {"proposal": proposal.pk, "need": proposal.need_id, "side": str(side)}
    return [records.Entry(kind="answer.undone", facts=facts, persons=[person_id, given_by])]


def _locked(proposal_id: int) -> Proposal | None:
    """The proposal as it stands now, its need locked before it; None where it is gone."""
    need_id = Proposal.objects.filter(pk=proposal_id).values_list("need_id", flat=True).first()
    if need_id is None:
        return None
    need = locks.lock_need(need_id)
    rows = Proposal.objects.select_for_update(of=("self",), no_key=True)
    proposal = rows.select_related("offer__person__account", "offer__organization", "helper").get(pk=proposal_id)
    proposal.need = need
    return proposal
