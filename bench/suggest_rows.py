"""The rows of a city for `bench.suggest`: half its people offer something, some needs are open; no real place.

People, places, needs and offers are those of `bench.city`; their ties those of its town.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.db import models
from django.utils.timezone import localdate

from bench.city import DAY_QUARTERS, GRIDS_TO_A_COMMUNITY, KINDS, City, city
from matchmaker.community.models import Area, AreaLevel, Person, Tie
from matchmaker.community.models import TieKind as TieKindRow
from matchmaker.needs.models import Need, NeedWindow, Offer, OfferHours, ServiceType

ZONE: Final = "Asia/Shanghai"
COMMUNITIES_TO_A_JOINT_ONE: Final = 8
AT_ONCE: Final = 2_000
DAYS: Final = 7


def fill(*, people: int, needs: int, seed: int, now: datetime) -> int:
    """A city of so many people stands in an empty database, half of them with an offer; how many offers there are."""
    offers = people // 2
    made = city(needs=people - offers, offers=offers, seed=seed, open_hours=True)
    grids = _areas(int(made.town.grid.max()) + 1)
    types = _types()
    _people(made, grids, now)
    _ties(made, now)
    _offers(made, grids, types, now)
    _needs(made, grids, types, needs, now)
    return offers


def _areas(count: int) -> list[Area]:
    region = _area(AreaLevel.REGION, None, "region")
    above = _area(AreaLevel.SUB_DISTRICT, region, "sub-district")
    grids: list[Area] = []
    joint = community = above
    for number in range(count):
        if number % (GRIDS_TO_A_COMMUNITY * COMMUNITIES_TO_A_JOINT_ONE) == 0:
            joint = _area(AreaLevel.JOINT_COMMUNITY, above, f"joint {number}")
        if number % GRIDS_TO_A_COMMUNITY == 0:
            community = _area(AreaLevel.COMMUNITY, joint, f"community {number}", time_zone=ZONE)
        grids.append(_area(AreaLevel.GRID, community, f"grid {number}"))
    return grids


def _area(level: AreaLevel, parent: Area | None, name: str, **columns: Any) -> Area:
    above = {"parent": parent, "parent_level": parent.level} if parent else {}
    row = Area.objects.create(level=level, name=name, path=name, **above, **columns)
    row.path = f"{parent.path if parent else ''}{row.pk:09d}/"
    row.save(update_fields=["path"])
    return row


def _types() -> dict[str, ServiceType]:
    names = {"taxonomy_version": "bench", "minimum_helper_age": 0, "insured_from_risk": 3}
    whole = ServiceType.objects.create(code="help", name_zh="help", name_en="help", **names)
    parts = [ServiceType.objects.create(code=kind, name_zh=kind, name_en=kind, parent=whole, **names) for kind in KINDS]
    return {row.code: row for row in (whole, *parts)}


def _people(made: City, grids: list[Area], now: datetime) -> None:
    facts = {offer.person_id: offer for offer in made.offers}
    rows = []
    for pk, grid in zip(made.town.ids.tolist(), made.town.grid.tolist(), strict=True):
        offer = facts.get(pk)
        rows.append(
            Person(
                pk=pk,
                name=f"{pk}",
                community_id=grids[grid].parent_id,
                birth_year=now.year - 41,
                languages=sorted(offer.languages) if offer else ["zh"],
                skills=sorted(offer.skills) if offer else [],
                visits_per_week_cap=offer.person_visits_cap if offer else 2,
                joined_at=now,
            )
        )
    _store(rows)


def _ties(made: City, now: datetime) -> None:
    kinds = (TieKindRow.KIN, TieKindRow.FRIEND, TieKindRow.HELPED, TieKindRow.MET)
    ids = made.town.ids
    columns = (made.town.edges_u, made.town.edges_v, made.town.kind, made.town.age_days)
    rows = []
    for u, v, kind, age_days in zip(*(column.tolist() for column in columns), strict=True):
        at = now - timedelta(days=age_days)
        both = {"low_confirmed_at": at, "high_confirmed_at": at, "made_at": at, "renewed_at": at}
        rows.append(Tie(low_id=int(ids[u]), high_id=int(ids[v]), kind=kinds[kind], **both))
    _store(rows)


def _offers(made: City, grids: list[Area], types: dict[str, ServiceType], now: datetime) -> None:
    rows, links, hours = [], [], []
    through = Offer.service_types.through
    for offer in made.offers:
        grid = grids[offer.place.grid_id or 0]
        pk = offer.offer_id + 1
        rows.append(
            Offer(
                pk=pk,
                person_id=offer.person_id,
                community_id=grid.parent_id,
                title="offer",
                place=grid,
                latitude=offer.place.latitude,
                longitude=offer.place.longitude,
                reach="METRES",
                reach_m=int(offer.reach_m or 0),
                visits_per_week=offer.visits_left_by_week[0],
                opened_at=now,
            )
        )
        links += [through(offer_id=pk, servicetype_id=types[code].pk) for code in sorted(offer.service_types)]
        hours += [
            OfferHours(offer_id=pk, weekday=day, starts=starts, ends=ends)
            for day, starts, ends in _hours(offer.free_quarters)
        ]
    for some in (rows, links, hours):
        _store(some)


def _hours(quarters: int) -> Iterable[tuple[int, time, time]]:
    """Each day's one stretch of the first week."""
    for day in range(DAYS):
        bits = quarters >> day * DAY_QUARTERS & ((1 << DAY_QUARTERS) - 1)
        if bits:
            begin, end = (bits & -bits).bit_length() - 1, bits.bit_length()
            yield day, time(begin // 4), time(end // 4 % 24)


def _needs(made: City, grids: list[Area], types: dict[str, ServiceType], count: int, now: datetime) -> None:
    """Some of the needs of the city, spread over all of it; their hours lie in the week that begins now."""
    monday = localdate(now)
    rows, windows = [], []
    for need in made.needs[:: max(1, len(made.needs) // count)][:count]:
        grid = grids[need.place.grid_id or 0]
        first = (need.open_quarters & -need.open_quarters).bit_length() - 1
        day, begin = divmod(first, DAY_QUARTERS)
        end = begin + need.open_quarters.bit_count()
        pk = need.need_id + 1
        rows.append(
            Need(
                pk=pk,
                for_person_id=need.person_id,
                asked_by_id=need.person_id,
                community_id=grid.parent_id,
                service_type=types[need.service_type],
                at_home=False,
                place=grid,
                latitude=need.place.latitude,
                longitude=need.place.longitude,
                minutes=need.minutes,
                helpers_wanted=need.helpers_wanted,
                skills=sorted(need.skills),
                languages=sorted(need.languages),
                urgency=need.urgency,
                answer_by=now + timedelta(days=DAYS),
                opened_at=now,
                changed_at=now,
                verified_at=now,
            )
        )
        windows.append(
            NeedWindow(need_id=pk, date=monday + timedelta(days=day), starts=time(begin // 4), ends=time(end // 4 % 24))
        )
    _store(rows)
    _store(windows)


def _store(rows: list[Any]) -> None:
    model: type[models.Model]
    if rows:
        model = type(rows[0])
        model._default_manager.bulk_create(rows, batch_size=AT_ONCE)
