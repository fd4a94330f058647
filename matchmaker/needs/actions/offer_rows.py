"""The rows of an offer, as a draft asks for them: its place, its types, its reach and hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel, Organization, Person
from matchmaker.errors import DomainError, InvalidInput, NotFound
from matchmaker.needs.actions.opening import ExternalIdTaken
from matchmaker.needs.actions.particulars import Spot, area_by_public_id, spot_at
from matchmaker.needs.drafts import OfferDraft
from matchmaker.needs.drafts.offers import columns_of
from matchmaker.needs.models import Offer, OfferHours, ServiceForm, ServiceType
from matchmaker.needs.queries import service_types


class PublicDutyNotForVolunteers(DomainError):
    code = "PUBLIC_DUTY_NOT_FOR_VOLUNTEERS"
    message = "This is a duty of the authorities and is never put on volunteers or sold."
    message_zh = "这是公共部门的职责，不由志愿者承担，也不收费。"


@dataclass(frozen=True, slots=True)
class OfferRows:
    """What a draft comes to: the columns of the offer, its types and the areas it reaches."""

    columns: dict[str, Any]
    kinds: Sequence[ServiceType]
    areas: Sequence[Area]


def rows_of(draft: OfferDraft, *, person: Person | None, organization: Organization | None) -> OfferRows:
    """The rows that a checked draft asks for, of the one of the two who offers."""
    kinds = types_offered(draft.service_types, draft.form)
    spot = _spot_of_offer(draft, person, organization)
    columns = columns_of(draft) | {
        "community": person.community if person else community_of(spot),
        "place": spot.area,
        "latitude": spot.latitude,
        "longitude": spot.longitude,
    }
    return OfferRows(columns, kinds, [_area_reached(area_id, spot) for area_id in draft.reach_areas])


def stored(rows: OfferRows, draft: OfferDraft, **columns: Any) -> Offer:
    """A new offer of these rows; ExternalIdTaken where its number is taken."""
    offer = _created(external_id=draft.external_id.strip(), **rows.columns, **columns)
    link(offer, rows, draft)
    return offer


def _created(**columns: Any) -> Offer:
    try:
        with transaction.atomic():
            return Offer.objects.create(**columns)
    except IntegrityError as error:
        if columns["external_id"] and "external_id" in str(error):
            raise ExternalIdTaken(field="external_id") from error
        raise


def link(offer: Offer, rows: OfferRows, draft: OfferDraft) -> None:
    """The offer has exactly these types, areas and hours."""
    offer.service_types.set(rows.kinds)
    offer.reach_areas.set(rows.areas)
    offer.hours.all().delete()
    OfferHours.objects.bulk_create(
        [
            OfferHours(offer=offer, weekday=hours.weekday, starts=hours.starts, ends=hours.ends)
            for hours in sorted(set(draft.hours))
        ]
    )


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
