"""A list of needs, as the desk enters them: each for a person of the list of people, with their consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.timezone import localdate

from matchmaker.community.ages import is_minor
from matchmaker.community.models import Area
from matchmaker.community.queries.listed import (
    KnownArea,
    KnownPerson,
    areas_known,
    people_known,
    people_proxied,
    workers_known,
)
from matchmaker.lists.cells import Row, half_width
from matchmaker.lists.planning.consents import Said, Witnesses
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
from matchmaker.needs.actions.asking import consents_at_desk, is_enough
from matchmaker.needs.actions.listed_needs import ConsentRow, NeedRow, put_needs
from matchmaker.needs.actions.particulars import Spot, columns_of
from matchmaker.needs.drafts import NeedDraft, Window, check_need_draft
from matchmaker.needs.models import NeedState, RiskClass, ServiceType, Urgency
from matchmaker.needs.queries.listed import NEED_COLUMNS, KnownNeed, needs_known, type_facts, types_known

REPEATS: Final = {"ONCE": ("一次", "只一次", "once"), "WEEKLY": ("每周", "每周一次", "weekly")}
URGENCIES: Final = {"0": ("不急", "whenever"), "1": ("尽快", "soon")}
URGENT: Final = frozenset({"紧急", "急", "很急", "urgent", "emergency"})
"""Somebody on duty is rung for these, one at a time: they are entered at the desk, never by list."""
HELPER_SEXES: Final = {"FEMALE": ("女", "女士", "female"), "MALE": ("男", "男士", "male")}
CHANNELS: Final = {
    "DESK": ("服务台", "desk"),
    "PHONE": ("电话", "phone"),
    "PAPER": ("纸质", "表格", "paper"),
    "DOORSTEP": ("上门", "doorstep"),
}
COLUMN_OF: Final = {"windows": "date", "risk_class": "risks"}
BY_DATE: Final = frozenset({"date", "repeat_until_date", "answer_by"})
"""Columns whose faults come with time: of a need that stands as the row says they are none."""


@dataclass(frozen=True, slots=True)
class NeedsWorld:
    """What the plan of a list of needs rests on."""

    areas: tuple[KnownArea, ...]
    people: tuple[KnownPerson, ...]
    needs: tuple[KnownNeed, ...]
    types: tuple[ServiceType, ...]
    type_facts: tuple[tuple[Any, ...], ...]
    workers: tuple[tuple[int, str, str], ...]
    proxied: frozenset[int]
    """People who gave the importer a mandate: a proxy is no witness of their case."""


def load_world(scope: Scope, now: datetime) -> NeedsWorld:
    types = types_known()
    return NeedsWorld(
        areas=areas_known(scope.community),
        people=people_known(scope.community),
        needs=needs_known(scope.community),
        types=types,
        type_facts=type_facts(types),
        workers=workers_known(scope.community, today=localdate(now)),
        proxied=people_proxied(scope.importer_id, today=localdate(now)),
    )


def plan(rows: Sequence[Row], world: NeedsWorld, scope: Scope, *, now: datetime, step: Step) -> Plan:
    """What each row would open or change, or what is wrong with it."""
    look = _Look(world, scope, now)
    mark_double_numbers(rows)
    return plan_of(rows, look.at, step=step)


def write(made: Plan, scope: Scope, *, now: datetime) -> None:
    put_needs(
        community=scope.community,
        importer_id=scope.importer_id,
        added=made.rows(NEW),
        changed=made.rows(CHANGED),
        now=now,
    )


class _Look:
    def __init__(self, world: NeedsWorld, scope: Scope, now: datetime) -> None:
        self._scope = scope
        self._now = now
        self._zone = ZoneInfo(scope.community.time_zone)
        self._today = localdate(now)
        self._homes = Homes(world.areas)
        self._areas = {area.pk: area for area in world.areas}
        self._people = {person.external_id: person for person in world.people if person.external_id}
        self._needs = {need.external_id: need for need in world.needs}
        self._types = Types(world.types)
        self._proxied = world.proxied
        self._witnesses = Witnesses(world.workers, scope.importer_id, zone=self._zone, now=now)

    def at(self, row: Row) -> Planned | None:
        number = row.code("external_id", longest=80, needed=True)
        person = self._person(row)
        kind = self._kind(row)
        window = self._window(row)
        place = self._homes.place(row, "place", row.text("place")) if row.given("place") else None
        draft = self._draft(row, number, kind, window, place)
        spot = self._spot(row, person, place)
        said = self._witnesses.consent_in(row)
        channel = row.choice("channel", CHANNELS) or "DESK"
        if person is None or kind is None or window is None or spot is None:
            return None
        known = self._needs.get(number)
        columns = _columns(draft, kind, spot, self._zone, self._now)
        if known is not None and known.for_person_id == person.pk and not _changes(known, columns, draft.windows):
            row.faults = [fault for fault in row.faults if fault.column not in BY_DATE]
            return Planned(row.number, UNCHANGED)
        consent = self._consent(person, kind, said, known)
        made = NeedRow(person.pk, columns, draft.windows, consent, channel, known.pk if known else None)
        if known is None:
            return Planned(row.number, NEW, row=made)
        self._check_changeable(row, known, person)
        return Planned(row.number, CHANGED, changed=_changes(known, columns, draft.windows), row=made)

    def _person(self, row: Row) -> KnownPerson | None:
        number = row.code("person", longest=80, needed=True)
        person = self._people.get(number)
        if row.faulty("person"):
            return None
        if person is None or person.has_left:
            row.fault("person", "UNKNOWN_PERSON" if person is None else "PERSON_LEFT")
            return None
        if person.pk == self._scope.importer_id:
            row.fault("person", "OWN_NEED")
        if person.pk in self._proxied:
            row.fault("person", "OWN_MANDATE")
        if not self._scope.covers(person.path):
            row.fault("person", "OUTSIDE_AREA")
        return person

    def _kind(self, row: Row) -> ServiceType | None:
        name = row.needed("service_type")
        kind = self._types.named(row, "service_type", name) if name else None
        if kind is not None and kind.parent_id is None:
            row.fault("service_type", "TYPE_TOO_WIDE")
        return kind

    def _window(self, row: Row) -> Window | None:
        for key in ("date", "starts", "ends"):
            row.needed(key)
        day, starts, ends = row.date("date"), row.clock("starts"), row.clock("ends")
        if day is None or starts is None or ends is None:
            return None
        return Window(day, starts, ends)

    def _spot(self, row: Row, person: KnownPerson | None, place: KnownArea | None) -> Spot | None:
        """The place named, else the person's home."""
        column, area = "place", place
        if area is None and person is not None and not row.given("place"):
            column, area = "person", self._areas.get(person.household_id or 0)
            if area is None:
                row.fault("person", "HOME_UNKNOWN")
        if area is None:
            return None
        point = self._homes.point(area)
        if point is None:
            row.fault(column, "PLACE_NOT_ON_MAP")
            return None
        return Spot(Area(pk=area.pk), *point)

    def _draft(
        self, row: Row, number: str, kind: ServiceType | None, window: Window | None, place: KnownArea | None
    ) -> NeedDraft:
        """What the row says, with all its faults found by the check that forms go through too."""
        row.needed("minutes")
        minutes, helpers = row.whole("minutes"), row.whole("helpers_wanted")
        usual = Window(self._today + timedelta(days=1), time(0), time(0))
        risks = row.text("risks")
        draft = NeedDraft(
            service_type=kind.code if kind else "UNKNOWN",
            minutes=60 if minutes is None else minutes,
            windows=(window or usual,),
            details=row.text("details"),
            at_home=place is None,
            place=place.public_id if place else None,
            helpers_wanted=1 if helpers is None else helpers,
            repeat=row.choice("repeat", REPEATS) or "ONCE",
            repeat_until_date=row.date("repeat_until_date"),
            skills=tuple(row.listed("skills")),
            languages=tuple(row.languages("languages")),
            urgency=_urgency(row),
            risk_class=RiskClass.SOME if risks else RiskClass.NONE,
            risks=risks,
            helper_sex=row.choice("helper_sex", HELPER_SEXES) or "",
            external_id=number,
        )
        good = {
            "details": "",
            "minutes": 60,
            "helpers_wanted": 1,
            "windows": (usual,),
            "repeat_until_date": None,
            "skills": (),
            "languages": (),
            "risks": "",
            "external_id": "",
        }
        faults_of_draft(
            draft,
            lambda tried: check_need_draft(tried, now=self._now, zone=self._zone),
            good,
            row=row,
            columns=COLUMN_OF,
        )
        return draft

    def _consent(
        self, person: KnownPerson, kind: ServiceType, said: Said | None, known: KnownNeed | None
    ) -> ConsentRow | None:
        """What is stored with the need: none where the stored one covers what the need says now."""
        asked = consents_at_desk(kind, minor=is_minor(person.birth_year, today=self._today))
        if known is not None and known.consent is not None and is_enough(*known.consent, asked):
            return None
        if said is None:
            return None  # the row has a fault that says so
        return ConsentRow(tuple(asked), said.manner, said.given_at, said.heard_by_id, said.paper_kept_at)

    def _check_changeable(self, row: Row, known: KnownNeed, person: KnownPerson) -> None:
        if known.for_person_id != person.pk:
            row.fault("person", "ANOTHER_PERSON")
        if known.state != NeedState.OPEN:
            row.fault("external_id", "NEED_CLOSED")
        elif known.value("urgency") >= Urgency.URGENT:
            row.fault("urgency", "URGENT_AT_DESK")
        elif known.helpers_found > 0:
            row.fault("external_id", "HELP_AGREED")


def _urgency(row: Row) -> int:
    if half_width(row.text("urgency")).casefold() in URGENT:
        row.fault("urgency", "URGENT_AT_DESK")
        return 0
    return int(row.choice("urgency", URGENCIES) or 0)


def _columns(draft: NeedDraft, kind: ServiceType, spot: Spot, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """What the need's row takes; at home where no place is named, as `columns_of` stores it."""
    columns = columns_of(draft, kind, spot, zone=zone, now=now)
    columns["place_id"] = columns.pop("place").pk
    columns["service_type_id"] = columns.pop("service_type").pk
    return columns


def _changes(known: KnownNeed, columns: dict[str, Any], windows: tuple[Window, ...]) -> tuple[str, ...]:
    """The names of the columns that differ."""
    changed = differing(known, columns, NEED_COLUMNS)
    if known.windows != tuple((window.date, window.starts, window.ends) for window in sorted(set(windows))):
        changed.add("date")
    return tuple(sorted(changed))
