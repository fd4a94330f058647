"""Rows from round to ledger."""

from matchmaker.matches.models.case_looks import CaseLook
from matchmaker.matches.models.companions import (
    COMPANION_ASKED_STATES,
    COMPANION_LIVE_STATES,
    CompanionBudget,
    CompanionPart,
    CompanionProposal,
    CompanionState,
    CompanionWish,
    CompanionWord,
    WillingHours,
    Willingness,
)
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
from matchmaker.matches.models.pair_decisions import PairDecision, PairDecisionKind
from matchmaker.matches.models.prices import OfferPrice, PriceSet
from matchmaker.matches.models.proposals import LIVE_STATES, Decision, DecisionKind, Proposal, ProposalState
from matchmaker.matches.models.public_months import PublicMonth
from matchmaker.matches.models.rounds import CityPlan, Round, RoundCut, RoundPhase, RoundState, ScoreCard, UnmetNeed
from matchmaker.matches.models.second_looks import LookAnswer, LookState, OwnQuestion, SecondLook, SetAside
from matchmaker.matches.models.strangers import AreaReading, BetweenReading, GroupKind, GroupWatch
from matchmaker.matches.models.what_ifs import WhatIf, WhatIfState

__all__ = [
    "COMPANION_ASKED_STATES",
    "COMPANION_LIVE_STATES",
    "LIVE_STATES",
    "AreaReading",
    "BetweenReading",
    "BookedQuarter",
    "CaseLook",
    "CityPlan",
    "CompanionBudget",
    "CompanionPart",
    "CompanionProposal",
    "CompanionState",
    "CompanionWish",
    "CompanionWord",
    "Concern",
    "ConcernKind",
    "ConcernState",
    "Decision",
    "DecisionKind",
    "GroupKind",
    "GroupWatch",
    "LedgerEntry",
    "LookAnswer",
    "LookState",
    "Match",
    "MatchState",
    "OfferPrice",
    "Outcome",
    "OutcomeSide",
    "OwnQuestion",
    "PairDecision",
    "PairDecisionKind",
    "PriceSet",
    "Proposal",
    "ProposalState",
    "PublicMonth",
    "Resolution",
    "Round",
    "RoundCut",
    "RoundPhase",
    "RoundState",
    "SaidBy",
    "ScoreCard",
    "SecondLook",
    "SetAside",
    "UnmetNeed",
    "Visit",
    "VisitState",
    "WhatIf",
    "WhatIfState",
    "WillingHours",
    "Willingness",
]
