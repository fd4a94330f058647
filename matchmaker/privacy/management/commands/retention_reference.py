"""`manage.py retention_reference`: writes the table of retention into docs/operations.md, or checks that it is so."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaker.privacy.retention_page import PageBroken, page_path, with_table


class Command(BaseCommand):
    help = "Writes the table of retention into docs/operations.md; with --check, only says whether it is up to date."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; exit 1 where the table is not up to date."
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        page = page_path()
        text = page.read_text(encoding="utf-8")
        try:
            wanted = with_table(text)
        except PageBroken as fault:
            raise CommandError(str(fault)) from fault
        if check and text != wanted:
            raise CommandError("docs/operations.md is not up to date: run `manage.py retention_reference`")
        if not check:
            page.write_text(wanted, encoding="utf-8")
            self.stdout.write("The table of retention is written to docs/operations.md")
