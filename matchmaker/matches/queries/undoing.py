"""What the viewer did just now and can still take back."""

from datetime import datetime

from matchmaker.columns import narrow
from matchmaker.community.viewers import Viewer
from matchmaker.jobs.queries import due_keys
from matchmaker.matches import held
from matchmaker.matches.models import Decision, DecisionKind, Proposal, ProposalState
from matchmaker.matches.queries import sides

DECISIONS_AT_MOST = 20
OF_DECISIONS = (
    *("kind", "decided_at", "proposal__public_id", "proposal__helper__name"),
    *("proposal__offer__organization__name", "proposal__offer__organization__name_en"),
    *("proposal__need__for_person__name", "proposal__need__place__path"),
    *("proposal__need__service_type__name_zh", "proposal__need__service_type__name_en"),
)
"""What is shown of one, and what says whose work it is."""


def answer_to_undo_until(viewer: Viewer, proposal: Proposal, *, now: datetime) -> datetime | None:
    """Until when the viewer can take back the "not this time" that they gave; None where they cannot, or gave none."""
    by = {
        ProposalState.DECLINED_BY_HELPER.value: proposal.helper_answered_by_id,
        ProposalState.DECLINED_BY_ASKER.value: proposal.asker_answered_by_id,
    }.get(proposal.state)
    if by is None or by != viewer.person_id:
        return None
    key = held.after_decline(proposal)
    return due_keys([key], now=now).get(key)


def decisions_to_undo(viewer: Viewer, *, now: datetime) -> list[Decision]:
    """The viewer's own approvals and refusals that they can still take back, the latest first: two queries at most."""
    if viewer.person_id is None:
        return []
    rows = Decision.objects.filter(decided_by_id=viewer.person_id, decided_at__gt=now - held.UNDO_WITHIN)
    rows = narrow(rows.exclude(kind=DecisionKind.OVERRIDE), *OF_DECISIONS)
    lately = list(rows.order_by("-decided_at", "-pk")[:DECISIONS_AT_MOST])
    waiting = due_keys([_work_of(one) for one in lately], now=now) if lately else {}
    return [one for one in lately if _work_of(one) in waiting and sides.is_worker(viewer, one.proposal.need)]


def _work_of(decision: Decision) -> str:
    approved = decision.kind == DecisionKind.APPROVE
    return held.after_approval(decision.proposal) if approved else held.after_refusal(decision.proposal)
