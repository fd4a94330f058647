"""What everybody may read of a community: one page a month, for visitors too; and for its workers the month to come."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from matchmaker.errors import NotFound
from matchmaker.lists.writing import csv_of
from matchmaker.matches import queries
from matchmaker.needs import queries as needs
from matchmaker.web.forms.pairs import term_name
from matchmaker.web.pages import CSV, file_of, for_everybody, for_the_signed_in, page
from matchmaker.web.phrases import say, say_later
from matchmaker.web.reader import Reader
from matchmaker.web.wording import month_words, name_of, post_name

MONTHS_SHOWN: Final = 60
COMMUNITIES_SHOWN: Final = 200
WAITS: Final = {
    "": say_later("—", "—"),
    "DAY": say_later("一天以内", "a day"),
    "THREE_DAYS": say_later("三天以内", "three days"),
    "WEEK": say_later("一周以内", "a week"),
    "LONGER": say_later("一周以上", "longer than a week"),
}
WAYS: Final = (
    ("RULES_ALONE", say_later("按公开的规则直接去问", "Asked by the published rules alone")),
    ("APPROVE", say_later("工作人员看过，同意", "Looked at by a worker, and approved")),
    ("OVERRIDE", say_later("工作人员另选了人，写明理由", "A worker chose somebody else, with a written reason")),
    ("REFUSE", say_later("工作人员没有同意，写明理由", "A worker said no, with a written reason")),
    ("ALL", say_later("一共", "All together")),
)


@dataclass(frozen=True)
class KindRow:
    label: str
    asked: str
    met: str
    wait: str


@dataclass(frozen=True)
class GridRow:
    """A grid; what is told of each kind under the kind's name, so that it stands on a phone too."""

    label: str
    cells: tuple[tuple[str, str], ...]


@for_everybody
def communities(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Where something is told, one's own community first; for workers also what will be told next."""
    told = sorted(queries.communities_told(), key=lambda one: one.pk != reader.viewer.community_id)
    found = told[:COMMUNITIES_SHOWN]
    watched = queries.communities_watched(reader.viewer)[:COMMUNITIES_SHOWN] if reader.is_worker else ()
    worked = [one for one in watched if reader.viewer.works_at(one.path)]
    return page(request, reader, "public_communities.html", {"communities": found, "worked": worked})


@for_everybody
def month(request: HttpRequest, reader: Reader, community_id: UUID, month: str = "") -> HttpResponse:
    row = queries.public_month(community_id, _day(month) if month else None)
    figures = queries.figures_of(row)
    months = queries.public_months().filter(community=row.community_id).values_list("month", flat=True)[:MONTHS_SHOWN]
    context = _shown(figures) | {
        "community": row.community,
        "month": month_words(row.month),
        "slug": f"{row.month:%Y-%m}",
        "earlier": [(f"{one:%Y-%m}", month_words(one)) for one in months if one != row.month],
        "card": row.score_card,
        "weights": _weights(row.score_card.weights),
        "works_here": reader.viewer.works_at(row.community.path),
    }
    return page(request, reader, "public_month.html", context)


@for_everybody
def month_as_csv(request: HttpRequest, reader: Reader, community_id: UUID, month: str) -> HttpResponse:
    """The same figures as a file, one line for each."""
    row = queries.public_month(community_id, _day(month))
    return file_of(csv_of(_lines(queries.figures_of(row))), f"{row.month:%Y-%m}.csv", CSV)


@for_the_signed_in
def next_month(request: HttpRequest, reader: Reader, community_id: UUID) -> HttpResponse:
    """For workers of the whole community: what will be told next, in exact counts, and the month under way so far."""
    wished = request.GET.get("month")
    month = _day(wished) if wished else None
    found = queries.next_month_for(reader.viewer, community_id, now=reader.now, month=month)
    context = _shown(found.figures, exact=True) | {
        "community": found.community,
        "month": month_words(found.month),
        "told_at": found.told_at,
        "others": [(f"{one:%Y-%m}", month_words(one)) for one in found.others],
        "exact": True,
    }
    return page(request, reader, "public_month.html", context)


def _day(month: str) -> date:
    """The first day of `2026-02`, or NotFound."""
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise NotFound from None


def _shown(figures: queries.MonthFigures, *, exact: bool = False) -> dict[str, Any]:
    names = _names()
    kinds = [kind for kind in figures.kinds if kind.code in names]
    few = [] if exact else [kind for kind in kinds if kind.told.asked == 0]
    by_grid = [kind.code for kind in kinds if kind.by_grid]
    return {
        "kinds": [_whole_row(figures, exact), *_kind_rows(kinds, few, names, exact)],
        "few": say("、", ", ").join(names[kind.code] for kind in few),
        "grid_kinds": [names[code] for code in by_grid],
        "grids": list(_grid_rows(figures, by_grid, names, exact)),
        "ways": [(str(label), _said(figures.ways.get(way), exact)) for way, label in WAYS],
        "vacant": [(_area_name(one.area, one.area_en), post_name(one.kind)) for one in figures.vacant],
    }


def _names(*, retired: bool = False) -> dict[str, str]:
    """Kinds of help in force, by code; a file of an old month names those too that were given up since."""
    return {kind.code: name_of(kind) for kind in needs.service_types(retired=retired)}


def _whole_row(figures: queries.MonthFigures, exact: bool) -> KindRow:
    label = say("全部", "All together")
    return KindRow(label, _said(figures.all.asked, exact), _said(figures.all.met, exact), str(WAITS[figures.wait]))


def _kind_rows(kinds: list[Any], few: list[Any], names: dict[str, str], exact: bool) -> Iterator[KindRow]:
    """One for each kind, but not for those of which under five asked: one sentence names them all."""
    for kind in kinds:
        if kind not in few:
            asked, met = _said(kind.told.asked, exact), _said(kind.told.met, exact)
            yield KindRow(names[kind.code], asked, met, str(WAITS[kind.wait]))


def _grid_rows(
    figures: queries.MonthFigures, codes: list[str], names: dict[str, str], exact: bool
) -> Iterator[GridRow]:
    whole = say("这几类合计", "These kinds together")
    for grid in figures.grids:
        cells = [(whole, _both(grid.told, exact)), *((names[code], _both(grid.kinds[code], exact)) for code in codes)]
        yield GridRow(_area_name(grid.name, grid.name_en) or say("不在网格内", "In no grid"), tuple(cells))


def _both(pair: Any, exact: bool) -> str:
    """`10 / 5`; once where both say the same of few."""
    asked, met = _said(pair.asked, exact), _said(pair.met, exact)
    return asked if asked == met and not exact and not pair.asked else f"{asked} / {met}"


def _said(count: int | None, exact: bool) -> str:
    if count is None:
        return "—"
    return say("不到5", "under 5") if count == 0 and not exact else str(count)


def _area_name(name: str, name_en: str) -> str:
    return say(name, name_en or name)


def _weights(weights: dict[str, int]) -> list[tuple[str, str]]:
    """What counts in the order of helpers, the weightiest first, as a part of all."""
    whole = sum(weights.values()) or 1
    counted = sorted((-weight, term) for term, weight in weights.items() if weight)
    return [(term_name(term), f"{-weight / whole:.0%}") for weight, term in counted]


def _lines(figures: queries.MonthFigures) -> Iterable[list[str]]:
    names, few = _names(retired=True), {0: "<5", None: ""}
    yield [say("帮助", "help"), say("网格", "grid"), say("问的人", "asked"), say("有人来的", "met")]

    def line(kind: str, grid: str, pair: Any) -> list[str]:
        return [kind, grid, *(few.get(count, str(count)) for count in (pair.asked, pair.met))]

    yield line(say("全部", "all"), "", figures.all)
    for kind in figures.kinds:
        yield line(names.get(kind.code, kind.code), "", kind.told)
    for grid in figures.grids:
        where = _area_name(grid.name, grid.name_en) or say("不在网格内", "in no grid")
        yield line(say("按网格公布的几类合计", "kinds told by grid"), where, grid.told)
        for code, pair in grid.kinds.items():
            yield line(names.get(code, code), where, pair)
