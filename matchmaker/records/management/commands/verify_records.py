"""`manage.py verify_records`: was any record changed, and does the database still guard them?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from matchmaker.records import guards
from matchmaker.records.queries import chain_keys, verify_chain


class Command(BaseCommand):
    help = "Verifies every chain of records and its guards; a line for each fault, and exit 1 where there is one."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = [f"guard {name} is missing: run `manage.py guard_records`" for name in guards.missing(connection)]
        keys = chain_keys()
        for key in keys:
            faults.extend(str(fault) for fault in verify_chain(key))
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults in {len(keys)} chains")
        self.stdout.write(f"{len(keys)} chains verified, nothing was changed")
