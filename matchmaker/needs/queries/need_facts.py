"""What the engine is told of needs: rows in bulk to plain values, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils.timezone import localdate

from matchmaker.community.ages import is_minor, youngest_age
from matchmaker.community.models import Area, Mandate, MandateKind, PersonBlock
from matchmaker.engine.problem import CONVENIENCE, PUBLIC, VOLUNTARY, NeedFacts, Place
from matchmaker.needs.availability import Window, quarters_for, weeks_running, window_quarters
from matchmaker.needs.models import Need, NeedRepeat, NeedState, NeedWindow, TourSignUp
from matchmaker.needs.queries.engine_inputs import NO_HISTORY, NOTHING_PROMISED, History, Promised
from matchmaker.needs.queries.places import Point, places_of
from matchmaker.prepared import Prepared

_ANY_FORM: Final = frozenset({PUBLIC, VOLUNTARY, CONVENIENCE})
_NOBODY: Final[frozenset[int]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What is known beside the rows of the needs themselves."""

    zone: ZoneInfo
    horizon_start: datetime
    today: date
    promised: Promised
    history: History
    windows: Mapping[int, list[Window]]
    blocks: Mapping[int, frozenset[int]]
    proxies: Mapping[int, frozenset[int]]
    tour_offers: Mapping[int, frozenset[int]]
    """By need: offers at stops of tours to which the person will come for it."""


def need_facts(
    community_id: int,
    *,
    horizon_start: datetime,
    now: datetime,
    promised: Promised = NOTHING_PROMISED,
    history: History = NO_HISTORY,
    need_ids: Collection[int] | None = None,
) -> list[NeedFacts]:
    """The verified open needs of a community that still miss a helper, by pk: seven queries, however many rows."""
    verified = _open_needs(community_id, need_ids).filter(verified_at__isnull=False)
    return _facts_of(verified, community_id, horizon_start, now, promised, history)


def need_facts_as_asked(
    need_id: int,
    community_id: int,
    *,
    horizon_start: datetime,
    now: datetime,
    promised: Promised = NOTHING_PROMISED,
    history: History = NO_HISTORY,
) -> list[NeedFacts]:
    """The same for one need that nobody has verified yet: for its asker's first answer, never for a proposal."""
    return _facts_of(_open_needs(community_id, [need_id]), community_id, horizon_start, now, promised, history)


def facts_of_need(need: Need, *, horizon_start: datetime, now: datetime) -> Callable[[Promised, History], NeedFacts]:
    """One need that was read already, whatever its state, for any promises and history: four queries.

    `need` is read with its person, service type, place and community; its windows are read here. The promises and the
    history are handed in later, as often as they change; `helpers_wanted` is 0 where nobody is missing. Stops of tours
    that somebody signed up for are left to `tour_offers_of`.
    """
    zone = ZoneInfo(need.community.time_zone)
    place = places_of([_point_of(need)])[_point_of(need)]
    around = _Around(
        zone=zone,
        horizon_start=horizon_start,
        today=now.astimezone(zone).date(),
        promised=NOTHING_PROMISED,
        history=NO_HISTORY,
        windows={need.pk: [Window(*told) for told in _WINDOWS_OF_ONE(need_id=need.pk)]},
        blocks=_by_person_blocked(_BLOCKS_OF_ONE(person_id=need.for_person_id)),
        proxies=_by_person(_PROXIES_OF_ONE(person_id=need.for_person_id, today=localdate(now))),
        tour_offers={},
    )
    return lambda promised, history: _facts(need, place, replace(around, promised=promised, history=history))


def _facts_of(
    rows: QuerySet[Need],
    community_id: int,
    horizon_start: datetime,
    now: datetime,
    promised: Promised,
    history: History,
) -> list[NeedFacts]:
    zone = ZoneInfo(Area.objects.values_list("time_zone", flat=True).get(pk=community_id))
    windows, tour_offers = _windows_and_tour_offers_of(rows)
    around = _Around(
        zone=zone,
        horizon_start=horizon_start,
        today=now.astimezone(zone).date(),
        promised=promised,
        history=history,
        windows=windows,
        blocks=_blocks_in(community_id),
        proxies=_proxies_in(community_id, localdate(now)),
        tour_offers=tour_offers,
    )
    needs = [need for need in _with_columns(rows) if _missing(need, promised) > 0]
    places = places_of(_point_of(need) for need in needs)
    return [_facts(need, places[_point_of(need)], around) for need in needs]


def _open_needs(community_id: int, need_ids: Collection[int] | None) -> QuerySet[Need]:
    rows = Need.objects.filter(community_id=community_id, state=NeedState.OPEN)
    return rows if need_ids is None else rows.filter(pk__in=need_ids)


def _with_columns(rows: QuerySet[Need]) -> QuerySet[Need]:
    joined = rows.select_related("for_person", "service_type", "place")
    return joined.defer("details", "risks").order_by("pk")


def _missing(need: Need, promised: Promised) -> int:
    """Helpers still wanted, those who are being asked taken off."""
    return need.helpers_wanted - need.helpers_found - promised.helpers_asked.get(need.pk, 0)


def _windows_and_tour_offers_of(
    rows: QuerySet[Need],
) -> tuple[dict[int, list[Window]], dict[int, frozenset[int]]]:
    """By need its windows, and the offers at stops of tours that are signed up for with it: one query for both."""
    windows: dict[int, dict[int, Window]] = defaultdict(dict)
    offers: dict[int, set[int]] = defaultdict(set)
    standing = FilteredRelation("need__tour_sign_ups", condition=Q(need__tour_sign_ups__withdrawn_at__isnull=True))
    found = NeedWindow.objects.filter(need__in=rows.values("pk")).annotate(standing=standing)
    for need_id, pk, day, starts, ends, offer_id in found.values_list(
        "need_id", "pk", "date", "starts", "ends", "standing__stop__offer"
    ):
        windows[need_id][pk] = Window(day, starts, ends)
        if offer_id is not None:
            offers[need_id].add(offer_id)
    return (
        {need_id: list(held.values()) for need_id, held in windows.items()},
        {need_id: frozenset(held) for need_id, held in offers.items()},
    )


def tour_offers_of(need: Need) -> frozenset[int]:
    """The offers at stops of tours that are signed up for with this need."""
    standing = TourSignUp.objects.filter(need=need, withdrawn_at__isnull=True)
    return frozenset(standing.values_list("stop__offer", flat=True))


def _blocks_in(community_id: int) -> dict[int, frozenset[int]]:
    blocks = PersonBlock.objects.filter(Q(person__community_id=community_id) | Q(blocked__community_id=community_id))
    return _by_person_blocked(blocks.values_list("person_id", "blocked_id"))


def _by_person_blocked(blocks: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    """By person: those whom they block and those who block them."""
    found: dict[int, set[int]] = defaultdict(set)
    for person_id, blocked_id in blocks:
        found[person_id].add(blocked_id)
        found[blocked_id].add(person_id)
    return {person_id: frozenset(others) for person_id, others in found.items()}


def _proxies_in(community_id: int, today: date) -> dict[int, frozenset[int]]:
    return _by_person(_proxies(today).filter(for_person__community_id=community_id))


def _proxies(today: date) -> QuerySet[Mandate, tuple[int | None, int]]:
    live = Mandate.objects.current(today).filter(kind=MandateKind.PROXY)
    return live.values_list("for_person_id", "holder_id")


def _by_person(proxies: Iterable[tuple[int | None, int]]) -> dict[int, frozenset[int]]:
    """By person: who holds a live mandate to speak for them."""
    found: dict[int, set[int]] = defaultdict(set)
    for person_id, holder_id in proxies:
        if person_id is not None:
            found[person_id].add(holder_id)
    return {person_id: frozenset(holders) for person_id, holders in found.items()}


_WINDOWS_OF_ONE: Final = Prepared(
    lambda need_id: (
        NeedWindow.objects.filter(need_id=need_id)
        .order_by("date", "starts", "pk")
        .values_list("date", "starts", "ends")
    )
)
_BLOCKS_OF_ONE: Final = Prepared(
    lambda person_id: PersonBlock.objects.filter(Q(person_id=person_id) | Q(blocked_id=person_id)).values_list(
        "person_id", "blocked_id"
    )
)
_PROXIES_OF_ONE: Final = Prepared(lambda person_id, today: _proxies(today).filter(for_person_id=person_id))


def _point_of(need: Need) -> Point:
    return Point(need.place.path, need.place.level, need.latitude, need.longitude)


def _facts(need: Need, place: Place, around: _Around) -> NeedFacts:
    person = need.for_person
    history = around.history
    open_quarters = _open_quarters(need, around)
    weekly = need.repeat == NeedRepeat.WEEKLY
    asked_by = {need.asked_by_id} - {person.pk}
    return NeedFacts(
        need_id=need.pk,
        person_id=person.pk,
        service_type=need.service_type.code,
        place=place,
        minutes=need.minutes,
        open_quarters=open_quarters,
        asked_by_ids=around.proxies.get(person.pk, _NOBODY) | asked_by,
        forms_accepted=frozenset(need.forms_accepted) or _ANY_FORM,
        helpers_wanted=_missing(need, around.promised),
        all_or_none=need.all_or_none,
        weeks=max(1, weeks_running(open_quarters, quarters_for(need.minutes))) if weekly else 1,
        skills=frozenset(need.skills),
        languages=frozenset(need.languages),
        urgency=need.urgency,
        risk_class=need.risk_class,
        person_age=youngest_age(person.birth_year, today=around.today),
        person_is_minor=is_minor(person.birth_year, today=around.today),
        nobody_from_building=need.nobody_from_building,
        helper_sex=need.helper_sex or None,
        excluded_person_ids=around.blocks.get(person.pk, _NOBODY) | history.excluded_persons.get(need.pk, _NOBODY),
        excluded_organization_ids=history.excluded_organizations.get(need.pk, _NOBODY),
        prior_helper_ids=history.prior_helpers.get(person.pk, _NOBODY),
        prior_organization_ids=history.prior_organizations.get(person.pk, _NOBODY),
        at_home=need.at_home,
        first_home_visit=need.at_home and person.pk not in history.visited_at_home,
        tour_offer_ids=around.tour_offers.get(need.pk, _NOBODY),
        without_graph=person.without_graph,
    )


def _open_quarters(need: Need, around: _Around) -> int:
    """The quarters in which the visit may be. Where some helpers are found already, further ones come with them."""
    others = around.promised.quarters_of_stand_ins.get(need.pk, 0)
    own = around.promised.quarters_of_needs.get(need.pk, 0)
    if own:
        return own & ~others
    return window_quarters(
        around.windows.get(need.pk, ()),
        zone=around.zone,
        horizon_start=around.horizon_start,
        weekly=need.repeat == NeedRepeat.WEEKLY,
        until_date=need.repeat_until_date,
        booked=around.promised.quarters_of_persons.get(need.for_person_id, 0) & ~_of_the_series(need, around) | others,
    )


def _of_the_series(need: Need, around: _Around) -> int:
    """Quarters in which others come for the same series: whoever stands in comes along with them."""
    return around.promised.quarters_of_series.get(need.instead_of_id, 0) if need.instead_of_id else 0
