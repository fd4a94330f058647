"""Lists: choose a file, look at what it would do, confirm it."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.lists import actions, queries, writing
from matchmaker.web.forms.imports import LIST_NAMES, OFFERS, ImportForm
from matchmaker.web.pages import CSV, XLSX, file_of, for_the_signed_in, page
from matchmaker.web.phrases import language, say_later
from matchmaker.web.reader import Reader

SHOWN_AT_MOST: Final = 100
STATES: Final = {
    "DRAFT": say_later("正在检查", "Being checked"),
    "CHECKED": say_later("等您确认", "Waiting for your confirmation"),
    "CONFIRMED": say_later("马上开始导入", "About to be imported"),
    "RUNNING": say_later("正在导入", "Being imported"),
    "DONE": say_later("已导入", "Imported"),
    "FAILED": say_later("没有导入", "Not imported"),
    "WITHDRAWN": say_later("已撤回，没有导入", "Called off: nothing was imported"),
}
COUNTS: Final = {
    "new_count": say_later("新增", "New"),
    "changed_count": say_later("有改动", "Changed"),
    "unchanged_count": say_later("没有变化", "Unchanged"),
    "faulty_count": say_later("有问题", "Faulty"),
}
UNDER_WAY: Final = ("DRAFT", "CONFIRMED", "RUNNING")


@for_the_signed_in
def imports(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The lists of late, and the form that takes one in."""
    if not queries.may_import(reader.viewer):
        raise NotAllowed
    form = ImportForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        reader=reader,
    )
    if request.method == "POST" and form.is_valid():
        kind, _, organization = form.cleaned_data["what"].partition(":")
        try:
            run = actions.upload_list(
                viewer=reader.viewer,
                kind=kind,
                content=form.cleaned_data["file"].read(),
                now=reader.now,
                organization_id=UUID(organization) if organization else None,
            )
        except DomainError as refusal:
            form.add_error("file" if refusal.field == "content" else None, refusal.sentence(reader.language))
        else:
            return redirect("import", import_id=run.public_id)
    latest = queries.imports_for(reader.viewer)[:SHOWN_AT_MOST]
    context = {"form": form, "latest": [_row(run) for run in latest], "templates": _templates(reader)}
    return page(request, reader, "imports.html", context)


@for_the_signed_in
def report(request: HttpRequest, reader: Reader, import_id: UUID) -> HttpResponse:
    """What the list would do or did, its faults first."""
    run = queries.import_by_id(reader.viewer, import_id)
    faults = queries.faults_of(reader.viewer, run)
    shown = [
        (
            fault.row_number,
            writing.column_name(run.kind, fault.column, language()),
            *queries.fault_words(fault, language()),
        )
        for fault in faults[:SHOWN_AT_MOST]
    ]
    context = _row(run) | {
        "faults": shown,
        "faults_count": faults.count(),
        "counts": [(label, getattr(run, name)) for name, label in COUNTS.items()],
        "changed": _changed(run),
        "moved": [(COUNTS[name], *pair) for name, pair in run.difference.items() if pair[0] != pair[1]],
        "can_confirm": run.state == "CHECKED" and run.faulty_count < run.rows_count,
        "can_withdraw": run.state in ("CHECKED", *UNDER_WAY),
        "good_count": run.rows_count - run.faulty_count,
    }
    return page(request, reader, "import.html", context)


@for_the_signed_in
def faults(request: HttpRequest, reader: Reader, import_id: UUID) -> HttpResponse:
    """All faults as a CSV file."""
    run = queries.import_by_id(reader.viewer, import_id)
    content = writing.faults_csv(run.kind, queries.faults_of(reader.viewer, run).iterator(), language())
    return file_of(content, f"faults-{run.public_id.hex[:8]}.csv", CSV)


@for_the_signed_in
def template(request: HttpRequest, reader: Reader, kind: str, form: str) -> HttpResponse:
    """A file to fill in, for who may bring in such lists."""
    kind = kind.upper()
    if kind not in _kinds(reader) or form not in ("csv", "xlsx"):
        raise NotFound
    if form == "csv":
        return file_of(writing.csv_template(kind, language()), f"{kind.lower()}.csv", CSV)
    return file_of(writing.xlsx_template(kind, language()), f"{kind.lower()}.xlsx", XLSX)


@for_the_signed_in
def confirm(request: HttpRequest, reader: Reader, import_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.confirm_import(viewer=reader.viewer, import_id=import_id, now=reader.now)
    return redirect("import", import_id=import_id)


@for_the_signed_in
def withdraw(request: HttpRequest, reader: Reader, import_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.withdraw_import(viewer=reader.viewer, import_id=import_id, now=reader.now)
    return redirect("import", import_id=import_id)


def _row(run: Any) -> dict[str, Any]:
    """The import with its words."""
    return {
        "run": run,
        "list_name": LIST_NAMES[run.kind],
        "stands": STATES[run.state],
        "under_way": run.state in UNDER_WAY,
    }


def _changed(run: Any) -> list[tuple[str, int]]:
    return [(writing.column_name(run.kind, key, language()) or key, rows) for key, rows in run.changed_columns.items()]


def _kinds(reader: Reader) -> list[str]:
    """The kinds of lists that the reader may bring in."""
    kinds = ["PEOPLE", "NEEDS"] if queries.may_import_people(reader.viewer) else []
    return [*kinds, OFFERS] if reader.viewer.clerk_of else kinds


def _templates(reader: Reader) -> list[tuple[str, str]]:
    return [(kind.lower(), str(LIST_NAMES[kind])) for kind in _kinds(reader)]
