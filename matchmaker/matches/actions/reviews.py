"""A worker's look at a proposal: approve, refuse, or propose another pair."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.engine import assignment, eligibility, explain, scoring
from matchmaker.errors import DomainError, InvalidInput, NotAllowed
from matchmaker.matches import inputs, terms
from matchmaker.matches.actions import agreements, holding, locks, putting
from matchmaker.matches.actions.due import answer_due_at
from matchmaker.matches.actions.rechecks import NeedNoLongerOpen, NeedWasChanged, OfferNoLongerOpen, TimeIsPast
from matchmaker.matches.actions.score_cards import latest_card
from matchmaker.matches.models import Decision, DecisionKind, Proposal, ProposalState
from matchmaker.matches.queries import sides
from matchmaker.needs import queries as needs
from matchmaker.needs.models import Need, NeedState, Offer, OfferState
from matchmaker.records import actions as records

LONGEST_REASON = 500
OVERRIDE_POLICY = "identity"


class NotInReview(DomainError):
    code = "NOT_IN_REVIEW"
    message = "This is not waiting for a decision any more."
    message_zh = "这条推荐已经不在审核中。"


class ReasonMissing(DomainError):
    code = "REASON_MISSING"
    message = "Please say why; it stands in the log of decisions."
    message_zh = "请写明原因，原因会记入决定记录。"


class OwnCase(DomainError):
    code = "OWN_CASE"
    message = "You are part of this yourself, so another worker has to decide."
    message_zh = "这件事与您本人有关，请由其他工作人员决定。"


class SecondLookNeeded(DomainError):
    code = "SECOND_LOOK_NEEDED"
    message = "You proposed this pair yourself, so another worker has to approve it."
    message_zh = "这是您自己提出的安排，请由另一位工作人员审核。"


class HardRuleBroken(DomainError):
    code = "HARD_RULE_BROKEN"
    message = "These two cannot be brought together: a rule that protects people forbids it."
    message_zh = "按规定这两者不能安排在一起。"


class OfferOutOfReach(DomainError):
    code = "OFFER_OUT_OF_REACH"
    message = "This offer does not reach the place of the need, or its organization has nobody to send."
    message_zh = "这项帮助到不了这条需求所在的地方，或该组织目前没有成员可派。"


class NobodyMissing(DomainError):
    code = "NOBODY_MISSING"
    message = "Helpers for this need have said yes already."
    message_zh = "这条需求已经有人答应帮忙了。"


def approve_proposal(*, viewer: Viewer, proposal_id: UUID, now: datetime, reason: str = "") -> Proposal:
    """The helper is asked, and told once the decision can no longer be taken back."""
    with transaction.atomic():
        proposal = _in_review(viewer, proposal_id)
        if _overrode(viewer, proposal):
            raise SecondLookNeeded
        _refuse_if_over(proposal, now)
        proposal.state = ProposalState.AWAITING_HELPER
        proposal.helper_asked_at = now
        proposal.answer_due_at = answer_due_at(urgency=proposal.need.urgency, starts_at=proposal.starts_at, now=now)
        proposal.save(update_fields=["state", "helper_asked_at", "answer_due_at"])
        holding.tell_helper_later(proposal, now=now)
        _decide(viewer, proposal, DecisionKind.APPROVE, reason, now)
    return proposal


def refuse_proposal(*, viewer: Viewer, proposal_id: UUID, reason: str, now: datetime) -> Proposal:
    """The proposal has ended before anybody was asked; the next candidate is looked for."""
    refuse_empty(reason)
    with transaction.atomic():
        proposal = _in_review(viewer, proposal_id)
        proposal.state, proposal.closed_at = ProposalState.REFUSED, now
        proposal.save(update_fields=["state", "closed_at"])
        holding.look_for_next_later(proposal, now=now)
        _decide(viewer, proposal, DecisionKind.REFUSE, reason, now)
    return proposal


def override_match(*, viewer: Viewer, need_id: UUID, offer_id: UUID, reason: str, now: datetime) -> Proposal:
    """This very pair is proposed, at the earliest hour both have, for another worker to approve; hard rules still hold.

    It takes the place of proposals that the helper has not answered yet.
    """
    refuse_empty(reason)
    seen = needs.need_by_id(viewer, need_id)
    offer_pk = needs.offer_by_id(viewer, offer_id).pk
    _, knowledge = inputs.knowledge_in(seen.community, now=now)  # measured before anybody waits for a lock
    with transaction.atomic():
        need = locks.lock_need(seen.pk)
        offer = Offer.objects.select_related("person", "organization").get(pk=offer_pk)
        if not sides.is_worker(viewer, need):
            raise NotAllowed
        if sides.is_own_case(viewer, need, offer):
            raise OwnCase
        if need.state != NeedState.OPEN or need.verified_at is None:
            raise NeedNoLongerOpen
        if offer.state != OfferState.OPEN:
            raise OfferNoLongerOpen
        _make_room(need, now)
        chosen, solved = _pair(need, offer.pk, knowledge, now)
        proposal = putting.proposal_from(chosen, solved, now=now, is_override=True)
        proposal.save()
        _decide(viewer, proposal, DecisionKind.OVERRIDE, reason, now)
    return proposal


def _in_review(viewer: Viewer, proposal_id: UUID) -> Proposal:
    proposal = locks.lock_proposal(viewer, proposal_id)
    if not sides.is_worker(viewer, proposal.need):
        raise NotAllowed
    if viewer.person_id == proposal.helper_id or sides.is_own_case(viewer, proposal.need, proposal.offer):
        raise OwnCase
    if proposal.state != ProposalState.IN_REVIEW:
        raise NotInReview
    return proposal


def _overrode(viewer: Viewer, proposal: Proposal) -> bool:
    return proposal.decisions.filter(kind=DecisionKind.OVERRIDE, decided_by_id=viewer.person_id).exists()


def _refuse_if_over(proposal: Proposal, now: datetime) -> None:
    if proposal.need.state != NeedState.OPEN:
        raise NeedNoLongerOpen
    if proposal.made_at < proposal.need.changed_at:
        raise NeedWasChanged
    if proposal.offer.state != OfferState.OPEN:
        raise OfferNoLongerOpen
    if proposal.starts_at <= now:
        raise TimeIsPast


def refuse_empty(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(field="reason")


def _decide(viewer: Viewer, proposal: Proposal, kind: DecisionKind, reason: str, now: datetime) -> None:
    person_id = viewer.require_person()
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(field="reason")
    decision = Decision.objects.create(
        proposal=proposal, kind=kind, decided_by_id=person_id, reason=reason.strip(), decided_at=now
    )
    facts = {"decision": decision.pk, "proposal": proposal.pk, "need": proposal.need_id}
    chain = agreements.chain_of(proposal.need)
    kind_name = f"decision.{kind.lower()}"
    records.commit(chain=chain, kind=kind_name, facts=facts, persons=[person_id], now=now)


def _make_room(need: Need, now: datetime) -> None:
    """Live proposals that no helper answered yet step back, as many as it takes."""
    live = locks.lock_live_proposals(need)
    missing = need.helpers_wanted - need.helpers_found - len(live)
    if missing > 0:
        return
    unanswered = [proposal for proposal in live if proposal.helper_answered_at is None]
    if not unanswered:
        raise NobodyMissing
    agreements.withdraw(unanswered[-1:], now=now)
    agreements.tell_no_longer_needed(unanswered[-1:], now=now)


def _pair(
    need: Need, offer_pk: int, knowledge: scoring.Knowledge, now: datetime
) -> tuple[assignment.Chosen, putting.Solved]:
    problem = inputs.problem_of_pair(need.pk, offer_pk, need.community, now=now)
    if not problem.needs:
        raise NobodyMissing
    if not problem.offers:
        raise OfferOutOfReach
    broken = eligibility.first_refusal(problem.needs[0], problem.offers[0], problem.types, problem.streets)
    if broken is not None:
        said = explain.refused_by(broken)
        raise HardRuleBroken(said.en, message_zh=said.zh)
    card_row = latest_card(OVERRIDE_POLICY, now=now)
    solved = putting.Solved(problem, knowledge, card_row, terms.card_of(card_row))
    found = eligibility.candidate(problem.needs[0], problem.offers[0], problem.streets)
    scored = scoring.score([found], problem.types, knowledge, solved.card, streets=problem.streets)
    return assignment.plan(problem.needs, scored).chosen[0], solved
