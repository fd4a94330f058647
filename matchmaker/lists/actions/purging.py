"""Clearing away: uploaded rows are personal, and a report is read for a while at most."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from matchmaker.lists.models import OVER, ImportFault, ImportRun, ImportState, ImportUpload

ROWS_KEPT_DAYS: Final = 7
FAULTS_KEPT_DAYS: Final = 30
EXPIRED: Final = "EXPIRED"


def purge_imports(*, now: datetime) -> int:
    """Rows uploaded more than seven days ago are erased, their imports withdrawn; how many. Later the faults go too."""
    with transaction.atomic():
        old = ImportRun.objects.filter(uploaded_at__lt=now - timedelta(days=ROWS_KEPT_DAYS))
        waiting = old.exclude(state__in=OVER).select_for_update(no_key=True)
        pks = list(waiting.order_by("pk").values_list("pk", flat=True))
        ImportRun.objects.filter(pk__in=pks).update(state=ImportState.WITHDRAWN, finished_at=now, failure_code=EXPIRED)
        erased, _ = ImportUpload.objects.filter(run__in=old).delete()
        ImportFault.objects.filter(run__uploaded_at__lt=now - timedelta(days=FAULTS_KEPT_DAYS)).delete()
    return erased
