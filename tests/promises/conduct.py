"""What every action may do to the three numbers of whoever acts: known around here, past help, the next visit.

An action is what `actions` of a room names, or what opens a transaction of its own there.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final

ROOMS: Final = ("community", "needs", "matches", "notices", "privacy")


class Effect(StrEnum):
    """What becomes of the actor's own numbers."""

    NONE = "no row changes that trust is measured from"
    OF_OTHERS = "a word or a post is for somebody else; in one's own mean it is not, only in what all are measured by"
    TIE = "a tie that both wish for, or a word received, joins one's own mean"
    HEARD = "a visit is closed, and what the person helped said of it counts; what the actor said does not"
    GIVEN_UP = "the actor ends what their number rested on: it is unknown then, which is not low"


NONE, OF_OTHERS, TIE, HEARD, GIVEN_UP = Effect

COMMUNITY: Final[Mapping[str, Effect]] = {
    "accept_membership": TIE,
    "act_once": NONE,  # what it does is done by the act itself
    "add_membership": NONE,  # nobody is in an organization before they accept
    "add_organization": NONE,
    "add_person": NONE,
    "appoint": OF_OTHERS,
    "appoint_agent": NONE,
    "change_profile": GIVEN_UP,  # where it says: match me without ties and trust
    "claim_tie": TIE,
    "come_back": NONE,
    "confirm_home": NONE,
    "end_belonging": GIVEN_UP,
    "end_deputy": NONE,  # who stands in for some days is no more known around here than before
    "end_membership": GIVEN_UP,
    "end_term": GIVEN_UP,
    "enter_person": NONE,
    "give_consent": NONE,
    "give_mandate": NONE,
    "invite": NONE,
    "join_by_invitation": TIE,  # with the organization that invited
    "keep_apart": NONE,
    "lift_block": NONE,
    "make_or_renew_tie": TIE,
    "make_posters": NONE,
    "make_sign_in_code": NONE,
    "make_token": NONE,
    "name_deputy": NONE,
    "new_challenge": NONE,
    "plant_all": NONE,
    "plant_area": NONE,
    "put_people": NONE,
    "put_street_map": NONE,
    "refuse_home": NONE,
    "revoke_mandate": NONE,
    "revoke_token": NONE,
    "revoke_tokens_of": NONE,
    "revoke_vouch": OF_OTHERS,
    "sign_in_with_code": NONE,
    "start_community": OF_OTHERS,
    "tell_of_mandate": NONE,
    "use_token": NONE,
    "verify_organization": OF_OTHERS,
    "vouch_for": OF_OTHERS,
    "withdraw_consent": NONE,
}
NEEDS: Final[Mapping[str, Effect]] = dict.fromkeys(
    (
        *("change_need", "close_offer", "close_without_consent", "expire_needs", "helper_said_yes", "hurry"),
        *(
            "discard_offer",
            "draft_offer",
            "load_service_types",
            "open_need",
            "open_offer",
            "open_replacement",
            "pause_offer",
            "put_needs",
            "put_offers",
            "publish_offer",
            "redraft_offer",
        ),
        *("announce_tour", "call_off_tour", "change_stop", "say_late"),
        *("raise_overdue", "release_helper", "resume_offer", "settle", "verify_need", "withdraw_need"),
    ),
    NONE,
)
MATCHES: Final[Mapping[str, Effect]] = {
    **dict.fromkeys(
        (
            *("accept_companionship", "accept_proposal", "approve_companion", "approve_proposal", "arrive"),
            *("ask_for_outcomes", "ask_what_if", "ban_pair", "be_companion", "block_person", "book_visits"),
            *("cancel_city_plan", "cancel_match", "cancel_round", "cancel_visit", "close_need"),
            *("close_unconfirmed_visits", "close_visit_unconfirmed", "decline_companionship", "decline_proposal"),
            *("end_company_of", "expire_proposals", "extend_series", "forget_measured_towns", "forget_snapshots"),
            *("keep_snapshot", "leave", "lift_pair_decision", "lock_all_of", "look_again", "look_at_offer"),
            *(
                "look_around",
                "matches_to_cancel_of",
                "measure_communities",
                "override_match",
                "part_people",
                "pin_pair",
                "plan_city",
            ),
            *("follow_decline", "tell_helper", "undo_answer", "undo_decision"),
            *("ask_second_look", "take_second_look", "watch_second_looks"),
            *("price_area", "propose_companions", "propose_companions_in", "propose_next"),
            *("publish_month", "publish_months", "publish_score_cards"),
            *("refuse_companion", "refuse_proposal", "report_concern", "report_no_show", "request_city_plan"),
            *("request_round", "resolve_concern", "return_concerns", "review_emergency", "run_round", "run_what_if"),
            *("look_at_stop", "sign_up", "take_back_sign_up"),
            *("set_companion_budget", "settle_cities", "settle_city", "solve_prices", "stop_being_companion"),
            *("stop_waiting_for_words_of", "take_back_tap", "take_concern", "tend_companions"),
            *("turn_companion_away", "unblock_person", "unwish_companion", "vet_companion", "visits_going_on"),
            *("watch_visits", "wish_companion", "withdraw_companion", "withdraw_proposals_of"),
        ),
        NONE,
    ),
    "answer_second_look": OF_OTHERS,
    "count_again": OF_OTHERS,
    "list_attendance": NONE,
    "list_volunteer_time": NONE,
    "put_aside": OF_OTHERS,
    "record_companion_words": TIE,
    "record_outcome": HEARD,
}
NOTICES: Final[Mapping[str, Effect]] = dict.fromkeys(
    (
        *("chase_unconfirmed", "climb_alarms", "close_alarm", "close_webhook", "confirm_by_link", "confirm_delivery"),
        *("give_up", "open_webhook", "replay_webhook", "send_webhook", "tell_systems"),
        *("log_call", "notify", "plan_deliveries", "raise_alarm", "read_notice", "read_notices", "reference_in"),
        *("report_failure", "send_delivery", "send_sign_in_code", "set_duty_phone", "settle", "settle_alarms"),
        *(
            "take_alarm",
            "tell_of_deputy",
            "tell_of_ended_deputy",
            "tell_of_ending_mandates",
            "tell_of_holding_mandate",
            "tell_of_mandate",
            "wish_notices",
        ),
    ),
    NONE,
)
PRIVACY: Final[Mapping[str, Effect]] = {
    "come_back": NONE,
    "forget_again": GIVEN_UP,
    "forget_due": GIVEN_UP,
    "hand_over_data": NONE,
    "leave": GIVEN_UP,
    "leave_for": OF_OTHERS,
    "make_certificate": NONE,
    "make_certificate_for": NONE,
    "purge_old": NONE,
    "take_back": OF_OTHERS,
}
CONDUCT: Final[Mapping[str, Mapping[str, Effect]]] = {
    "community": COMMUNITY,
    "needs": NEEDS,
    "matches": MATCHES,
    "notices": NOTICES,
    "privacy": PRIVACY,
}


def actions_of(room: str) -> set[str]:
    """The names of a room's actions, as the code has them."""
    package = importlib.import_module(f"matchmaker.{room}.actions")
    found = set(package.__all__) - {name for name in package.__all__ if inspect.isclass(getattr(package, name))}
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        found |= set(_opening_a_transaction(importlib.import_module(module.name)))
    return found


def _opening_a_transaction(module: object) -> Iterator[str]:
    for name, value in vars(module).items():
        own = inspect.isfunction(value) and value.__module__ == module.__name__  # type: ignore[attr-defined]  # a module
        if own and not name.startswith("_") and "transaction.atomic" in inspect.getsource(value):
            yield name
