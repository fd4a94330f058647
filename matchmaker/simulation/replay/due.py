"""Requests of a city with due times and the city's own word on them, read again with our clock."""

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from matchmaker.engine.due import DueStatus, status_of
from matchmaker.simulation.replay.reading import Fault, ReplayFileError

COLUMNS: Final = ("opened", "target", "closed", "on_time_status")
FORMAT: Final = "%m/%d/%Y %I:%M:%S %p"
LABELS: Final = frozenset(DueStatus)
FILE_ENDS_AT: Final = datetime(2016, 1, 13)  # noqa: DTZ001  # the file's clock: local, without a zone
"""When the city looked at what was still open."""


@dataclass(frozen=True)
class DueFigures:
    """How many rows were read, how many carry a label, and how often each label met each verdict of ours."""

    rows: int
    unlabelled: int
    pairs: Mapping[tuple[str, str], int]
    """(the city's label, ours) to how many rows."""
    differing: tuple[int, ...]
    """Lines on which the two differ."""
    faults: tuple[Fault, ...]

    @property
    def labelled(self) -> int:
        return sum(self.pairs.values())

    @property
    def agreeing(self) -> int:
        return sum(count for (theirs, ours), count in self.pairs.items() if theirs == ours)


def replay_due(path: Path, *, as_of: datetime = FILE_ENDS_AT) -> DueFigures:
    """Every labelled row judged anew from its target and its end; a row that cannot be read is named and left out."""
    pairs: Counter[tuple[str, str]] = Counter()
    differing, faults = [], []
    rows = unlabelled = 0
    for line, cells in _rows(path):
        rows += 1
        label = (cells["on_time_status"] or "").strip()
        try:
            ours = status_of(target=_moment(cells["target"]), closed=_moment(cells["closed"]), as_of=as_of)
        except ValueError:
            faults.append(Fault(str(path), line, "holds a time that is not like 01/31/2015 01:05:09 PM"))
            continue
        if not label:
            unlabelled += 1
        elif label not in LABELS:
            faults.append(Fault(str(path), line, "on_time_status is neither ONTIME nor OVERDUE"))
        else:
            pairs[label, ours.value] += 1
            if label != ours:
                differing.append(line)
    return DueFigures(rows, unlabelled, dict(pairs), tuple(differing), tuple(faults))


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReplayFileError(f"{path} cannot be read.") from error
    except UnicodeDecodeError as error:
        raise ReplayFileError(f"{path} is not UTF-8 text.") from error
    reader = csv.DictReader(text.splitlines())
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise ReplayFileError(f"{path} has no column {', '.join(missing)}: is it the right file for this option?")
    return [(reader.line_num, row) for row in reader]


def _moment(text: str | None) -> datetime | None:
    """A reading of the city's clock; the file names no zone, and none is made up."""
    cell = (text or "").strip()
    return datetime.strptime(cell, FORMAT) if cell else None  # noqa: DTZ007
