"""A list of people: known by their number; what a cell leaves out stays as it is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.timezone import localdate

from matchmaker.community.actions.listed import PersonRow, put_people
from matchmaker.community.actions.people import NAME_LENGTH, checked_told
from matchmaker.community.queries.listed import (
    KnownArea,
    KnownPerson,
    areas_known,
    fixed,
    people_known,
    people_who_consented,
    workers_known,
)
from matchmaker.lists.cells import Row, half_width, year_from
from matchmaker.lists.faults import refused
from matchmaker.lists.planning.consents import WORDS, Witnesses
from matchmaker.lists.planning.homes import HOME, Homes, plain_name
from matchmaker.lists.planning.plan import (
    CHANGED,
    NEW,
    UNCHANGED,
    Plan,
    Planned,
    Scope,
    Step,
    mark_double_numbers,
    mark_doubles,
    plan_of,
)

SEXES: Final = {
    "FEMALE": ("女", "女性", "f", "female"),
    "MALE": ("男", "男性", "m", "male"),
    "UNSTATED": ("不填", "未知", "unstated"),
}
PLAIN: Final = ("name", "phone", "email", "sex", "resident_since_date", "languages", "skills", "visits_per_week_cap")


@dataclass(frozen=True, slots=True)
class PeopleWorld:
    """What the plan of a list of people rests on."""

    areas: tuple[KnownArea, ...]
    people: tuple[KnownPerson, ...]
    workers: tuple[tuple[int, str, str], ...]
    consented: frozenset[int]


def load_world(scope: Scope, now: datetime) -> PeopleWorld:
    return PeopleWorld(
        areas=areas_known(scope.community),
        people=people_known(scope.community),
        workers=workers_known(scope.community, today=localdate(now)),
        consented=people_who_consented(scope.community),
    )


def plan(rows: Sequence[Row], world: PeopleWorld, scope: Scope, *, now: datetime, step: Step) -> Plan:
    """What each row would add or change, or what is wrong with it."""
    look = _Look(world, scope, now)
    mark_double_numbers(rows)
    mark_doubles(rows, _same_person, "name", "DOUBLE_PERSON")
    return plan_of(rows, look.at, step=step)


def write(made: Plan, scope: Scope, *, now: datetime) -> None:
    put_people(community=scope.community, added=made.rows(NEW), changed=made.rows(CHANGED), now=now)


def _same_person(row: Row) -> tuple[str, ...] | None:
    """Name, home and year of birth, where there are a name and a home."""
    home = tuple(plain_name(row.text(key)) for key in HOME)
    if not row.given("name") or not row.given("room"):
        return None
    return (plain_name(row.text("name")), *home, str(year_from(half_width(row.text("birth_year"))) or ""))


class _Look:
    def __init__(self, world: PeopleWorld, scope: Scope, now: datetime) -> None:
        self._scope = scope
        self._now = now
        self._homes = Homes(world.areas)
        zone = ZoneInfo(scope.community.time_zone)
        self._witnesses = Witnesses(world.workers, scope.importer_id, zone=zone, now=now)
        self._consented = world.consented
        self._by_number = {person.external_id: person for person in world.people if person.external_id}
        self._unnumbered: dict[tuple[int, str], list[KnownPerson]] = defaultdict(list)
        for person in world.people:
            if not person.external_id and person.household_id is not None:
                self._unnumbered[(person.household_id, plain_name(person.value("name")))].append(person)

    def at(self, row: Row) -> Planned | None:
        columns = _columns_of(row, self._now)
        home = self._homes.of(row)
        known = self._known(row, columns, home)
        consent = self._consent(row, known)
        self._check_area(row, home, known)
        if row.faults:
            return None
        if home is not None:
            columns["household_id"] = home.pk
        if known is None:
            return Planned(row.number, NEW, row=PersonRow(columns, consent))
        changed = {name: value for name, value in columns.items() if _differs(known, name, value)}
        if not changed and consent is None:
            return Planned(row.number, UNCHANGED)
        names = ["room" if name == "household_id" else name for name in changed]
        names += ["consent"] if consent is not None else []
        return Planned(row.number, CHANGED, changed=tuple(sorted(names)), row=PersonRow(changed, consent, known.pk))

    def _consent(self, row: Row, known: KnownPerson | None) -> dict[str, Any] | None:
        """What is kept of the consent to being known here: none where the row tells of none, or one stands already."""
        if not any(row.given(key) for key in WORDS):
            return None
        said = self._witnesses.consent_in(row)
        if said is None or (known is not None and known.pk in self._consented):
            return None
        return asdict(said)

    def _known(self, row: Row, columns: dict[str, Any], home: KnownArea | None) -> KnownPerson | None:
        """The person of this number; else the one of this name in this home who has no number yet."""
        known = self._by_number.get(columns.get("external_id", ""))
        if known is not None:
            if known.has_left:
                row.fault("external_id", "PERSON_LEFT")
            return known
        if home is None or "name" not in columns:
            return None
        year = columns.get("birth_year")
        same = self._unnumbered.get((home.pk, plain_name(columns["name"])), [])
        same = [person for person in same if year is None or person.birth_year in (None, year)]
        if len(same) > 1:
            row.fault("name", "PERSON_UNCLEAR")
            return None
        return same[0] if same else None

    def _check_area(self, row: Row, home: KnownArea | None, known: KnownPerson | None) -> None:
        """Both where the person lives and where the row moves them is the importer's; no new home of their own is."""
        if known is not None and not self._scope.covers(known.path):
            row.fault("external_id", "OUTSIDE_AREA")
        if home is not None and not self._scope.covers(home.path):
            row.fault("room", "OUTSIDE_AREA")
        is_own = known is not None and known.pk == self._scope.importer_id
        if known is not None and is_own and home is not None and known.household_id != home.pk:
            row.fault("room", "OWN_HOME")
        homeless = home is None and not any(row.given(key) for key in HOME)
        if known is None and homeless and not self._scope.covers(self._scope.community.path):
            row.fault("room", "OUTSIDE_AREA")


def _columns_of(row: Row, now: datetime) -> dict[str, Any]:
    """What the row says, checked as a profile is; faults stay with the row."""
    told: dict[str, Any] = {"external_id": row.code("external_id", longest=NAME_LENGTH, needed=True)}
    row.needed("name")
    told |= {key: _value(row, key) for key in PLAIN if row.given(key)}
    if row.given("birth_year"):
        told["birth_year"] = year_from(half_width(row.text("birth_year")))
        if told["birth_year"] is None:
            row.fault("birth_year", "NO_DATE")
    told = {key: value for key, value in told.items() if not row.faulty(key)}
    columns, refusals = checked_told(told, now=now)
    for refusal in refusals:
        if not row.faulty(refusal.field or ""):
            row.faults.append(refused(row.number, refusal.field or "", refusal))
    return columns


def _value(row: Row, key: str) -> Any:
    if key == "phone":
        return row.code(key, longest=40)
    if key == "sex":
        return row.choice(key, SEXES)
    if key == "resident_since_date":
        return row.date(key)
    if key == "languages":
        return row.languages(key)
    if key == "skills":
        return row.listed(key)
    if key == "visits_per_week_cap":
        return row.whole(key)
    return row.text(key)


def _differs(known: KnownPerson, column: str, value: Any) -> bool:
    if column == "household_id":
        return bool(known.household_id != value)
    return bool(known.value(column) != fixed(value))
