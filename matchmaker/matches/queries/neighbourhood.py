"""The neighbourhood as a plan: its buildings and how many ties lead from one to another, or the people around a case.

Places are counted out by grid and building (`engine.site_plan`); ties decide nothing of where anybody lies.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import networkx as nx
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractMonth, ExtractYear

from matchmaker.community.models import Area, AreaLevel, Person, PostKind, Tie
from matchmaker.community.viewers import Viewer
from matchmaker.engine import picture
from matchmaker.engine.site_plan import plan_of
from matchmaker.errors import NotFound
from matchmaker.matches.inputs.counted import counted_vouches
from matchmaker.matches.queries.around import Around, Part, in_pairs
from matchmaker.matches.queries.dwellings import (
    ELSEWHERE,
    FEWEST_IN_A_BUILDING,
    Building,
    buildings_of,
    corridors_under,
    dwellers_of,
    people_by_corridor,
    without_the_small,
)
from matchmaker.matches.queries.known import KnownBy, month_number, still_tied

MOST_NODES: Final = 2_000
"""More than this is summed up: people by building, buildings by grid."""


@dataclass(frozen=True, slots=True)
class Node:
    """A building with the people in it, or one of them; `number` is of this picture alone. x and y count cells."""

    number: int
    home: Building
    people: int
    x: int
    y: int
    name: str = ""
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Ties between two nodes, or within one: by kind and by the month in which they were made, how many."""

    one: int
    other: int
    ties: tuple[tuple[KnownBy, int, int], ...]

    @property
    def count(self) -> int:
        return sum(many for _, _, many in self.ties)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """`by_person` where nodes are people; `summed_up` where there were too many of them."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    by_person: bool = False
    summed_up: bool = False

    @property
    def months(self) -> tuple[int, int]:
        """The first and the last month in which a tie was made; twice 0 where there is none."""
        found = [month for link in self.links for _, month, _ in link.ties]
        return min(found, default=0), max(found, default=0)


Ties = dict[tuple[int, int], dict[tuple[KnownBy, int], int]]


def areas_explored(viewer: Viewer) -> QuerySet[Area]:
    """The areas at which the viewer is the coordinator, the greatest first."""
    keys = [post.area_id for post in viewer.posts if post.kind == PostKind.COORDINATOR]
    return Area.objects.filter(pk__in=keys).order_by("level", "path")


def neighbourhood_of(viewer: Viewer, area_id: UUID | None = None, *, now: datetime) -> tuple[Area, Neighbourhood]:
    """The buildings of an area of which the viewer is the coordinator, of the greatest where none is named: five
    queries. NotFound for anybody else."""
    rows = areas_explored(viewer) if area_id is None else Area.objects.filter(public_id=area_id)
    area = rows.filter(level__lte=AreaLevel.GRID).first()
    if area is None or not viewer.holds(PostKind.COORDINATOR, area.path):
        raise NotFound
    homes = corridors_under(area.path, of_several=area.level < AreaLevel.COMMUNITY)
    dwellers = people_by_corridor(_drawn("", area.path))
    shown = without_the_small(homes, dwellers_of(homes, dwellers))
    summed = len(set(shown.values())) > MOST_NODES
    if summed:
        shown = {pk: Building(home.grid, "", home.grid_en) for pk, home in shown.items()}
    people = {home: many for home, many in dwellers_of(shown, dwellers).items() if many >= FEWEST_IN_A_BUILDING}
    nodes = _planned(people)
    numbers = {node.home: node.number for node in nodes}
    at = {pk: numbers[home] for pk, home in shown.items() if home in numbers}
    return area, Neighbourhood(nodes, _links(_between(area.path, at, now)), summed_up=summed)


def neighbourhood_around(around: Around, named: Mapping[int, Person], path: str) -> Neighbourhood:
    """The people around a case on the plan; summed up by building where they are too many: three queries."""
    homes = buildings_of(around.people)
    corridors = corridors_under(path)
    dwellers = dwellers_of(corridors, people_by_corridor(Q(household__path__startswith=path)))
    lumped = without_the_small(homes, dwellers)
    shown = {pk: (homes if pk in named else lumped).get(pk, ELSEWHERE) for pk in around.people}
    found = _by_person(around, named, shown)
    return replace(by_building(found), summed_up=True) if around.left_out else found


def by_building(found: Neighbourhood) -> Neighbourhood:
    """The same people summed up; a building in which fewer than five of them live is left out."""
    people: dict[Building, int] = {}
    for node in found.nodes:
        people[node.home] = people.get(node.home, 0) + node.people
    nodes = _planned({home: many for home, many in people.items() if many >= FEWEST_IN_A_BUILDING})
    numbers = {node.home: node.number for node in nodes}
    at = [numbers.get(node.home) for node in found.nodes]
    ties: Ties = {}
    for link in found.links:
        _add(ties, at[link.one], at[link.other], link.ties)
    return Neighbourhood(nodes, _links(ties), summed_up=found.summed_up)


def seen_with(found: Neighbourhood, kinds: Iterable[str], until: int) -> Neighbourhood:
    """Only ties of these kinds that were made up to this month; what faded since is in none of them."""
    wanted = frozenset(kinds)
    links = []
    for link in found.links:
        ties = tuple(one for one in link.ties if one[0] in wanted and one[1] <= until)
        if ties:
            links.append(replace(link, ties=ties))
    return replace(found, links=tuple(links))


def parts_of(found: Neighbourhood) -> list[list[int]]:
    """The numbers of nodes that hang together by ties, the greatest first; one that has none is a part too."""
    graph = _graph(found)
    return sorted((sorted(part) for part in nx.connected_components(graph)), key=lambda one: (-len(one), one))


def path_between(found: Neighbourhood, start: int, goal: int) -> list[int]:
    """A shortest way along ties, the first in the order of numbers; empty where there is none."""
    pairs = ((link.one, link.other) for link in found.links)
    count = len(found.nodes)
    ways = picture.chains(count, pairs, start=start, goal=goal, at_most=1, longest=count)
    return ways[0] if ways else []


def _by_person(around: Around, named: Mapping[int, Person], shown: Mapping[int, Building]) -> Neighbourhood:
    rooms: dict[Building, list[int]] = {}
    for pk in around.people:
        rooms.setdefault(shown[pk], []).append(pk)
    order = sorted(rooms)
    cells = plan_of({home: (home.grid, len(rooms[home])) for home in order})
    nodes: list[Node] = []
    numbers: dict[int, int] = {}
    for home in order:
        for pk, (x, y) in zip(rooms[home], cells[home], strict=True):
            numbers[pk] = len(nodes)
            name = named[pk].name if pk in named else ""
            nodes.append(Node(len(nodes), home, 1, x, y, name, around.people[pk]))
    pairs = in_pairs(around.known, numbers)
    links = [
        Link(*pairs[pair], tuple((kind, month, 1) for kind, month in sorted(kinds.items())))
        for pair, kinds in sorted(around.known.items(), key=lambda one: pairs[one[0]])
    ]
    return Neighbourhood(tuple(nodes), tuple(links), by_person=True)


def _planned(people: Mapping[Building, int]) -> tuple[Node, ...]:
    order = sorted(people, key=_naturally)
    cells = plan_of({home: (home.grid, 1) for home in order})
    return tuple(Node(number, home, people[home], *cells[home][0]) for number, home in enumerate(order))


def _naturally(home: Building) -> tuple[str, bool, int, str]:
    """Building 9 before building 10; those without a name last."""
    digits = "".join(filter(str.isdecimal, home.name.partition("号")[0]))
    return home.grid, not home.name, int(digits or 0), home.name


def _drawn(person: str, path: str) -> Q:
    """Who lives there and is matched by ties; `person` is the way to them."""
    there = {f"{person}household__path__startswith": path, f"{person}left_at__isnull": True}
    return Q(**there, **{f"{person}without_graph": False})


def _between(path: str, at: Mapping[int, int], now: datetime) -> Ties:
    """Ties and words between and within the nodes, from those of corridors: two queries, however many there are."""
    ties = Tie.objects.filter(still_tied(now), _drawn("low__", path), _drawn("high__", path))
    words = counted_vouches(now=now).filter(_drawn("voucher__", path), _drawn("person__", path))
    found: Ties = {}
    for rows, one, other, kind in ((ties, "low", "high", ("kind",)), (words, "voucher", "person", ())):
        ends = (f"{one}__household__parent_id", f"{other}__household__parent_id")
        made = {"year": ExtractYear("made_at"), "month": ExtractMonth("made_at")}
        counted = rows.order_by().values(*ends, *kind, **made).annotate(many=Count("pk"))
        for row in counted:
            month = month_number(row["year"], row["month"])
            told = ((KnownBy(row.get("kind", KnownBy.VOUCH)), month, row["many"]),)
            _add(found, at.get(row[ends[0]]), at.get(row[ends[1]]), told)
    return found


def _add(ties: Ties, one: int | None, other: int | None, told: Sequence[tuple[KnownBy, int, int]]) -> None:
    if one is None or other is None:
        return
    counts = ties.setdefault((min(one, other), max(one, other)), {})
    for kind, month, many in told:
        counts[kind, month] = counts.get((kind, month), 0) + many


def _links(ties: Ties) -> tuple[Link, ...]:
    return tuple(
        Link(*pair, tuple((kind, month, many) for (kind, month), many in sorted(counts.items())))
        for pair, counts in sorted(ties.items())
    )


def _graph(found: Neighbourhood) -> "nx.Graph[int]":
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(found.nodes)))
    graph.add_edges_from((link.one, link.other) for link in found.links)
    return graph
