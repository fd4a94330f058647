"""Who knows whom in a city, as arrays: built in bulk from columns, then changed by events without being built again.

Each person or organization has a row in a pool (`pool.py`) with an entry of 12 bytes for each tie or word: the other's
row, the kind and a base weight. An event costs as much as the rows that it touches are long, whatever the city's size.

All ties of a kind fade alike, so what is kept of a tie does not change with time: `weight * 2 ** (renewed day / half
life)`. What it weighs on a day is that times one factor of the kind, and a new epoch is seven new factors.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from matchmaker.engine.pool import Floats, Ints, Pool, Words
from matchmaker.engine.tie_columns import (
    CODE_BITS,
    CODES,
    GONE,
    MIRROR,
    RATE,
    SPOKEN,
    TIED,
    Columns,
    Kind,
    lines_of,
)


@dataclass(frozen=True, slots=True)
class View:
    """One of the two graphs on the epoch's day.

    Attributes
    ----------
    adjacency : csr_array, shape (n, n)
        Weights above 0, no diagonal. The neighbourhood is symmetric; in the trust view a row speaks of a column.
    ids : ndarray of int64, shape (n,)
        Who is in each row: a person's id, or an organization's with a minus before it.
    """

    adjacency: csr_array
    ids: Ints


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one view where they lie, for a walk that looks at few of them; nothing is copied.

    Entry k of row r stands at ``start[r] + k`` for ``k < length[r]``. It leads to ``word >> shift`` and weighs
    ``base * factor[word & mask]``.
    """

    start: Ints
    length: NDArray[np.int32]
    word: Words
    base: Floats
    factor: Floats
    strength: Floats
    """The sum of each row's weights."""
    shift: int
    mask: int
    symmetric: bool


class Snapshot:
    """The tie graph of a city on one day, and the events that change it.

    Make it with `Snapshot.of`, or with `Snapshot.from_arrays` from what `arrays` gave. Each event costs in proportion
    to the rows of those it is about, never to the city. Rows of people who left stay empty until the next build.
    """

    def __init__(self, *, ids: Ints, pool: Pool, reference_day: float, epoch_day: float):
        self.epoch_day = epoch_day
        self._reference_day = reference_day
        self._ids = ids
        self._pool = pool
        self._order = np.argsort(ids, kind="stable")
        self._sorted = ids[self._order]
        self._came: dict[int, int] = {}
        self._factor = _factors(epoch_day - reference_day)
        self._strength: dict[bool, Floats] = {}
        self._views: dict[bool, View] = {}

    @staticmethod
    def of(*, ids: ArrayLike, columns: Columns, epoch_day: float) -> "Snapshot":
        """Build from columns, in one pass over them.

        Parameters
        ----------
        ids : array of int, shape (n,)
            Who is in the city, each once: people from 0 on, organizations as minus their id (below 0). Their order is
            that of the rows; neighbours near each other make everything that follows faster.
        columns : Columns
            Lines of one pair and kind are added up. Lines that lead to oneself or to somebody who is not in ``ids`` are
            left out.
        epoch_day : float
            The day on which weights are told, on the calendar of ``renewed_day``.

        Raises
        ------
        ValueError
            Where an id comes twice, a column has another length, a kind is none, or a weight or day is no number.

        Examples
        --------
        >>> columns = Columns([1, 2], [2, 3], [Kind.MET, Kind.VOUCH], [1.0, 1.0], [0.0, 90.0])
        >>> town = Snapshot.of(ids=[1, 2, 3], columns=columns, epoch_day=90.0)
        >>> town.neighbourhood().adjacency.toarray().tolist()
        [[0.0, 0.5, 0.0], [0.5, 0.0, 0.0], [0.0, 0.0, 0.0]]
        >>> town.trust().adjacency.toarray().tolist()
        [[0.0, 0.5, 0.0], [0.5, 0.0, 1.0], [0.0, 0.0, 0.0]]
        """
        known = np.array(ids, dtype=np.int64).reshape(-1)
        u, v, code, base = lines_of(known, columns, epoch_day)
        # In this order rows of lines that come sorted by u and v are sorted at once.
        words = np.concatenate((u << CODE_BITS | MIRROR[code], v << CODE_BITS | code))
        # Scipy sorts each row by the other's row and kind where it must, and adds up what is there twice.
        pairs = (np.concatenate((base, base)), (np.concatenate((v, u)), words))
        entries = csr_array(pairs, shape=(len(known), len(known) * CODES))
        pool = Pool(
            indptr=entries.indptr.astype(np.int64),
            word=entries.indices.astype(np.int32, copy=False),
            base=entries.data,
        )
        return Snapshot(ids=known, pool=pool, reference_day=epoch_day, epoch_day=epoch_day)

    # Events

    def come(self, person_id: int) -> None:
        """Somebody is new here, and knows nobody yet.

        Raises
        ------
        ValueError
            Where they are here already.
        """
        if self._row(person_id) is not None:
            raise ValueError(f"{person_id} is here already")
        row = self._pool.new_row()
        longer = len(self._pool.start) - len(self._ids)
        if longer:
            self._ids = np.concatenate((self._ids, np.full(longer, GONE)))
            self._strength = {key: np.concatenate((sums, np.zeros(longer))) for key, sums in self._strength.items()}
        self._ids[row] = person_id
        self._came[person_id] = row
        self._views.clear()

    def add(self, u: int, v: int, kind: Kind, *, weight: float = 1.0, day: float | None = None) -> None:
        """A tie was made or a word was given; where the pair has one of this kind, this one comes on top of it.

        Parameters
        ----------
        u, v : int
            Ids; the order matters for a vouch and an outcome, as in `Columns`.
        kind : Kind
        weight : float
            When fresh.
        day : float, optional
            When it was made; the epoch's day unless it is said, and at most that.

        Raises
        ------
        LookupError
            Where u or v is not here.
        ValueError
            Where they are one, or the weight is not above 0, or the day is no number.
        """
        self._put(u, v, kind, weight, day, anew=False)

    def renew(self, u: int, v: int, kind: Kind, *, weight: float = 1.0, day: float | None = None) -> None:
        """The pair's tie or word of this kind weighs what is said here, not what was left of it; else as `add`.

        Raises
        ------
        LookupError
            Where u or v is not here, or there is nothing to renew.
        ValueError
            As in `add`.
        """
        self._found(u, v, kind)
        self._put(u, v, kind, weight, day, anew=True)

    def end(self, u: int, v: int, kind: Kind) -> None:
        """A tie ended, a vouch was revoked, a membership is over.

        Raises
        ------
        LookupError
            Where u or v is not here, or there is no such tie or word.
        """
        row, other = self._found(u, v, kind)
        self._pool.take_out(row, other << CODE_BITS | kind)
        self._pool.take_out(other, row << CODE_BITS | int(MIRROR[kind]))
        self._changed([row, other])

    def leave(self, person_id: int) -> None:
        """Nothing of this person is left, neither here nor in the rows of others.

        Raises
        ------
        LookupError
            Where the person is not here.
        """
        row = self.row_of(person_id)
        words = self._pool.words(row).tolist()
        for word in words:
            self._pool.take_out(word >> CODE_BITS, row << CODE_BITS | int(MIRROR[word & (CODES - 1)]))
        self._pool.empty(row)
        self._ids[row] = GONE
        self._came.pop(person_id, None)
        self._changed([row, *{word >> CODE_BITS for word in words}])

    def begin_epoch(self, day: float) -> None:
        """From now on weights are those of this day: seven factors change, and no entry.

        Sums of whole rows are counted again when somebody next asks for them, in one pass.

        Raises
        ------
        ValueError
            Where the day is before the present epoch's, or no number.
        """
        if not (day >= self.epoch_day and math.isfinite(day)):
            raise ValueError("an epoch cannot begin before the last one")
        self.epoch_day = day
        self._factor = _factors(day - self._reference_day)
        self._strength.clear()
        self._views.clear()

    # What is read

    def neighbourhood(self) -> View:
        """People and their ties: undirected, the kinds of a pair added up, without organizations."""
        return self._view(trust=False)

    def trust(self) -> View:
        """Who speaks for whom: ties and memberships both ways, vouches and outcomes one way; with organizations."""
        return self._view(trust=True)

    def rows(self, *, trust: bool = False) -> Rows:
        """The rows of the neighbourhood, or of the trust view, as they lie until the next event."""
        spoken = SPOKEN if trust else TIED
        factor = np.where(spoken, self._factor, 0.0)
        if trust not in self._strength:
            indptr, word, base = self._pool.packed()
            sums = np.zeros(len(self._ids))
            row = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
            sums[: len(indptr) - 1] = np.bincount(row, base * factor[word & (CODES - 1)], minlength=len(indptr) - 1)
            self._strength[trust] = sums
        pool = self._pool
        return Rows(
            start=pool.start[: pool.count],
            length=pool.length[: pool.count],
            word=pool.word,
            base=pool.base,
            factor=factor,
            strength=self._strength[trust][: pool.count],
            shift=CODE_BITS,
            mask=CODES - 1,
            symmetric=not trust,
        )

    def row_of(self, person_id: int) -> int:
        """The row of somebody who is here, as in `rows`; it stays theirs.

        Raises
        ------
        LookupError
            Where nobody here has this id.
        """
        row = self._row(person_id)
        if row is None:
            raise LookupError(f"{person_id} is not here")
        return row

    def ids_of(self, rows: ArrayLike) -> Ints:
        """Who is in these rows."""
        return np.asarray(self._ids[np.asarray(rows, dtype=np.int64)], dtype=np.int64)

    def weight(self, u: int, v: int, kind: Kind) -> float:
        """What is left today of the pair's tie or word of this kind, 0 where there is none.

        Raises
        ------
        LookupError
            Where u or v is not here.
        """
        place = self._pool.place(self.row_of(u), self.row_of(v) << CODE_BITS | kind)
        return 0.0 if place < 0 else float(self._pool.base[place] * self._factor[kind])

    @property
    def entries(self) -> int:
        """How many entries all rows have together: two for each pair and kind."""
        return self._pool.entries

    def __len__(self) -> int:
        """How many people and organizations are here."""
        return int(np.count_nonzero(self._ids[: self._pool.count] != GONE))

    # What is kept

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All of it as arrays that can be written down: ``ids``, ``indptr``, ``word``, ``base`` and ``days``."""
        here = self._ids[: self._pool.count] != GONE
        indptr, word, base = self._pool.packed()
        length = np.diff(indptr)[here]
        renumbered = np.cumsum(here) - 1  # whoever left has no entries, so only the numbers of rows change
        return {
            "ids": self._ids[: self._pool.count][here],
            "indptr": np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(length))),
            "word": (renumbered[word >> CODE_BITS] << CODE_BITS | word & (CODES - 1)).astype(np.int32),
            "base": base,
            "days": np.array([self._reference_day, self.epoch_day]),
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> "Snapshot":
        """A snapshot on the very arrays that `arrays` gave; events change them, so map them copy-on-write.

        Raises
        ------
        ValueError
            Where they do not fit together.
        """
        ids, indptr, word, base = (arrays[name] for name in ("ids", "indptr", "word", "base"))
        if len(indptr) != len(ids) + 1 or not int(indptr[-1]) == len(word) == len(base):
            raise ValueError("these arrays are not of one snapshot")
        reference_day, epoch_day = arrays["days"].tolist()
        pool = Pool(indptr=indptr, word=word, base=base)
        return Snapshot(ids=ids, pool=pool, reference_day=reference_day, epoch_day=epoch_day)

    # Within

    def _row(self, person_id: int) -> int | None:
        if person_id in self._came:
            return self._came[person_id]
        place = int(np.searchsorted(self._sorted, person_id))
        if place == len(self._sorted) or self._sorted[place] != person_id:
            return None
        row = int(self._order[place])
        return row if self._ids[row] == person_id else None

    def _found(self, u: int, v: int, kind: Kind) -> tuple[int, int]:
        row, other = self.row_of(u), self.row_of(v)
        if self._pool.place(row, other << CODE_BITS | kind) < 0:
            raise LookupError(f"there is no {kind.name} from {u} to {v}")
        return row, other

    def _put(self, u: int, v: int, kind: Kind, weight: float, day: float | None, *, anew: bool) -> None:
        row, other = self.row_of(u), self.row_of(v)
        made = self.epoch_day if day is None else min(day, self.epoch_day)
        if row == other or not (0.0 < weight < math.inf) or not math.isfinite(made):
            raise ValueError("a tie needs two people, a weight above 0 and a day")
        base = weight * float(np.exp2((made - self._reference_day) * RATE[kind]))
        self._pool.put(row, other << CODE_BITS | kind, base, anew=anew)
        self._pool.put(other, row << CODE_BITS | int(MIRROR[kind]), base, anew=anew)
        self._changed([row, other])

    def _changed(self, rows: list[int]) -> None:
        self._views.clear()
        for trust, sums in self._strength.items():
            factor = np.where(SPOKEN if trust else TIED, self._factor, 0.0)
            for row in rows:
                first = self._pool.start[row]
                base = self._pool.base[first : first + self._pool.length[row]]
                sums[row] = base @ factor[self._pool.words(row) & (CODES - 1)]

    def _view(self, *, trust: bool) -> View:
        if trust not in self._views:
            self._views[trust] = self._made_view(trust=trust)
        return self._views[trust]

    def _made_view(self, *, trust: bool) -> View:
        ids = self._ids[: self._pool.count]
        shown = ids != GONE if trust else ids >= 0
        indptr, word, base = self._pool.packed()
        code, other = word & (CODES - 1), word >> CODE_BITS
        weight = base * self._factor[code]
        row = np.repeat(np.arange(len(ids), dtype=np.int32), np.diff(indptr))
        kept = (SPOKEN if trust else TIED)[code] & (weight > 0.0)
        if not trust:  # half of it and its mirror, so that sums are the same both ways to the last bit
            kept &= row < other
        renumbered = (np.cumsum(shown) - 1).astype(np.int32)
        size = int(np.count_nonzero(shown))
        pairs = (renumbered[row[kept]], renumbered[other[kept]])
        adjacency = csr_array((weight[kept], pairs), shape=(size, size))
        return View(adjacency if trust else csr_array(adjacency + adjacency.T), ids[shown])


def _factors(days: float) -> Floats:
    return np.asarray(np.exp2(-days * RATE), dtype=np.float64)
