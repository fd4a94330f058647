"""A list of what one organization can give; read for its clerk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from matchmaker.community.models import Organization
from matchmaker.community.queries.listed import KnownArea, areas_known
from matchmaker.lists.cells import Row, half_width
from matchmaker.lists.planning.drafts import faults_of_draft
from matchmaker.lists.planning.homes import Homes
from matchmaker.lists.planning.plan import (
    CHANGED,
    NEW,
    UNCHANGED,
    Plan,
    Planned,
    Scope,
    Step,
    differing,
    mark_double_numbers,
    plan_of,
)
from matchmaker.lists.planning.types import Types
from matchmaker.needs.actions.listed_offers import OfferRow, put_offers
from matchmaker.needs.day_words import WEEKDAYS_EN, WEEKDAYS_EN_FULL, WEEKDAYS_ZH
from matchmaker.needs.drafts import Hours, OfferDraft, check_offer_draft
from matchmaker.needs.drafts.offers import columns_of
from matchmaker.needs.models import OfferReach, OfferState, ServiceForm, ServiceType
from matchmaker.needs.queries.listed import OFFER_COLUMNS, KnownOffer, offers_known, type_facts, types_known

FORMS: Final = {
    "PUBLIC": ("公共", "公共服务", "public"),
    "VOLUNTARY": ("志愿", "志愿服务", "voluntary"),
    "CONVENIENCE": ("便民", "便民服务", "convenience"),
}
COLUMN_OF: Final = {"hours": "starts", "reach": "reach_m"}


@dataclass(frozen=True, slots=True)
class OffersWorld:
    """What the plan of a list of offers rests on; `seat` is the area and point of the organization."""

    areas: tuple[KnownArea, ...]
    offers: tuple[KnownOffer, ...]
    types: tuple[ServiceType, ...]
    type_facts: tuple[tuple[Any, ...], ...]
    seat: tuple[int, float | None, float | None]


def load_world(scope: Scope, _now: datetime) -> OffersWorld:
    types = types_known()
    giver = Organization.objects.get(pk=scope.giver.pk)
    return OffersWorld(
        areas=areas_known(scope.community),
        offers=offers_known(giver),
        types=types,
        type_facts=type_facts(types),
        seat=(giver.area_id, giver.latitude, giver.longitude),
    )


def plan(rows: Sequence[Row], world: OffersWorld, scope: Scope, *, now: datetime, step: Step) -> Plan:
    """What each row would open or change, or what is wrong with it."""
    look = _Look(world, scope.giver.public_id)
    mark_double_numbers(rows)
    return plan_of(rows, look.at, step=step)


def write(made: Plan, scope: Scope, *, now: datetime) -> None:
    put_offers(
        organization=scope.giver,
        community=scope.community,
        importer_id=scope.importer_id,
        added=made.rows(NEW),
        changed=made.rows(CHANGED),
        now=now,
    )


class _Look:
    def __init__(self, world: OffersWorld, giver: UUID) -> None:
        self._giver = giver
        self._homes = Homes(world.areas)
        self._areas = {area.pk: area for area in world.areas}
        self._offers = {offer.external_id: offer for offer in world.offers}
        self._types = Types(world.types)
        self._seat = world.seat

    def at(self, row: Row) -> Planned | None:
        number = row.code("external_id", longest=80, needed=True)
        kinds = self._kinds(row)
        areas = self._areas_reached(row)
        spot = self._spot(row)
        draft = self._draft(row, number, kinds, areas)
        if draft.form != ServiceForm.PUBLIC and any(kind.public_duty for kind in kinds):
            row.fault("service_types", "PUBLIC_DUTY")
        if row.faults or spot is None:
            return None
        place, latitude, longitude = spot
        columns = columns_of(draft) | {"place_id": place.pk}
        made = OfferRow(
            columns=columns | {"latitude": latitude, "longitude": longitude, "external_id": number},
            service_types=tuple(sorted(kind.pk for kind in kinds)),
            reach_areas=tuple(sorted(area.pk for area in areas)),
            hours=tuple(sorted(set(draft.hours))),
            pk=self._offers[number].pk if number in self._offers else None,
        )
        return self._against(row, self._offers.get(number), columns, made)

    def _against(self, row: Row, known: KnownOffer | None, columns: dict[str, Any], made: OfferRow) -> Planned | None:
        if known is None:
            return Planned(row.number, NEW, row=made)
        if known.state == OfferState.DRAFT:
            row.fault("external_id", "OFFER_IS_A_DRAFT")
            return None
        changed = _changes(known, columns, made)
        if not changed:
            return Planned(row.number, UNCHANGED)
        if known.state == OfferState.CLOSED:
            row.fault("external_id", "OFFER_CLOSED")
            return None
        return Planned(row.number, CHANGED, changed=changed, row=made)

    def _kinds(self, row: Row) -> list[ServiceType]:
        row.needed("service_types")
        found = [self._types.named(row, "service_types", name) for name in row.listed("service_types")]
        return list({kind.pk: kind for kind in found if kind is not None}.values())

    def _areas_reached(self, row: Row) -> list[KnownArea]:
        found = [self._homes.place(row, "reach_areas", name) for name in row.listed("reach_areas")]
        return list({area.pk: area for area in found if area is not None}.values())

    def _spot(self, row: Row) -> tuple[KnownArea, float, float] | None:
        """The place named, else the seat of the organization."""
        area_id, latitude, longitude = self._seat
        named = self._homes.place(row, "place", row.text("place")) if row.given("place") else None
        if row.given("place") and named is None:
            return None
        area = named or self._areas.get(area_id)
        if area is None:
            row.fault("place", "UNKNOWN_PLACE")
            return None
        point = self._homes.point(area)
        if named is None and latitude is not None and longitude is not None:
            point = latitude, longitude
        if point is None:
            row.fault("place", "PLACE_NOT_ON_MAP")
            return None
        return area, *point

    def _draft(self, row: Row, number: str, kinds: Sequence[ServiceType], areas: Sequence[KnownArea]) -> OfferDraft:
        """What the row says, with all its faults found by the check that forms go through too."""
        for key in ("title", "visits_per_week"):
            row.needed(key)
        reach_m, reach_minutes = row.whole("reach_m"), row.whole("reach_minutes")
        reach = OfferReach.AREAS if areas or row.given("reach_areas") else OfferReach.METRES
        if reach == OfferReach.METRES and row.given("reach_minutes"):
            reach = OfferReach.MINUTES
        visits, parallel = row.whole("visits_per_week"), row.whole("parallel_visits")
        draft = OfferDraft(
            title=row.text("title"),
            service_types=tuple(kind.code for kind in kinds) or ("UNKNOWN",),
            organization=self._giver,
            details=row.text("details"),
            form=row.choice("form", FORMS) or ServiceForm.VOLUNTARY,
            price_yuan_per_hour=row.amount("price_yuan_per_hour"),
            reach=reach,
            reach_m=reach_m,
            reach_minutes=reach_minutes,
            reach_areas=tuple(area.public_id for area in areas),
            by_vehicle=row.yes("by_vehicle"),
            hours=_hours(row),
            visits_per_week=1 if visits is None else visits,
            parallel_visits=1 if parallel is None else parallel,
            skills=tuple(row.listed("skills")),
            languages=tuple(row.languages("languages")),
            external_id=number,
        )
        good: dict[str, Any] = {
            "title": "—",
            "details": "",
            "price_yuan_per_hour": None,
            "visits_per_week": 1,
            "parallel_visits": 1,
            "skills": (),
            "languages": (),
            "external_id": "",
            "service_types": ("UNKNOWN",),
        }
        good |= _good_reach(draft)
        faults_of_draft(draft, check_offer_draft, good, row=row, columns=COLUMN_OF)
        return draft


def _good_reach(draft: OfferDraft) -> dict[str, Any]:
    """For each way to say the reach a value that passes: the one measured by, and nothing in the others."""
    return {
        "reach_m": 500 if draft.reach == OfferReach.METRES else None,
        "reach_minutes": 10 if draft.reach == OfferReach.MINUTES else None,
        "reach_areas": (UUID(int=0),) if draft.reach == OfferReach.AREAS else (),
    }


def _hours(row: Row) -> tuple[Hours, ...]:
    """The same hours on each of the days named, every day where none is; no hours at all mean any time."""
    starts, ends = row.clock("starts"), row.clock("ends")
    days = sorted({day for name in row.listed("weekdays") if (day := _weekday(row, name)) is not None})
    if not any(row.given(key) for key in ("weekdays", "starts", "ends")):
        return ()
    if row.given("starts") != row.given("ends"):
        row.fault("ends" if row.given("starts") else "starts", "MISSING")
    all_day = not row.given("starts")
    begin, end = (time(0), time(0)) if all_day else (starts or time(0), ends or time(0))
    return tuple(Hours(day, begin, end) for day in (days or range(7)))


def _weekday(row: Row, name: str) -> int | None:
    """一, 周一, 星期一, Mon, Monday or 1; 0 is Monday. Several days in one word, such as 周一至五, are none of them."""
    short = half_width(name).title().removeprefix("星期").removeprefix("周").replace("天", "日").rstrip(".")
    for day, (zh, en) in enumerate(zip(WEEKDAYS_ZH, WEEKDAYS_EN_FULL, strict=True)):
        if short in (zh, str(day + 1)) or (len(short) >= len(WEEKDAYS_EN[day]) and en.startswith(short)):
            return day
    row.fault("weekdays", "NO_CHOICE", zh="、".join(WEEKDAYS_ZH), en=", ".join(WEEKDAYS_EN))
    return None


def _changes(known: KnownOffer, columns: dict[str, Any], made: OfferRow) -> tuple[str, ...]:
    """The names of the columns that differ."""
    changed = differing(known, columns, OFFER_COLUMNS)
    if tuple(sorted(known.service_types)) != made.service_types:
        changed.add("service_types")
    if tuple(sorted(known.reach_areas)) != made.reach_areas:
        changed.add("reach_areas")
    if known.hours != tuple((hours.weekday, hours.starts, hours.ends) for hours in made.hours):
        changed.add("weekdays")
    return tuple(sorted(changed))
