"""Until when a proposal waits for an answer."""

from datetime import datetime, timedelta
from typing import Final

from matchmaker.matches.actions import agreements
from matchmaker.matches.models import Proposal, ProposalState
from matchmaker.needs.models import Urgency
from matchmaker.notices import queries as notices

ANSWER_WITHIN: Final = {
    Urgency.WHENEVER: timedelta(hours=24),
    Urgency.SOON: timedelta(hours=8),
    Urgency.URGENT: timedelta(hours=1),
    Urgency.EMERGENCY: timedelta(hours=1),
}
"""How long each side has to answer, and never past the start of the visit."""


FAIR_PART: Final = 4
"""Who heard of it with less than a quarter of that time left before the visit has let nothing pass."""


def answer_due_at(*, urgency: int, starts_at: datetime, now: datetime) -> datetime:
    """Until when a side that is asked at `now` may answer."""
    return min(now + ANSWER_WITHIN[Urgency(urgency)], starts_at)


def is_overdue(proposal: Proposal, now: datetime) -> bool:
    """The visit has begun, or the side that is asked has heard of it and had its time to answer."""
    if proposal.starts_at <= now:
        return True
    if proposal.answer_due_at > now:
        return False
    heard_at = heard_since(proposal, now)
    return heard_at is not None and due_after(proposal, heard_at) <= now


def due_after(proposal: Proposal, heard_at: datetime) -> datetime:
    """The time to answer begins when the side has heard of it, and ends no later than the visit begins."""
    return answer_due_at(urgency=proposal.need.urgency, starts_at=proposal.starts_at, now=heard_at)


def had_fair_time(proposal: Proposal, heard_at: datetime | None) -> bool:
    """Between hearing of it and the visit there was time to answer."""
    least = ANSWER_WITHIN[Urgency(proposal.need.urgency)] / FAIR_PART
    return heard_at is not None and proposal.starts_at - heard_at >= least


def heard_since(proposal: Proposal, now: datetime) -> datetime | None:
    """When somebody of the side that is asked was reached with it: read, confirmed or told; None so far, or in review.

    An organization has heard of it when one of its clerks has.
    """
    asked = asked_side(proposal, now)
    if asked is None:
        return None
    return notices.reached_since(person_ids=asked.person_ids, about=asked.about, since=asked.since)


def asked_side(proposal: Proposal, now: datetime) -> notices.Asked | None:
    """Who has to hear of the proposal in its present state, and since when."""
    if proposal.state == ProposalState.AWAITING_HELPER and proposal.helper_asked_at is not None:
        people = agreements.helpers_to_tell(proposal.offer, now)
        return notices.Asked(proposal.public_id, frozenset(people), proposal.helper_asked_at)
    if proposal.state == ProposalState.AWAITING_ASKER and proposal.helper_answered_at is not None:
        people = agreements.askers_to_tell(proposal.need, now)
        return notices.Asked(proposal.public_id, frozenset(people), proposal.helper_answered_at)
    return None
