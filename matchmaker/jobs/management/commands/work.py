"""`manage.py work`: the background work alone, beside a web server in another process."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from matchmaker.jobs.worker import Worker


class Command(BaseCommand):
    help = "Does the background work until it is stopped; the job in hand is finished first."

    def handle(self, *args: Any, **options: Any) -> None:
        worker = Worker()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: worker.stop())
        worker.start()
        self.stdout.write("Working through the outbox (Ctrl-C stops it)")
        self.stdout.flush()
        while worker.is_alive():
            worker.join(timeout=1)
