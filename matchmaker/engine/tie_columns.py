"""The kinds of ties and words, how they fade, and the columns of a table of them as the engine takes them."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.engine.problem import HALF_LIFE_DAYS, TieKind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Words = NDArray[np.int32]


class Kind(IntEnum):
    """What an entry is. The first four are ties of the neighbourhood; all seven are words of trust."""

    KIN = 0
    FRIEND = 1
    HELPED = 2
    MET = 3
    MEMBERSHIP = 4
    """Between a person and an organization, both ways; it does not fade."""
    VOUCH = 5
    OUTCOME = 6
    """How a visit went for u, whom v helped; it fades like a tie of the kind HELPED."""


TIES: Final = (Kind.KIN, Kind.FRIEND, Kind.HELPED, Kind.MET)
ONE_WAY: Final = (Kind.VOUCH, Kind.OUTCOME)
HALF_LIVES: Final[dict[Kind, float]] = {
    **{kind: HALF_LIFE_DAYS[TieKind(kind.name)] for kind in (*TIES, Kind.VOUCH)},
    Kind.MEMBERSHIP: math.inf,
    Kind.OUTCOME: HALF_LIFE_DAYS[TieKind.HELPED],
}

CODE_BITS: Final = 4
CODES: Final = 1 << CODE_BITS
HEARD: Final = 8
"""Added to the kind of a one-way word in the row of whoever it is about, so that it is found when they leave."""
PEOPLE_LIMIT: Final = 1 << (31 - CODE_BITS)
DENSE: Final = 32
"""Up to so many numbers for each person a table of all of them is smaller than what is built."""
GONE: Final = int(np.iinfo(np.int64).min)

SPOKEN: Final = np.array([code < len(Kind) for code in range(CODES)])
TIED: Final = np.array([code in TIES for code in range(CODES)])
MIRROR: Final = np.array(
    [code ^ (HEARD if code & (HEARD - 1) in ONE_WAY else 0) for code in range(CODES)], dtype=np.int32
)
BOTH_WAYS: Final = np.array([code not in ONE_WAY for code in range(CODES)])
RATE: Final = np.array([1.0 / HALF_LIVES[Kind(code)] if code < len(Kind) else 0.0 for code in range(CODES)])


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows of a table, column by column: who, with whom, what kind, how strong when fresh, renewed on which day.

    Attributes
    ----------
    u, v : array of int, shape (m,)
        Ids. A vouch is u's word for v, an outcome what u said of v's help; otherwise the order does not matter.
    kind : array of int, shape (m,)
        `Kind`.
    weight : array of float, shape (m,)
        Lines with 0 or less are left out.
    renewed_day : array of float, shape (m,)
        Days on any one calendar. A day after the epoch's counts as the epoch's.
    """

    u: ArrayLike
    v: ArrayLike
    kind: ArrayLike
    weight: ArrayLike
    renewed_day: ArrayLike


def lines_of(known: Ints, columns: Columns, epoch_day: float) -> tuple[Words, Words, Words, Floats]:
    """The lines that count: rows of u and v, kinds and bases."""
    u_id, v_id = (np.asarray(ids, dtype=np.int64).reshape(-1) for ids in (columns.u, columns.v))
    kind = np.asarray(columns.kind).reshape(-1)
    weight, day = (np.asarray(of, dtype=np.float64).reshape(-1) for of in (columns.weight, columns.renewed_day))
    if len({len(column) for column in (u_id, v_id, kind, weight, day)}) != 1:
        raise ValueError("the columns must be of one length")
    if not (_are_numbers(weight) and _are_numbers(day) and math.isfinite(epoch_day)):
        raise ValueError("weights and days must be numbers")
    if len(kind) and not (kind.min() >= 0 and kind.max() < len(Kind)):
        raise ValueError("a kind is a number of Kind")
    row_of = _finder(known)
    u, v, code = row_of(u_id), row_of(v_id), kind.astype(np.int32)
    kept = (u >= 0) & (v >= 0) & (u != v) & (weight > 0.0)
    if not kept.all():
        u, v, code, weight, day = u[kept], v[kept], code[kept], weight[kept], day[kept]
    turned = (u > v) & BOTH_WAYS[code]
    if turned.any():  # so that lines of a pair are added up in one order for both
        u, v = np.where(turned, v, u), np.where(turned, u, v)
    return u, v, code, weight * np.exp2(np.minimum(day - epoch_day, 0.0) * RATE[code])


def _finder(known: Ints) -> Callable[[Ints], Words]:
    """What gives the row of each id, -1 where there is none: by a table where ids are dense, as keys of rows are."""
    rows = np.arange(len(known), dtype=np.int32)
    first, last = (int(known.min()), int(known.max())) if len(known) else (0, 0)
    if len(known) >= PEOPLE_LIMIT or first == GONE:
        raise ValueError("there are too many ids, or one that cannot be told from nobody")
    if last - first < DENSE * len(known):
        table = np.full(last - first + 1, -1, dtype=np.int32)
        table[known - first] = rows
        if np.any(table[known - first] != rows):
            raise ValueError("ids must be distinct")

        def in_table(ids: Ints) -> Words:
            if not len(ids) or (ids.min() >= first and ids.max() <= last):
                return table[ids - first]
            return np.where((ids >= first) & (ids <= last), table[np.clip(ids, first, last) - first], -1)

        return in_table
    order = np.argsort(known, kind="stable")
    ascending = known[order]
    if np.any(ascending[1:] == ascending[:-1]):
        raise ValueError("ids must be distinct")

    def found(ids: Ints) -> Words:
        if not len(known):
            return np.full(len(ids), -1, dtype=np.int32)
        place = np.minimum(np.searchsorted(ascending, ids), len(known) - 1)
        return np.where(ascending[place] == ids, rows[order[place]], np.int32(-1))

    return found


def _are_numbers(column: Floats) -> bool:
    """Whether each of them is finite; where their sum is, which is quicker to say, all are."""
    with np.errstate(over="ignore", invalid="ignore"):
        return math.isfinite(column.sum()) or bool(np.isfinite(column).all())
