"""Who stands on which side of an offer, a proposal or a match: facts read from rows already loaded.

The asker's side of a need is told by the needs room: `asker_side_of` and `is_asker_side` there.
"""

from django.db.models import Q

from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.matches.models import Match, Proposal
from matchmaker.needs.models import Need, Offer
from matchmaker.needs.queries import is_proxy_for, is_worker_for


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


def answers_for_asker(viewer: Viewer, need: Need, helper_id: int | None) -> bool:
    """The person; a live proxy who is not the helper; a worker of the area where the person has no account."""
    if viewer.person_id is None or viewer.person_id == helper_id:
        return False
    if viewer.person_id == need.for_person_id or is_proxy(viewer, need):
        return True
    return not has_account(need.for_person) and is_worker(viewer, need)


def answers_for_helper(viewer: Viewer, proposal: Proposal) -> bool:
    """The person of the offer, a clerk of its organization, or a worker for a helper without an account."""
    offer = proposal.offer
    if viewer.person_id is None:
        return False
    if offer.person is None:
        return is_clerk(viewer, offer)
    if viewer.person_id == offer.person_id:
        return True
    return (
        not has_account(offer.person)
        and is_worker(viewer, proposal.need)
        and viewer.person_id != proposal.need.for_person_id
    )


def speaks_as_helper(viewer: Viewer, match: Match) -> bool:
    """The helper, or a worker of the area who logs the call of a helper without an account."""
    if viewer.person_id == match.helper_id:
        return True
    return not has_account(match.helper) and is_worker(viewer, match.need) and viewer.person_id != match.person_id


def helper_side_of(viewer: Viewer) -> Q:
    """Proposals or matches in which the viewer helps, or speaks for the organization that does."""
    own = Q(helper_id=viewer.person_id) | Q(offer__person_id=viewer.person_id)
    return own | Q(offer__organization_id__in=viewer.clerk_of) if viewer.clerk_of else own


def worked_by(viewer: Viewer, place: str) -> Q:
    """Rows whose area lies where the viewer is a worker; `place` is the way to the area's path."""
    found = Q(pk__in=())
    for path in viewer.worker_paths:
        found |= Q(**{f"{place}__startswith": path})
    return found
