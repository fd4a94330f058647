"""What follows of an act and is held back in the outbox, so that whoever acted can still take it back."""

from datetime import timedelta
from typing import Final

from matchmaker.matches.models import Proposal

UNDO_WITHIN: Final = timedelta(seconds=10)
"""How long an act can be taken back, and nobody is told of it."""


def after_approval(proposal: Proposal) -> str:
    """The key of the work that tells the helper."""
    return f"tell_helper:{proposal.pk}"


def after_refusal(proposal: Proposal) -> str:
    """The key of the work that looks for the next candidate."""
    return f"propose_next@refused:{proposal.pk}"


def after_decline(proposal: Proposal) -> str:
    """The key of the work that follows a "not this time"."""
    return f"follow_decline:{proposal.pk}"
