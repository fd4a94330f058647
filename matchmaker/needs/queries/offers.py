"""Offers as each viewer may see them.

A person's offer is known to them and to the workers of their area: nobody browses neighbours. An open offer of a
verified organization is public to the people of its community, and its members see all of its offers. What is not
published yet is for its clerks alone, and only where it is asked for: nobody takes a draft for an offer.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from matchmaker.community.care import worked_by
from matchmaker.community.models import Area
from matchmaker.community.searching import all_in_any
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotFound
from matchmaker.needs.models import Offer, OfferHours, OfferState, ServiceType


def offers_for(
    viewer: Viewer,
    *,
    state: str | None = None,
    service_type: str | None = None,
    area_id: UUID | None = None,
    own: bool | None = None,
    external_id: str | None = None,
    search: str | None = None,
) -> QuerySet[Offer]:
    """The offers the viewer may know of, newest first; a type stands for its children, an area for all in it.

    Drafts are among them only where their state is asked for.
    """
    if viewer.is_visitor:
        return Offer.objects.none()
    rows = with_details(Offer.objects.filter(_own(viewer) if own else _visible(viewer)))
    if state == OfferState.DRAFT:
        rows = rows.filter(_drafts_of(viewer))
    else:
        rows = rows.exclude(state=OfferState.DRAFT) if state is None else rows.filter(state=state)
    if service_type is not None:
        named = Q(code=service_type) | Q(parent__code=service_type)
        rows = rows.filter(pk__in=_offers_of(ServiceType.objects.filter(named)))
    if area_id is not None:
        path = Area.objects.filter(public_id=area_id).values_list("path", flat=True).first()
        rows = rows.filter(place__path__startswith=path) if path else rows.none()
    if external_id is not None:
        rows = rows.filter(_own(viewer) | worked_by(viewer, "place__path"), external_id=external_id)
    if search:
        rows = rows.filter(all_in_any(search, "title", "details", "organization__name", "organization__name_en"))
    return rows.order_by("-opened_at", "-pk")


def offer_by_id(viewer: Viewer, public_id: UUID) -> Offer:
    """The offer, a draft too, or NotFound where the viewer may not know of it."""
    if viewer.is_visitor:
        raise NotFound
    known = _visible(viewer) & ~Q(state=OfferState.DRAFT) | _drafts_of(viewer)
    found = with_details(Offer.objects.filter(known)).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def offers_by_pk(pks: Collection[int]) -> dict[int, Offer]:
    """The offers behind rows that a viewer may already see, closed ones too, with all that doors read of them."""
    return {offer.pk: offer for offer in with_details(Offer.objects.filter(pk__in=pks))}


def offers_behind(pks: Collection[int]) -> QuerySet[Offer]:
    """The same without their lists, each of which `list_of_offers` brings once somebody asks for it."""
    return with_details(Offer.objects.filter(pk__in=pks)).prefetch_related(None)


def with_details(rows: QuerySet[Offer]) -> QuerySet[Offer]:
    """The rows with all that doors and predicates read of them: four queries, however many rows."""
    return rows.select_related(
        "person__account", "organization", "community", "place__parent__parent"
    ).prefetch_related(*(list_of_offers(name) for name in ("service_types", "reach_areas", "hours")))


def list_of_offers(name: str) -> Prefetch:
    """What hangs on offers under this name, in order."""
    rows: dict[str, QuerySet[Any]] = {
        "service_types": ServiceType.objects.select_related("parent").order_by("pk"),
        "reach_areas": Area.objects.order_by("path"),
        "hours": OfferHours.objects.order_by("weekday", "starts", "pk"),
    }
    return Prefetch(name, queryset=rows[name])


def may_manage_offer(viewer: Viewer, offer: Offer) -> bool:
    """May pause, resume or close it: the person of the offer, a clerk of its organization, or a worker of the area for
    somebody without an account."""
    if viewer.person_id is None:
        return False
    if viewer.person_id == offer.person_id or offer.organization_id in viewer.clerk_of:
        return True
    return offer.person is not None and not hasattr(offer.person, "account") and viewer.works_at(offer.place.path)


def _offers_of(types: QuerySet[ServiceType]) -> QuerySet[Offer, int]:
    return Offer.objects.filter(service_types__in=types).values_list("pk", flat=True)


def _own(viewer: Viewer) -> Q:
    return Q(person_id=viewer.person_id) | Q(organization_id__in=viewer.member_of)


def _drafts_of(viewer: Viewer) -> Q:
    return Q(state=OfferState.DRAFT, organization_id__in=viewer.clerk_of)


def _visible(viewer: Viewer) -> Q:
    visible = _own(viewer) | worked_by(viewer, "place__path")
    public = Q(
        organization__verified_at__isnull=False,
        organization__closed_at__isnull=True,
        community_id=viewer.community_id,
        state=OfferState.OPEN,
    )
    return visible | public
