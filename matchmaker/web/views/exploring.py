"""The neighbourhood explorer: buildings of a coordinator's area, and the people around an open case with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.queries import case_looks, neighbourhood
from matchmaker.needs import queries as needs
from matchmaker.web import explored, site_plans
from matchmaker.web.forms.answers import ReasonForm
from matchmaker.web.forms.exploring import ExploringForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.neighbours import KINDS
from matchmaker.web.pages import CSV, SVG, file_of, for_the_signed_in, page, page_number
from matchmaker.web.phrases import say
from matchmaker.web.reader import Reader

ROWS_ON_A_PAGE: Final = 100
PARTS_SHOWN: Final = 10
MONTHS_BACK: Final = 120
"""So far back the slider goes; what is older is there from its first month on."""
MEDIA: Final = {"csv": CSV, "svg": SVG, "graphml": "application/graphml+xml"}


@dataclass(frozen=True)
class Shown:
    """What the address asks to see of a neighbourhood."""

    whole: Any
    seen: Any
    form: ExploringForm
    parts: list[list[int]]
    path: list[int]
    asked_for_path: bool


@for_the_signed_in
def first(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The greatest area of which the reader is the coordinator."""
    area = neighbourhood.areas_explored(reader.viewer).first()
    if area is None:
        raise NotAllowed
    return redirect("explorer-of", area_id=area.public_id)


@for_the_signed_in
def area(request: HttpRequest, reader: Reader, area_id: UUID) -> HttpResponse:
    """Building by building."""
    place, found = neighbourhood.neighbourhood_of(reader.viewer, area_id, now=reader.now)
    shown = _shown(request, found)
    context = {"area": place, "areas": neighbourhood.areas_explored(reader.viewer).exclude(pk=place.pk)}
    return _page(request, reader, shown, shown.seen, context)


@for_the_signed_in
def area_file(request: HttpRequest, reader: Reader, area_id: UUID, form: str) -> HttpResponse:
    place, found = neighbourhood.neighbourhood_of(reader.viewer, area_id, now=reader.now)
    return _file(_shown(request, found), form, f"neighbourhood-{place.public_id.hex[:8]}")


@for_the_signed_in
def ask(request: HttpRequest, reader: Reader, need_id: UUID) -> HttpResponse:
    """Why the people around this case are to be seen; only then are they."""
    need = needs.need_by_id(reader.viewer, need_id)
    if not queries.may_look_around(reader.viewer, need):
        raise NotFound
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            look = actions.look_around(viewer=reader.viewer, need_id=need_id, reason=reason, now=reader.now)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("case-look", case_look_id=look.public_id)
    return page(request, reader, "case_look_ask.html", {"form": form, "need": need})


@for_the_signed_in
def look(request: HttpRequest, reader: Reader, case_look_id: UUID) -> HttpResponse:
    """Person by person, for whoever gave the reason; without scripts the picture sums them up by building.

    That picture leads to no row: the table below it is of people.
    """
    row = case_looks.case_look_by_id(reader.viewer, case_look_id, now=reader.now)
    shown = _shown(request, case_looks.people_looked_at(reader.viewer, row, now=reader.now))
    drawn = neighbourhood.by_building(shown.seen) if shown.seen.by_person else shown.seen
    return _page(request, reader, shown, drawn, {"look": row})


@for_the_signed_in
def look_file(request: HttpRequest, reader: Reader, case_look_id: UUID, form: str) -> HttpResponse:
    row = case_looks.case_look_by_id(reader.viewer, case_look_id, now=reader.now)
    shown = _shown(request, case_looks.people_looked_at(reader.viewer, row, now=reader.now))
    return _file(shown, form, f"case-{row.public_id.hex[:8]}")


def _shown(request: HttpRequest, whole: Any) -> Shown:
    first_month, last = whole.months
    months = max(first_month, last - MONTHS_BACK), last
    form = ExploringForm(request.GET, nodes=len(whole.nodes), months=months)
    form.is_valid()
    seen = neighbourhood.seen_with(whole, form.shown_kinds, form.shown_until)
    start, goal = form.end("start"), form.end("goal")
    asked = start is not None and goal is not None
    path = neighbourhood.path_between(seen, start, goal) if start is not None and goal is not None else []
    return Shown(whole, seen, form, neighbourhood.parts_of(seen), path, asked)


def _page(request: HttpRequest, reader: Reader, shown: Shown, drawn: Any, more: dict[str, Any]) -> HttpResponse:
    number, pages = page_number(request, rows=len(shown.seen.nodes), on_a_page=ROWS_ON_A_PAGE)
    on_page = slice((number - 1) * ROWS_ON_A_PAGE, number * ROWS_ON_A_PAGE)
    path = shown.path if drawn is shown.seen else []
    label = say("楼与楼之间的往来", "Ties between buildings")
    form = shown.form
    context = {
        "found": shown.seen,
        "drawn": drawn,
        "drawing": site_plans.drawing(
            drawn,
            path=path,
            label=label if drawn is shown.seen else "",
            row_address=lambda node: _row_address(request, node, page_shown=number),
        ),
        "rows": explored.rows_of(shown.seen, shown.parts, on_page),
        "number": number,
        "pages": pages,
        "earlier": _address(request, number - 1) if number > 1 else "",
        "later": _address(request, number + 1) if number < pages else "",
        "parts": [len(part) for part in shown.parts[:PARTS_SHOWN]],
        "parts_count": len(shown.parts),
        "ties": sum(link.count for link in shown.seen.links),
        "way": explored.way_in_words(shown.seen, shown.path),
        "asked_for_path": shown.asked_for_path,
        "form": form,
        "kinds": [(kind, name, kind in form.shown_kinds) for kind, name in KINDS.items()],
        "month": _month_code(form.shown_until),
        "asked": request.GET.urlencode(),
        "data": explored.for_the_script(shown.whole, path=shown.path, kinds=form.shown_kinds, until=form.shown_until),
        "is_drawn_by_script": settings.HAS_CYTOSCAPE,
        "rows_on_a_page": ROWS_ON_A_PAGE,
    } | more
    return page(request, reader, "explorer.html", context)


def _file(shown: Shown, form: str, name: str) -> HttpResponse:
    makers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: explored.csv_file(shown.seen, shown.parts),
        "svg": lambda: site_plans.drawing(shown.seen, path=shown.path).encode(),
        "graphml": lambda: explored.graphml_file(shown.seen),
    }
    if form not in makers:
        raise NotFound
    return file_of(makers[form](), f"{name}.{form}", MEDIA[form])


def _month_code(month: int) -> str:
    """`2026-03`, of a month counted from the year 0."""
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def _row_address(request: HttpRequest, node: int, *, page_shown: int) -> str:
    """The row of a node in the table, which may stand on another of its pages."""
    number = node // ROWS_ON_A_PAGE + 1
    return f"#row-{node}" if number == page_shown else f"{_address(request, number).partition('#')[0]}#row-{node}"


def _address(request: HttpRequest, number: int) -> str:
    asked = [(name, value) for name, values in request.GET.lists() if name != "page" for value in values]
    return f"?{urlencode([*asked, ('page', str(number))])}#table"
