"""Importing a confirmed list: looked at once more outside, then written in one transaction, whole or not at all."""

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from matchmaker.community.actions.locking import chain_of
from matchmaker.community.models import Area
from matchmaker.lists.actions.checking import (
    CalledOff,
    Progress,
    ended_by_what_breaks_it,
    keep_report,
    locked_run,
    step_for,
)
from matchmaker.lists.actions.scopes import rows_of, scope_of
from matchmaker.lists.models import ImportRun, ImportState, ImportUpload
from matchmaker.lists.planning.kinds import KINDS, Kind
from matchmaker.lists.planning.plan import CHANGED, NEW, Plan, Scope
from matchmaker.records.actions import commit
from matchmaker.records.sealing import Fact

READY_PERCENT: Final = 90
TRIES: Final = 3
COUNTS: Final = ("new_count", "changed_count", "unchanged_count", "faulty_count")


def run_import(*, import_id: int, now: datetime, progress: Progress | None = None) -> ImportRun:
    """A confirmed import is DONE; or CHECKED again, with the difference, where the world moved; or FAILED with nothing.

    Safe to run twice and at once: whoever comes second finds it done. A run that was killed is begun anew.
    """
    run = _claimed(import_id, now)
    if run is None:
        return ImportRun.objects.get(pk=import_id)
    with ended_by_what_breaks_it(run, now=now):
        _import(run, now=now, progress=progress)
    return ImportRun.objects.get(pk=import_id)


def _claimed(import_id: int, now: datetime) -> ImportRun | None:
    """The import, now running; None where it is neither confirmed nor left behind by a worker that died."""
    with transaction.atomic():
        rows = ImportRun.objects.select_for_update(of=("self",), no_key=True)
        run = rows.select_related("community", "organization").get(pk=import_id)
        if run.state not in (ImportState.CONFIRMED, ImportState.RUNNING):
            return None
        run.state, run.started_at, run.percent = ImportState.RUNNING, now, 0
        run.save(update_fields=["state", "started_at", "percent"])
    return run


def _import(run: ImportRun, *, now: datetime, progress: Progress | None) -> None:
    """Tried again where someone else wrote one of its numbers in the same moment."""
    for left in reversed(range(TRIES)):
        try:
            _attempt(run, now=now, progress=progress)
        except IntegrityError:
            if not left:
                raise
        else:
            return


def _attempt(run: ImportRun, *, now: datetime, progress: Progress | None) -> None:
    kind = KINDS[run.kind]
    upload = ImportUpload.objects.filter(run=run).first()
    if upload is None:
        raise CalledOff
    scope = scope_of(run, run.confirmed_by_id, now=now)
    world = kind.load(scope, now)
    step = step_for(run, ImportState.RUNNING, upto=READY_PERCENT, progress=progress)
    plan = kind.plan(rows_of(upload), world, scope, now=now, step=step)
    with transaction.atomic():
        Area.objects.select_for_update(no_key=True).only("pk").get(pk=run.community_id)
        locked = locked_run(run, ImportState.RUNNING)
        kind.lock(scope)
        present = kind.load(scope, now)
        if present != world:
            plan = kind.plan(rows_of(upload), present, scope, now=now, step=lambda _done, _total: None)
        if plan.digest() != locked.plan_digest:
            _put_back(locked, plan, now=now)
        else:
            _write(locked, kind, plan, scope, now=now)


def _write(run: ImportRun, kind: Kind, plan: Plan, scope: Scope, *, now: datetime) -> None:
    """All good rows are stored, the import is done, its rows are erased; where nothing changed nothing is recorded."""
    if plan.count(NEW) + plan.count(CHANGED):
        kind.write(plan, scope, now=now)
        facts: dict[str, Fact] = {
            "import": run.pk,
            "list": run.kind,
            "new": run.new_count,
            "changed": run.changed_count,
        }
        commit(
            chain=chain_of(run.community_id), kind="list.imported", facts=facts, persons=[scope.importer_id], now=now
        )
    run.state, run.finished_at, run.percent = ImportState.DONE, now, 100
    run.save(update_fields=["state", "finished_at", "percent"])
    ImportUpload.objects.filter(run=run).delete()


def _put_back(run: ImportRun, plan: Plan, *, now: datetime) -> None:
    """The import waits for another look: it would do something else than what was confirmed."""
    before = {name: getattr(run, name) for name in COUNTS}
    keep_report(run, plan, now=now)
    run.difference = {name: [before[name], getattr(run, name)] for name in COUNTS}
    run.confirmed_at, run.confirmed_by, run.started_at = None, None, None
    run.save(update_fields=["difference", "confirmed_at", "confirmed_by", "started_at"])
