"""What the engine is told of offers: rows in bulk to plain values, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from matchmaker.community.area_paths import keys_of_path
from matchmaker.community.models import Area, AreaLevel
from matchmaker.engine.places import VEHICLE_SPEED_M_PER_MIN
from matchmaker.engine.problem import HORIZON_WEEKS, UNLIMITED_VISITS, NeedFacts, OfferFacts, Place
from matchmaker.needs.availability import Hours, Window, hours_quarters, window_quarters
from matchmaker.needs.models import Need, NeedState, Offer, OfferHours, OfferReach, OfferState, ServiceType
from matchmaker.needs.queries.engine_inputs import NO_HISTORY, NOTHING_PROMISED, History, Promised
from matchmaker.needs.queries.givers import Giver, people_who_give, teams_that_give
from matchmaker.needs.queries.places import Point, places_of
from matchmaker.needs.queries.tours import kept_places

LISTED_AT_MOST: Final = 500
"""So few offers are named by their keys; more are found by the same query again."""

Same = TypeVar("Same", frozenset[str], tuple[int, ...], int)
OfferIds = list[int] | QuerySet[Offer, Any]
_NO_VISITS: Final = (0,) * HORIZON_WEEKS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What is known beside the rows of the offers themselves."""

    horizon_start: datetime
    promised: Promised
    history: History
    types: Mapping[int, frozenset[str]]
    hours: Mapping[int, list[Hours]]
    areas: Mapping[int, frozenset[int]]
    kept: Mapping[int, int]
    """By stop of a tour: places kept for people who come without a request."""
    known: dict[Any, Any] = field(default_factory=dict)

    def once(self, value: Same) -> Same:
        """The first value that was equal to this one: a city's offers say the same of languages, hours and caps."""
        same: Same = self.known.setdefault(value, value)
        return same


def offer_facts(
    community_id: int,
    *,
    horizon_start: datetime,
    now: datetime,
    promised: Promised = NOTHING_PROMISED,
    history: History = NO_HISTORY,
    offer_ids: Collection[int] | None = None,
    covering: str | None = None,
) -> list[OfferFacts]:
    """The open offers that may reach a community, by pk: twelve queries at most, however many rows.

    They are those of its joint community, and those that name the community or an area above it as their reach.
    With `covering` only those of this service type or of the type above it.
    """
    rows = _narrowed(_reaching(_keys_above(community_id)), offer_ids, None if covering is None else [covering])
    return _facts_of(rows, horizon_start, now, promised, history)


def offer_facts_under(
    area: Area,
    *,
    horizon_start: datetime,
    now: datetime,
    promised: Promised = NOTHING_PROMISED,
    history: History = NO_HISTORY,
    covering: Collection[str] | None = None,
) -> list[OfferFacts]:
    """The open offers of an area's own communities, by pk: eleven queries at most, however many rows.

    With `covering` only those of these service types or of the types above them.
    """
    rows = _narrowed(Offer.objects.filter(community__path__startswith=area.path), None, covering)
    return _facts_of(rows, horizon_start, now, promised, history)


def _facts_of(
    rows: QuerySet[Offer], horizon_start: datetime, now: datetime, promised: Promised, history: History
) -> list[OfferFacts]:
    offers = list(
        rows.select_related("person", "organization", "community", "place", "stop").defer("details").order_by("pk")
    )
    found: OfferIds = [offer.pk for offer in offers] if len(offers) <= LISTED_AT_MOST else rows.values("pk")
    around = _Around(
        horizon_start=horizon_start,
        promised=promised,
        history=history,
        types=_types_of(found),
        hours=_hours_of(found),
        areas=_areas_of(found),
        kept=kept_places({offer.stop_id for offer in offers if offer.stop_id is not None}),
    )
    places = places_of(_point_of(offer) for offer in offers)
    people = people_who_give({offer.person_id for offer in offers if offer.person_id is not None}, now=now)
    teams = teams_that_give({offer.organization_id for offer in offers if offer.organization_id is not None}, now=now)
    facts = []
    for offer in offers:
        giver = people.get(offer.person_id or 0) or teams.get(offer.organization_id or 0)
        if giver is not None:  # an organization without members has nobody to send
            facts.append(_facts(offer, giver, places[_point_of(offer)], around))
    return facts


def offer_facts_around(
    area: Area, *, covering: str, horizon_start: datetime, now: datetime, offer_ids: Collection[int] | None = None
) -> list[OfferFacts]:
    """The open offers of one type that may reach any place of a joint community, by pk: eleven queries at most.

    What they promised is left aside, and how visits of organizations went.
    """
    named = Q(area__path__startswith=area.path) | Q(area_id__in=keys_of_path(area.path))
    guests = Offer.reach_areas.through.objects.filter(named).values("offer_id")
    rows = Offer.objects.filter(Q(community__path__startswith=area.path) | Q(pk__in=guests))
    return _facts_of(_narrowed(rows, offer_ids, [covering]), horizon_start, now, NOTHING_PROMISED, NO_HISTORY)


def with_promises(offer: OfferFacts, promised: Promised, history: History) -> OfferFacts:
    """An offer that was read without them, less what it promised meanwhile; itself where that is nothing."""
    booked = promised.full_quarters_of_offers.get(offer.offer_id, 0)
    if offer.person_id is not None:
        booked |= promised.quarters_of_persons.get(offer.person_id, 0)
    good, known = history.good_and_known_visits.get(offer.organization_id or 0, (0, 0))
    taken = promised.visits_of_offers.get(offer.offer_id, _NO_VISITS)
    taken_by_person = promised.visits_of_persons.get(offer.person_id or 0, _NO_VISITS)
    if not (booked or known or any(taken) or any(taken_by_person)):
        return offer
    return replace(
        offer,
        free_quarters=offer.free_quarters & ~booked,
        visits_left_by_week=_less(offer.visits_left_by_week, taken),
        person_visits_left_by_week=_less(offer.person_visits_left_by_week, taken_by_person),
        good_visits=good,
        known_visits=known,
    )


def with_places_kept(need: NeedFacts, offer: OfferFacts) -> OfferFacts:
    """An offer as this need may have it: the place at a stop that was kept with the need is free for it."""
    if offer.offer_id not in need.tour_offer_ids:
        return offer
    return replace(offer, visits_left_by_week=tuple(left + 1 for left in offer.visits_left_by_week))


def helpers_from_elsewhere(community: Area) -> list[int]:
    """The people of other communities whose open offers may reach this one, by pk."""
    rows = _narrowed(_reaching(keys_of_path(community.path)), None, None).filter(person__isnull=False)
    outside = rows.exclude(person__community=community).order_by("person_id")
    return list(outside.values_list("person_id", flat=True).distinct())


def needs_in_reach(offer: Offer) -> QuerySet[Need]:
    """Verified open needs of the offer's types, in its joint community or under an area that it names as its reach."""
    kinds = offer.service_types.all()
    kind = Q(service_type__in=kinds) | Q(service_type__parent__in=kinds)
    reached = Q(community__path__startswith=_path_around(_keys_above(offer.community_id)))
    for path in offer.reach_areas.order_by("pk").values_list("path", flat=True):
        reached |= Q(community__path__startswith=path)
    return Need.objects.filter(kind, reached, state=NeedState.OPEN, verified_at__isnull=False)


def _keys_above(community_id: int) -> tuple[int, ...]:
    """The community and the areas above it."""
    return keys_of_path(Area.objects.values_list("path", flat=True).get(pk=community_id))


def _path_around(above: tuple[int, ...]) -> str:
    """The path of the joint community among these areas; the community's own where there is none."""
    levels = (AreaLevel.JOINT_COMMUNITY, AreaLevel.COMMUNITY)
    joint = Area.objects.filter(pk__in=above, level__in=levels).order_by("level")
    return joint.values_list("path", flat=True)[0]


def _reaching(above: tuple[int, ...]) -> QuerySet[Offer]:
    """Offers of the joint community among these areas, and those that name one of them as their reach."""
    around = _path_around(above)
    named = Offer.reach_areas.through.objects.filter(area_id__in=above).values("offer_id")
    return Offer.objects.filter(Q(community__path__startswith=around) | Q(pk__in=named))


def _narrowed(
    rows: QuerySet[Offer], offer_ids: Collection[int] | None, covering: Collection[str] | None
) -> QuerySet[Offer]:
    """Of these the open ones, some alone, or of some types and the types above them alone."""
    rows = rows.filter(state=OfferState.OPEN, person__left_at__isnull=True, organization__closed_at__isnull=True)
    if offer_ids is not None:
        rows = rows.filter(pk__in=offer_ids)
    if covering is not None:
        types = ServiceType.objects.filter(Q(code__in=covering) | Q(children__code__in=covering))
        link = Offer.service_types.through
        rows = rows.filter(pk__in=link.objects.filter(servicetype__in=types).values("offer_id"))
    return rows


def _types_of(offer_ids: OfferIds) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    links = Offer.service_types.through.objects.filter(offer__in=offer_ids)
    for offer_id, code in links.values_list("offer_id", "servicetype__code"):
        found[offer_id].add(code)
    return {offer_id: frozenset(codes) for offer_id, codes in found.items()}


def _hours_of(offer_ids: OfferIds) -> dict[int, list[Hours]]:
    found: dict[int, list[Hours]] = defaultdict(list)
    hours = OfferHours.objects.filter(offer__in=offer_ids)
    for offer_id, weekday, starts, ends in hours.values_list("offer_id", "weekday", "starts", "ends"):
        found[offer_id].append(Hours(weekday, starts, ends))
    return found


def _areas_of(offer_ids: OfferIds) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    links = Offer.reach_areas.through.objects.filter(offer__in=offer_ids)
    for offer_id, area_id in links.values_list("offer_id", "area_id"):
        found[offer_id].add(area_id)
    return {offer_id: frozenset(areas) for offer_id, areas in found.items()}


def _point_of(offer: Offer) -> Point:
    return Point(offer.place.path, offer.place.level, offer.latitude, offer.longitude)


def _facts(offer: Offer, giver: Giver, place: Place, around: _Around) -> OfferFacts:
    promised = around.promised
    organization = offer.organization
    good, known = around.history.good_and_known_visits.get(offer.organization_id or 0, (0, 0))
    taken_by_person = promised.visits_of_persons.get(offer.person_id or 0, _NO_VISITS)
    return OfferFacts(
        offer_id=offer.pk,
        service_types=around.once(around.types.get(offer.pk, frozenset())),
        place=place,
        free_quarters=around.once(_free_quarters(offer, around)),
        person_id=offer.person_id,
        organization_id=offer.organization_id,
        organization_kind=organization.kind if organization else None,
        organization_verified=organization is not None and organization.verified_at is not None,
        form=offer.form,
        parallel=min(offer.parallel_visits, giver.people),
        reach_m=float(offer.reach_m) if offer.reach == OfferReach.METRES and offer.reach_m is not None else None,
        reach_minutes=float(offer.reach_minutes)
        if offer.reach == OfferReach.MINUTES and offer.reach_minutes is not None
        else None,
        area_ids=around.areas.get(offer.pk, frozenset()) if offer.reach == OfferReach.AREAS else None,
        walking_speed_m_per_min=giver.walking_speed_m_per_min,
        vehicle_speed_m_per_min=VEHICLE_SPEED_M_PER_MIN if offer.by_vehicle else None,
        skills=around.once(frozenset(offer.skills) | giver.skills),
        languages=around.once(frozenset(offer.languages) | giver.languages),
        age=giver.age,
        sex=giver.sex,
        trainings=around.once(giver.trainings),
        licences=around.once(giver.licences),
        clearances=around.once(giver.clearances),
        insured=giver.insured,
        guardian_consent=giver.guardian_consent,
        at_stop=offer.stop_id is not None,
        visits_left_by_week=around.once(
            _left(_visits_per_week(offer, around), promised.visits_of_offers.get(offer.pk, _NO_VISITS))
        ),
        person_visits_left_by_week=around.once(_left(giver.visits_per_week_cap, taken_by_person)),
        person_visits_cap=giver.visits_per_week_cap,
        good_visits=good,
        known_visits=known,
    )


def _free_quarters(offer: Offer, around: _Around) -> int:
    """Within the hours of the offer, or of its stop on a tour; a person's own bookings, or the quarters an
    organization is full, taken out."""
    promised = around.promised
    booked = promised.full_quarters_of_offers.get(offer.pk, 0)
    if offer.person_id is not None:
        booked |= promised.quarters_of_persons.get(offer.person_id, 0)
    zone = ZoneInfo(offer.community.time_zone)
    if offer.stop is not None:
        stands = [Window(offer.stop.date, offer.stop.starts, offer.stop.ends)]
        return window_quarters(stands, zone=zone, horizon_start=around.horizon_start, booked=booked)
    return hours_quarters(around.hours.get(offer.pk, ()), zone=zone, horizon_start=around.horizon_start, booked=booked)


def _visits_per_week(offer: Offer, around: _Around) -> int:
    """Of a stop, which is on one day, the places that are not kept for people who signed up."""
    return max(0, offer.visits_per_week - around.kept.get(offer.stop_id or 0, 0))


def _left(cap: int, taken: Sequence[int]) -> tuple[int, ...]:
    if cap >= UNLIMITED_VISITS:
        return (UNLIMITED_VISITS,) * HORIZON_WEEKS
    return tuple(max(0, cap - visits) for visits in taken)


def _less(left: tuple[int, ...], taken: Sequence[int]) -> tuple[int, ...]:
    if left[0] >= UNLIMITED_VISITS:
        return left
    return tuple(max(0, visits - less) for visits, less in zip(left, taken, strict=True))
