"""Confirming what a check found, or withdrawing the list."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.lists.actions.scopes import refuse_outsiders
from matchmaker.lists.models import OVER, ImportRun, ImportState, ImportUpload
from matchmaker.lists.queries import import_by_id


class ImportNotChecked(DomainError):
    code = "IMPORT_NOT_CHECKED"
    message = "This list is not waiting for a confirmation: it is still being checked, or was confirmed already."
    message_zh = "这份名单现在不用确认：可能还在检查，或者已经确认过了。"


class ImportOver(DomainError):
    code = "IMPORT_OVER"
    message = "This import has ended already."
    message_zh = "这次导入已经结束了。"


class NothingToImport(DomainError):
    code = "NOTHING_TO_IMPORT"
    message = "Every row has a fault. Please correct the file and upload it again."
    message_zh = "每一行都有问题。请改好后重新上传。"


def confirm_import(*, viewer: Viewer, import_id: UUID, now: datetime) -> ImportRun:
    """The good rows of exactly this file will be imported as the check said, all of them or none."""
    person_id = viewer.require_person()
    seen = import_by_id(viewer, import_id)
    with transaction.atomic():
        run = _locked(seen)
        refuse_outsiders(viewer, run.kind, run.community, run.organization)
        if run.state != ImportState.CHECKED:
            raise ImportOver if run.state in OVER else ImportNotChecked
        if run.faulty_count == run.rows_count:
            raise NothingToImport
        run.state, run.confirmed_at, run.confirmed_by_id = ImportState.CONFIRMED, now, person_id
        run.percent, run.difference = 0, {}
        run.save(update_fields=["state", "confirmed_at", "confirmed_by", "percent", "difference"])
        enqueue(names.RUN_IMPORT, {"import_id": run.pk}, now=now)
    return run


def withdraw_import(*, viewer: Viewer, import_id: UUID, now: datetime) -> ImportRun:
    """Nothing of the list is imported, and its rows are erased; once it is done it cannot be called off any more."""
    viewer.require_person()
    seen = import_by_id(viewer, import_id)
    with transaction.atomic():
        run = _locked(seen)
        refuse_outsiders(viewer, run.kind, run.community, run.organization)
        if run.state in OVER:
            raise ImportOver
        run.state, run.finished_at = ImportState.WITHDRAWN, now
        run.save(update_fields=["state", "finished_at"])
        ImportUpload.objects.filter(run=run).delete()
    return run


def _locked(seen: ImportRun) -> ImportRun:
    rows = ImportRun.objects.select_for_update(of=("self",), no_key=True).select_related("community", "organization")
    return rows.get(pk=seen.pk)
