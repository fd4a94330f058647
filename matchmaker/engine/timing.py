"""Better hours for a plan: needs are moved to other starts, alone or up to four together, while the value rises.

The hour is a heuristic: which needs to move, and where to, is searched nearby and not everywhere. A move is kept only
where the sum of all values is greater afterwards, so a plan never loses by it, and it ends.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.booking import Bookings, Chosen
from matchmaker.engine.choices import Choices, Helper, helper_of, value_of
from matchmaker.engine.places import Ints
from matchmaker.engine.problem import HORIZON_QUARTERS
from matchmaker.engine.scoring import Scored

TRIALS_PER_NEED: Final = 50
"""Moves that are tried for each need of a plan, all needs together, before the search ends."""
MOST_TRIALS: Final = 50_000
"""No search tries more, however many needs there are."""
TOGETHER_PER_NEED: Final = 500
MOST_TOGETHER: Final = 4_000
"""The same for three needs or four together, which are looked through where nothing smaller helps."""


Pick = Callable[[int], int]
"""One start of a set of starts."""


def unwatched(_share: float) -> None:
    """Nobody looks on."""


def improve(
    bookings: Bookings,
    choices: Choices,
    rows: Ints,
    watch: Callable[[float], None] = unwatched,
    unwilling: Collection[int] = (),
) -> None:
    """Move needs to better hours until none of the moves helps, or all trials are used up.

    Parameters
    ----------
    bookings : Bookings
        Changed in place; its value never falls.
    choices : Choices
    rows : ndarray of int
        Those that may be chosen, ascending. A need that holds a choice from elsewhere stays.
    watch : callable
        Told the share of the trials used up, after each need; may end the search by raising.
    unwilling : collection of need ids
        None of these has fewer helpers afterwards, whatever others gain.
    """
    _Search(bookings, choices, rows, unwilling).run(watch)


class _Search:
    """The choices of each need, best first, and what the search may still try."""

    def __init__(self, bookings: Bookings, choices: Choices, rows: Ints, unwilling: Collection[int]) -> None:
        self.bookings, self.choices, self.rows, self.unwilling = bookings, choices, rows, unwilling
        self.need_ids = [need.need_id for need in choices.need_facts]
        asked = choices.needs[rows]
        self.begins = np.searchsorted(asked, np.arange(len(self.need_ids) + 1))
        wanted = [
            bookings.missing.get(need_id, 0) + len(bookings.by_need.get(need_id, ())) for need_id in self.need_ids
        ]
        self.most: list[int] = choices.most_of_needs(rows, np.asarray(wanted, dtype=np.int64)).tolist()
        listed = np.unique(asked).tolist()
        self.row_of = {self.need_ids[row]: row for row in listed if not self._holds_another(row)}
        self.known: dict[int, list[Scored]] = {}
        helpers = choices.helpers[choices.offers[rows]]
        self.by_helper = rows[np.argsort(helpers, kind="stable")]
        self.helper_begins = np.searchsorted(np.sort(helpers), np.arange(int(helpers.max(initial=-1)) + 2))
        self.helper_rows = {
            helper_of(offer): row for row, offer in zip(choices.helpers.tolist(), choices.offer_facts, strict=True)
        }
        self.trials = min(MOST_TRIALS, TRIALS_PER_NEED * len(self.row_of))
        self.together = min(MOST_TOGETHER, TOGETHER_PER_NEED * len(self.row_of))

    def run(self, watch: Callable[[float], None]) -> None:
        """Go over the needs again and again while some move helped."""
        most, helped = self.trials, True
        while helped and self.trials > 0:
            helped = False
            for need_id in sorted(self.row_of):
                if self._could_gain(need_id):
                    helped = self._helped(need_id) or helped
                watch(1.0 - self.trials / most)
            helped = helped or self._helped_together(lambda: watch(1.0 - self.trials / most))

    def _could_gain(self, need_id: int) -> bool:
        return bool(self.bookings.worth_of(need_id) < self.most[self.row_of[need_id]])

    def _helped_together(self, still: Callable[[], None]) -> bool:
        """Whether some three needs or four are worth more when they are put in anew."""
        helped = False
        for need_id in sorted(self.row_of):
            if self.together > 0 and self._could_gain(need_id):
                helped = any(self._try_together(group) for group in self._groups(need_id)) or helped
                still()
        return helped

    def _groups(self, need_id: int) -> Iterator[tuple[int, ...]]:
        """The need, one in its way, and one or two more that are in its way or close to those."""
        close = dict.fromkeys(self._in_the_way(need_id))
        further = dict.fromkeys(third for other in close for third in self._close_to(other) if third != need_id)
        for count in (2, 3):
            for others in combinations(close | further, count):
                if self.together <= 0:
                    return
                if others[0] in close:
                    yield need_id, *others

    def _close_to(self, need_id: int) -> list[int]:
        """Needs that share a helper or the asker with this one, and those that could gain by its helpers."""
        held = [helper_of(one.scored.candidate.offer) for one in self.bookings.by_need.get(need_id, ())]
        wanting = [self.need_ids[row] for row in np.unique(self.choices.needs[self._rows_of_helpers(held)]).tolist()]
        asker = ("person", self.choices.need_facts[self.row_of[need_id]].person_id)
        found = [other for helper in (*held, asker) for other in self.bookings.needs_of(helper)]
        found += [other for other in wanting if other in self.row_of and self._could_gain(other)]
        return [other for other in dict.fromkeys(found) if other != need_id and other in self.row_of]

    def _rows_of_helpers(self, helpers: Sequence[Helper]) -> Ints:
        wanted = [self.helper_rows[helper] for helper in helpers if helper in self.helper_rows]
        if not wanted:
            return np.zeros(0, dtype=np.int64)
        begins, ends = self.helper_begins[wanted], self.helper_begins[np.asarray(wanted) + 1]
        return np.concatenate([self.by_helper[begin:end] for begin, end in zip(begins, ends, strict=True)])

    def _try_together(self, need_ids: Sequence[int]) -> bool:
        """Look through all ways to put these needs in anew that could be worth more; back as they were if none is."""
        self.together -= 1
        before = sum(self.bookings.worth_of(need_id) for need_id in need_ids)
        if sum(self.most[self.row_of[need_id]] for need_id in need_ids) <= before:
            return False
        lacked = self._lacked(need_ids)
        released = self._taken_out(need_ids)
        if self._placed(need_ids, before) and not self._is_worse_for(lacked):
            return True
        self._put_back(need_ids, released)
        return False

    def _placed(self, need_ids: Sequence[int], more_than: int, after: int = 0) -> bool:
        """Whether these needs, put in one after the other in some way, are worth more than that; if so they stay in.

        The first of them has what comes before this place in its list already, or goes without it.
        """
        if not need_ids:
            return more_than < 0
        need_id, others = need_ids[0], need_ids[1:]
        most_of_others = sum(self.most[self.row_of[other]] for other in others)
        listed = self.listed(need_id)
        for place in range(after, len(listed)):
            worth = value_of(listed[place])
            if worth * self.bookings.missing[need_id] + most_of_others <= more_than:
                break
            for start in self._outermost(listed[place]):
                if self.together <= 0:
                    return False
                self.together -= 1
                self.bookings.take(listed[place], start)
                lacks = self.bookings.missing[need_id] > 0
                if self._placed(need_ids if lacks else others, more_than - worth, place + 1 if lacks else 0):
                    return True
                self._take_back(need_id)
        return most_of_others > more_than and self._placed(others, more_than)

    def _outermost(self, one: Scored) -> Iterable[int]:
        """The first and the last start that a choice still has."""
        starts = self.bookings.starts(one)
        return dict.fromkeys(pick(starts) for pick in PICKS) if starts else ()

    def _take_back(self, need_id: int) -> None:
        """The choice of a need that was taken last goes out again."""
        for one in self.bookings.release(need_id)[:-1]:
            self.bookings.take(one.scored, one.start)

    def listed(self, need_id: int) -> list[Scored]:
        """The choices of a need, best first."""
        if need_id not in self.known:
            rows = self._rows(self.row_of[need_id])
            best_first = rows[np.argsort(-self.choices.values[rows], kind="stable")]
            self.known[need_id] = [self.choices.one(row) for row in best_first.tolist()]
        return self.known[need_id]

    def _rows(self, need: int) -> Ints:
        return self.rows[self.begins[need] : self.begins[need + 1]]

    def _holds_another(self, need: int) -> bool:
        """Whether the need holds a choice that is none of those that may be chosen."""
        chosen = self.bookings.by_need.get(self.need_ids[need], ())
        if not chosen:
            return False
        offers = self.choices.offers[self._rows(need)].tolist()
        known = {self.choices.offer_facts[offer].offer_id for offer in offers}
        return any(one.key[1] not in known for one in chosen)

    def _helped(self, need_id: int) -> bool:
        if self._try([need_id], _first):
            return True
        return any(self._try([need_id, other], pick) for other in self._in_the_way(need_id) for pick in PICKS)

    def _in_the_way(self, need_id: int) -> list[int]:
        """Other needs of those who would be better than the last of its helpers, the best first, and of its asker."""
        chosen = self.bookings.by_need.get(need_id, ())
        lowest = 0 if self.bookings.missing[need_id] else min(value_of(one.scored) for one in chosen)
        better = [one for one in self.listed(need_id) if value_of(one) > lowest]
        helpers = dict.fromkeys(helper_of(one.candidate.offer) for one in better)
        asker = ("person", self.listed(need_id)[0].candidate.need.person_id)
        found = dict.fromkeys(other for helper in (*helpers, asker) for other in self.bookings.needs_of(helper))
        return [other for other in found if other != need_id and other in self.row_of]

    def _try(self, need_ids: Sequence[int], pick: Pick) -> bool:
        """Put these needs in anew, in this order; back as they were where that is worth no more."""
        if self.trials <= 0:
            return False
        self.trials -= 1
        before = sum(self.bookings.worth_of(need_id) for need_id in need_ids)
        lacked = self._lacked(need_ids)
        released = self._taken_out(need_ids)
        for need_id in need_ids:
            self._put_in(need_id, pick)
        is_better = sum(self.bookings.worth_of(need_id) for need_id in need_ids) > before
        if is_better and not self._is_worse_for(lacked):
            return True
        self._put_back(need_ids, released)
        return False

    def _lacked(self, need_ids: Sequence[int]) -> dict[int, int]:
        """How many helpers each of these lacks that may not lose any."""
        return {need_id: self.bookings.missing[need_id] for need_id in need_ids if need_id in self.unwilling}

    def _is_worse_for(self, lacked: Mapping[int, int]) -> bool:
        return any(self.bookings.missing[need_id] > lacking for need_id, lacking in lacked.items())

    def _taken_out(self, need_ids: Sequence[int]) -> list[Chosen]:
        return [one for need_id in need_ids for one in self.bookings.release(need_id)]

    def _put_back(self, need_ids: Sequence[int], released: Iterable[Chosen]) -> None:
        for need_id in need_ids:
            self.bookings.release(need_id)
        for one in released:
            self.bookings.take(one.scored, one.start)

    def _put_in(self, need_id: int, pick: Pick) -> None:
        """At a start where its best helpers are worth most."""
        wanted = self.bookings.missing[need_id]
        if wanted == 1:
            self._put_in_one(need_id, pick)
            return
        open_to = _of_distinct_helpers(self.bookings, self.listed(need_id))
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
        for one in self.listed(need_id):
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
