"""Offers: opened by a person, a worker who heard them, or a clerk for an organization; paused, resumed, closed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.actions.locking import chain_of
from matchmaker.community.models import Organization
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import OFFER_MOVED
from matchmaker.needs.actions.giving import giver_of, keep_consent
from matchmaker.needs.actions.offer_rows import rows_of, stored
from matchmaker.needs.drafts import OfferDraft, check_offer_draft
from matchmaker.needs.models import Offer, OfferState
from matchmaker.needs.queries import may_manage_offer, offer_by_id
from matchmaker.records.actions import commit


class OrganizationNotVerified(DomainError):
    code = "ORGANIZATION_NOT_VERIFIED"
    message = "Your organization has not been verified yet. Please ask a worker of the area."
    message_zh = "您的组织还没有通过核实，请联系社区工作人员。"


class OfferClosed(DomainError):
    code = "OFFER_CLOSED"
    message = "This offer is closed. You can open a new one."
    message_zh = "这条帮助已经关闭，可以重新发布。"


class OfferNotPaused(DomainError):
    code = "OFFER_NOT_PAUSED"
    message = "This offer is not paused."
    message_zh = "这条帮助没有暂停。"


class OfferNotOpen(DomainError):
    code = "OFFER_NOT_OPEN"
    message = "This offer is not open."
    message_zh = "这条帮助目前不是开放状态。"


def open_offer(*, viewer: Viewer, draft: OfferDraft, now: datetime) -> Offer:
    """The offer stands, with its types, reach and hours, and can be proposed from now on."""
    opened_by_id = viewer.require_person()
    check_offer_draft(draft)
    with transaction.atomic():
        organization = organization_spoken_for(viewer, draft)
        person = None if organization else giver_of(viewer, draft)
        rows = rows_of(draft, person=person, organization=organization)
        offer = stored(rows, draft, person=person, organization=organization, opened_at=now)
        enqueue(OFFER_MOVED, {"offer_id": offer.pk}, now=now)
        keep_consent(viewer, draft, person, now=now)
        record("offer.opened", offer, by=opened_by_id, now=now)
    return offer


def pause_offer(*, viewer: Viewer, offer_id: UUID, now: datetime) -> Offer:
    """The offer is not proposed any more until it is resumed; what was agreed stands."""
    with transaction.atomic():
        offer = locked_offer(viewer, offer_id)
        if offer.state != OfferState.OPEN:
            raise OfferNotOpen
        return moved(offer, OfferState.PAUSED, "offer.paused", viewer, now)


def resume_offer(*, viewer: Viewer, offer_id: UUID, now: datetime) -> Offer:
    """A paused offer can be proposed again."""
    with transaction.atomic():
        offer = locked_offer(viewer, offer_id)
        if offer.state != OfferState.PAUSED:
            raise OfferNotPaused
        return moved(offer, OfferState.OPEN, "offer.resumed", viewer, now)


def close_offer(*, viewer: Viewer, offer_id: UUID, now: datetime) -> Offer:
    """The offer is closed for good; what was agreed stands."""
    with transaction.atomic():
        offer = locked_offer(viewer, offer_id)
        if offer.state == OfferState.DRAFT:
            raise OfferNotOpen
        return moved(offer, OfferState.CLOSED, "offer.closed", viewer, now)


def organization_spoken_for(viewer: Viewer, draft: OfferDraft) -> Organization | None:
    """The verified organization whose clerk the viewer is; None for an offer in one's own name."""
    organization = clerks_organization(viewer, draft)
    if organization is not None and organization.verified_at is None:
        raise OrganizationNotVerified(field="organization")
    return organization


def clerks_organization(viewer: Viewer, draft: OfferDraft) -> Organization | None:
    """The same, verified or not."""
    if draft.organization is None:
        return None
    organization = (
        Organization.objects.select_related("area").filter(public_id=draft.organization, closed_at__isnull=True).first()
    )
    if organization is None:
        raise NotFound(field="organization")
    if organization.pk not in viewer.clerk_of:
        raise NotAllowed(field="organization")
    return organization


def locked_offer(viewer: Viewer, offer_id: UUID) -> Offer:
    """The offer, locked and read afresh, for who may manage it; NotFound for who may not know of it."""
    viewer.require_person()
    list(Offer.objects.select_for_update(no_key=True).filter(public_id=offer_id).values_list("pk"))
    offer = offer_by_id(viewer, offer_id)
    if not may_manage_offer(viewer, offer):
        raise NotAllowed
    if offer.state == OfferState.CLOSED:
        raise OfferClosed
    return offer


def moved(offer: Offer, state: OfferState, kind: str, viewer: Viewer, now: datetime) -> Offer:
    offer.state = state
    offer.closed_at = now if state == OfferState.CLOSED else None
    offer.save(update_fields=["state", "closed_at"])
    enqueue(OFFER_MOVED, {"offer_id": offer.pk}, now=now)
    record(kind, offer, by=viewer.require_person(), now=now)
    return offer


def record(kind: str, offer: Offer, *, by: int, now: datetime) -> None:
    persons = list(dict.fromkeys(pk for pk in (offer.person_id, by) if pk is not None))
    facts = {"offer": offer.pk, "organization": offer.organization_id}
    commit(chain=chain_of(offer.community_id), kind=kind, facts=facts, persons=persons, now=now)
