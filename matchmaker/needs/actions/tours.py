"""Tours: announced, changed, late, called off, by a clerk of the organization or a worker of the area of its seat.

Whoever signed up is told.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from matchmaker.community.actions.locking import chain_of
from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel, Organization
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.jobs.actions import enqueue
from matchmaker.jobs.names import OFFER_MOVED, STOP_MOVED
from matchmaker.needs.actions.offer_rows import community_of, types_offered
from matchmaker.needs.actions.offers import OrganizationNotVerified
from matchmaker.needs.actions.particulars import Spot, area_by_public_id, spot_at
from matchmaker.needs.drafts import StopDraft, TourDraft, check_stop_draft, check_tour_draft
from matchmaker.needs.drafts.tours import check_lateness, check_reason
from matchmaker.needs.models import Offer, OfferReach, OfferState, ServiceType, Tour, TourSignUp, TourState, TourStop
from matchmaker.needs.queries import is_over, may_manage_tour, stop_by_id, tour_by_id
from matchmaker.notices.actions import notify
from matchmaker.notices.models import NoticeKind
from matchmaker.records.actions import commit

SIDE_BY_SIDE: Final = 100
"""At a stop as many are helped at once as the organization has members there; this only bounds their number."""


class TourCalledOff(DomainError):
    code = "TOUR_CALLED_OFF"
    message = "This tour was called off."
    message_zh = "这次巡回服务已经取消。"


class StopIsOver(DomainError):
    code = "STOP_IS_OVER"
    message = "This stop is over."
    message_zh = "这一站已经结束。"


class TwoStopsAtOnce(DomainError):
    code = "TWO_STOPS_AT_ONCE"
    message = "The tour begins another stop at this time."
    message_zh = "这个时间已经有另一个停靠点。"


def announce_tour(*, viewer: Viewer, draft: TourDraft, now: datetime) -> Tour:
    """The tour stands with its stops; each can be proposed, and signed up for, from now on."""
    announced_by_id = viewer.require_person()
    with transaction.atomic():
        organization = _organization_of(viewer, draft)
        check_tour_draft(draft, today=_today_of(organization.area, now))
        kinds = types_offered(draft.service_types, draft.form)
        tour = Tour.objects.create(
            organization=organization,
            title=draft.title.strip(),
            details=draft.details.strip(),
            form=draft.form,
            announced_at=now,
        )
        tour.service_types.set(kinds)
        for stop in draft.stops:
            _add_stop(tour, stop, kinds, now)
        _record("tour.announced", tour, by=announced_by_id, now=now, stops=len(draft.stops))
    return tour_by_id(viewer, tour.public_id)


def change_stop(*, viewer: Viewer, stop_id: UUID, draft: StopDraft, now: datetime) -> TourStop:
    """The stop has these particulars; those who signed up are told where its place or its time is another one."""
    changed_by_id = viewer.require_person()
    with transaction.atomic():
        stop = _locked_stop(viewer, stop_id, now)
        check_stop_draft(draft, today=_today_of(stop.offer.community, now))
        spot = _spot_of(draft, stop.tour.organization)
        before = (stop.place_id, stop.meeting_point, stop.date, stop.starts, stop.ends)
        _store(stop, draft, spot)
        if before != (stop.place_id, stop.meeting_point, stop.date, stop.starts, stop.ends):
            stop.late_minutes, stop.moved_at = 0, now
            stop.save(update_fields=["late_minutes", "moved_at"])
            _tell_signed_up([stop], NoticeKind.TOUR_CHANGED, at=f"{now:%Y%m%dT%H%M%S}", now=now)
        _offer_moved(stop, now)
        _record("tour.changed", stop.tour, by=changed_by_id, now=now, stop=stop.pk)
    return stop_by_id(viewer, stop_id)


def say_late(*, viewer: Viewer, stop_id: UUID, minutes: int, now: datetime) -> TourStop:
    """The tour comes so many minutes later to this stop and those after it that day; 0: it is in time again."""
    said_by_id = viewer.require_person()
    check_lateness(minutes)
    with transaction.atomic():
        stop = _locked_stop(viewer, stop_id, now)
        rest = list(TourStop.objects.filter(tour=stop.tour, date=stop.date, starts__gte=stop.starts).order_by("pk"))
        TourStop.objects.filter(pk__in=[one.pk for one in rest]).update(late_minutes=minutes)
        _tell_signed_up(rest, NoticeKind.TOUR_LATE, at=f"{minutes}:{now:%Y%m%dT%H%M}", now=now)
        for one in rest:
            enqueue(STOP_MOVED, {"stop_id": one.pk}, now=now)
        _record("tour.late", stop.tour, by=said_by_id, now=now, stop=stop.pk, minutes=minutes)
    return stop_by_id(viewer, stop_id)


def call_off_tour(*, viewer: Viewer, tour_id: UUID, because: str, now: datetime) -> Tour:
    """The tour does not come any more: nothing is proposed at its stops, what was agreed there ends, all are told."""
    called_off_by_id = viewer.require_person()
    check_reason(because)
    with transaction.atomic():
        tour = _locked_tour(viewer, tour_id)
        tour.state, tour.called_off_at, tour.called_off_because = TourState.CALLED_OFF, now, because.strip()
        tour.save(update_fields=["state", "called_off_at", "called_off_because"])
        stops = list(TourStop.objects.filter(tour=tour).select_related("offer__community"))
        ahead = [stop for stop in stops if not is_over(stop, now)]
        Offer.objects.filter(stop__in=stops).exclude(state=OfferState.CLOSED).update(
            state=OfferState.CLOSED, closed_at=now
        )
        _tell_signed_up(ahead, NoticeKind.TOUR_CALLED_OFF, at="off", now=now)
        for stop in ahead:
            _offer_moved(stop, now)
        _record("tour.called_off", tour, by=called_off_by_id, now=now, stops=len(ahead))
    return tour_by_id(viewer, tour_id)


def _organization_of(viewer: Viewer, draft: TourDraft) -> Organization:
    """The verified organization whose clerk the viewer is, or whose seat lies where they work."""
    rows = Organization.objects.select_related("area").filter(public_id=draft.organization, closed_at__isnull=True)
    organization = rows.first()
    if organization is None:
        raise NotFound(field="organization")
    if not (organization.pk in viewer.clerk_of or viewer.works_at(organization.area.path)):
        raise NotAllowed(field="organization")
    if organization.verified_at is None:
        raise OrganizationNotVerified(field="organization")
    return organization


def _add_stop(tour: Tour, draft: StopDraft, kinds: Sequence[ServiceType], now: datetime) -> None:
    spot = _spot_of(draft, tour.organization)
    stop = TourStop(tour=tour)
    _fill(stop, draft, spot)
    stop.save()
    offer = Offer.objects.create(
        organization=tour.organization,
        community=community_of(spot),
        title=tour.title,
        details=tour.details,
        form=tour.form,
        parallel_visits=SIDE_BY_SIDE,
        opened_at=now,
        stop=stop,
        **_of_offer(stop, spot),
    )
    offer.service_types.set(kinds)
    enqueue(OFFER_MOVED, {"offer_id": offer.pk}, now=now)


def _store(stop: TourStop, draft: StopDraft, spot: Spot) -> None:
    _fill(stop, draft, spot)
    try:
        with transaction.atomic():
            stop.save()
    except IntegrityError as error:  # the one constraint that a checked draft can break
        raise TwoStopsAtOnce(field="starts") from error
    offer = stop.offer
    offer.community = community_of(spot)
    for name, value in _of_offer(stop, spot).items():
        setattr(offer, name, value)
    offer.save()


def _fill(stop: TourStop, draft: StopDraft, spot: Spot) -> None:
    stop.place, stop.latitude, stop.longitude = spot.area, spot.latitude, spot.longitude
    stop.meeting_point = draft.meeting_point.strip()
    stop.date, stop.starts, stop.ends = draft.date, draft.starts, draft.ends
    stop.capacity, stop.reach_m = draft.capacity, draft.reach_m


def _of_offer(stop: TourStop, spot: Spot) -> dict[str, Any]:
    """What the offer at a stop takes from it. All of a stop lies in one week: its weekly cap is its capacity."""
    return {
        "place": spot.area,
        "latitude": spot.latitude,
        "longitude": spot.longitude,
        "reach": OfferReach.METRES,
        "reach_m": stop.reach_m,
        "visits_per_week": stop.capacity,
    }


def _spot_of(draft: StopDraft, organization: Organization) -> Spot:
    """A place of the organization's region that is nobody's home and lies within one community."""
    area = area_by_public_id(draft.place, field="place")
    same_region = keys_of_path(area.path)[0] == keys_of_path(organization.area.path)[0]
    if area.level == AreaLevel.HOUSEHOLD or not same_region:
        raise InvalidInput("Please choose a place near here.", message_zh="请选择本地的一个地点。", field="place")
    return spot_at(area, field="place")


def _locked_tour(viewer: Viewer, tour_id: UUID) -> Tour:
    """The tour, locked and read afresh, for who may manage it; NotFound for who may not know of it."""
    list(Tour.objects.select_for_update(no_key=True).filter(public_id=tour_id).values_list("pk"))
    tour = tour_by_id(viewer, tour_id)
    if not may_manage_tour(viewer, tour):
        raise NotAllowed
    if tour.state == TourState.CALLED_OFF:
        raise TourCalledOff
    return tour


def _locked_stop(viewer: Viewer, stop_id: UUID, now: datetime) -> TourStop:
    """The same of one stop that is not over yet."""
    tour = _locked_tour(viewer, stop_by_id(viewer, stop_id).tour.public_id)
    stop = stop_by_id(viewer, stop_id)
    stop.tour = tour
    if is_over(stop, now):
        raise StopIsOver
    return stop


def _today_of(area: Area, now: datetime) -> date:
    """The day at this place, by the zone of a community in it or around it."""
    around = Area.objects.filter(pk__in=keys_of_path(area.path), level=AreaLevel.COMMUNITY)
    within = Area.objects.filter(path__startswith=area.path, level=AreaLevel.COMMUNITY)
    zone = (around | within).order_by("pk").values_list("time_zone", flat=True).first()
    return now.astimezone(ZoneInfo(zone or "UTC")).date()


def _tell_signed_up(stops: Sequence[TourStop], kind: str, *, at: str, now: datetime) -> None:
    """Each who signed up has one notice of it, however many of the stops they come to."""
    standing = TourSignUp.objects.filter(stop__in=stops, withdrawn_at__isnull=True).order_by("person_id", "stop_id")
    tours = standing.values_list("person_id", "stop__tour_id", "stop__tour__public_id").distinct()
    for person_id, tour_pk, tour_id in sorted(set(tours)):
        key = f"{kind.lower()}:{tour_pk}:{at}:{person_id}"
        notify(person_id=person_id, kind=kind, about=tour_id, key=key, now=now)


def _offer_moved(stop: TourStop, now: datetime) -> None:
    """What is proposed at the stop is looked at again, and what was agreed there."""
    enqueue(OFFER_MOVED, {"offer_id": stop.offer.pk}, now=now)
    enqueue(STOP_MOVED, {"stop_id": stop.pk}, now=now)


def _record(kind: str, tour: Tour, *, by: int, now: datetime, **also: int) -> None:
    """In the chain of the community of its first stop."""
    community_id = Offer.objects.filter(stop__tour=tour).order_by("pk").values_list("community_id", flat=True)[0]
    facts = {"tour": tour.pk, "organization": tour.organization_id, **also}
    commit(chain=chain_of(community_id), kind=kind, facts=facts, persons=[by], now=now)
