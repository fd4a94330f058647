"""The section of docs/operations.md that says what is kept and for how long, made from the tables."""

from pathlib import Path
from typing import Final

from django.conf import settings

from matchmaker.privacy.keeping import KEPT, Kept
from matchmaker.privacy.retention import PURGED, Purged

BEGINS: Final = (
    "<!-- written by `manage.py retention_reference` from matchmaker/privacy/retention.py and keeping.py -->\n"
)
ENDS: Final = "<!-- end of what is written -->\n"
HEAD: Final = "| what | kept | why | then |\n|---|---|---|---|\n"


class PageBroken(ValueError):
    """The page has lost the marks between which the table stands."""


def page_path() -> Path:
    return settings.ROOT / "docs" / "operations.md"


def with_table(page: str) -> str:
    """The page with the table between its marks as the code has it."""
    before, begins, rest = page.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not begins or not ends:
        raise PageBroken(f"docs/operations.md has lost the line {BEGINS.strip()} or {ENDS.strip()}")
    return before + BEGINS + table() + ENDS + after


def table() -> str:
    return HEAD + "".join(_purged(kind) for kind in PURGED) + "".join(_kept(kind) for kind in KEPT)


def _purged(kind: Purged) -> str:
    length = "until" if kind.days == 0 else f"{kind.days} days after"
    then = f"{', '.join(kind.emptied)} emptied" if kind.emptied else "the row goes"
    return f"| {kind.what} | {length} {kind.since} | {kind.why} | {then} |\n"


def _kept(kind: Kept) -> str:
    return f"| {kind.what} | {kind.how_long} | {kind.why} | – |\n"
