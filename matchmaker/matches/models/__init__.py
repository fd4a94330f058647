"""Rows from round to ledger."""

from matchmaker.matches.models.concerns import Concern, ConcernKind, ConcernState, Resolution
from matchmaker.matches.models.ledger import LedgerEntry
from matchmaker.matches.models.matches import (
    BookedQuarter,
    Match,
    MatchState,
    Outcome,
    OutcomeSide,
    SaidBy,
    Visit,
    VisitState,
)
from matchmaker.matches.models.proposals import LIVE_STATES, Decision, DecisionKind, Proposal, ProposalState
from matchmaker.matches.models.rounds import Round, RoundCut, RoundPhase, RoundState, ScoreCard, UnmetNeed

__all__ = [
    "LIVE_STATES",
    "BookedQuarter",
    "Concern",
    "ConcernKind",
    "ConcernState",
    "Decision",
    "DecisionKind",
    "LedgerEntry",
    "Match",
    "MatchState",
    "Outcome",
    "OutcomeSide",
    "Proposal",
    "ProposalState",
    "Resolution",
    "Round",
    "RoundCut",
    "RoundPhase",
    "RoundState",
    "SaidBy",
    "ScoreCard",
    "UnmetNeed",
    "Visit",
    "VisitState",
]
