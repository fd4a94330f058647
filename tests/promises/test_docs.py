"""The documents name only things that exist."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.promises.repository import ROOT, files, text

PAGES = files("*.md")
TOP_LEVEL = {path.parts[0] for path in files()}
MADE_LATER = {".venv", "node_modules", "var", "staticfiles"}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", text(Path("Makefile")), flags=re.MULTILINE))


def paths_named_in(page: Path) -> set[str]:
    """Where each link leads, and what stands in backquotes and begins like a file or folder of ours."""
    links = set(re.findall(r"\]\((?!https?://|#)([^)#\s]+)", text(page)))
    quoted = set(re.findall(r"`([\w./-]+)`", text(page)))
    return links | {name for name in quoted if name.split("/")[0] in TOP_LEVEL}


def is_there(name: str, *, page: Path) -> bool:
    """The path leads somewhere from the root, from the page, or from the package."""
    first = name.split("/")[0]
    if name.startswith("/") or first in MADE_LATER or re.search(r"[<>*{}]", name):
        return True
    places = (ROOT, (ROOT / page).parent, ROOT / "matchmaker")
    return any((place / name).exists() for place in places)


@pytest.mark.parametrize("page", PAGES, ids=str)
class TestDocs:
    def test_name_files_that_exist(self, page: Path) -> None:
        assert [name for name in sorted(paths_named_in(page)) if not is_there(name, page=page)] == []

    def test_name_make_commands_that_exist(self, page: Path) -> None:
        named = set(re.findall(r"`make ([a-z]+)|^make ([a-z]+)", text(page), flags=re.MULTILINE))

        assert {first or second for first, second in named} - make_targets() == set()

    def test_name_manage_commands_that_exist(self, page: Path) -> None:
        named = set(re.findall(r"manage\.py ([a-z][a-z_]+)", text(page)))

        assert named - get_commands().keys() == set()


class TestDecisions:
    def test_are_numbered_without_a_gap_and_listed(self) -> None:
        records = sorted(page.name for page in PAGES if re.match(r"docs/decisions/\d", page.as_posix()))
        listed = re.findall(r"^(\d+)\. \[.+\]\((.+)\)$", text(Path("docs/decisions/README.md")), flags=re.MULTILINE)

        assert [int(name[:4]) for name in records] == list(range(1, len(records) + 1))
        assert [(f"{int(number):04}", name) for number, name in listed] == [(name[:4], name) for name in records]


class TestMakefile:
    def test_tells_of_each_command_in_one_line(self) -> None:
        assert make_targets() == {"help", "setup", "run", "test", "check", "bench", "screens"}
