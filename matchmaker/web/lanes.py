"""The evidence picture of a proposal as SVG: a lane for each building, the way between the two drawn bold.

Colours stand in the drawing and not in a style sheet, so that the file looks like the page; shapes say the same.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from matchmaker.web.drawing import BRAND, DARK, INK, LINE, PAPER, SOFT, joined
from matchmaker.web.neighbours import PARTS, building_name, kinds_in_words, listed, short
from matchmaker.web.phrases import say

WIDTH: Final = 360
WAY_X: Final = 46
"""Where the way between the two runs down; nobody else stands there, so that it goes through nobody."""
IN_A_ROW: Final = 3
APART: Final = 84
FIRST_X: Final = 142
ROW_HEIGHT: Final = 62
HEAD: Final = 26
ARCS: Final = 24
"""Room above the first row, for a lane's name; and for arcs, where there are ties within the lane."""
SIZE: Final = 14


@dataclass(frozen=True)
class Row:
    """Somebody in the table below the picture."""

    number: int
    name: str
    place: str
    part: str
    knows: str
    on_path: bool


@dataclass(frozen=True)
class _Place:
    x: int
    y: int


def rows_of(found: Any) -> list[Row]:
    """The same as the picture, in words: who, where, whom they know and how."""
    names = [name_of_neighbour(one) for one in found.people]
    knows: dict[int, list[str]] = {}
    for bond in found.bonds:
        how = kinds_in_words(bond.kinds)
        for one, other in ((bond.one, bond.other), (bond.other, bond.one)):
            knows.setdefault(one, []).append(say(f"{names[other]}（{how}）", f"{names[other]} ({how})"))
    return [
        Row(
            one.number,
            names[one.number],
            building_name(found.lanes[one.lane]),
            str(PARTS.get(one.part, "")),
            listed(knows.get(one.number, [])) or say("没有往来", "nobody"),
            one.on_path,
        )
        for one in found.people
    ]


def name_of_neighbour(one: Any) -> str:
    return one.person.name if one.person is not None else say(f"邻居{one.number + 1}", f"Neighbour {one.number + 1}")


def what_to_see(found: Any) -> str:
    """The sentence under the picture: how the two come to know each other."""
    if found.steps is None:
        return say(
            "两人之间没有粗线：四步以内没有往来相连。见了面，就是一份新的往来。",
            "There is no bold line: no ties lead from one to the other within four steps. Meeting would be a new tie.",
        )
    if found.steps == 1:
        return say(
            "粗线直接连着两人：他们已经认识。",
            "The bold line leads straight from one to the other: they know each other.",
        )
    between = found.steps - 1
    return say(
        f"粗线是两人之间最短的往来，中间有{between}位邻居。",
        f"The bold line is the shortest way of ties between the two, with {between} in between.",
    )


def drawing(found: Any, *, label: str, linked: bool = True) -> SafeString:
    """The picture; `linked` where each person leads to their row of the table, else a drawing to take along."""
    tops, height = _lanes(found)
    places = _places(found, tops)
    rows = rows_of(found)
    said = format_html(' role="group" aria-label="{}"', label)
    return format_html(
        '<svg class="lanes" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" data-ties="1" '
        'font-family="sans-serif"{}><rect width="{}" height="{}" fill="{}"/>{}{}{}{}</svg>',
        WIDTH,
        height,
        said if linked else format_html(' width="{}" height="{}"', WIDTH * 2, height * 2),
        WIDTH,
        height,
        PAPER,
        joined(_lane(found, number, tops) for number in range(len(found.lanes))),
        joined(_bond(bond, places, found) for bond in sorted(found.bonds, key=_bold_last)),
        joined(_lane_name(found, number, tops) for number in range(len(found.lanes))),
        joined(_person(one, places[one.number], rows[one.number], found, linked=linked) for one in found.people),
    )


def _bold_last(bond: Any) -> bool:
    return bool(bond.on_path)


def _lanes(found: Any) -> tuple[list[int], int]:
    """Where each lane begins, the end of the last one after them; and the height of all."""
    tops, y = [], 0
    for lane, people in enumerate(_in_lanes(found)):
        tops.append(y)
        beside = sum(column > 0 for _, column in people)
        y += _head(found, lane) + ROW_HEIGHT * max(1, -(-beside // IN_A_ROW))
    return [*tops, y], y


def _in_lanes(found: Any) -> list[list[tuple[int, int]]]:
    """By lane, who is in it: on the way (0), which the first of a lane that is on it takes, or beside it (1)."""
    lanes: list[list[tuple[int, int]]] = [[] for _ in found.lanes]
    for one in found.people:
        taken = any(column == 0 for _, column in lanes[one.lane])
        on_way = not taken and (one.on_path or one.part != "AROUND")
        lanes[one.lane].append((one.number, 0 if on_way else 1))
    return lanes


def _head(found: Any, lane: int) -> int:
    inside = any(found.people[bond.one].lane == lane == found.people[bond.other].lane for bond in found.bonds)
    return HEAD + (ARCS if inside else 0)


def _places(found: Any, tops: list[int]) -> list[_Place]:
    """Rows of three beside the way, every second one a little aside, so that ties do not hide behind dots."""
    places: dict[int, _Place] = {}
    for lane, people in enumerate(_in_lanes(found)):
        first_y = tops[lane] + _head(found, lane) + SIZE + 4
        beside = [number for number, column in people if column]
        for at, number in enumerate(beside):
            row, column = divmod(at, IN_A_ROW)
            places[number] = _Place(FIRST_X + APART * column - 18 * (row % 2), first_y + ROW_HEIGHT * row)
        places |= {number: _Place(WAY_X, first_y) for number, column in people if not column}
    return [places[one.number] for one in found.people]


def _lane(found: Any, number: int, tops: list[int]) -> SafeString:
    return format_html(
        '<rect aria-hidden="true" x="0" y="{}" width="{}" height="{}" fill="{}"/>',
        tops[number],
        WIDTH,
        tops[number + 1] - tops[number],
        SOFT if number % 2 == 0 else PAPER,
    )


def _lane_name(found: Any, number: int, tops: list[int]) -> SafeString:
    """At the right, where fewest ties run, and above them."""
    return format_html(
        '<text aria-hidden="true" x="{}" y="{}" font-size="12" text-anchor="end" fill="{}" stroke="{}" '
        'stroke-width="4" paint-order="stroke">{}</text>',
        WIDTH - 8,
        tops[number] + 17,
        INK,
        SOFT if number % 2 == 0 else PAPER,
        building_name(found.lanes[number]),
    )


def _bond(bond: Any, places: list[_Place], found: Any) -> SafeString:
    """A line to another lane; within a lane an arc above the dots, for a line would run through those between."""
    one, other = places[bond.one], places[bond.other]
    same_lane = found.people[bond.one].lane == found.people[bond.other].lane
    lift = 0.0
    if same_lane:
        lift = 24 + abs(one.x - other.x) * 0.14 if one.y == other.y else 0.0
    aside = 22 if same_lane and one.y != other.y else 0
    middle_x, middle_y = (one.x + other.x) / 2 + aside, (one.y + other.y) / 2 - lift
    return format_html(
        '<path aria-hidden="true" d="M{} {}Q{} {} {} {}" fill="none" stroke="{}" stroke-width="{}" '
        'stroke-linecap="round"/>',
        one.x,
        one.y,
        f"{middle_x:.0f}",
        f"{middle_y:.0f}",
        other.x,
        other.y,
        DARK if bond.on_path else LINE,
        5 if bond.on_path else 1.5,
    )


def _person(one: Any, at: _Place, row: Row, found: Any, *, linked: bool) -> SafeString:
    """A square for who is helped, a diamond for who would help, a circle for everybody else; the name below."""
    inside = format_html(
        '{}<text x="{}" y="{}" font-size="12" text-anchor="middle" fill="{}" aria-hidden="true">{}</text>{}',
        _shape(one, at),
        at.x,
        at.y + 4,
        INK,
        "" if one.person is not None else one.number + 1,
        _name(one, at, row),
    )
    if not linked:
        return format_html("<g><title>{}</title>{}</g>", _spoken(row), inside)
    return format_html(
        '<a href="#tie-{}" aria-label="{}" data-n="{}" data-x="{}" data-y="{}" data-ties="{}">{}</a>',
        one.number,
        _spoken(row),
        one.number,
        at.x,
        at.y,
        " ".join(str(number) for number in _tied_to(one.number, found)),
        inside,
    )


def _shape(one: Any, at: _Place) -> SafeString:
    if one.part == "AROUND":
        return format_html(
            '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="{}"/>',
            at.x,
            at.y,
            SIZE,
            PAPER,
            DARK if one.on_path else LINE,
            3 if one.on_path else 2,
        )
    turned = format_html(' transform="rotate(45 {} {})"', at.x, at.y) if one.part == "PROPOSED" else ""
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="3" fill="{}"{}/>',
        at.x - 13,
        at.y - 13,
        26,
        26,
        BRAND,
        turned,
    )


def _name(one: Any, at: _Place, row: Row) -> SafeString:
    if one.person is None:
        return SafeString("")
    return format_html(
        '<text x="{}" y="{}" font-size="13" font-weight="{}" text-anchor="middle" fill="{}" stroke="{}" '
        'stroke-width="3" paint-order="stroke" aria-hidden="true">{}</text>',
        at.x,
        at.y + 33,
        "400" if one.part == "AROUND" else "700",
        INK,
        PAPER,
        short(row.name),
    )


def _spoken(row: Row) -> str:
    part = say(f"，{row.part}", f", {row.part}") if row.part else ""
    return say(
        f"{row.name}{part}，{row.place}。往来：{row.knows}", f"{row.name}{part}, {row.place}. Knows: {row.knows}"
    )


def _tied_to(number: int, found: Any) -> list[int]:
    ends = [(bond.one, bond.other) for bond in found.bonds if number in (bond.one, bond.other)]
    return [other if one == number else one for one, other in ends]
