"""Background work of lists."""

from celery import shared_task
from django.utils import timezone

from matchmaker.jobs import names
from matchmaker.lists import actions


@shared_task(name=names.CHECK_IMPORT)
def check_import(import_id: int) -> None:
    actions.check_import(import_id=import_id, now=timezone.now())


@shared_task(name=names.RUN_IMPORT)
def run_import(import_id: int) -> None:
    actions.run_import(import_id=import_id, now=timezone.now())


@shared_task(name=names.PURGE_IMPORTS)
def purge_imports() -> None:
    actions.purge_imports(now=timezone.now())
