"""What the explorer says beside its picture: rows, parts and ways in words; the same for a script and for files."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import networkx as nx

from matchmaker.lists.writing import csv_of
from matchmaker.web.neighbours import KINDS, building_name, grid_around, kinds_in_words, listed
from matchmaker.web.phrases import say
from matchmaker.web.site_plans import blocks_of, node_name, place_of

NAMED_IN_A_ROW: Final = 6
"""More neighbours of one node than this are counted."""


@dataclass(frozen=True)
class Row:
    """A building or somebody in the table."""

    number: int
    name: str
    place: str
    people: int
    inside: int
    ties: int
    knows: str
    part: int


def rows_of(found: Any, parts: Sequence[Sequence[int]], shown: slice = slice(None)) -> list[Row]:
    """In the order of numbers, or a part of them; with whom each is tied most comes first."""
    names = [node_name(node) for node in found.nodes]
    part_of = {number: place for place, part in enumerate(parts, start=1) for number in part}
    tied: list[list[tuple[int, int, Any]]] = [[] for _ in found.nodes]
    inside = [0] * len(found.nodes)
    for link in found.links:
        if link.one == link.other:
            inside[link.one] += link.count
            continue
        tied[link.one].append((-link.count, link.other, link))
        tied[link.other].append((-link.count, link.one, link))
    return [
        Row(
            number,
            names[number],
            building_name(node.home) if found.by_person else grid_around(node.home),
            node.people,
            inside[number],
            sum(-count for count, _, _ in tied[number]),
            _knows(sorted(tied[number], key=lambda one: one[:2]), names, by_person=found.by_person),
            part_of[number],
        )
        for number, node in list(enumerate(found.nodes))[shown]
    ]


def _knows(tied: Sequence[tuple[int, int, Any]], names: Sequence[str], *, by_person: bool) -> str:
    said = []
    for _, other, link in tied[:NAMED_IN_A_ROW]:
        how = kinds_in_words(dict.fromkeys(kind for kind, _, _ in link.ties)) if by_person else str(link.count)
        said.append(say(f"{names[other]}（{how}）", f"{names[other]} ({how})"))
    more = len(tied) - NAMED_IN_A_ROW
    if more > 0:
        said.append(say(f"另外{more}处", f"{more} more"))
    return listed(said) or "—"


def way_in_words(found: Any, path: Sequence[int]) -> str:
    return " → ".join(node_name(found.nodes[number]) for number in path)


def for_the_script(found: Any, *, path: Sequence[int], kinds: Sequence[str], until: int) -> dict[str, Any]:
    """All that is drawn, as short lists: kinds by their place, months as numbers."""
    place = {kind: number for number, kind in enumerate(KINDS)}
    return {
        "nodes": [
            [node_name(node), *place_of(node, by_person=found.by_person), node.part or "", bool(node.name), node.people]
            for node in found.nodes
        ],
        "blocks": [[one.name, one.x, one.y, one.wide, one.high] for one in blocks_of(found)],
        "links": [
            [link.one, link.other, [[place[kind], month, many] for kind, month, many in link.ties]]
            for link in found.links
        ],
        "byPerson": found.by_person,
        "path": list(path),
        "kinds": [place[kind] for kind in kinds],
        "kindNames": [str(name) for name in KINDS.values()],
        "kindCodes": list(KINDS),
        "until": until,
        "words": {
            "seen": say("{0}份往来，{1}片互不相连", "Ties: {0}, parts without a tie to each other: {1}"),
            "node": say("{0}。往来：{1}", "{0}. Tied to: {1}"),
            "nobody": say("没有", "nobody"),
            "and": say("、", ", "),
            "more": say("另外{0}处", "{0} more"),
        },
    }


def csv_file(found: Any, parts: Sequence[Sequence[int]]) -> bytes:
    """The table as a file, one line for each node."""
    head = [
        say("编号", "number"),
        say("名称", "name"),
        say("在哪", "where"),
        say("人数", "people"),
        say("内部往来", "ties inside"),
        say("往外的往来", "ties to others"),
        say("第几片", "part"),
        say("和谁有往来", "tied to"),
    ]
    lines = [
        [
            str(value)
            for value in (row.number + 1, row.name, row.place, row.people, row.inside, row.ties, row.part, row.knows)
        ]
        for row in rows_of(found, parts)
    ]
    return csv_of([head, *lines])


def graphml_file(found: Any) -> bytes:
    """For programs that draw or reckon with graphs; who may not be named has a number of this file alone."""
    graph: nx.Graph[int] = nx.Graph()
    for node in found.nodes:
        x, y = place_of(node, by_person=found.by_person)
        where = {"building": building_name(node.home), "grid": grid_around(node.home)}
        graph.add_node(node.number + 1, label=node_name(node), people=node.people, x=x, y=y, **where)
    for link in found.links:
        kinds = {kind.lower(): sum(many for one, _, many in link.ties if one == kind) for kind in KINDS}
        graph.add_edge(link.one + 1, link.other + 1, ties=link.count, **{k: n for k, n in kinds.items() if n})
    written = BytesIO()
    nx.write_graphml_xml(graph, written, encoding="utf-8")
    return written.getvalue()
