"""Rows from round to ledger."""

from matchmaker.matches.models.ledger import LedgerEntry
from matchmaker.matches.models.matches import (
    BookedQuarter,
    Match,
    MatchState,
    Outcome,
    OutcomeSide,
    Visit,
    VisitState,
)
from matchmaker.matches.models.proposals import LIVE_STATES, Decision, DecisionKind, Proposal, ProposalState
from matchmaker.matches.models.rounds import Round, RoundCut, RoundPhase, RoundState, ScoreCard, UnmetNeed

__all__ = [
    "LIVE_STATES",
    "BookedQuarter",
    "Decision",
    "DecisionKind",
    "LedgerEntry",
    "Match",
    "MatchState",
    "Outcome",
    "OutcomeSide",
    "Proposal",
    "ProposalState",
    "Round",
    "RoundCut",
    "RoundPhase",
    "RoundState",
    "ScoreCard",
    "UnmetNeed",
    "Visit",
    "VisitState",
]
