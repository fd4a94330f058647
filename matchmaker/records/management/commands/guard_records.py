"""`manage.py guard_records`: puts back guards that a remade table lost."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from matchmaker.records import guards


class Command(BaseCommand):
    help = "Puts back the triggers that keep records from being changed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        absent = guards.missing(connection)
        guards.install(connection)
        self.stdout.write(f"{len(absent)} guards put back" if absent else "Every guard was there")
