"""`manage.py settings_reference`: writes docs/settings.md from the table of settings, or checks that it is so."""

from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaker.options import OPTIONS, Option

HEAD: Final = """# Settings

All come from the environment. Nothing needs to be set for the embedded form (`make run`). Production is asked for with
`MATCHMAKER_ENV=production`, and does not start while a setting has a value that the last column refuses.

This page is written by `manage.py settings_reference` from `matchmaker/options.py`; `make check` compares them.

| setting | embedded | production | meaning | production refuses |
|---|---|---|---|---|
"""


class Command(BaseCommand):
    help = "Writes docs/settings.md from the table of settings; with --check, only says whether it is up to date."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Write nothing; exit 1 where the page is not up to date."
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        page = settings.ROOT / "docs" / "settings.md"
        if not check:
            page.write_text(reference())
            self.stdout.write(f"{len(OPTIONS)} settings written to docs/settings.md")
        elif not page.exists() or page.read_text() != reference():
            raise CommandError("docs/settings.md is not up to date: run `manage.py settings_reference`")


def reference() -> str:
    """The whole page."""
    return HEAD + "".join(_row(option) for option in OPTIONS)


def _row(option: Option) -> str:
    cells = (
        f"`{option.name}`",
        _value(option.embedded),
        _value(option.production),
        option.meaning,
        option.refused_in_production or "nothing",
    )
    return f"| {' | '.join(cells)} |\n"


def _value(text: str) -> str:
    if text.startswith("("):
        return text.strip("()")
    return f"`{text}`" if text else "empty"
