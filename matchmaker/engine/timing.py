"""Better hours for a plan: needs are moved to other starts, alone or two together, while the value rises.

The hour is a heuristic: which needs to move, and where to, is searched nearby and not everywhere. A move is kept only
where the sum of all values is greater afterwards, so a plan never loses by it, and it ends.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.booking import Bookings, Helper, helper_of, value_of
from matchmaker.engine.problem import HORIZON_QUARTERS
from matchmaker.engine.scoring import Scored

TRIALS_PER_NEED: Final = 50
"""Moves that are tried for each need of a plan, all needs together, before the search ends."""


Pick = Callable[[int], int]
"""One start of a set of starts."""


def unwatched(_share: float) -> None:
    """Nobody looks on."""


def improve(bookings: Bookings, scored: Sequence[Scored], watch: Callable[[float], None] = unwatched) -> None:
    """Move needs to better hours until none of the moves helps, or all trials are used up.

    Parameters
    ----------
    bookings : Bookings
        Changed in place; its value never falls.
    scored : sequence of Scored
        The candidates that may be chosen, sorted by need, then offer. A need that holds a choice from elsewhere stays.
    watch : callable
        Told the share of the trials used up, after each need; may end the search by raising.
    """
    _Search(bookings, scored).run(watch)


def fullest_start(starts: Sequence[int]) -> int:
    """The quarter at which most could begin, the earliest among equals.

    Examples
    --------
    >>> fullest_start([0b0110, 0b1100])
    2
    """
    return int(np.argmax(_bits(starts).sum(axis=0, dtype=np.int64)))


class _Search:
    """The candidates of a plan, best first for each need, and what the search may still try."""

    def __init__(self, bookings: Bookings, scored: Sequence[Scored]) -> None:
        self.bookings = bookings
        self.listed: dict[int, list[Scored]] = {}
        for one in sorted(scored, key=lambda one: -value_of(one)):
            self.listed.setdefault(one.candidate.need.need_id, []).append(one)
        known = {(one.candidate.need.need_id, one.candidate.offer.offer_id) for one in scored}
        for need_id, chosen in bookings.by_need.items():
            if any(one.key[:2] not in known for one in chosen):
                self.listed.pop(need_id, None)
        self.trials = TRIALS_PER_NEED * len(self.listed)

    def run(self, watch: Callable[[float], None]) -> None:
        """Go over the needs again and again while some move helped."""
        most, helped = self.trials, True
        while helped:
            helped = False
            for need_id in sorted(self.listed):
                helped = self._helped(need_id) or helped
                watch(1.0 - self.trials / most)

    def _helped(self, need_id: int) -> bool:
        if self.bookings.worth_of(need_id) >= self._most(need_id):
            return False
        if self._try([need_id], _first):
            return True
        return any(self._try([need_id, other], pick) for other in self._in_the_way(need_id) for pick in PICKS)

    def _most(self, need_id: int) -> int:
        """More than this a need never brings, whoever else is booked."""
        wanted = self.bookings.missing[need_id] + len(self.bookings.by_need.get(need_id, ()))
        best: dict[Helper, int] = {}
        for one in self.listed[need_id]:
            best.setdefault(helper_of(one.candidate.offer), value_of(one))
            if len(best) == wanted:
                break
        return sum(best.values())

    def _in_the_way(self, need_id: int) -> list[int]:
        """Other needs of those who would be better than the last of its helpers, the best first, and of its asker."""
        chosen = self.bookings.by_need.get(need_id, ())
        lowest = 0 if self.bookings.missing[need_id] else min(value_of(one.scored) for one in chosen)
        better = [one for one in self.listed[need_id] if value_of(one) > lowest]
        helpers = dict.fromkeys(helper_of(one.candidate.offer) for one in better)
        asker = ("person", self.listed[need_id][0].candidate.need.person_id)
        found = dict.fromkeys(other for helper in (*helpers, asker) for other in self.bookings.needs_of(helper))
        return [other for other in found if other != need_id and other in self.listed]

    def _try(self, need_ids: Sequence[int], pick: Pick) -> bool:
        """Put these needs in anew, in this order; back as they were where that is worth no more."""
        if self.trials <= 0:
            return False
        self.trials -= 1
        before = sum(self.bookings.worth_of(need_id) for need_id in need_ids)
        released = [one for need_id in need_ids for one in self.bookings.release(need_id)]
        for need_id in need_ids:
            self._put_in(need_id, pick)
        if sum(self.bookings.worth_of(need_id) for need_id in need_ids) > before:
            return True
        for need_id in need_ids:
            self.bookings.release(need_id)
        for one in released:
            self.bookings.take(one.scored, one.start)
        return False

    def _put_in(self, need_id: int, pick: Pick) -> None:
        """At a start where its best helpers are worth most."""
        wanted = self.bookings.missing[need_id]
        if wanted == 1:
            self._put_in_one(need_id, pick)
            return
        open_to = _of_distinct_helpers(self.bookings, self.listed[need_id])
        if not open_to:
            return
        free = _bits([starts for _, starts in open_to])
        values = np.asarray([value_of(one) for one, _ in open_to], dtype=np.int64)
        among_best = free & (np.cumsum(free, axis=0, dtype=np.int64) <= wanted)
        worth = values @ among_best
        start = pick(sum(1 << int(at) for at in np.flatnonzero(worth == worth.max())))
        for row in np.flatnonzero(among_best[:, start]):
            self.bookings.take(open_to[row][0], start)

    def _put_in_one(self, need_id: int, pick: Pick) -> None:
        for one in self.listed[need_id]:
            starts = self.bookings.starts(one)
            if starts:
                self.bookings.take(one, pick(starts))
                return


def _first(starts: int) -> int:
    return (starts & -starts).bit_length() - 1


def _last(starts: int) -> int:
    return starts.bit_length() - 1


def _of_distinct_helpers(bookings: Bookings, listed: Iterable[Scored]) -> list[tuple[Scored, int]]:
    """Who could come when, best first; a helper's second offer only where the better one could not come."""
    seen: dict[Helper, int] = {}
    found = []
    for one in listed:
        helper = helper_of(one.candidate.offer)
        starts = bookings.starts(one) & ~seen.get(helper, 0)
        if starts:
            seen[helper] = seen.get(helper, 0) | starts
            found.append((one, starts))
    return found


def _bits(starts: Sequence[int]) -> NDArray[np.bool_]:
    """One row for each, one column for each quarter of the horizon."""
    size = HORIZON_QUARTERS // 8
    packed = np.frombuffer(b"".join(one.to_bytes(size, "little") for one in starts), dtype=np.uint8)
    return np.unpackbits(packed.reshape(len(starts), size), axis=1, bitorder="little").astype(np.bool_)


PICKS: Final[tuple[Pick, ...]] = (_first, _last)
