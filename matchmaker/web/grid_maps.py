"""The map of grids as SVG: a tile for each, with a dot for requests with nobody yet and a bar for what is near."""

from math import sqrt
from typing import Any, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString

from matchmaker.web.drawing import BRAND, DARK, INK, LINE, PAPER, SOFT, joined
from matchmaker.web.neighbours import short
from matchmaker.web.phrases import say
from matchmaker.web.wording import name_of

WIDE: Final = 150
HIGH: Final = 112
GAP: Final = 14
EDGE: Final = 14
COMPASS: Final = 22
"""Above the tiles, where it says that north is up."""
LEAST_DOT: Final = 13
MOST_DOT: Final = 26
BAR: Final = 12


def drawing(found: Any, *, label: str, leads: bool = False) -> SafeString:
    """The tiles where they lie to each other; each leads to its row of the table where `leads` says so."""
    if not found.grids:
        return SafeString("")
    wide = 2 * EDGE + (max(one.column for one in found.grids) + 1) * (WIDE + GAP) - GAP
    high = 2 * EDGE + COMPASS + (max(one.row for one in found.grids) + 1) * (HIGH + GAP) - GAP
    most = max(one.unmet for one in found.grids)
    return format_html(
        '<svg class="plan" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}" '
        'role="{}" aria-label="{}" font-family="sans-serif"><rect width="{}" height="{}" fill="{}"/>{}{}</svg>',
        wide,
        high,
        wide,
        high,
        "group" if leads else "img",
        label,
        wide,
        high,
        PAPER,
        _text(EDGE, EDGE + 10, say("↑ 北", "↑ North"), size=12),
        joined(_tile(one, number, most, leads=leads) for number, one in enumerate(found.grids)),
    )


def near_said(percent: int | None) -> str:
    return "—" if percent is None else f"{percent}%"


def _tile(one: Any, number: int, most: int, *, leads: bool) -> SafeString:
    left, top = EDGE + one.column * (WIDE + GAP), EDGE + COMPASS + one.row * (HIGH + GAP)
    name = name_of(one.grid)
    inside = joined(
        (
            _box(left, top),
            _text(left + 10, top + 22, short(name, 10), size=14, weight="700"),
            _dot(left + 10 + MOST_DOT, top + 56, one.unmet, most),
            _near(left + 10, top + HIGH - 22, one.percent),
        )
    )
    if not leads:
        return format_html("<g><title>{}</title>{}</g>", name, inside)
    near = near_said(one.percent)
    said = say(
        f"{name}：{one.unmet}项需求还没有人，十五分钟走得到{near}",
        f"{name}: requests with nobody yet {one.unmet}, within fifteen minutes {near}",
    )
    return format_html('<a href="#grid-{}" aria-label="{}"><g aria-hidden="true">{}</g></a>', number, said, inside)


def _box(left: int, top: int) -> SafeString:
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="8" fill="{}" stroke="{}"/>', left, top, WIDE, HIGH, PAPER, LINE
    )


def _dot(x: int, y: int, unmet: int, most: int) -> SafeString:
    """As large in area as there are requests; an empty ring for none."""
    if not unmet:
        return format_html(
            '<circle cx="{}" cy="{}" r="{}" fill="none" stroke="{}"/><text x="{}" y="{}" font-size="13" '
            'text-anchor="middle" fill="{}">0</text>',
            x,
            y,
            LEAST_DOT,
            LINE,
            x,
            y + 5,
            INK,
        )
    radius = LEAST_DOT + (MOST_DOT - LEAST_DOT) * sqrt(unmet / most)
    return format_html(
        '<circle cx="{}" cy="{}" r="{}" fill="{}"/><text x="{}" y="{}" font-size="15" font-weight="700" '
        'text-anchor="middle" fill="{}">{}</text>',
        x,
        y,
        f"{radius:.1f}",
        DARK,
        x,
        y + 5,
        PAPER,
        unmet,
    )


def _near(left: int, top: int, percent: int | None) -> SafeString:
    room = WIDE - 64
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>'
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>{}',
        left,
        top,
        room,
        BAR,
        SOFT,
        left,
        top,
        f"{room * (percent or 0) / 100:.1f}",
        BAR,
        BRAND,
        _text(left + room + 6, top + 11, near_said(percent), size=13),
    )


def _text(x: int, y: int, words: str, *, size: int, weight: str = "400") -> SafeString:
    return format_html(
        '<text x="{}" y="{}" font-size="{}" font-weight="{}" fill="{}">{}</text>', x, y, size, weight, INK, words
    )
