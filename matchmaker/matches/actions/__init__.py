"""Every change from round to ledger: one verb, one transaction."""

from matchmaker.matches.actions.answers import accept_proposal, decline_proposal
from matchmaker.matches.actions.asking import ask_for_outcomes
from matchmaker.matches.actions.closing import cancel_match, close_need
from matchmaker.matches.actions.emergencies import review_emergency
from matchmaker.matches.actions.expiry import expire_proposals
from matchmaker.matches.actions.leaving import (
    forget_measured_towns,
    lock_all_of,
    matches_to_cancel_of,
    stop_waiting_for_words_of,
    withdraw_proposals_of,
)
from matchmaker.matches.actions.offers import look_at_offer
from matchmaker.matches.actions.outcomes import record_outcome
from matchmaker.matches.actions.proposing import propose_next
from matchmaker.matches.actions.reviews import approve_proposal, override_match, refuse_proposal
from matchmaker.matches.actions.rounds import cancel_round, request_round
from matchmaker.matches.actions.running import run_round
from matchmaker.matches.actions.score_cards import publish_score_cards
from matchmaker.matches.actions.series import extend_series
from matchmaker.matches.actions.unconfirmed import close_unconfirmed_visits

__all__ = [
    "accept_proposal",
    "approve_proposal",
    "ask_for_outcomes",
    "cancel_match",
    "cancel_round",
    "close_need",
    "close_unconfirmed_visits",
    "decline_proposal",
    "expire_proposals",
    "extend_series",
    "forget_measured_towns",
    "lock_all_of",
    "look_at_offer",
    "matches_to_cancel_of",
    "override_match",
    "propose_next",
    "publish_score_cards",
    "record_outcome",
    "refuse_proposal",
    "request_round",
    "review_emergency",
    "run_round",
    "stop_waiting_for_words_of",
    "withdraw_proposals_of",
]
