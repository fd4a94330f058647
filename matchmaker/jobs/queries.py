"""What can be asked of the outbox."""

from datetime import datetime, timedelta
from typing import Final

from matchmaker.jobs.models import OutboxJob

ALIVE_SECONDS: Final = 180


def worker_is_alive(*, now: datetime) -> bool:
    """A worker took a job lately, or is busy with one; the periodic names see to it that there is always one."""
    lately = OutboxJob.objects.filter(attempted_at__gte=now - timedelta(seconds=ALIVE_SECONDS))
    return lately.exists() or OutboxJob.objects.filter(locked_until__gt=now, done_at__isnull=True).exists()
