"""What a door hands to an action: typed, frozen, and checked before anything is stored."""

from matchmaker.needs.availability import Hours, Window
from matchmaker.needs.drafts.needs import NeedDraft, check_need_draft
from matchmaker.needs.drafts.offers import OfferDraft, check_offer_draft

__all__ = ["Hours", "NeedDraft", "OfferDraft", "Window", "check_need_draft", "check_offer_draft"]
