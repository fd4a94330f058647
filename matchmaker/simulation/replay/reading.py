"""Reads the files of a replay; a row that cannot be used is named with its line and reason, and costs only itself."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final, TypeVar

HOUSEHOLD_COLUMNS: Final = ("household", "village", "leader")
TIE_COLUMNS: Final = ("household_a", "household_b")
DEMAND_COLUMNS: Final = ("opportunity_id", "helpers_wanted", "category", "recurrence", "hours", "starts")
DATE_FORMAT: Final = "%B %d %Y"
MOST_HOURS: Final = 24
DELIMITERS: Final = (",", ";", "\t")
"""Whichever a header has most of parts the columns."""


class ReplayFileError(Exception):
    """A file that is missing, or is not what its option says: one sentence."""


@dataclass(frozen=True, order=True)
class Fault:
    """A row that was left out, and why."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, order=True)
class HouseholdRow:
    household: int
    village: int
    leader: bool


@dataclass(frozen=True, order=True)
class RequestRow:
    opportunity: int
    helpers_wanted: int
    category: str
    ongoing: bool
    hours: int
    starts: date


@dataclass(frozen=True)
class ReplayData:
    """What was read, sorted by its own keys, so that the order of the rows in the files changes nothing."""

    households: tuple[HouseholdRow, ...]
    ties: tuple[tuple[int, int], ...]
    requests: tuple[RequestRow, ...]
    faults: tuple[Fault, ...]


class _Unusable(Exception):
    """The reason why a row is left out."""


Row = TypeVar("Row")


@dataclass
class _Sheet:
    """The rows of one file with their line numbers, and the faults found in it."""

    path: Path
    columns: tuple[str, ...]
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, line: int, reason: str) -> None:
        self.faults.append(Fault(str(self.path), line, reason))

    def empty(self, of: str) -> ReplayFileError:
        """Why nothing is left of the file, by the first of its faults."""
        first = min(self.faults, default=None)
        why = f": line {first.line} {first.reason}" if first else ""
        return ReplayFileError(f"{self.path} holds no {of} that can be used{why}.")

    def parsed(self, parse: Callable[[dict[str, str]], Row]) -> Iterator[tuple[int, Row]]:
        """Each row that could be understood, with its line."""
        for line, cells in self._rows():
            try:
                yield line, parse(cells)
            except _Unusable as unusable:
                self.refuse(line, str(unusable))

    def _rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        lines = _lines_of(self.path)
        between = max(DELIMITERS, key=lines[0].count)
        header = _header(lines[0], between)
        missing = [column for column in self.columns if column not in header]
        if missing:
            raise ReplayFileError(
                f"{self.path} has no column {', '.join(missing)}: is it the right file for this option?"
            )
        for number, text in enumerate(lines[1:], start=2):
            if not text.strip():
                continue
            if "�" in text or "\0" in text:
                self.refuse(number, "is not UTF-8 text")
                continue
            try:
                cells = _cells(text, between)
            except csv.Error:
                self.refuse(number, "is not a line of CSV")
                continue
            if len(cells) != len(header):
                self.refuse(number, f"has {len(cells)} cells where the header has {len(header)}")
                continue
            yield number, dict(zip(header, cells, strict=True))


def read_replay(*, ties: Path, households: Path, demand: Path) -> ReplayData:
    """All three files, or ReplayFileError with one sentence about the first that cannot be used at all."""
    homes, pairs, faults = read_ties(ties=ties, households=households)
    demand_sheet = _Sheet(demand, DEMAND_COLUMNS)
    requests = _once(demand_sheet, _request, key=lambda row: row.opportunity)
    if not requests:
        raise demand_sheet.empty("request")
    return ReplayData(homes, pairs, tuple(requests), faults + tuple(sorted(demand_sheet.faults)))


def read_ties(
    *, ties: Path, households: Path
) -> tuple[tuple[HouseholdRow, ...], tuple[tuple[int, int], ...], tuple[Fault, ...]]:
    """Households, ties and the rows that were left out, or ReplayFileError as `read_replay`."""
    home_sheet = _Sheet(households, HOUSEHOLD_COLUMNS)
    homes = _once(home_sheet, _household, key=lambda row: row.household)
    if not homes:
        raise home_sheet.empty("household")
    village_of = {row.household: row.village for row in homes}
    tie_sheet = _Sheet(ties, TIE_COLUMNS)
    pairs = _once(tie_sheet, lambda cells: _tie(cells, village_of), key=lambda pair: pair)
    return tuple(homes), tuple(pairs), tuple(sorted(home_sheet.faults) + sorted(tie_sheet.faults))


def _once(sheet: _Sheet, parse: Callable[[dict[str, str]], Row], key: Callable[[Row], object]) -> list[Row]:
    """Each key once, sorted. A repeated row is left out; rows that contradict each other all are."""
    found: dict[object, list[tuple[int, Row]]] = defaultdict(list)
    for line, row in sheet.parsed(parse):
        found[key(row)].append((line, row))
    kept = []
    for rows in found.values():
        first_line, first = rows[0]
        if any(row != first for _, row in rows):
            for line, _ in rows:
                sheet.refuse(line, "contradicts another row about the same thing")
            continue
        kept.append(first)
        for line, _ in rows[1:]:
            sheet.refuse(line, f"repeats line {first_line}")
    return sorted(kept)  # type: ignore[type-var]  # rows of one sheet are of one ordered type


def _household(cells: dict[str, str]) -> HouseholdRow:
    leader = cells["leader"].strip()
    if leader not in ("0", "1"):
        raise _Unusable("leader is neither 0 nor 1")
    return HouseholdRow(_number(cells, "household"), _number(cells, "village"), leader == "1")


def _tie(cells: dict[str, str], village_of: dict[int, int]) -> tuple[int, int]:
    one, other = _number(cells, "household_a"), _number(cells, "household_b")
    if one == other:
        raise _Unusable("ties a household to itself")
    for household in (one, other):
        if household not in village_of:
            raise _Unusable(f"household {household} is not among the households")
    if village_of[one] != village_of[other]:
        raise _Unusable("ties two villages, which are apart here")
    return min(one, other), max(one, other)


def _request(cells: dict[str, str]) -> RequestRow:
    wanted = _number(cells, "helpers_wanted")
    if wanted < 1:
        raise _Unusable("helpers_wanted is below 1")
    hours = _number(cells, "hours")
    if hours > MOST_HOURS:
        raise _Unusable(f"hours is above {MOST_HOURS}")
    recurrence = cells["recurrence"].strip()
    if recurrence not in ("onetime", "ongoing"):
        raise _Unusable("recurrence is neither onetime nor ongoing")
    try:
        starts = datetime.strptime(cells["starts"].strip(), DATE_FORMAT).date()  # noqa: DTZ007  # a date without a place
    except ValueError:
        raise _Unusable("starts is not a date such as January 22 2011") from None
    return RequestRow(
        _number(cells, "opportunity_id"), wanted, cells["category"].strip(), recurrence == "ongoing", hours, starts
    )


def _number(cells: dict[str, str], column: str) -> int:
    text = cells[column].strip()
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise _Unusable(f"{column} is not a whole number")
    return int(text)


def _lines_of(path: Path) -> list[str]:
    """A row is a line: an unclosed quotation mark costs its own row and no other."""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise ReplayFileError(f"{path} cannot be read: {error.strerror or 'unknown reason'}.") from error
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _header(line: str, between: str) -> list[str]:
    try:
        return [name.strip().lower() for name in _cells(line, between)]
    except csv.Error:
        return []


def _cells(line: str, between: str) -> list[str]:
    return next(csv.reader([line], delimiter=between, strict=True), [])
