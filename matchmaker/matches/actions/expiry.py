"""Proposals whose time to answer is over."""

from datetime import datetime

from django.db import transaction

from matchmaker.matches.actions import locks
from matchmaker.matches.actions.due import is_overdue
from matchmaker.matches.actions.proposing import look_for_next
from matchmaker.matches.models import LIVE_STATES, Proposal, ProposalState


def expire_proposals(*, now: datetime) -> int:
    """Every overdue proposal has ended and the next candidate is looked for; how many there were."""
    due = Proposal.objects.filter(state__in=LIVE_STATES, answer_due_at__lte=now).order_by("need_id", "pk")
    return sum(_expire(proposal_id, now) for proposal_id in due.values_list("pk", flat=True))


def _expire(proposal_id: int, now: datetime) -> int:
    with transaction.atomic():
        need = locks.lock_need(Proposal.objects.values_list("need_id", flat=True).get(pk=proposal_id))
        rows = Proposal.objects.select_for_update(of=("self",), no_key=True)
        proposal = rows.select_related("offer__person__account", "helper").get(pk=proposal_id)
        proposal.need = need
        if proposal.state not in LIVE_STATES or not is_overdue(proposal, now):
            return 0
        proposal.state, proposal.closed_at = ProposalState.EXPIRED, now
        proposal.save(update_fields=["state", "closed_at"])
        look_for_next(proposal, now=now, because="expired")
    return 1
