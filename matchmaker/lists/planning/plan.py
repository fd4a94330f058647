"""A plan: for each row its verdict; two plans with one digest would do the same."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from matchmaker.community.models import Area, Organization
from matchmaker.community.queries.listed import fixed
from matchmaker.community.viewers import Viewer
from matchmaker.lists.cells import Row, half_width
from matchmaker.lists.faults import Fault

NEW: Final = "NEW"
CHANGED: Final = "CHANGED"
UNCHANGED: Final = "UNCHANGED"
FAULTY: Final = "FAULTY"
STEP_ROWS: Final = 500

Step = Callable[[int, int], None]
"""Told how many rows of how many are looked at; it may stop the work by raising."""


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom a list is read: the importer, the community, and of offers the organization."""

    viewer: Viewer
    community: Area
    organization: Organization | None = None

    @property
    def importer_id(self) -> int:
        return self.viewer.require_person()

    @property
    def giver(self) -> Organization:
        """The organization that a list of offers is for; a constraint holds that there is one."""
        if self.organization is None:
            raise ValueError("a list of offers is for an organization")
        return self.organization

    def covers(self, path: str) -> bool:
        """The importer works there, and it lies in the community of the list."""
        return path.startswith(self.community.path) and self.viewer.works_at(path)


class Known(Protocol):
    """A row as it is stored, read by the name of a column."""

    def value(self, column: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Planned:
    """What one good row does. `row` is what a room's bulk action takes; an unchanged row has none."""

    number: int
    verdict: str
    changed: tuple[str, ...] = ()
    row: Any = None


@dataclass(frozen=True, slots=True)
class Plan:
    planned: tuple[Planned, ...]
    faults: tuple[Fault, ...]
    changed_columns: Mapping[str, int] = field(default_factory=dict)

    @property
    def faulty_rows(self) -> int:
        return len({fault.row for fault in self.faults})

    def count(self, verdict: str) -> int:
        return sum(planned.verdict == verdict for planned in self.planned)

    def rows(self, verdict: str) -> list[Any]:
        return [planned.row for planned in self.planned if planned.verdict == verdict]

    def digest(self) -> str:
        """Of every verdict and fault, but of no value: what was confirmed was this, of exactly this file."""
        verdicts = [[planned.number, planned.verdict, list(planned.changed)] for planned in self.planned]
        faults = [[fault.row, fault.column, fault.code, dict(fault.said)] for fault in self.faults]
        return hashlib.sha256(json.dumps([verdicts, faults], sort_keys=True).encode()).hexdigest()


def plan_of(rows: Sequence[Row], look: Callable[[Row], Planned | None], *, step: Step) -> Plan:
    """Every row looked at; `look` gives None, or leaves faults in the row, where it is faulty."""
    planned: list[Planned] = []
    faults: list[Fault] = []
    columns: Counter[str] = Counter()
    for place, row in enumerate(rows):
        if place % STEP_ROWS == 0:
            step(place, len(rows))
        found = look(row)
        if row.faults:
            faults += row.faults
        elif found is None:
            raise ValueError(f"row {row.number} has neither a plan nor a fault")
        else:
            planned.append(found)
            columns.update(found.changed)
    step(len(rows), len(rows))
    return Plan(planned=tuple(planned), faults=tuple(faults), changed_columns=dict(sorted(columns.items())))


def differing(known: Known, columns: Mapping[str, Any], names: Iterable[str]) -> set[str]:
    """Which of these columns say something else than what is stored; a link by the name of what it leads to."""
    return {name.removesuffix("_id") for name in names if known.value(name) != fixed(columns[name])}


def mark_double_numbers(rows: Sequence[Row]) -> None:
    """No two rows have one number."""
    mark_doubles(rows, lambda row: half_width(row.text("external_id")), "external_id", "DOUBLE_NUMBER")


def mark_doubles(rows: Sequence[Row], key: Callable[[Row], Any], column: str, code: str) -> None:
    """Rows that share a key are all faulty, each with the number of another: which is right is not ours to say."""
    first: dict[Any, Row] = {}
    for row in rows:
        value = key(row)
        if not value:
            continue
        other = first.setdefault(value, row)
        if other is not row:
            row.fault(column, code, other=str(other.number))
            other.fault(column, code, other=str(row.number))
