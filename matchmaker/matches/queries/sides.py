"""Who stands on which side of an offer, a proposal or a match: facts read from rows already loaded.

The asker's side of a need is told by the needs room: `asker_side_of` and `is_asker_side` there.
"""

from typing import Final

from django.db.models import Q

from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.matches.models import Proposal
from matchmaker.needs.models import Need, Offer
from matchmaker.needs.queries import READ_BY_ASKER_SIDE, READ_BY_RULES, is_proxy_for, is_worker_for

READ_BY_SIDES: Final = (
    "helper_id",
    "offer__person_id",
    "offer__organization_id",
    *(f"need__{column}" for column in READ_BY_RULES),
)
"""What the rules below read of a proposal or a match to tell who stands on which side."""
READ_WITH_ASKER_SIDE: Final = (*READ_BY_SIDES, *(f"need__{column}" for column in READ_BY_ASKER_SIDE))
"""The same where also `is_asker_side` is asked of its need."""


def has_account(person: Person) -> bool:
    """Can sign in by themselves; `account` is read with the row."""
    return hasattr(person, "account")


def is_proxy(viewer: Viewer, need: Need) -> bool:
    """A live proxy of the person helped."""
    return is_proxy_for(viewer, need)


def is_helper_side(viewer: Viewer, proposal: Proposal) -> bool:
    """The helper, the person of the offer, or a clerk of its organization."""
    if viewer.person_id is None:
        return False
    return viewer.person_id in (proposal.helper_id, proposal.offer.person_id) or is_clerk(viewer, proposal.offer)


def is_clerk(viewer: Viewer, offer: Offer) -> bool:
    return offer.organization_id is not None and offer.organization_id in viewer.clerk_of


def is_worker(viewer: Viewer, need: Need) -> bool:
    """A worker of the area where the help is needed."""
    return is_worker_for(viewer, need)


def answers_for_asker(viewer: Viewer, need: Need, offer: Offer, helper_id: int | None) -> bool:
    """In their own right: the person, or a live proxy who stands on no side of the helper's."""
    if viewer.person_id is None or viewer.person_id == helper_id:
        return False
    if viewer.person_id == need.for_person_id:
        return True
    return is_proxy(viewer, need) and not _stands_with_offer(viewer, offer)


def answers_for_helper(viewer: Viewer, proposal: Proposal) -> bool:
    """In their own right: the person of the offer, or a clerk of its organization who is no proxy of the asker."""
    offer = proposal.offer
    if viewer.person_id is None:
        return False
    if offer.person is None:
        return is_clerk(viewer, offer) and not _speaks_for_asker(viewer, proposal.need)
    return viewer.person_id == offer.person_id


def hears_asker(viewer: Viewer, need: Need, offer: Offer, helper_id: int | None) -> bool:
    """A worker of the area who does not stand on the helper's side takes the word of the person helped."""
    if viewer.person_id in (None, helper_id, need.for_person_id):
        return False
    return is_worker(viewer, need) and not _stands_with_offer(viewer, offer)


def hears_helper(viewer: Viewer, need: Need, helper: Person | None) -> bool:
    """A worker of the area who does not speak for the asker takes the word of the helper."""
    if helper is None or viewer.person_id in (None, helper.pk):
        return False
    return is_worker(viewer, need) and not _speaks_for_asker(viewer, need)


def is_own_case(viewer: Viewer, need: Need, offer: Offer) -> bool:
    """The viewer stands on one of the two sides, in their own name or for another."""
    asks = viewer.person_id in (need.for_person_id, need.asked_by_id) or is_proxy(viewer, need)
    return asks or viewer.person_id == offer.person_id or is_clerk(viewer, offer)


def _stands_with_offer(viewer: Viewer, offer: Offer) -> bool:
    return viewer.person_id == offer.person_id or is_clerk(viewer, offer)


def _speaks_for_asker(viewer: Viewer, need: Need) -> bool:
    """The person, whoever holds a mandate of theirs, and whoever asked under one. Not so a worker who took the need."""
    if viewer.person_id == need.for_person_id:
        return True
    if any(mandate.for_person_id == need.for_person_id for mandate in viewer.mandates):
        return True
    return need.mandate_id is not None and viewer.person_id == need.asked_by_id


def helper_side_of(viewer: Viewer) -> Q:
    """Proposals or matches in which the viewer helps, or speaks for the organization that does."""
    own = Q(helper_id=viewer.person_id) | Q(offer__person_id=viewer.person_id)
    return own | Q(offer__organization_id__in=viewer.clerk_of) if viewer.clerk_of else own
