"""Asking for the work that follows of an act, once nobody can take the act back any more."""

from datetime import datetime

from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches import held
from matchmaker.matches.models import Proposal
from matchmaker.needs.models import Urgency


def tell_helper_later(proposal: Proposal, *, now: datetime) -> None:
    """The helper is told that they are asked."""
    _hold(names.TELL_HELPER, {"proposal_id": proposal.pk}, held.after_approval(proposal), proposal, now)


def look_for_next_later(proposal: Proposal, *, now: datetime) -> None:
    """The next candidate is looked for in place of one that was refused."""
    _hold(names.PROPOSE_NEXT, {"need_id": proposal.need_id}, held.after_refusal(proposal), proposal, now)


def follow_decline_later(proposal: Proposal, *, now: datetime) -> None:
    """What was asked is settled, and the next candidate looked for."""
    _hold(names.FOLLOW_DECLINE, {"proposal_id": proposal.pk}, held.after_decline(proposal), proposal, now)


def _hold(name: str, payload: dict[str, int], key: str, proposal: Proposal, now: datetime) -> None:
    """In an emergency nothing is held back, and so nothing can be taken back."""
    is_emergency = proposal.need.urgency == Urgency.EMERGENCY
    enqueue(name, payload, now=now, due_at=now if is_emergency else now + held.UNDO_WITHIN, key=key)
