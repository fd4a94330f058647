"""Time as sets of quarter-hours: one Python int for one set, rows of words for many, and where a block fits into them.

Bit i of an int is quarter i of the horizon. A row of words holds the same bits, 64 to a word, the earliest first.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.problem import (
    ALWAYS,
    HORIZON_QUARTERS,
    HORIZON_WEEKS,
    QUARTER_MINUTES,
    WEEK_QUARTERS,
    NeedFacts,
    OfferFacts,
)

Words = NDArray[np.uint64]

WORD_BITS: Final = 64
WORDS: Final = HORIZON_QUARTERS // WORD_BITS
"""Words to a row; the horizon fills them evenly."""


def visit_quarters(need: NeedFacts) -> int:
    """Whole quarters that one visit takes, at least one."""
    return max(1, -(-need.minutes // QUARTER_MINUTES))


def block_starts(free: int, quarters: int, weeks: int) -> int:
    """Where a block of some quarters fits into free time in each of some weeks running.

    Parameters
    ----------
    free : int
        Free quarters as bits.
    quarters, weeks : int
        Length of the block, number of weeks; both at least 1.

    Returns
    -------
    int
        Bits: the possible first quarters of the block of the first week.

    Examples
    --------
    >>> bin(block_starts(0b111011, 2, 1))
    '0b11001'
    """
    starts, covered = free, 1
    while covered < quarters:
        step = min(covered, quarters - covered)
        starts &= starts >> step
        covered += step
    series = starts
    for week in range(1, weeks):
        series &= starts >> (week * WEEK_QUARTERS)
    return series


def block_starts_in(free: Words, quarters: int, weeks: int) -> Words:
    """`block_starts` of every row of words, shape (rows, WORDS)."""
    starts, covered = free.copy(), 1
    while covered < quarters:
        step = min(covered, quarters - covered)
        starts &= _earlier_by(starts, step)
        covered += step
    series = starts.copy()
    for week in range(1, weeks):
        series &= _earlier_by(starts, week * WEEK_QUARTERS)
    return series


def block_mask(start: int, quarters: int, weeks: int) -> int:
    """The quarters, as bits, that a series of blocks takes up."""
    block = ((1 << quarters) - 1) << start
    mask = 0
    for week in range(weeks):
        mask |= block << (week * WEEK_QUARTERS)
    return mask


def common_starts(need: NeedFacts, offer: OfferFacts) -> int:
    """Where the visit can begin by the hours of both sides, caps left aside."""
    return block_starts(need.open_quarters & offer.free_quarters, visit_quarters(need), need.weeks)


def uncapped_starts(need: NeedFacts, offer: OfferFacts) -> int:
    """All quarters in weeks from which the whole series stays within the offer's and the person's weekly caps."""
    left = tuple(map(min, offer.visits_left_by_week, offer.person_visits_left_by_week))
    return starts_in_open_weeks(left, need.weeks)


@lru_cache(maxsize=4096)
def starts_in_open_weeks(left_by_week: tuple[int, ...], weeks: int) -> int:
    """All quarters of the weeks from which each of some weeks running has visits left, as bits."""
    mask = 0
    for first in range(HORIZON_WEEKS - weeks + 1):
        if min(left_by_week[first : first + weeks]) > 0:
            mask |= _WEEK << (first * WEEK_QUARTERS)
    return mask


def words_of(sets: Sequence[int]) -> Words:
    """Sets of quarters as rows of words, shape (len(sets), WORDS); what lies beyond the horizon is cut off."""
    size = HORIZON_QUARTERS // 8
    joined = b"".join((bits & ALWAYS).to_bytes(size, "little") for bits in sets)
    return np.frombuffer(joined, dtype="<u8").astype(np.uint64).reshape(len(sets), WORDS)


def bits_of(words: Words, first_word: int = 0) -> int:
    """A row of words, or a part of one that begins with this word, as an int.

    Examples
    --------
    >>> bits_of(words_of([1 << 700])[0]) == 1 << 700
    True
    """
    return int.from_bytes(words.astype("<u8").tobytes(), "little") << (first_word * WORD_BITS)


def _earlier_by(words: Words, quarters: int) -> Words:
    """Every bit moved so many quarters towards the start of the horizon."""
    whole, part = divmod(quarters, WORD_BITS)
    moved = np.zeros_like(words)
    if whole >= WORDS:
        return moved
    moved[:, : WORDS - whole] = words[:, whole:] >> np.uint64(part)
    if part:
        moved[:, : WORDS - whole - 1] |= words[:, whole + 1 :] << np.uint64(WORD_BITS - part)
    return moved


_WEEK: Final = (1 << WEEK_QUARTERS) - 1
