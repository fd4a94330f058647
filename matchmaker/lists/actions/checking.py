"""Checking a list: what it would change and every fault in it, without changing anything."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from django.db import DatabaseError, transaction

from matchmaker.errors import DomainError
from matchmaker.lists.actions.scopes import rows_of, scope_of
from matchmaker.lists.models import OVER, ImportFault, ImportRun, ImportState, ImportUpload
from matchmaker.lists.planning.kinds import KINDS
from matchmaker.lists.planning.plan import CHANGED, NEW, UNCHANGED, Plan, Step

AT_ONCE: Final = 500

Progress = Callable[[int, int, str], None]


class CalledOff(Exception):
    """Someone withdrew the import while it was worked on: no fault and no refusal."""


def check_import(*, import_id: int, now: datetime, progress: Progress | None = None) -> ImportRun:
    """A draft is checked, with its counts and faults; any other import stays as it is."""
    run = ImportRun.objects.select_related("community", "organization").get(pk=import_id)
    if run.state != ImportState.DRAFT:
        return run
    with ended_by_what_breaks_it(run, now=now):
        scope = scope_of(run, run.uploaded_by_id, now=now)
        kind = KINDS[run.kind]
        upload = ImportUpload.objects.get(run=run)
        step = step_for(run, ImportState.DRAFT, upto=100, progress=progress)
        plan = kind.plan(rows_of(upload), kind.load(scope, now), scope, now=now, step=step)
        with transaction.atomic():
            keep_report(locked_run(run, ImportState.DRAFT), plan, now=now)
    return ImportRun.objects.get(pk=import_id)


@contextmanager
def ended_by_what_breaks_it(run: ImportRun, *, now: datetime) -> Iterator[None]:
    """An import that is refused, or breaks while it is worked on, has FAILED with a code and nothing was changed.

    One that was called off stays as it is, and one that met an outage waits for the outbox to try again.
    """
    try:
        yield
    except CalledOff:
        pass
    except DomainError as refusal:
        fail(run, now=now, code=refusal.code)
    except DatabaseError:
        raise
    except Exception as error:
        fail(run, now=now, code=type(error).__name__)
        raise


def step_for(run: ImportRun, state: ImportState, *, upto: int, progress: Progress | None) -> Step:
    """Writes down how far the work is, and stops it where the import is not in this state any more."""

    def step(done: int, total: int) -> None:
        if progress is not None:
            progress(done, total, "rows")
        percent = done * upto // max(total, 1)
        if not ImportRun.objects.filter(pk=run.pk, state=state).update(percent=percent):
            raise CalledOff

    return step


def locked_run(run: ImportRun, state: ImportState) -> ImportRun:
    """The import, locked; CalledOff where it is not in this state any more."""
    rows = ImportRun.objects.select_for_update(of=("self",), no_key=True).select_related("community", "organization")
    locked = rows.get(pk=run.pk)
    if locked.state != state:
        raise CalledOff
    return locked


def keep_report(run: ImportRun, plan: Plan, *, now: datetime) -> None:
    """The import is checked and says what the plan says; the caller holds its lock."""
    run.state, run.checked_at, run.percent = ImportState.CHECKED, now, 100
    run.new_count, run.changed_count = plan.count(NEW), plan.count(CHANGED)
    run.unchanged_count, run.faulty_count = plan.count(UNCHANGED), plan.faulty_rows
    run.changed_columns, run.plan_digest = dict(plan.changed_columns), plan.digest()
    run.save()
    ImportFault.objects.filter(run=run).delete()
    ImportFault.objects.bulk_create(
        [
            ImportFault(run=run, row_number=fault.row, column=fault.column, code=fault.code, said=dict(fault.said))
            for fault in plan.faults
        ],
        batch_size=AT_ONCE,
    )


def fail(run: ImportRun, *, now: datetime, code: str) -> None:
    """The import ends without having changed anything, and its rows are erased; one that is over stays as it is."""
    with transaction.atomic():
        rows = ImportRun.objects.filter(pk=run.pk).exclude(state__in=OVER)
        rows.update(state=ImportState.FAILED, finished_at=now, failure_code=code)
        ImportUpload.objects.filter(run=run).delete()
