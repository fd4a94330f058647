"""What a plan may choose from, in columns: who could come to which need, what it is worth, and when they could begin.

Candidates that were made one by one and those of a whole city both become choices; a choice is looked at as an object
only where the plan touches it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from matchmaker.engine.hours import WORD_BITS, Words, bits_of, words_of
from matchmaker.engine.meeting import starts_in
from matchmaker.engine.places import Bools, Ints
from matchmaker.engine.problem import NeedFacts, OfferFacts
from matchmaker.engine.scoring import Scored, Scores

URGENCY_POINTS: Final = 2_000
"""What one step of urgency adds to the value of every candidate of a need: it orders needs, never helpers."""

_ROWS_AT_ONCE: Final = 50_000
_BITS_AT_ONCE: Final = 16_000_000

Helper = tuple[str, int]
One = Callable[[int], Scored]


def value_of(scored: Scored) -> int:
    """What choosing this candidate is worth to a plan: its total and the urgency of its need."""
    return scored.total + URGENCY_POINTS * scored.candidate.need.urgency


def helper_of(offer: OfferFacts) -> Helper:
    """The one who would come: a person, or an organization that sends someone."""
    if offer.person_id is not None:
        return ("person", offer.person_id)
    return ("organization", offer.organization_id if offer.organization_id is not None else -offer.offer_id)


def side_by_side(offer: OfferFacts) -> int:
    """Visits that the helper can have at one moment."""
    return 1 if offer.person_id is not None else max(1, offer.parallel)


@dataclass(frozen=True, slots=True, eq=False)
class Choices:
    """Choices in rows, sorted by need, then offer.

    Attributes
    ----------
    need_facts, offer_facts : tuples
        In the order of their ids.
    needs, offers : ndarray of int, shape (n,)
        Positions in those.
    values : ndarray of int, shape (n,)
        `value_of` each choice.
    waits : ndarray of bool, shape (n,)
        Whether it is looked at only for what the others leave.
    helpers : ndarray of int, one for each offer
        Equal for offers of one helper, in the order of `helper_of`.
    first_words, spans : ndarray of int, one for each need
        The first word in which any choice of the need begins, and how many words from there.
    words : ndarray of uint64
        Where each choice can begin: the words of its need's span.
    offsets : ndarray of int, shape (n,)
        Where in `words` each choice's begin.
    one : callable
        A choice as an object, without terms where these cost something to make.
    told : callable
        The same with its terms and reasons.
    need_rows, offer_rows : mappings of ids to positions
    """

    need_facts: tuple[NeedFacts, ...]
    offer_facts: tuple[OfferFacts, ...]
    needs: Ints
    offers: Ints
    values: Ints
    waits: Bools
    helpers: Ints
    first_words: Ints
    spans: Ints
    words: Words
    offsets: Ints
    one: One
    told: One
    need_rows: Mapping[int, int]
    offer_rows: Mapping[int, int]

    def row_of(self, need_id: int, offer_id: int) -> int | None:
        """Where a choice stands; None where there is no such choice."""
        need, offer = self.need_rows.get(need_id), self.offer_rows.get(offer_id)
        if need is None or offer is None:
            return None
        begin, end = np.searchsorted(self.needs, [need, need + 1])
        row = int(begin + np.searchsorted(self.offers[begin:end], offer))
        return row if row < end and self.offers[row] == offer else None

    def only(self, rows: Ints) -> "Choices":
        """These rows alone, with the needs and the offers that they name."""
        needs, need_at = np.unique(self.needs[rows], return_inverse=True)
        offers, offer_at = np.unique(self.offers[rows], return_inverse=True)
        counts = self.spans[self.needs[rows]]
        need_facts = tuple(self.need_facts[row] for row in needs.tolist())
        offer_facts = tuple(self.offer_facts[row] for row in offers.tolist())
        return replace(
            self,
            need_facts=need_facts,
            offer_facts=offer_facts,
            needs=need_at,
            offers=offer_at,
            values=self.values[rows],
            waits=self.waits[rows],
            helpers=np.unique(self.helpers[offers], return_inverse=True)[1],
            first_words=self.first_words[needs],
            spans=self.spans[needs],
            words=self.words[np.repeat(self.offsets[rows], counts) + _within(counts)],
            offsets=np.cumsum(counts) - counts,
            one=lambda row: self.one(int(rows[row])),
            told=lambda row: self.told(int(rows[row])),
            need_rows={need.need_id: row for row, need in enumerate(need_facts)},
            offer_rows={offer.offer_id: row for row, offer in enumerate(offer_facts)},
        )

    def most_of_needs(self, rows: Ints, wanted: Ints) -> Ints:
        """For each need the value of as many of its best helpers as are wanted, as if each were free for it alone."""
        best = self.best_of_helpers(rows)
        order = best[np.lexsort((-self.values[best], self.needs[best]))]
        first = np.searchsorted(self.needs[order], self.needs[order], side="left")
        taken = order[np.arange(len(order)) - first < wanted[self.needs[order]]]
        most = np.zeros(len(self.need_facts), dtype=np.int64)
        np.add.at(most, self.needs[taken], self.values[taken])
        return most

    def best_of_helpers(self, rows: Ints) -> Ints:
        """Of each helper's choices for one need the one worth most, the first among equals; by need, then helper."""
        keys = self.needs[rows] * (int(self.helpers.max(initial=0)) + 1) + self.helpers[self.offers[rows]]
        order = np.lexsort((-self.values[rows], keys))
        first = np.flatnonzero(np.diff(keys[order], prepend=-1))
        return np.asarray(rows[order[first]])

    def have_one_hour_each(self) -> bool:
        """Whether each need can be met at one hour only, whoever comes."""
        if np.any(self.spans[self.needs] != 1):
            return False
        first = np.flatnonzero(np.diff(self.needs, prepend=-1))
        hours = np.bitwise_or.reduceat(self.words[self.offsets], first) if len(first) else self.words[:0]
        return bool(np.all(np.bitwise_count(hours) <= 1))

    def with_starts(self) -> Ints:
        """Rows of choices that can begin at all."""
        counts = self.spans[self.needs]
        some = np.zeros(len(self.needs), dtype=np.bool_)
        some[np.repeat(np.arange(len(counts)), counts)[self.words != 0]] = True
        return np.flatnonzero(some)

    def words_at(self, rows: Ints, words: Words) -> Words:
        """The words of some choices of equal span, shape (rows, span); `words` is laid out as the own."""
        span = int(self.spans[self.needs[rows[0]]])
        return np.asarray(words[self.offsets[rows][:, None] + np.arange(span)])

    def have_start(self, rows: Ints, starts: Ints, words: Words) -> Bools:
        """Whether each choice can begin at the start of its need; below 0 there is none."""
        needs = self.needs[rows]
        within = starts // WORD_BITS - self.first_words[needs]
        found = words[self.offsets[rows] + np.maximum(within, 0)] >> (starts % WORD_BITS).astype(np.uint64)
        return np.asarray((starts >= 0) & (found & np.uint64(1) != 0))

    def fullest_starts(self, rows: Ints, words: Words) -> Ints:
        """For each need the quarter at which most of these choices could begin, the earliest of those; else -1."""
        starts = np.full(len(self.need_facts), -1, dtype=np.int64)
        spans = self.spans[self.needs[rows]]
        for span in np.flatnonzero(np.bincount(spans)).tolist():
            if not span:
                continue
            of_span = rows[spans == span]
            for piece in _by_need(self.needs[of_span], max(1, _BITS_AT_ONCE // (span * WORD_BITS))):
                some = of_span[piece]
                packed = self.words_at(some, words).astype("<u8").view(np.uint8)
                bits = np.unpackbits(packed, axis=1, bitorder="little")
                first = np.flatnonzero(np.diff(self.needs[some], prepend=-1))
                counts = np.add.reduceat(bits, first, axis=0, dtype=np.int32)
                fullest = counts.argmax(axis=1)
                needs = self.needs[some[first]]
                any_at_all = counts[np.arange(len(first)), fullest] > 0
                starts[needs] = np.where(any_at_all, fullest + self.first_words[needs] * WORD_BITS, -1)
        return starts


def choices_of(scored: Iterable[Scored], waiting: Iterable[Scored] = ()) -> Choices:
    """Choices from candidates that were made one by one."""
    marked = [(one, False) for one in scored] + [(one, True) for one in waiting]
    marked.sort(key=lambda pair: (pair[0].candidate.need.need_id, pair[0].candidate.offer.offer_id))
    listed = [one for one, _ in marked]
    needs = {one.candidate.need.need_id: one.candidate.need for one in listed}
    offers = {one.candidate.offer.offer_id: one.candidate.offer for one in listed}
    need_rows = {need_id: row for row, need_id in enumerate(needs)}
    offer_rows = {offer_id: row for row, offer_id in enumerate(sorted(offers))}
    asked = np.asarray([need_rows[one.candidate.need.need_id] for one in listed], dtype=np.int64)
    starts = words_of([one.candidate.starts for one in listed])
    first_words, spans = _spans(asked, starts, len(needs))
    counts = spans[asked]
    words = starts[np.repeat(np.arange(len(listed)), counts), np.repeat(first_words[asked], counts) + _within(counts)]
    return Choices(
        need_facts=tuple(needs.values()),
        offer_facts=tuple(offers[offer_id] for offer_id in offer_rows),
        needs=asked,
        offers=np.asarray([offer_rows[one.candidate.offer.offer_id] for one in listed], dtype=np.int64),
        values=np.asarray([value_of(one) for one in listed], dtype=np.int64),
        waits=np.asarray([waits for _, waits in marked], dtype=np.bool_),
        helpers=_helpers([offers[offer_id] for offer_id in offer_rows]),
        first_words=first_words,
        spans=spans,
        words=words,
        offsets=np.cumsum(counts) - counts,
        one=listed.__getitem__,
        told=listed.__getitem__,
        need_rows=need_rows,
        offer_rows=offer_rows,
    )


def choices_in(scores: Scores) -> Choices:
    """Choices from the scores of a whole city, whose rows stand in the order of the ids."""
    pairs = scores.pairs
    hours, needs = pairs.columns.needs.hours, pairs.columns.needs.facts
    first_words = hours.first_word[hours.rows]
    spans = hours.last_word[hours.rows] - first_words + 1
    counts = spans[pairs.needs]
    offsets = np.cumsum(counts) - counts
    words = np.empty(int(counts.sum()), dtype=np.uint64)
    for begin in range(0, len(pairs), _ROWS_AT_ONCE):
        piece = slice(begin, begin + _ROWS_AT_ONCE)
        asked, some = pairs.needs[piece], counts[piece]
        starts = starts_in(pairs.columns, asked, pairs.offers[piece])
        at = np.repeat(first_words[asked], some) + _within(some)
        first = int(offsets[begin])
        words[first : first + len(at)] = starts[np.repeat(np.arange(len(some)), some), at]
    bare = replace(scores, terms=())

    def one(row: int) -> Scored:
        begin, need = int(offsets[row]), int(pairs.needs[row])
        begins = bits_of(words[begin : begin + int(spans[need])], int(first_words[need]))
        return bare.scored(row, begins)

    urgencies = np.asarray([need.urgency for need in needs], dtype=np.int64)
    waits = np.zeros(len(pairs), dtype=np.bool_)
    waits[scores.waiting] = True
    return Choices(
        need_facts=needs,
        offer_facts=pairs.columns.offers.facts,
        needs=pairs.needs,
        offers=pairs.offers,
        values=scores.totals + URGENCY_POINTS * urgencies[pairs.needs],
        waits=waits,
        helpers=_helpers(pairs.columns.offers.facts),
        first_words=first_words,
        spans=spans,
        words=words,
        offsets=offsets,
        one=lru_cache(maxsize=None)(one),
        told=lambda row: scores.scored(row, one(row).candidate.starts),
        need_rows={need.need_id: row for row, need in enumerate(needs)},
        offer_rows={offer.offer_id: row for row, offer in enumerate(pairs.columns.offers.facts)},
    )


def _helpers(offers: Sequence[OfferFacts]) -> Ints:
    """A number for the helper of each offer, in the order of `helper_of`."""
    found = [helper_of(offer) for offer in offers]
    number = {helper: at for at, helper in enumerate(sorted(set(found)))}
    return np.asarray([number[helper] for helper in found], dtype=np.int64)


def _spans(asked: Ints, starts: Words, needs: int) -> tuple[Ints, Ints]:
    """The first word and the count of words that hold the starts of each need's choices."""
    if not len(asked):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    some = np.bitwise_or.reduceat(starts, np.flatnonzero(np.diff(asked, prepend=-1)), axis=0) != 0
    first = np.where(some.any(axis=1), some.argmax(axis=1), 0)
    last = np.where(some.any(axis=1), starts.shape[1] - 1 - some[:, ::-1].argmax(axis=1), 0)
    return first.astype(np.int64), (last - first + 1).astype(np.int64)


def _within(counts: Ints) -> Ints:
    """0, 1, 2, ... anew for each count."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)


def _by_need(needs: Ints, at_once: int) -> Iterator[slice]:
    """Pieces of about so many rows that never part the rows of one need."""
    begin = 0
    while begin < len(needs):
        end = min(begin + at_once, len(needs))
        while end < len(needs) and needs[end] == needs[end - 1]:
            end += 1
        yield slice(begin, end)
        begin = end
