"""Beat sends the workers to look into the outbox every few seconds, and shows that it lives."""

from pathlib import Path
from typing import Any

from celery.beat import Scheduler
from django.conf import settings


class LivelyScheduler(Scheduler):
    """Celery's scheduler without a file of its own: the one entry it has may be sent once too often."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        waits_seconds: float = super().tick(*args, **kwargs)
        if settings.BEAT_ALIVE_FILE:
            Path(settings.BEAT_ALIVE_FILE).touch()
        return waits_seconds
