"""Every change from round to ledger: one verb, one transaction."""

from matchmaker.matches.actions.absences import cancel_visit, report_no_show
from matchmaker.matches.actions.answers import accept_proposal, decline_proposal
from matchmaker.matches.actions.asking import ask_for_outcomes
from matchmaker.matches.actions.blocking import block_person, part_people, unblock_person
from matchmaker.matches.actions.closing import cancel_match, close_need
from matchmaker.matches.actions.concerns import report_concern, resolve_concern, take_concern
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
from matchmaker.matches.actions.overdue import watch_visits
from matchmaker.matches.actions.proposing import propose_next
from matchmaker.matches.actions.reviews import approve_proposal, override_match, refuse_proposal
from matchmaker.matches.actions.rounds import cancel_round, request_round
from matchmaker.matches.actions.running import run_round
from matchmaker.matches.actions.score_cards import publish_score_cards
from matchmaker.matches.actions.series import extend_series
from matchmaker.matches.actions.taps import arrive, leave, take_back_tap
from matchmaker.matches.actions.unconfirmed import close_unconfirmed_visits

__all__ = [
    "accept_proposal",
    "approve_proposal",
    "arrive",
    "ask_for_outcomes",
    "block_person",
    "cancel_match",
    "cancel_round",
    "cancel_visit",
    "close_need",
    "close_unconfirmed_visits",
    "decline_proposal",
    "expire_proposals",
    "extend_series",
    "forget_measured_towns",
    "leave",
    "lock_all_of",
    "look_at_offer",
    "matches_to_cancel_of",
    "override_match",
    "part_people",
    "propose_next",
    "publish_score_cards",
    "record_outcome",
    "refuse_proposal",
    "report_concern",
    "report_no_show",
    "request_round",
    "resolve_concern",
    "review_emergency",
    "run_round",
    "stop_waiting_for_words_of",
    "take_back_tap",
    "take_concern",
    "unblock_person",
    "watch_visits",
    "withdraw_proposals_of",
]
