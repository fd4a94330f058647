"""Rows of entries in one long pool, each with some room to grow: the memory of a graph that changes.

A row that is full moves to the end of the pool with twice the room, so adding or taking out an entry costs as much as
its row is long. The pool itself grows by half at a time, and is packed anew when more than half of it is unused: one
pass over all entries, paid for by as many changes before it.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Words = NDArray[np.int32]

LEAST_ROOM: Final = 4
PACK_FROM: Final = 4_096
"""A pool of fewer entries is never packed."""


class Pool:
    """Rows of pairs (word, base): a word is an int32 that is in its row at most once, a base a float that goes with it.

    Entry k of row r stands at ``start[r] + k`` for ``k < length[r]``, in no order. Arrays of rows may be longer than
    ``count``, arrays of entries longer than what is used.

    Parameters
    ----------
    indptr : ndarray of int64, shape (rows + 1,)
        Where each row begins and ends, as in a CSR array.
    word : ndarray of int32, shape (entries,)
    base : ndarray of float64, shape (entries,)
        Both are changed where they are; hand over copies, or arrays mapped copy-on-write.
    """

    def __init__(self, *, indptr: Ints, word: Words, base: Floats):
        self.count = len(indptr) - 1
        self.start = np.array(indptr[:-1], dtype=np.int64)
        self.length = np.diff(indptr).astype(np.int32)
        self.word = word
        self.base = base
        self.entries = len(word)
        self._room = self.length.copy()
        self._used = len(word)

    def words(self, row: int) -> Words:
        """The words of a row, where they lie."""
        first = self.start[row]
        return self.word[first : first + self.length[row]]

    def place(self, row: int, word: int) -> int:
        """Where in the pool this word of the row stands, -1 where it does not."""
        found = np.flatnonzero(self.words(row) == word)
        return int(self.start[row]) + int(found[0]) if len(found) else -1

    def put(self, row: int, word: int, base: float, *, anew: bool) -> None:
        """Add to what goes with the word in this row, or set it ``anew``; a word that was not there comes in."""
        place = self.place(row, word)
        if place >= 0:
            self.base[place] = base if anew else self.base[place] + base
            return
        if self.length[row] == self._room[row]:
            self._move(row, max(LEAST_ROOM, 2 * int(self.length[row])))
        place = int(self.start[row]) + int(self.length[row])
        self.word[place], self.base[place] = word, base
        self.length[row] += 1
        self.entries += 1

    def take_out(self, row: int, word: int) -> None:
        """The row is without this word afterwards; its last entry takes the place."""
        place = self.place(row, word)
        if place < 0:
            return
        last = int(self.start[row]) + int(self.length[row]) - 1
        self.word[place], self.base[place] = self.word[last], self.base[last]
        self.word[last], self.base[last] = 0, 0.0
        self.length[row] -= 1
        self.entries -= 1

    def empty(self, row: int) -> None:
        """Nothing of the row is left, and its place in the pool holds nothing either."""
        first, past = int(self.start[row]), int(self.start[row]) + int(self.length[row])
        self.word[first:past], self.base[first:past] = 0, 0.0
        self.entries -= past - first
        self.length[row] = self._room[row] = 0

    def new_row(self) -> int:
        """An empty row after the others; its number."""
        row = self.count
        if row == len(self.start):
            longer = max(16, row // 2)
            self.start, self.length, self._room = (
                np.concatenate((array, np.zeros(longer, dtype=array.dtype)))
                for array in (self.start, self.length, self._room)
            )
        self.count += 1
        return row

    def packed(self) -> tuple[Ints, Words, Floats]:
        """Copies of all entries, row after row: indptr, words and bases."""
        length = self.length[: self.count].astype(np.int64)
        indptr = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(length)))
        if self._used == self.entries and np.array_equal(self.start[: self.count], indptr[:-1]):
            return indptr, self.word[: self._used].copy(), self.base[: self._used].copy()
        places = np.repeat(self.start[: self.count] - indptr[:-1], length) + np.arange(indptr[-1])
        return indptr, self.word[places], self.base[places]

    def _move(self, row: int, room: int) -> None:
        if self._used > max(PACK_FROM, 2 * (self.entries + room)):
            self._pack()
        if self._used + room > len(self.word):
            longer = max(room, len(self.word) // 2, PACK_FROM)
            self.word = np.concatenate((self.word, np.zeros(longer, dtype=np.int32)))
            self.base = np.concatenate((self.base, np.zeros(longer)))
        old, new, length = int(self.start[row]), self._used, int(self.length[row])
        for array in (self.word, self.base):
            array[new : new + length] = array[old : old + length]
            array[old : old + length] = 0
        self.start[row], self._room[row] = new, room
        self._used += room

    def _pack(self) -> None:
        indptr, self.word, self.base = self.packed()
        self.start[: self.count] = indptr[:-1]
        self._room[: self.count] = self.length[: self.count]
        self._used = self.entries
