"""When the two sides of many pairs can meet: the hours of both, and the weeks in which visits are left."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from matchmaker.engine.columns import Columns
from matchmaker.engine.hours import WORDS, Words, starts_in_open_weeks, words_of
from matchmaker.engine.places import Bools, Ints
from matchmaker.engine.problem import HORIZON_WEEKS


def starts_in(columns: Columns, needs: Ints, offers: Ints) -> Words:
    """Where each pair's visit can begin, hours and caps together, as rows of words of shape (pairs, WORDS)."""
    found = np.zeros((len(needs), WORDS), dtype=np.uint64)
    for series, rows in _by_series(columns, needs):
        at, other = needs[rows], offers[rows]
        asked = columns.needs.hours.starts[columns.needs.hours.rows[at]]
        free = columns.offer_starts(series)[columns.offers.hours[other]]
        found[rows] = asked & free & OPEN_WEEKS[weeks_open(columns, at, other)]
    return found


def starts_counted(columns: Columns, needs: Ints, offers: Ints) -> Ints:
    """How many possible starts each pair has."""
    counts = np.zeros(len(needs), dtype=np.int64)
    for series, rows in _by_series(columns, needs):
        word, last = _words(columns, needs[rows])
        left = np.flatnonzero(word <= last)
        while len(left):
            some = rows[left]
            shared = _shared(columns, series, needs[some], offers[some], word[left], in_open_weeks=True)
            counts[some] += np.bitwise_count(shared)
            word += 1
            left = left[word[left] <= last[left]]
    return counts


def have_a_start(columns: Columns, needs: Ints, offers: Ints, *, in_open_weeks: bool) -> Bools:
    """Whether a visit of each pair can begin at all, in a week with visits left where only these count."""
    held = np.zeros(len(needs), dtype=np.bool_)
    for series, rows in _by_series(columns, needs):
        word, last = _words(columns, needs[rows])
        left = np.flatnonzero(word <= last)
        while len(left):
            some = rows[left]
            shared = _shared(columns, series, needs[some], offers[some], word[left], in_open_weeks=in_open_weeks)
            held[some] = shared != 0
            word += 1
            left = left[(shared == 0) & (word[left] <= last[left])]
    return held


def weeks_open(columns: Columns, needs: Ints, offers: Ints) -> Ints:
    """The weeks, as bits, in which each pair's series may begin by the caps."""
    weeks = np.minimum(columns.needs.weeks[needs], HORIZON_WEEKS + 1)
    return columns.offers.open_weeks[weeks, offers]


def _words(columns: Columns, needs: Ints) -> tuple[Ints, Ints]:
    """The first and the last word in which each need may begin."""
    hours = columns.needs.hours
    return hours.first_word[hours.rows[needs]], hours.last_word[hours.rows[needs]]


def _by_series(columns: Columns, needs: Ints) -> Iterator[tuple[int, Ints]]:
    """The pairs of each length of visit."""
    series = columns.needs.series[needs]
    for one in np.flatnonzero(np.bincount(series)):
        yield int(one), np.flatnonzero(series == one)


def _shared(columns: Columns, series: int, needs: Ints, offers: Ints, word: Ints, *, in_open_weeks: bool) -> Words:
    """One word of the starts of each pair."""
    asked = columns.needs.hours.starts[columns.needs.hours.rows[needs], word]
    shared = asked & columns.offer_starts(series)[columns.offers.hours[offers], word]
    if in_open_weeks:
        shared &= OPEN_WEEKS[weeks_open(columns, needs, offers), word]
    return shared


OPEN_WEEKS: Final = words_of(
    [
        starts_in_open_weeks(tuple(bits >> week & 1 for week in range(HORIZON_WEEKS)), 1)
        for bits in range(1 << HORIZON_WEEKS)
    ]
)
"""All quarters of the weeks that are bits of the row's number, shape (2 ** HORIZON_WEEKS, WORDS)."""
