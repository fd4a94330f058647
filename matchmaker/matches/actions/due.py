"""Until when a proposal waits for an answer."""

from datetime import datetime, timedelta
from typing import Final

from matchmaker.matches.models import Proposal, ProposalState
from matchmaker.matches.queries import sides
from matchmaker.needs.models import Urgency

ANSWER_WITHIN: Final = {
    Urgency.WHENEVER: timedelta(hours=24),
    Urgency.SOON: timedelta(hours=8),
    Urgency.URGENT: timedelta(hours=1),
    Urgency.EMERGENCY: timedelta(hours=1),
}
"""How long each side has to answer, and never past the start of the visit."""


def answer_due_at(*, urgency: int, starts_at: datetime, now: datetime) -> datetime:
    """Until when a side that is asked at `now` may answer."""
    return min(now + ANSWER_WITHIN[Urgency(urgency)], starts_at)


def is_overdue(proposal: Proposal, now: datetime) -> bool:
    """Past its time to answer. Who has no account is rung up, so for them it ends with the start of the visit."""
    if proposal.starts_at <= now:
        return True
    return proposal.answer_due_at <= now and _reads_notices(proposal)


def _reads_notices(proposal: Proposal) -> bool:
    if proposal.state == ProposalState.IN_REVIEW:
        return True
    if proposal.state == ProposalState.AWAITING_ASKER:
        need = proposal.need
        return sides.has_account(need.for_person) or need.asked_by_id != need.for_person_id
    return proposal.offer.person is None or sides.has_account(proposal.offer.person)
