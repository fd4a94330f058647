"""Which page shows what a notice is about."""

from typing import Final
from uuid import UUID

from django.urls import reverse

PAGE_OF: Final = {
    "PROPOSAL_TO_HELP": ("proposal", "proposal_id"),
    "HELPER_FOUND": ("proposal", "proposal_id"),
    "PROPOSAL_WITHDRAWN": ("proposal", "proposal_id"),
    "MATCH_AGREED": ("match", "match_id"),
    "MATCH_CANCELLED": ("match", "match_id"),
    "VISIT_OUTCOME_WANTED": ("outcome", "visit_id"),
    "EMERGENCY_TO_HELP": ("proposal", "proposal_id"),
    "EMERGENCY_ANSWERED": ("proposal", "proposal_id"),
    "DUTY_ALARM": ("alarm", "alarm_id"),
    "DUTY_OVERDUE": ("alarm", "alarm_id"),
    "VISIT_CANCELLED": ("visit", "visit_id"),
    "WHAT_HAPPENED": ("what-happened", "visit_id"),
    "NEXT_IS_ASKED": ("need", "need_id"),
    "MATCH_PAUSED": ("match", "match_id"),
    "MATCH_RESUMED": ("match", "match_id"),
    "CONCERN_ANSWERED": ("concern", "concern_id"),
    "NEED_VERIFIED": ("need", "need_id"),
    "NEED_EXPIRED": ("need", "need_id"),
    "NEED_WITHDRAWN": ("need", "need_id"),
    "MANDATE_GIVEN": ("mandate", "mandate_id"),
    "MANDATE_HOLDS": ("mandate", "mandate_id"),
    "MANDATE_ENDING": ("mandate", "mandate_id"),
    "COMPANION_WANTED": ("companion", "proposal_id"),
    "COMPANION_FOUND": ("companion", "proposal_id"),
    "COMPANION_AGREED": ("companion", "proposal_id"),
    "COMPANION_GONE": ("companion", "proposal_id"),
    "COMPANION_WORDS_WANTED": ("companion", "proposal_id"),
    "TOUR_CHANGED": ("tour", "tour_id"),
    "TOUR_LATE": ("tour", "tour_id"),
    "TOUR_CALLED_OFF": ("tour", "tour_id"),
    "SECOND_LOOK_ANSWERED": ("second-look", "look_id"),
    "COUNTS_AGAIN": ("second-look", "look_id"),
    "DUTY_SECOND_LOOK": ("alarm", "alarm_id"),
    "DEPUTY_NAMED": ("deputyship", "deputy_id"),
    "DEPUTY_ENDED": ("deputyship", "deputy_id"),
    "COMPANIONS_STOPPED": ("desk-companions-of", "community_id"),
}


def page_of(kind: str, about: UUID) -> str:
    """The address of the page; empty for a kind that has none."""
    found = PAGE_OF.get(kind)
    return reverse(found[0], kwargs={found[1]: about}) if found else ""
