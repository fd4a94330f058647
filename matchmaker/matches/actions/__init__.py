"""Every change from round to ledger: one verb, one transaction."""

from matchmaker.matches.actions.absences import cancel_visit, report_no_show
from matchmaker.matches.actions.answers import accept_proposal, decline_proposal
from matchmaker.matches.actions.asking import ask_for_outcomes
from matchmaker.matches.actions.attendance import list_attendance
from matchmaker.matches.actions.blocking import block_person, part_people, unblock_person
from matchmaker.matches.actions.case_looks import look_around
from matchmaker.matches.actions.cities import (
    cancel_city_plan,
    plan_city,
    request_city_plan,
    settle_cities,
    settle_city,
)
from matchmaker.matches.actions.closing import cancel_match, close_need
from matchmaker.matches.actions.companions.answers import (
    accept_companionship,
    approve_companion,
    decline_companionship,
    refuse_companion,
    turn_companion_away,
    withdraw_companion,
)
from matchmaker.matches.actions.companions.budgets import set_companion_budget
from matchmaker.matches.actions.companions.second_pass import propose_companions, propose_companions_in
from matchmaker.matches.actions.companions.tending import tend_companions
from matchmaker.matches.actions.companions.willing import (
    be_companion,
    end_company_of,
    stop_being_companion,
    vet_companion,
)
from matchmaker.matches.actions.companions.wishes import unwish_companion, wish_companion
from matchmaker.matches.actions.companions.words import record_companion_words
from matchmaker.matches.actions.concerns import report_concern, resolve_concern, return_concerns, take_concern
from matchmaker.matches.actions.emergencies import review_emergency
from matchmaker.matches.actions.expiry import expire_proposals
from matchmaker.matches.actions.leaving import (
    forget_measured_towns,
    lock_all_of,
    matches_to_cancel_of,
    stop_waiting_for_words_of,
    visits_going_on,
    withdraw_proposals_of,
)
from matchmaker.matches.actions.measuring import measure_communities
from matchmaker.matches.actions.offers import look_at_offer
from matchmaker.matches.actions.outcomes import record_outcome
from matchmaker.matches.actions.overdue import watch_visits
from matchmaker.matches.actions.pair_decisions import ban_pair, lift_pair_decision, pin_pair
from matchmaker.matches.actions.pricing import price_area, solve_prices
from matchmaker.matches.actions.proposing import propose_next
from matchmaker.matches.actions.public_months import publish_month, publish_months
from matchmaker.matches.actions.reviews import approve_proposal, override_match, refuse_proposal
from matchmaker.matches.actions.rounds import cancel_round, request_round
from matchmaker.matches.actions.running import run_round
from matchmaker.matches.actions.score_cards import publish_score_cards
from matchmaker.matches.actions.second_looks import (
    answer_second_look,
    ask_second_look,
    count_again,
    take_second_look,
    watch_second_looks,
)
from matchmaker.matches.actions.series import extend_series
from matchmaker.matches.actions.snapshots import forget_snapshots, keep_snapshot
from matchmaker.matches.actions.taps import arrive, leave, take_back_tap
from matchmaker.matches.actions.touring import look_at_stop, sign_up, take_back_sign_up
from matchmaker.matches.actions.unconfirmed import close_unconfirmed_visits
from matchmaker.matches.actions.undoing import follow_decline, tell_helper, undo_answer, undo_decision
from matchmaker.matches.actions.volunteer_hours import list_volunteer_time
from matchmaker.matches.actions.what_ifs import ask_what_if, run_what_if

__all__ = [
    "accept_companionship",
    "accept_proposal",
    "answer_second_look",
    "approve_companion",
    "approve_proposal",
    "arrive",
    "ask_for_outcomes",
    "ask_second_look",
    "ask_what_if",
    "ban_pair",
    "be_companion",
    "block_person",
    "cancel_city_plan",
    "cancel_match",
    "cancel_round",
    "cancel_visit",
    "close_need",
    "close_unconfirmed_visits",
    "count_again",
    "decline_companionship",
    "decline_proposal",
    "end_company_of",
    "expire_proposals",
    "extend_series",
    "follow_decline",
    "forget_measured_towns",
    "forget_snapshots",
    "keep_snapshot",
    "leave",
    "lift_pair_decision",
    "list_attendance",
    "list_volunteer_time",
    "lock_all_of",
    "look_around",
    "look_at_offer",
    "look_at_stop",
    "matches_to_cancel_of",
    "measure_communities",
    "override_match",
    "part_people",
    "pin_pair",
    "plan_city",
    "price_area",
    "propose_companions",
    "propose_companions_in",
    "propose_next",
    "publish_month",
    "publish_months",
    "publish_score_cards",
    "record_companion_words",
    "record_outcome",
    "refuse_companion",
    "refuse_proposal",
    "report_concern",
    "report_no_show",
    "request_city_plan",
    "request_round",
    "resolve_concern",
    "return_concerns",
    "review_emergency",
    "run_round",
    "run_what_if",
    "set_companion_budget",
    "settle_cities",
    "settle_city",
    "sign_up",
    "solve_prices",
    "stop_being_companion",
    "stop_waiting_for_words_of",
    "take_back_sign_up",
    "take_back_tap",
    "take_concern",
    "take_second_look",
    "tell_helper",
    "tend_companions",
    "turn_companion_away",
    "unblock_person",
    "undo_answer",
    "undo_decision",
    "unwish_companion",
    "vet_companion",
    "visits_going_on",
    "watch_second_looks",
    "watch_visits",
    "wish_companion",
    "withdraw_companion",
    "withdraw_proposals_of",
]
