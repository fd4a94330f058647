"""Reads docs/who-may-see-what.md: the tables that say what each role sees and may do, and when."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.way import STAGES

PATH: Final = Path(__file__).resolve().parents[2] / "docs" / "who-may-see-what.md"
ROLES: Final = (
    "visitor",
    "resident",
    "asker",
    "helper",
    "clerk",
    "coordinator",
    "coordinator elsewhere",
    "police contact",
    "auditor",
    "operator",
)
NEVER: Final = "–"
ALL: Final = frozenset(range(len(STAGES)))


class Unreadable(ValueError):
    """A cell or a heading of the document that means nothing."""


@dataclass
class SightTable:
    """What the document says: for each row (`Need.details`, `openNeed@0`) and role the stages at which it is so."""

    fields: dict[str, dict[str, frozenset[int]]] = field(default_factory=dict)
    mutations: dict[str, dict[str, bool]] = field(default_factory=dict)


def read_table() -> SightTable:
    """The tables of the document, each under its heading: `## Mutations` for what may be done, else what is seen."""
    found = SightTable()
    heading = ""
    for line in PATH.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").strip()
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("| `"):
            if line.startswith("| row |") and tuple(cells[1:]) != ROLES:
                raise Unreadable(f"{heading}: the columns are {ROLES}")
            continue
        name = cells[0].strip("`")
        if len(cells) != len(ROLES) + 1:
            raise Unreadable(f"{name}: {len(cells) - 1} cells for {len(ROLES)} roles")
        if heading == "Mutations":
            found.mutations[name] = {role: _may(cell, name) for role, cell in zip(ROLES, cells[1:], strict=True)}
        else:
            found.fields[name] = {role: stages_of(cell, name) for role, cell in zip(ROLES, cells[1:], strict=True)}
    return found


def stages_of(cell: str, name: str = "") -> frozenset[int]:
    """`yes` all stages, `–` none, `2+` from 2 on, `2-4` these, `2` that one; with commas between them."""
    if cell == NEVER:
        return frozenset()
    if cell == "yes":
        return ALL
    stages: set[int] = set()
    for part in cell.split(","):
        match = re.fullmatch(r"([0-5])(?:(\+)|-([0-5]))?", part.strip())
        if match is None:
            raise Unreadable(f"{name}: {cell!r} means nothing")
        first, onward, last = match.groups()
        end = max(ALL) if onward else int(last or first)
        stages |= set(range(int(first), end + 1))
    return frozenset(stages)


def cell_of(stages: frozenset[int]) -> str:
    """The shortest cell that says these stages; the other way round from `stages_of`."""
    if stages == ALL:
        return "yes"
    parts = []
    rest = sorted(stages)
    while rest:
        first = last = rest.pop(0)
        while rest and rest[0] == last + 1:
            last = rest.pop(0)
        parts.append(f"{first}+" if last == max(ALL) and first != last else _range(first, last))
    return ", ".join(parts) or NEVER


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


def _may(cell: str, name: str) -> bool:
    if cell not in ("yes", NEVER):
        raise Unreadable(f"{name}: {cell!r} is neither yes nor {NEVER}")
    return cell == "yes"
