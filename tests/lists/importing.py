"""A list on its way in, by the real actions."""

from datetime import datetime

from matchmaker.community.models import Person
from matchmaker.lists import actions
from matchmaker.lists.models import ImportFault, ImportRun
from tests.town_rows import NOW
from tests.towns import viewer_of


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
