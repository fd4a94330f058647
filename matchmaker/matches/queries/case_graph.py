"""Who is around an open case: a picture of ties for the coordinator of its area, and how a helper comes to be known.

People are drawn while a look at the case holds (`case_looks`): those in the coordinator's care who did not ask to be
matched without ties. By name stand those whom the look noted: who is helped, who is proposed, and who may be named here
(`people_named_for`); everybody else is a dot. Ties say how two know each other and never how well.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.engine import picture
from matchmaker.matches.queries import dwellings
from matchmaker.matches.queries.around import Part, around_case, in_pairs
from matchmaker.matches.queries.case_looks import look_that_holds, named_in
from matchmaker.matches.queries.known import KnownBy
from matchmaker.needs.models import Need

PEOPLE_DRAWN: Final = 200
PEOPLE_IN_BUILDINGS: Final = 2_000
LINES_DRAWN: Final = 1_000
CHAINS_TOLD: Final = 3
LONGEST_CHAIN: Final = 4
SEEDS: Final = 2**32


ZH: Final = {"KIN": "亲属", "FRIEND": "朋友", "HELPED": "帮过忙", "MET": "见过面", "VOUCH": "引荐"}
EN: Final = {"KIN": "relatives", "FRIEND": "friends", "HELPED": "helped", "MET": "met", "VOUCH": "gave their word"}


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


def case_graph_for(viewer: Viewer, need: Need, *, now: datetime) -> CaseGraph | None:
    """At most two hundred people around the case; None for anybody but its coordinator, without a look of theirs that
    holds, and once the case is not open."""
    look = look_that_holds(viewer, need, now=now)
    around = around_case(viewer, need, PEOPLE_DRAWN, now) if look else None
    if look is None or around is None:
        return None
    numbers = {pk: number for number, pk in enumerate(around.people)}
    named = named_in(viewer, look, around)
    pairs = in_pairs(around.known, numbers)
    known = {pairs[pair]: kinds for pair, kinds in around.known.items()}
    places = picture.positions(len(numbers), known, seed=need.public_id.int % SEEDS)
    dots = tuple(Dot(number, around.people[pk], named.get(pk), *places[number]) for pk, number in numbers.items())
    lines = tuple(Line(*pair, tuple(sorted(known[pair]))) for pair in sorted(known)[:LINES_DRAWN])
    return CaseGraph(dots, lines, tuple(_chains(dots, lines)), around.left_out)


def case_buildings_for(viewer: Viewer, need: Need, *, now: datetime) -> CaseBuildings | None:
    """The nearest two thousand people summed up by building, and how many ties lead from one to another."""
    around = around_case(viewer, need, PEOPLE_IN_BUILDINGS, now)
    if around is None:
        return None
    homes = dwellings.buildings_of(around.people)
    people: dict[dwellings.Building, int] = {}
    for home in homes.values():
        people[home] = people.get(home, 0) + 1
    shown = sorted(home for home, count in people.items() if count >= dwellings.FEWEST_IN_A_BUILDING)[
        : picture.MOST_DRAWN
    ]
    numbers = {home: number for number, home in enumerate(shown)}
    ties: dict[tuple[int, int], int] = {}
    for one, other in around.known:
        ends = sorted(numbers.get(homes.get(pk, dwellings.ELSEWHERE), -1) for pk in (one, other))
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


def _names_of(homes: Collection[dwellings.Building]) -> dict[dwellings.Building, str]:
    """The name of each building; with its grid where two have the same one."""
    often = Counter(home.name for home in homes)
    return {home: f"{home.grid} {home.name}" if often[home.name] > 1 else home.name for home in homes}


def _chains(dots: tuple[Dot, ...], lines: tuple[Line, ...]) -> Iterable[Chain]:
    between = {(line.one, line.other): line for line in lines}
    for goal in dots:
        if goal.part is not Part.PROPOSED or goal.person is None:
            continue
        ways = picture.chains(len(dots), between, start=0, goal=goal.number, at_most=CHAINS_TOLD, longest=LONGEST_CHAIN)
        for way in ways:
            steps = tuple(between[min(pair), max(pair)] for pair in pairwise(way))
            yield Chain(goal.person, tuple(dots[number] for number in way), steps)
