"""The neighbourhood as SVG: buildings or people where the plan has them, grouped, with the ties between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from matchmaker.web.drawing import BRAND, DARK, INK, LINE, PAPER, SOFT, joined
from matchmaker.web.neighbours import building_name, grid_around, short
from matchmaker.web.phrases import say

CELL: Final = 40
"""Of a plan of buildings, which lie three cells apart."""
CELL_OF_PERSON: Final = 26
HOUSE: Final = (100, 44)
ROUND: Final = 8
EDGE: Final = 24


@dataclass(frozen=True)
class Block:
    """A part of the plan with a name: a grid among buildings, a building among people."""

    name: str
    x: float
    y: float
    wide: float
    high: float


def place_of(node: Any, *, by_person: bool) -> tuple[int, int]:
    """Where the middle of a node lies, in units of the drawing."""
    cell = CELL_OF_PERSON if by_person else CELL
    return node.x * cell, node.y * cell


def node_name(node: Any) -> str:
    """A building's name, a person's where they may be named, else their number in this picture."""
    if node.part is None:
        return building_name(node.home)
    return node.name or say(f"邻居{node.number + 1}", f"Neighbour {node.number + 1}")


def blocks_of(found: Any) -> list[Block]:
    """The grids of a plan of buildings, or the buildings of one of people."""
    wide, high = (13, 13) if found.by_person else (HOUSE[0] / 2 + 8, HOUSE[1] / 2 + 20)
    groups: dict[str, list[tuple[int, int]]] = {}
    for node in found.nodes:
        name = building_name(node.home) if found.by_person else grid_around(node.home)
        key = f"{node.home.grid} {name}" if found.by_person else name
        groups.setdefault(f"{key}\0{name}", []).append(place_of(node, by_person=found.by_person))
    blocks = []
    for key, places in groups.items():
        xs, ys = [x for x, _ in places], [y for _, y in places]
        left, top = min(xs) - wide, min(ys) - high
        name = key.partition("\0")[2] or say("其他地方", "Elsewhere")
        blocks.append(Block(name, left, top, max(xs) + wide - left, max(ys) + high - top))
    return blocks


def _on_this_page(node: int) -> str:
    return f"#row-{node}"


def drawing(
    found: Any, *, path: Sequence[int], label: str = "", row_address: Callable[[int], str] = _on_this_page
) -> SafeString:
    """The picture; with a label each node leads to its row of the table, without one it is a file to take along."""
    blocks = blocks_of(found)
    left = min((block.x for block in blocks), default=0) - EDGE
    top = min((block.y for block in blocks), default=0) - EDGE
    wide = max((block.x + block.wide for block in blocks), default=0) + EDGE - left
    high = max((block.y + block.high for block in blocks), default=0) + EDGE - top
    tied = _tied(found)
    bold = {frozenset(pair) for pair in pairwise(path)}
    view = f"{left:.0f} {top:.0f} {wide:.0f} {high:.0f}"
    said = format_html('role="group" aria-label="{}"', label)
    return format_html(
        '<svg class="plan" xmlns="http://www.w3.org/2000/svg" viewBox="{}" width="{}" height="{}" data-ties="1" '
        'font-family="sans-serif" {}><rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>{}{}{}</svg>',
        view,
        f"{wide:.0f}",
        f"{high:.0f}",
        said if label else "",
        f"{left:.0f}",
        f"{top:.0f}",
        f"{wide:.0f}",
        f"{high:.0f}",
        PAPER,
        joined(_block(block) for block in blocks),
        joined(_link(link, found, bold) for link in found.links),
        joined(
            _node(
                node,
                found,
                tied[node.number] if label else None,
                address=row_address(node.number),
                on_path=node.number in path,
            )
            for node in found.nodes
        ),
    )


def _block(block: Block) -> SafeString:
    return format_html(
        '<g aria-hidden="true"><rect x="{}" y="{}" width="{}" height="{}" rx="8" fill="{}"/>'
        '<text x="{}" y="{}" font-size="12" fill="{}">{}</text></g>',
        block.x,
        block.y,
        block.wide,
        block.high,
        SOFT,
        block.x + 2,
        block.y - 4,
        INK,
        block.name,
    )


def _link(link: Any, found: Any, bold: set[frozenset[int]]) -> SafeString:
    """A line as broad as there are ties; within a building a bow above it."""
    on_path = frozenset((link.one, link.other)) in bold
    one_x, one_y = place_of(found.nodes[link.one], by_person=found.by_person)
    other_x, other_y = place_of(found.nodes[link.other], by_person=found.by_person)
    line = f"M{one_x} {one_y}L{other_x} {other_y}"
    if link.one == link.other:
        line = (
            f"M{one_x + 10} {one_y - 18}C{one_x + 10} {one_y - 44} {one_x + 44} {one_y - 44} {one_x + 44} {one_y - 18}"
        )
    return format_html(
        '<path aria-hidden="true" d="{}" fill="none" stroke="{}" stroke-width="{}"{}/>',
        line,
        DARK if on_path else LINE,
        f"{5 if on_path else 1 if found.by_person else 1 + log2(link.count):.1f}",
        "" if on_path else format_html(' stroke-opacity="{}"', "0.6"),
    )


def _tied(found: Any) -> list[list[int]]:
    """By number, the nodes that each is tied to."""
    tied: list[list[int]] = [[] for _ in found.nodes]
    for link in found.links:
        if link.one != link.other:
            tied[link.one].append(link.other)
            tied[link.other].append(link.one)
    return tied


def _node(node: Any, found: Any, tied: list[int] | None, *, address: str, on_path: bool) -> SafeString:
    """A link to its row of the table; a plain shape in a file, where there is none."""
    x, y = place_of(node, by_person=found.by_person)
    inside = _dot(node, x, y, on_path=on_path) if found.by_person else _house(node, x, y, on_path=on_path)
    if tied is None:
        return format_html("<g><title>{}</title>{}</g>", node_name(node), inside)
    return format_html(
        '<a href="{}" aria-label="{}" data-n="{}" data-x="{}" data-y="{}" data-ties="{}">{}</a>',
        address,
        say(f"{node_name(node)}，{node.people}人", f"{node_name(node)}, {node.people} people"),
        node.number,
        x,
        y,
        " ".join(str(number) for number in tied),
        inside,
    )


def _house(node: Any, x: int, y: int, *, on_path: bool) -> SafeString:
    wide, high = HOUSE
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="6" fill="{}" stroke="{}" stroke-width="{}"/>'
        '<g text-anchor="middle" fill="{}" aria-hidden="true">'
        '<text x="{}" y="{}" font-size="14" font-weight="700">{}</text>'
        '<text x="{}" y="{}" font-size="12">{}</text></g>',
        x - wide / 2,
        y - high / 2,
        wide,
        high,
        PAPER,
        DARK if on_path else BRAND,
        4 if on_path else 1.5,
        INK,
        x,
        y - 2,
        short(node_name(node), 12),
        x,
        y + 15,
        say(f"{node.people}人", f"{node.people} people"),
    )


def _dot(node: Any, x: int, y: int, *, on_path: bool) -> SafeString:
    named = format_html(
        '<text x="{}" y="{}" font-size="11" text-anchor="middle" fill="{}" stroke="{}" stroke-width="2" '
        'paint-order="stroke">{}</text>',
        x,
        y - ROUND - 2,
        INK,
        PAPER,
        short(node.name),
    )
    return format_html(
        '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="{}"/>{}',
        x,
        y,
        ROUND,
        BRAND if node.part in ("HELPED", "PROPOSED") else PAPER,
        DARK,
        4 if on_path else 1.5,
        named if node.name else "",
    )
