"""Offers: opened by a person, a worker who heard them, or a clerk for an organization; paused, resumed, closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from matchmaker.community.actions.locking import chain_of
from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel, Organization, Person
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import OFFER_MOVED
from matchmaker.needs.actions.giving import giver_of, keep_consent
from matchmaker.needs.actions.opening import ExternalIdTaken
from matchmaker.needs.actions.particulars import Spot, area_by_public_id, spot_at
from matchmaker.needs.drafts import OfferDraft, check_offer_draft
from matchmaker.needs.drafts.fields import tidy_languages, tidy_skills
from matchmaker.needs.models import Offer, OfferHours, OfferState, ServiceForm, ServiceType
from matchmaker.needs.queries import may_manage_offer, offer_by_id, service_types
from matchmaker.records.actions import commit


class OrganizationNotVerified(DomainError):
    code = "ORGANIZATION_NOT_VERIFIED"
    message = "Your organization has not been verified yet. Please ask a worker of the area."
    message_zh = "您的组织还没有通过核实，请联系社区工作人员。"


class PublicDutyNotForVolunteers(DomainError):
    code = "PUBLIC_DUTY_NOT_FOR_VOLUNTEERS"
    message = "This is a duty of the authorities and is never put on volunteers or sold."
    message_zh = "这是公共部门的职责，不由志愿者承担，也不收费。"


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
        organization = _organization_spoken_for(viewer, draft)
        person = None if organization else giver_of(viewer, draft)
        kinds = types_offered(draft.service_types, draft.form)
        spot = _spot_of_offer(draft, person, organization)
        areas = [_area_reached(area_id, spot) for area_id in draft.reach_areas]
        offer = _stored(
            person=person,
            organization=organization,
            community=person.community if person else community_of(spot),
            title=draft.title.strip(),
            details=draft.details.strip(),
            form=draft.form,
            price_yuan_per_hour=draft.price_yuan_per_hour,
            place=spot.area,
            latitude=spot.latitude,
            longitude=spot.longitude,
            reach=draft.reach,
            reach_m=draft.reach_m,
            reach_minutes=draft.reach_minutes,
            by_vehicle=draft.by_vehicle,
            visits_per_week=draft.visits_per_week,
            parallel_visits=draft.parallel_visits,
            skills=tidy_skills(draft.skills),
            languages=tidy_languages(draft.languages),
            opened_at=now,
            external_id=draft.external_id.strip(),
        )
        _link(offer, kinds, areas, draft)
        enqueue(OFFER_MOVED, {"offer_id": offer.pk}, now=now)
        keep_consent(viewer, draft, person, now=now)
        _record("offer.opened", offer, by=opened_by_id, now=now)
    return offer


def pause_offer(*, viewer: Viewer, offer_id: UUID, now: datetime) -> Offer:
    """The offer is not proposed any more until it is resumed; what was agreed stands."""
    with transaction.atomic():
        offer = _locked_offer(viewer, offer_id)
        if offer.state != OfferState.OPEN:
            raise OfferNotOpen
        return _moved(offer, OfferState.PAUSED, "offer.paused", viewer, now)


def resume_offer(*, viewer: Viewer, offer_id: UUID, now: datetime) -> Offer:
    """A paused offer can be proposed again."""
    with transaction.atomic():
        offer = _locked_offer(viewer, offer_id)
        if offer.state != OfferState.PAUSED:
            raise OfferNotPaused
        return _moved(offer, OfferState.OPEN, "offer.resumed", viewer, now)


def close_offer(*, viewer: Viewer, offer_id: UUID, now: datetime) -> Offer:
    """The offer is closed for good; what was agreed stands."""
    with transaction.atomic():
        offer = _locked_offer(viewer, offer_id)
        return _moved(offer, OfferState.CLOSED, "offer.closed", viewer, now)


def _organization_spoken_for(viewer: Viewer, draft: OfferDraft) -> Organization | None:
    """The verified organization whose clerk the viewer is; None for an offer in one's own name."""
    if draft.organization is None:
        return None
    organization = (
        Organization.objects.select_related("area").filter(public_id=draft.organization, closed_at__isnull=True).first()
    )
    if organization is None:
        raise NotFound(field="organization")
    if organization.pk not in viewer.clerk_of:
        raise NotAllowed(field="organization")
    if organization.verified_at is None:
        raise OrganizationNotVerified(field="organization")
    return organization


def _stored(**columns: Any) -> Offer:
    try:
        with transaction.atomic():
            return Offer.objects.create(**columns)
    except IntegrityError as error:
        if columns["external_id"] and "external_id" in str(error):
            raise ExternalIdTaken(field="external_id") from error
        raise


def types_offered(named: Sequence[str], form: str) -> Sequence[ServiceType]:
    """The types of these codes, all of them in force; a duty of the authorities only in the public form."""
    codes = sorted(set(named))
    kinds = list(service_types().filter(code__in=codes))
    if len(kinds) != len(codes):
        raise InvalidInput("We do not know this kind of help.", message_zh="没有这种服务类型。", field="service_types")
    if form != ServiceForm.PUBLIC and any(kind.public_duty for kind in kinds):
        raise PublicDutyNotForVolunteers(field="service_types")
    return kinds


def _spot_of_offer(draft: OfferDraft, person: Person | None, organization: Organization | None) -> Spot:
    """The place of the draft; else the person's home, or the seat of the organization."""
    if draft.place is not None:
        return _chosen_spot(draft.place, person)
    if person is not None:
        if person.household is None:
            raise InvalidInput("Please say where you set out from.", message_zh="请选择您从哪里出发。", field="place")
        return spot_at(person.household, field="place")
    if organization is None:  # one of the two always stands behind an offer
        raise NotFound(field="organization")
    if organization.latitude is not None and organization.longitude is not None:
        return Spot(organization.area, organization.latitude, organization.longitude)
    return spot_at(organization.area, field="place")


def _chosen_spot(place: UUID, person: Person | None) -> Spot:
    """A place other than someone else's home."""
    area = area_by_public_id(place, field="place")
    own_home = person is not None and person.household_id == area.pk
    if area.level == AreaLevel.HOUSEHOLD and not own_home:
        raise InvalidInput(
            "Please choose a place that is open to you.", message_zh="请选择您可以使用的地点。", field="place"
        )
    return spot_at(area, field="place")


def community_of(spot: Spot) -> Area:
    """The community that holds the place."""
    community = Area.objects.filter(pk__in=keys_of_path(spot.area.path), level=AreaLevel.COMMUNITY).first()
    if community is None:
        raise InvalidInput(
            "Please choose a place within one community.", message_zh="请选择某个社区内的地点。", field="place"
        )
    return community


def _area_reached(area_id: UUID, spot: Spot) -> Area:
    """An area of the same region, larger than one home."""
    area = area_by_public_id(area_id, field="reach_areas")
    same_region = keys_of_path(area.path)[0] == keys_of_path(spot.area.path)[0]
    if area.level == AreaLevel.HOUSEHOLD or not same_region:
        raise InvalidInput("Please choose areas near here.", message_zh="请选择本地的区域。", field="reach_areas")
    return area


def _link(offer: Offer, kinds: Sequence[ServiceType], areas: Sequence[Area], draft: OfferDraft) -> None:
    offer.service_types.set(kinds)
    offer.reach_areas.set(areas)
    OfferHours.objects.bulk_create(
        [
            OfferHours(offer=offer, weekday=hours.weekday, starts=hours.starts, ends=hours.ends)
            for hours in sorted(set(draft.hours))
        ]
    )


def _locked_offer(viewer: Viewer, offer_id: UUID) -> Offer:
    """The offer, locked and read afresh, for who may manage it; NotFound for who may not know of it."""
    viewer.require_person()
    list(Offer.objects.select_for_update(no_key=True).filter(public_id=offer_id).values_list("pk"))
    offer = offer_by_id(viewer, offer_id)
    if not may_manage_offer(viewer, offer):
        raise NotAllowed
    if offer.state == OfferState.CLOSED:
        raise OfferClosed
    return offer


def _moved(offer: Offer, state: OfferState, kind: str, viewer: Viewer, now: datetime) -> Offer:
    offer.state = state
    offer.closed_at = now if state == OfferState.CLOSED else None
    offer.save(update_fields=["state", "closed_at"])
    enqueue(OFFER_MOVED, {"offer_id": offer.pk}, now=now)
    _record(kind, offer, by=viewer.require_person(), now=now)
    return offer


def _record(kind: str, offer: Offer, *, by: int, now: datetime) -> None:
    persons = list(dict.fromkeys(pk for pk in (offer.person_id, by) if pk is not None))
    facts = {"offer": offer.pk, "organization": offer.organization_id}
    commit(chain=chain_of(offer.community_id), kind=kind, facts=facts, persons=persons, now=now)
