"""What a door hands to an action: typed, frozen, and checked before anything is stored."""

from matchmaker.needs.availability import Hours, Window
from matchmaker.needs.drafts.needs import NeedDraft, check_need_draft
from matchmaker.needs.drafts.offers import OfferDraft, check_offer_draft
from matchmaker.needs.drafts.tours import StopDraft, TourDraft, check_stop_draft, check_tour_draft

__all__ = [
    "Hours",
    "NeedDraft",
    "OfferDraft",
    "StopDraft",
    "TourDraft",
    "Window",
    "check_need_draft",
    "check_offer_draft",
    "check_stop_draft",
    "check_tour_draft",
]
