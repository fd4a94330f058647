"""Why this helper, as a picture for the coordinator who decides: the two, the ways along ties between them, and who is
tied to either. Buildings are lanes; who may not be named is a neighbour with a number of this picture alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from matchmaker.community.care import cared_for
from matchmaker.community.models import Person
from matchmaker.community.viewers import Viewer
from matchmaker.engine import picture
from matchmaker.matches.models import Proposal
from matchmaker.matches.queries.around import Around, Part, around_case, in_pairs, named_around
from matchmaker.matches.queries.case_graph import CHAINS_TOLD, LONGEST_CHAIN, PEOPLE_DRAWN
from matchmaker.matches.queries.dwellings import (
    ELSEWHERE,
    Building,
    buildings_of,
    corridors_under,
    dwellers_of,
    people_by_corridor,
    without_the_small,
)
from matchmaker.matches.queries.known import KnownBy
from matchmaker.needs.models import Need

MOST_DRAWN: Final = 24
"""More than this is read as a crowd and not as an answer."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody in the picture; `person` is None where they may not be named. `lane` counts from the top."""

    number: int
    part: Part
    person: Person | None
    lane: int
    on_path: bool


@dataclass(frozen=True, slots=True)
class Bond:
    """Two who know each other, and how; `on_path` where a way from the one to the other of the case runs along it."""

    one: int
    other: int
    kinds: tuple[KnownBy, ...]
    on_path: bool


@dataclass(frozen=True, slots=True)
class EvidencePicture:
    lanes: tuple[Building, ...]
    people: tuple[Neighbour, ...]
    bonds: tuple[Bond, ...]
    steps: int | None
    """Ties on the shortest way from one to the other; None where none is short enough to tell anything."""
    left_out: int
    """People tied to one of the two for whom there was no room."""


def evidence_picture_for(viewer: Viewer, proposal: Proposal, *, now: datetime) -> EvidencePicture | None:
    """None for anybody but the coordinator of the open case without a part in it, and until it is known who comes."""
    helper_id = proposal.helper_id or proposal.offer.person_id
    need = proposal.need
    around = around_case(viewer, need, PEOPLE_DRAWN, now)
    if around is None or helper_id == viewer.person_id or helper_id not in around.people:
        return None
    ways = _ways(around, need.for_person_id, helper_id)
    drawn, left_out = _drawn(around, ways, (need.for_person_id, helper_id))
    named = named_around(viewer, around)
    return _composed(
        around, drawn, left_out, ways, {pk: named.get(pk) for pk in drawn}, _lanes(viewer, need, drawn, named)
    )


def _ways(around: Around, start: int, goal: int) -> list[list[int]]:
    """The shortest ways along ties, as keys of people."""
    keys = list(around.people)
    numbers = {pk: number for number, pk in enumerate(keys)}
    found = picture.chains(
        len(keys),
        in_pairs(around.known, numbers).values(),
        start=numbers[start],
        goal=numbers[goal],
        at_most=CHAINS_TOLD,
        longest=LONGEST_CHAIN,
    )
    return [[keys[number] for number in way] for way in found]


def _drawn(around: Around, ways: Iterable[list[int]], ends: tuple[int, int]) -> tuple[list[int], int]:
    """Both, whoever is on a way, then whoever is tied to either, in the order in which they were reached."""
    first = {*ends, *(pk for way in ways for pk in way)}
    tied = {pk for pair in around.known if set(pair) & set(ends) for pk in pair} - first
    inner = [pk for pk in around.people if pk in first]
    outer = [pk for pk in around.people if pk in tied]
    room = max(0, MOST_DRAWN - len(inner))
    return inner + outer[:room], len(outer[room:])


def _lanes(viewer: Viewer, need: Need, drawn: list[int], named: Mapping[int, Person]) -> dict[int, Building]:
    """The lane of each: their building; for who is not named only where five or more people live in it."""
    homes = buildings_of(drawn)
    corridors = corridors_under(need.community.path)
    dwellers = dwellers_of(corridors, people_by_corridor(cared_for(viewer)))
    lumped = without_the_small(homes, dwellers)
    return {pk: (homes if pk in named else lumped).get(pk, ELSEWHERE) for pk in drawn}


def _composed(
    around: Around,
    drawn: list[int],
    left_out: int,
    ways: list[list[int]],
    people: Mapping[int, Person | None],
    homes: Mapping[int, Building],
) -> EvidencePicture:
    numbers = {pk: number for number, pk in enumerate(drawn)}
    on_path = {frozenset(pair) for way in ways for pair in pairwise(way)}
    walked = {pk for way in ways for pk in way}
    lanes = _in_order(drawn, homes, ways)
    known = {pair: kinds for pair, kinds in around.known.items() if pair[0] in numbers and pair[1] in numbers}
    pairs = in_pairs(known, numbers)
    return EvidencePicture(
        lanes=lanes,
        people=tuple(
            Neighbour(numbers[pk], around.people[pk], people[pk], lanes.index(homes[pk]), pk in walked) for pk in drawn
        ),
        bonds=tuple(
            Bond(*pairs[pair], tuple(sorted(known[pair])), frozenset(pair) in on_path)
            for pair in sorted(known, key=lambda pair: pairs[pair])
        ),
        steps=min((len(way) - 1 for way in ways), default=None),
        left_out=left_out,
    )


def _in_order(drawn: list[int], homes: Mapping[int, Building], ways: list[list[int]]) -> tuple[Building, ...]:
    """From who is helped down to who would help, as the first way leads; other buildings below, by their names."""
    start, *middle = ways[0] if ways else drawn[:2]
    goal = middle.pop()
    on_the_way = [homes[pk] for pk in middle]
    others = sorted({homes[pk] for pk in drawn})
    return tuple(dict.fromkeys([homes[start], *on_the_way, homes[goal], *others]))
