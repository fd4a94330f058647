"""Bars beside each other as SVG, the file like the page: colours stand in the drawing, every number in a table too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from matchmaker.web.drawing import BRAND, INK, LINE, PAPER

WIDTH: Final = 360
BAR: Final = 16
LABEL: Final = 20
BETWEEN: Final = 12
EDGE: Final = 10
ROOM_FOR_TEXT: Final = 70
"""At the right of the longest bar."""
COLOURS: Final = (BRAND, LINE)


@dataclass(frozen=True)
class Bars:
    """One line of the chart: what it is of, and one value or two with what they say; a value may be unknown."""

    label: str
    values: Sequence[tuple[float | None, str]]


def drawing(lines: Sequence[Bars], *, label: str, names: Sequence[str] = ()) -> SafeString:
    """Bars from nought to the greatest value; `names` say what the first and the second bar of each line are.

    Examples
    --------
    >>> drawing([], label="Nothing")
    ''
    """
    if not lines:
        return SafeString("")
    most = max((value or 0.0 for line in lines for value, _ in line.values), default=0.0) or 1.0
    parts, y = [_key(names)] if names else [], EDGE + (LABEL + 6 if names else 0)
    for line in lines:
        parts.append(_text(EDGE, y + 14, line.label, size=13))
        y += LABEL
        for place, (value, said) in enumerate(line.values):
            parts.append(_bar(y, value or 0.0, most, said, COLOURS[place]))
            y += BAR + 3
        y += BETWEEN
    return format_html(
        '<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" aria-label="{}" '
        'font-family="sans-serif"><rect width="{}" height="{}" fill="{}"/>{}</svg>',
        WIDTH,
        y,
        label,
        WIDTH,
        y,
        PAPER,
        format_html_join("", "{}", ((part,) for part in parts)),
    )


def _key(names: Sequence[str]) -> SafeString:
    return format_html_join(
        "",
        '<rect x="{}" y="{}" width="12" height="12" fill="{}"/>{}',
        (
            (EDGE + 170 * place, EDGE, COLOURS[place], _text(EDGE + 18 + 170 * place, EDGE + 11, name, size=12))
            for place, name in enumerate(names)
        ),
    )


def _bar(y: int, value: float, most: float, said: str, colour: str) -> SafeString:
    wide = (WIDTH - 2 * EDGE - ROOM_FOR_TEXT) * value / most
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>{}',
        EDGE,
        y,
        f"{max(wide, 1.0):.1f}",
        BAR,
        colour,
        _text(round(EDGE + wide) + 6, y + 13, said, size=12),
    )


def _text(x: int, y: int, words: str, *, size: int) -> SafeString:
    return format_html('<text x="{}" y="{}" font-size="{}" fill="{}">{}</text>', x, y, size, INK, words)
