"""Ratings from a file: who rated whom, how, when; in the order of time, on a scale from -1 to 1."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

LATEST_S: Final = 1e11
"""The year 5138. A later time is one in thousandths of a second, or in thousandths of these."""
COLUMNS: Final = ("rater", "rated", "rating", "unix_time")


class UnreadableRatings(Exception):
    """One sentence on what is wrong with the file, and where."""


@dataclass(frozen=True, slots=True)
class Ratings:
    """A stream of n ratings.

    Attributes
    ----------
    rater, rated : int array of shape (n,)
        Numbers from 0 to people - 1, in the order of first appearance.
    rating : float array of shape (n,)
        -1..1; above 0 is good.
    at_s : float array of shape (n,)
        Seconds, ascending; rows of one moment stand as in the file.
    people : int
    scale : str
        How the file's numbers were read, in words.
    """

    rater: NDArray[np.int64]
    rated: NDArray[np.int64]
    rating: NDArray[np.float64]
    at_s: NDArray[np.float64]
    people: int
    scale: str

    def __len__(self) -> int:
        return len(self.rating)


def read_ratings(path: Path) -> Ratings:
    """The ratings of a CSV file with a header that names rater, rated, rating and unix_time, in any order.

    Where a rating is below 0 the scale runs evenly to both sides of 0, as far as the largest rating; else its middle is
    halfway between the least and the largest; where all are one number above 0, each is good. Ratings of oneself are
    left out. Times that would lie beyond the year 5138 stand in milliseconds, or microseconds. Columns are parted by
    commas, semicolons or tabs, whichever the header has most of.

    Raises
    ------
    UnreadableRatings
        Where the file cannot be read, a column is missing, a row is no rating, or there are fewer than ten ratings.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = file.readline()
            file.seek(0)
            rows = _rows(path, csv.reader(file, delimiter=max(",;\t", key=header.count)))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise UnreadableRatings(f"{path} cannot be read: {fault}.") from fault
    rows = [row for row in rows if row[0] != row[1]]
    if len(rows) < 10:
        raise UnreadableRatings(f"{path} has {len(rows)} ratings; at least 10 are needed.")
    rows.sort(key=lambda row: row[3])
    number: dict[str, int] = {}
    pairs = [[number.setdefault(name, len(number)) for name in row[:2]] for row in rows]
    rater, rated = np.array(pairs, dtype=np.int64).T
    rating, scale = _scaled(np.array([row[2] for row in rows]))
    return Ratings(rater, rated, rating, _seconds(np.array([row[3] for row in rows])), len(number), scale)


def _rows(path: Path, lines: "csv._reader") -> list[tuple[str, str, float, float]]:
    header = [name.strip().lower() for name in next(lines, [])]
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise UnreadableRatings(f"{path}, line 1: there is no column {' or '.join(missing)}.")
    places = [header.index(name) for name in COLUMNS]
    rows = []
    for line in lines:
        if not line:
            continue
        try:
            rater, rated, rating, at = (line[place].strip() for place in places)
            row = (rater, rated, float(rating), float(at))
        except (IndexError, ValueError):
            row = ("", "", math.nan, math.nan)
        if not row[0] or not row[1] or not math.isfinite(row[2]) or not math.isfinite(row[3]):
            raise UnreadableRatings(
                f"{path}, line {lines.line_num}: this is not a rater, a rated, a rating and a time."
            )
        rows.append(row)
    return rows


def _seconds(at: NDArray[np.float64]) -> NDArray[np.float64]:
    while np.abs(at).max() > LATEST_S:
        at = at / 1_000.0
    return at


def _scaled(rating: NDArray[np.float64]) -> tuple[NDArray[np.float64], str]:
    low, high = float(rating.min()), float(rating.max())
    if low < 0.0:
        far = max(-low, high)
        return rating / far, f"from {-far:g} to {far:g}, good above 0"
    if low == high > 0.0:
        return np.ones(len(rating)), f"all {high:g}, read as good"
    middle, half = (low + high) / 2.0, (high - low) / 2.0 or 1.0
    return (rating - middle) / half, f"from {low:g} to {high:g}, good above {middle:g}"
