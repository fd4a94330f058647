"""Every change of service types, needs and offers."""

from matchmaker.needs.actions.alarms import helper_said_yes, settle
from matchmaker.needs.actions.changing import change_need
from matchmaker.needs.actions.closing import expire_needs, withdraw_need
from matchmaker.needs.actions.consents import close_without_consent
from matchmaker.needs.actions.drafted_offers import discard_offer, draft_offer, publish_offer, redraft_offer
from matchmaker.needs.actions.due import raise_overdue
from matchmaker.needs.actions.offers import close_offer, open_offer, pause_offer, resume_offer
from matchmaker.needs.actions.opening import open_need
from matchmaker.needs.actions.reopening import release_helper
from matchmaker.needs.actions.replacing import hurry, open_replacement
from matchmaker.needs.actions.taxonomy import load_service_types
from matchmaker.needs.actions.tours import announce_tour, call_off_tour, change_stop, say_late
from matchmaker.needs.actions.verifying import verify_need

__all__ = [
    "announce_tour",
    "call_off_tour",
    "change_need",
    "change_stop",
    "close_offer",
    "close_without_consent",
    "discard_offer",
    "draft_offer",
    "expire_needs",
    "helper_said_yes",
    "hurry",
    "load_service_types",
    "open_need",
    "open_offer",
    "open_replacement",
    "pause_offer",
    "publish_offer",
    "raise_overdue",
    "redraft_offer",
    "release_helper",
    "resume_offer",
    "say_late",
    "settle",
    "verify_need",
    "withdraw_need",
]
