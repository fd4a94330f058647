"""Small pictures of figures as SVG: a line over days, a bar of a share. Every number stands in a table beside them."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH: Final = 320
HEIGHT: Final = 120
EDGE: Final = 8
BAR_WIDTH: Final = 100
BAR_HEIGHT: Final = 12


def line(points: Sequence[tuple[date, float]], *, label: str) -> SafeString:
    """Values over days from nought up to a little above the greatest; nothing where one day makes no line."""
    if len(points) < 2:
        return SafeString("")
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()
    top = max(max(value for _, value in points), 1e-9) * 1.1
    across, up = (WIDTH - 2 * EDGE) / max(last - first, 1), (HEIGHT - 2 * EDGE) / top
    places = [(EDGE + (day.toordinal() - first) * across, HEIGHT - EDGE - value * up) for day, value in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = format_html_join("", '<circle cx="{}" cy="{}" r="3"/>', ((f"{x:.1f}", f"{y:.1f}") for x, y in places))
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<path class="floor" d="M{} {}H{}"/><polyline points="{}"/>{}</svg>',
        WIDTH,
        HEIGHT,
        label,
        EDGE,
        HEIGHT - EDGE,
        WIDTH - EDGE,
        path,
        dots,
    )


def bar(value: float, *, of: float = 1.0) -> SafeString:
    """A part of a whole; hidden from screen readers, for the number stands in the same cell."""
    part = BAR_WIDTH * min(max(value / of, 0.0), 1.0) if of > 0.0 else 0.0
    return format_html(
        '<svg class="bar-chart" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="rest" width="{}" height="{}"/><rect width="{}" height="{}"/></svg>',
        BAR_WIDTH,
        BAR_HEIGHT,
        BAR_WIDTH,
        BAR_HEIGHT,
        f"{part:.1f}",
        BAR_HEIGHT,
    )
