"""A list on its way in, by the real actions."""

from datetime import datetime

from matchmaker.community.models import Person
from matchmaker.lists import actions
from matchmaker.lists.models import ImportFault, ImportRun
from tests.lists.sheets import csv_file
from tests.town_rows import NOW
from tests.towns import SmallTown, viewer_of


def uploaded(person: Person, kind: str, content: bytes, *, now: datetime = NOW) -> ImportRun:
    """The list as it was checked for this person."""
    return actions.upload_list(viewer=viewer_of(person, now=now), kind=kind, content=content, now=now)


def confirmed(person: Person, run: ImportRun, *, now: datetime = NOW) -> ImportRun:
    return actions.confirm_import(viewer=viewer_of(person, now=now), import_id=run.public_id, now=now)


def imported(person: Person, kind: str, content: bytes, *, now: datetime = NOW) -> ImportRun:
    """The list checked, confirmed and run."""
    run = uploaded(person, kind, content, now=now)
    confirmed(person, run, now=now)
    return actions.run_import(import_id=run.pk, now=now)


def faults(run: ImportRun) -> list[tuple[int, str, str]]:
    """Row, column and code of each fault, in the order of the file."""
    rows = ImportFault.objects.filter(run=run).order_by("row_number", "pk")
    return list(rows.values_list("row_number", "column", "code"))


def counts(run: ImportRun) -> tuple[int, int, int, int]:
    """New, changed, unchanged, faulty."""
    return run.new_count, run.changed_count, run.unchanged_count, run.faulty_count


def bring_lists(town: SmallTown) -> None:
    """One list of people that waits for a confirmation, one of offers that was called off, and one that failed."""
    rows = [("L-1", town.neighbour.name, "1", "102", "x"), ("L-2", "", "", "", "x")]
    run = uploaded(town.coordinator, "PEOPLE", csv_file(("编号", "姓名", "楼号", "房号", "备用"), rows))
    offers = csv_file(
        ("编号", "标题", "服务类型", "服务半径", "每周次数", "备用"), [("F-1", "", "SHOPPING", "900", "3", "x")]
    )
    called_off = uploaded(town.clerk, "OFFERS", offers)
    actions.withdraw_import(viewer=viewer_of(town.clerk), import_id=called_off.public_id, now=NOW)
    ImportRun.objects.create(
        kind="PEOPLE",
        state="FAILED",
        community=town.community,
        uploaded_by=town.coordinator,
        confirmed_by=town.coordinator,
        checksum=run.checksum,
        rows_count=1,
        new_count=1,
        uploaded_at=NOW,
        checked_at=NOW,
        confirmed_at=NOW,
        finished_at=NOW,
        failure_code="NOT_ALLOWED",
    )
