"""Who is around an open case: a picture of ties for the coordinator of its area, and how a helper comes to be known.

Drawn are people in the coordinator's care who did not ask to be matched without ties. By name stand those whom the
coordinator reads of anyhow: who is helped, who is proposed, and who may be named here (`people_named_for`); everybody
else is a dot. Ties say how two know each other and never how well.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from django.db.models import Q

from matchmaker.community.care import cared_for
from matchmaker.community.models import Person, PostKind, Tie, live_ties
from matchmaker.community.viewers import Viewer
from matchmaker.engine import picture
from matchmaker.matches.inputs.counted import counted_vouches
from matchmaker.matches.models import LIVE_STATES, Proposal
from matchmaker.matches.queries import sides
from matchmaker.matches.queries.introducing import people_named_for
from matchmaker.needs.models import Need, NeedState

PEOPLE_DRAWN: Final = 200
PEOPLE_IN_BUILDINGS: Final = 2_000
LINES_DRAWN: Final = 1_000
RINGS: Final = 3
"""From who is helped and who is proposed: their ties, the ties of those, and once more."""
CHAINS_TOLD: Final = 3
LONGEST_CHAIN: Final = 4
FEWEST_IN_A_BUILDING: Final = 5
"""A building of fewer people than this would be somebody."""
SEEDS: Final = 2**32


ZH: Final = {"KIN": "亲属", "FRIEND": "朋友", "HELPED": "帮过忙", "MET": "见过面", "VOUCH": "引荐"}
EN: Final = {"KIN": "kin", "FRIEND": "friends", "HELPED": "helped", "MET": "met", "VOUCH": "gave their word"}


class Part(StrEnum):
    """What somebody is in the case."""

    HELPED = "HELPED"
    PROPOSED = "PROPOSED"
    AROUND = "AROUND"


class KnownBy(StrEnum):
    """How two people know each other."""

    KIN = "KIN"
    FRIEND = "FRIEND"
    HELPED = "HELPED"
    MET = "MET"
    VOUCH = "VOUCH"


@dataclass(frozen=True, slots=True)
class Dot:
    """Somebody in the picture; `person` is None where they may not be named. x and y go from 0 to 1."""

    number: int
    part: Part
    person: Person | None
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """Two dots that know each other."""

    one: int
    other: int
    kinds: tuple[KnownBy, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A shortest way along ties from who is helped to a proposed helper."""

    helper: Person
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CaseGraph:
    dots: tuple[Dot, ...]
    lines: tuple[Line, ...]
    chains: tuple[Chain, ...]
    left_out: int
    """People as near as the last ones drawn, for whom there was no room."""


@dataclass(frozen=True, slots=True)
class Building:
    number: int
    name: str
    people: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class BetweenBuildings:
    one: int
    other: int
    ties: int


@dataclass(frozen=True, slots=True)
class CaseBuildings:
    buildings: tuple[Building, ...]
    between: tuple[BetweenBuildings, ...]


class Home(NamedTuple):
    """A building, told apart by the area above it: the same number may stand on buildings of two grids."""

    name: str
    grid_id: int
    grid_name: str


NOWHERE: Final = Home("", 0, "")


@dataclass(frozen=True, slots=True)
class _Around:
    """People in the order in which they were reached, and how they know each other."""

    people: dict[int, Part]
    known: dict[tuple[int, int], set[KnownBy]]
    left_out: int


def case_graph_for(viewer: Viewer, need: Need, *, now: datetime) -> CaseGraph | None:
    """At most two hundred people around the case; None for anybody but its coordinator, and once it is not open."""
    around = _around(viewer, need, PEOPLE_DRAWN, now)
    if around is None:
        return None
    numbers = {pk: number for number, pk in enumerate(around.people)}
    named = _named(viewer, around)
    known = {_numbered(pair, numbers): kinds for pair, kinds in around.known.items()}
    places = picture.positions(len(numbers), known, seed=need.public_id.int % SEEDS)
    dots = tuple(Dot(number, around.people[pk], named.get(pk), *places[number]) for pk, number in numbers.items())
    lines = tuple(Line(*pair, tuple(sorted(known[pair]))) for pair in sorted(known)[:LINES_DRAWN])
    return CaseGraph(dots, lines, tuple(_chains(dots, lines)), around.left_out)


def case_buildings_for(viewer: Viewer, need: Need, *, now: datetime) -> CaseBuildings | None:
    """The nearest two thousand people summed up by building, and how many ties lead from one to another."""
    around = _around(viewer, need, PEOPLE_IN_BUILDINGS, now)
    if around is None:
        return None
    homes = _buildings(around.people)
    people: dict[Home, int] = {}
    for home in homes.values():
        people[home] = people.get(home, 0) + 1
    shown = sorted(home for home, count in people.items() if count >= FEWEST_IN_A_BUILDING)[: picture.MOST_DRAWN]
    numbers = {home: number for number, home in enumerate(shown)}
    ties: dict[tuple[int, int], int] = {}
    for one, other in around.known:
        ends = sorted(numbers.get(homes.get(pk, NOWHERE), -1) for pk in (one, other))
        if -1 not in ends and ends[0] != ends[1]:
            ties[ends[0], ends[1]] = ties.get((ends[0], ends[1]), 0) + 1
    places = picture.positions(len(shown), ties, seed=need.public_id.int % SEEDS)
    names = _names_of(shown)
    buildings = (Building(number, names[home], people[home], *places[number]) for home, number in numbers.items())
    between = (BetweenBuildings(one, other, count) for (one, other), count in sorted(ties.items()))
    return CaseBuildings(tuple(buildings), tuple(between))


def in_words(chain: Chain, language: str) -> str:
    """The names along a chain and how each knows the next; who may not be named is a neighbour."""
    words, nobody, comma = (ZH, "一位邻居", "、") if language.startswith("zh") else (EN, "a neighbour", ", ")
    said = [chain.dots[0].person.name if chain.dots[0].person else nobody]
    for line, dot in zip(chain.lines, chain.dots[1:], strict=True):
        kinds = comma.join(words[kind] for kind in line.kinds)
        said.append(f"({kinds}) {dot.person.name if dot.person else nobody}")
    return " → ".join(said)


def _may_look(viewer: Viewer, need: Need) -> bool:
    """The coordinator of its area, who is not the one helped and does not speak for them, while it is open."""
    if need.state != NeedState.OPEN or not viewer.holds(PostKind.COORDINATOR, need.place.path):
        return False
    return viewer.person_id != need.for_person_id and not sides.is_proxy(viewer, need)


def _around(viewer: Viewer, need: Need, at_most: int, now: datetime) -> _Around | None:
    """Ring by ring: three queries for each, and one more round of ties for the last."""
    if not _may_look(viewer, need) or _drawable(viewer, (need.for_person_id,)) == []:
        return None
    people = {need.for_person_id: Part.HELPED}
    people |= dict.fromkeys(_drawable(viewer, _proposed(viewer, need)), Part.PROPOSED)
    known: dict[tuple[int, int], set[KnownBy]] = {}
    newest, left_out = list(people), 0
    for _ring in range(RINGS):
        touching = _known_of(newest, now)
        _add(known, touching)
        reached = {pk for pair in touching for pk in pair} - people.keys()
        found = _drawable(viewer, reached)
        room = at_most - len(people)
        newest, left_out = found[:room], len(found[room:])
        people |= dict.fromkeys(newest, Part.AROUND)
        if left_out or not newest:
            break
    _add(known, _known_of(newest, now))
    drawn = {pair: kinds for pair, kinds in known.items() if pair[0] in people and pair[1] in people}
    return _Around(people, drawn, left_out)


def _proposed(viewer: Viewer, need: Need) -> set[int]:
    """Who would help, as far as it is somebody already; never the coordinator themself."""
    rows = Proposal.objects.filter(need=need, state__in=LIVE_STATES).values_list("helper_id", "offer__person_id")
    return {pk for pair in rows for pk in pair} - {None, viewer.person_id, need.for_person_id}


def _drawable(viewer: Viewer, person_ids: Collection[int]) -> list[int]:
    """Those of them in the viewer's care who are matched by their ties, in the order of keys."""
    rows = Person.objects.filter(cared_for(viewer), pk__in=person_ids, left_at__isnull=True, without_graph=False)
    return list(rows.order_by("pk").values_list("pk", flat=True)) if person_ids else []


def _known_of(person_ids: Collection[int], now: datetime) -> dict[tuple[int, int], set[KnownBy]]:
    """Every pair in which one of these knows somebody, and how: two queries."""
    found: dict[tuple[int, int], set[KnownBy]] = {}
    if not person_ids:
        return found
    ties = Tie.objects.filter(live_ties()).filter(Q(low__in=person_ids) | Q(high__in=person_ids))
    for low, high, kind in ties.values_list("low_id", "high_id", "kind"):
        found.setdefault((low, high), set()).add(KnownBy(kind))
    words = counted_vouches(now=now).filter(Q(voucher__in=person_ids) | Q(person__in=person_ids))
    for one, other in words.values_list("voucher_id", "person_id"):
        found.setdefault((min(one, other), max(one, other)), set()).add(KnownBy.VOUCH)
    return found


def _add(known: dict[tuple[int, int], set[KnownBy]], more: Mapping[tuple[int, int], set[KnownBy]]) -> None:
    for pair, kinds in more.items():
        known.setdefault(pair, set()).update(kinds)


def _named(viewer: Viewer, around: _Around) -> dict[int, Person]:
    """By key those who stand there by name."""
    of_the_case = [pk for pk, part in around.people.items() if part is not Part.AROUND]
    rows = people_named_for(viewer).filter(pk__in=around.people)
    people = Person.objects.filter(Q(pk__in=of_the_case) | Q(pk__in=rows.order_by().values("pk")))
    return people.select_related("household", "community").in_bulk()


def _buildings(person_ids: Iterable[int]) -> dict[int, Home]:
    """The building in which each of them lives, as far as it is known."""
    rows = Person.objects.filter(pk__in=list(person_ids), household__parent__isnull=False)
    above = ("household__parent__parent_id", "household__parent__parent__name")
    found = rows.values_list("pk", "household__parent__building", "household__parent__name", *above)
    return {pk: Home(building or name, around or 0, within or "") for pk, building, name, around, within in found}


def _names_of(homes: Collection[Home]) -> dict[Home, str]:
    """The name of each building; with its grid where two have the same one."""
    often = Counter(home.name for home in homes)
    return {home: f"{home.grid_name} {home.name}" if often[home.name] > 1 else home.name for home in homes}


def _chains(dots: tuple[Dot, ...], lines: tuple[Line, ...]) -> Iterable[Chain]:
    between = {(line.one, line.other): line for line in lines}
    for goal in dots:
        if goal.part is not Part.PROPOSED or goal.person is None:
            continue
        ways = picture.chains(len(dots), between, start=0, goal=goal.number, at_most=CHAINS_TOLD, longest=LONGEST_CHAIN)
        for way in ways:
            steps = tuple(between[min(pair), max(pair)] for pair in pairwise(way))
            yield Chain(goal.person, tuple(dots[number] for number in way), steps)


def _numbered(pair: tuple[int, int], numbers: Mapping[int, int]) -> tuple[int, int]:
    one, other = numbers[pair[0]], numbers[pair[1]]
    return min(one, other), max(one, other)
