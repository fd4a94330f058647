"""The rows of a city for `bench.suggest`: half its people offer something, some needs are open; no real place.

People, places, needs and offers are those of `bench.city`; their ties those of its town.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.utils.timezone import localdate

from bench.city import DAY_QUARTERS, GRIDS_TO_A_COMMUNITY, KINDS, City, city
from bench.columns_in import settled, store
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
    settled()
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
    ids = made.town.ids.tolist()
    given = [facts.get(pk) for pk in ids]
    store(
        Person,
        id=ids,
        name=[f"{pk}" for pk in ids],
        community_id=[grids[grid].parent_id for grid in made.town.grid.tolist()],
        birth_year=[now.year - 41] * len(ids),
        languages=[sorted(offer.languages) if offer else ["zh"] for offer in given],
        skills=[sorted(offer.skills) if offer else [] for offer in given],
        visits_per_week_cap=[offer.person_visits_cap if offer else 2 for offer in given],
        joined_at=[now] * len(ids),
    )


def _ties(made: City, now: datetime) -> None:
    kinds = (TieKindRow.KIN, TieKindRow.FRIEND, TieKindRow.HELPED, TieKindRow.MET)
    ids = made.town.ids
    moments = [now - timedelta(days=age_days) for age_days in made.town.age_days.tolist()]
    store(
        Tie,
        low_id=ids[made.town.edges_u].tolist(),
        high_id=ids[made.town.edges_v].tolist(),
        kind=[kinds[kind] for kind in made.town.kind.tolist()],
        low_confirmed_at=moments,
        high_confirmed_at=moments,
        made_at=moments,
        renewed_at=moments,
    )


def _offers(made: City, grids: list[Area], types: dict[str, ServiceType], now: datetime) -> None:
    offers = made.offers
    keys = [offer.offer_id + 1 for offer in offers]
    places = [grids[offer.place.grid_id or 0] for offer in offers]
    store(
        Offer,
        id=keys,
        person_id=[offer.person_id for offer in offers],
        community_id=[grid.parent_id for grid in places],
        title=["offer"] * len(offers),
        place_id=[grid.pk for grid in places],
        latitude=[offer.place.latitude for offer in offers],
        longitude=[offer.place.longitude for offer in offers],
        reach=["METRES"] * len(offers),
        reach_m=[int(offer.reach_m or 0) for offer in offers],
        visits_per_week=[offer.visits_left_by_week[0] for offer in offers],
        opened_at=[now] * len(offers),
    )
    links = [(pk, types[code].pk) for pk, one in zip(keys, offers, strict=True) for code in sorted(one.service_types)]
    store(Offer.service_types.through, offer_id=[pk for pk, _ in links], servicetype_id=[kind for _, kind in links])
    hours = [(pk, *told) for pk, one in zip(keys, offers, strict=True) for told in _hours(one.free_quarters)]
    pks, days, starts, ends = zip(*hours, strict=True)
    store(OfferHours, offer_id=pks, weekday=days, starts=starts, ends=ends)


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
    for some in (rows, windows):
        type(some[0])._default_manager.bulk_create(some, batch_size=AT_ONCE)
