"""The map of grids: where requests wait with nobody yet, and how much help is near on foot; for workers."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from matchmaker.errors import NotFound
from matchmaker.lists.writing import csv_of
from matchmaker.matches.queries.grid_map import GridMap, areas_mapped, grid_map_for
from matchmaker.needs import queries as needs
from matchmaker.web import grid_maps
from matchmaker.web.pages import CSV, SVG, file_of, for_the_signed_in, page
from matchmaker.web.phrases import say
from matchmaker.web.reader import Reader
from matchmaker.web.wording import name_of

AREAS_AT_MOST: Final = 50
MEDIA: Final = {"csv": CSV, "svg": SVG}


@for_the_signed_in
def grid_map(request: HttpRequest, reader: Reader, area_id: UUID | None = None) -> HttpResponse:
    found, code = _asked(request, reader, area_id)
    areas = areas_mapped(reader.viewer).exclude(pk=found.area.pk)[:AREAS_AT_MOST]
    context = {
        "found": found,
        "code": code,
        "areas": areas,
        "kinds": needs.service_types(),
        "drawing": grid_maps.drawing(found, label=_label(found), leads=True),
        "rows": [(one, grid_maps.near_said(one.percent)) for one in found.grids],
        "asked": urlencode({"kind": code}) if code else "",
    }
    return page(request, reader, "grid_map.html", context)


@for_the_signed_in
def grid_map_file(request: HttpRequest, reader: Reader, area_id: UUID, form: str) -> HttpResponse:
    """The map or its table, to take along."""
    found, _ = _asked(request, reader, area_id)
    makers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: csv_of(_lines(found)),
        "svg": lambda: grid_maps.drawing(found, label=_label(found)).encode(),
    }
    if form not in makers:
        raise NotFound
    return file_of(makers[form](), f"grids-{found.area.public_id.hex[:8]}.{form}", MEDIA[form])


def _asked(request: HttpRequest, reader: Reader, area_id: UUID | None) -> tuple[GridMap, str]:
    """Of the kind of help that the address names; of all kinds where it names none that there is."""
    wished = request.GET.get("kind", "")
    code = next((kind.code for kind in needs.service_types() if kind.code == wished), "")
    return grid_map_for(reader.viewer, area_id, code), code


def _label(found: GridMap) -> str:
    kind = name_of(found.kind) if found.kind else say("各类帮助", "all kinds of help")
    return say(f"{name_of(found.area)}的网格图：{kind}", f"Grids of {name_of(found.area)}: {kind}")


def _lines(found: GridMap) -> list[list[str]]:
    header = [
        say("网格", "Grid"),
        say("还没有人的需求", "Requests with nobody yet"),
        say("居民", "Residents"),
        say("十五分钟走得到（%）", "Within fifteen minutes (%)"),
    ]
    lines = [[name_of(one.grid), str(one.unmet), _known(one.people), _known(one.percent)] for one in found.grids]
    outside: list[Any] = [[say("不在网格内", "In no grid"), str(found.elsewhere), "", ""]] if found.elsewhere else []
    return [header, *lines, *outside]


def _known(number: int | None) -> str:
    return "" if number is None else str(number)
