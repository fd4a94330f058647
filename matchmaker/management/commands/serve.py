"""`manage.py serve`: the whole embedded service in one process, pages and API and background work."""

from typing import Any

import uvicorn
from django.core.management.base import BaseCommand, CommandParser

from matchmaker.jobs.worker import Worker

CLOSING_SECONDS = 5
"""Whoever listens to live updates would keep the server from ending; they come back by themselves."""


class Command(BaseCommand):
    help = "Serves the pages and the API, and does the background work, in this one process."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on; this machine alone by default.")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        worker = Worker()
        worker.start()
        self.stdout.write(f"Serving on http://{host}:{port}/ (Ctrl-C stops it)")
        self.stdout.flush()
        try:
            uvicorn.run(
                "matchmaker.asgi:application",
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=CLOSING_SECONDS,
            )
        finally:
            worker.stop()
            worker.join(timeout=30)
