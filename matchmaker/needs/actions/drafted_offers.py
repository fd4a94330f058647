"""Offers that a clerk writes before anybody reads them: drafted, drafted again, published, or thrown away.

A draft is the business of the clerks of its organization alone: nothing is recorded of it before it is published, and
one that is thrown away leaves nothing.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.models import Organization
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import OFFER_MOVED
from matchmaker.needs.actions.offer_rows import link, rows_of, stored, types_offered
from matchmaker.needs.actions.offers import OrganizationNotVerified, clerks_organization, locked_offer, record
from matchmaker.needs.drafts import OfferDraft, check_offer_draft
from matchmaker.needs.models import Offer, OfferState


class OfferNotADraft(DomainError):
    code = "OFFER_NOT_A_DRAFT"
    message = "This offer was published already."
    message_zh = "这条帮助已经发布了。"


def draft_offer(*, viewer: Viewer, draft: OfferDraft, now: datetime) -> Offer:
    """The draft stands for the clerks of its organization, verified or not; nobody else knows of it."""
    viewer.require_person()
    check_offer_draft(draft)
    with transaction.atomic():
        organization = clerks_organization(viewer, draft)
        if organization is None:
            raise InvalidInput(
                "Only an organization's offer can be kept as a draft.",
                message_zh="只有组织提供的服务可以先存成草稿。",
                field="organization",
            )
        rows = rows_of(draft, person=None, organization=organization)
        return stored(rows, draft, organization=organization, opened_at=now, state=OfferState.DRAFT)


def redraft_offer(*, viewer: Viewer, offer_id: UUID, draft: OfferDraft) -> Offer:
    """The draft says what this one says, all of it; it keeps its organization and its number."""
    check_offer_draft(draft)
    with transaction.atomic():
        offer = _locked_draft(viewer, offer_id)
        organization = offer.organization
        if organization is None or draft.organization != organization.public_id:
            raise InvalidInput(field="organization")
        rows = rows_of(draft, person=None, organization=organization)
        for name, value in rows.columns.items():
            setattr(offer, name, value)
        offer.save(update_fields=[*rows.columns])
        link(offer, rows, draft)
    return offer


def publish_offer(*, viewer: Viewer, offer_id: UUID, now: datetime) -> Offer:
    """The draft is an open offer from now on; all that an offer must keep is looked at anew."""
    with transaction.atomic():
        offer = _locked_draft(viewer, offer_id)
        if offer.organization is None or offer.organization.verified_at is None:
            raise OrganizationNotVerified(field="organization")
        types_offered([kind.code for kind in offer.service_types.all()], offer.form)
        offer.state, offer.opened_at = OfferState.OPEN, now
        offer.save(update_fields=["state", "opened_at"])
        enqueue(OFFER_MOVED, {"offer_id": offer.pk}, now=now)
        record("offer.opened", offer, by=viewer.require_person(), now=now)
    return offer


def discard_offer(*, viewer: Viewer, offer_id: UUID) -> Organization:
    """The draft is gone; whose it was."""
    with transaction.atomic():
        offer = _locked_draft(viewer, offer_id)
        if offer.organization is None:
            raise AssertionError("the database refuses a draft without an organization")
        offer.delete()
    return offer.organization


def _locked_draft(viewer: Viewer, offer_id: UUID) -> Offer:
    """A draft, locked and read afresh, for a clerk of its organization; NotFound for everybody else."""
    offer = locked_offer(viewer, offer_id)
    if offer.state != OfferState.DRAFT:
        raise OfferNotADraft
    return offer
