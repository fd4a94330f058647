"""The log of decisions: who did what, when and why, for workers and auditors of the area."""

from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse

from matchmaker.community.queries import zone_of
from matchmaker.errors import NotFound
from matchmaker.lists.writing import csv_of
from matchmaker.matches.queries import decision_log
from matchmaker.needs import queries as needs
from matchmaker.web.forms.decisions import KINDS, DecisionsForm
from matchmaker.web.months import last_months
from matchmaker.web.pages import CSV, file_of, for_the_signed_in, page, page_number
from matchmaker.web.phrases import say
from matchmaker.web.reader import Reader
from matchmaker.web.wording import grid_name, name_of, reference

ROWS_ON_A_PAGE: Final = 50
ROWS_IN_A_FILE: Final = 5_000


@for_the_signed_in
def decisions(request: HttpRequest, reader: Reader) -> HttpResponse:
    form, log = _asked(request, reader)
    count = len(log)
    number, pages = page_number(request, rows=count, on_a_page=ROWS_ON_A_PAGE)
    lines = log[(number - 1) * ROWS_ON_A_PAGE : number * ROWS_ON_A_PAGE]
    chosen = {name: value for name in ("kind", "month") if (value := form.cleaned_data.get(name))}
    context = {
        "form": form,
        "rows": [(line, str(KINDS[line.kind.value]), reader.viewer.works_at(line.need.place.path)) for line in lines],
        "count": count,
        "number": number,
        "pages": pages,
        "earlier": f"?{urlencode(chosen | {'page': number - 1})}" if number > 1 else "",
        "later": f"?{urlencode(chosen | {'page': number + 1})}" if number < pages else "",
        "asked": urlencode(chosen),
        "in_a_file": ROWS_IN_A_FILE,
    }
    return page(request, reader, "decisions.html", context)


@for_the_signed_in
def decisions_file(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The lines that are asked for, at most five thousand, the newest of them."""
    _, log = _asked(request, reader)
    header = [
        say("时间", "When"),
        say("做了什么", "What was done"),
        say("需求编号", "Request"),
        say("帮助", "Kind of help"),
        say("网格", "Grid"),
        say("谁", "Who"),
        say("原因", "Reason"),
    ]
    return file_of(csv_of([header, *(_cells(line) for line in log[:ROWS_IN_A_FILE])]), "decisions.csv", CSV)


def _asked(request: HttpRequest, reader: Reader) -> tuple[DecisionsForm, Any]:
    if not reader.may_look_over:
        raise NotFound
    zone = zone_of(needs.areas_overseen(reader.viewer).first())
    form = DecisionsForm(request.GET, months=last_months(reader.now, zone))
    form.is_valid()
    month = form.shown_month
    log = decision_log.decision_log_for(
        reader.viewer,
        kind=form.shown_kind,
        since=month.begins_at(zone) if month else None,
        until=month.ends_at(zone) if month else None,
    )
    return form, log


def _cells(line: Any) -> list[str]:
    need = line.need
    local = line.decided_at.astimezone(ZoneInfo(zone_of(need.community)))
    return [
        f"{local:%Y-%m-%d %H:%M}",
        str(KINDS[line.kind.value]),
        reference(need.public_id),
        name_of(need.service_type),
        grid_name(need.place),
        line.decided_by.name if line.decided_by else "",
        line.reason,
    ]
