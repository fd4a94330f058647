"""Plays a week: needs come, helpers are asked and may say no, needs are withdrawn, visits come free again."""

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

import numpy as np

from bench.measuring import share
from bench.online_stream import HOURS, Ints, Week
from matchmaker.engine.prices import URGENT_FROM, Market, best_plan

FEW = 3
"""Needs with so many candidates or fewer are looked at by themselves: whom a price might hurt most."""


class Happens(IntEnum):
    """What happens, in the order in which it is looked at within one moment."""

    WITHDRAWN = 0
    BACK = 1
    LOOK = 2
    COMES = 3
    LAST_CALL = 4


class Policy(Protocol):
    """Whom to ask. It looks at nothing that is still to come, which a test holds."""

    looks: int
    """How often in the week it looks at everything anew."""

    def look(self, desk: "Desk", now: float) -> None:
        """The whole desk is looked at, between needs."""

    def order(self, desk: "Desk", need: int, pairs: Ints, last_call: bool) -> Ints:
        """Which of these pairs to ask, the first first; all have room and were not asked before."""


@dataclass
class Desk:
    """How things stand at a moment of the week."""

    week: Week
    left: Ints
    missing: Ints
    begins: Ints
    now: float = 0.0
    matched: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    found_at: dict[int, float] = field(default_factory=dict)
    """For each pair matched."""
    waiting: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)
    """Pairs that were asked: a no holds, and no helper comes twice to one need."""
    asked: int = 0
    held: set[int] = field(default_factory=set)
    """Needs that were told of a price which keeps them waiting."""
    turned_away: int = 0
    """Needs that got less help than wanted while somebody free had not been asked at their last call."""

    def pairs_of(self, need: int) -> Ints:
        return np.arange(self.begins[need], self.begins[need + 1])

    def open_pairs(self, need: int) -> Ints:
        """With room, and not asked before."""
        pairs = self.pairs_of(need)
        pairs = pairs[self.left[self.week.stream.offer[pairs]] > 0]
        return np.array([pair for pair in pairs if pair not in self.answered], dtype=np.int64)


@dataclass(frozen=True)
class Played:
    """How a week went; needs that were withdrawn count nowhere."""

    value: int
    visits: int
    met_share: float
    met_share_few: float
    met_share_urgent: float
    at_once_share: float
    wait_hours: float
    held_share: float
    asked_per_visit: float
    turned_away: int
    met: frozenset[int]
    """Needs that got all their helpers."""
    held: frozenset[int]
    """Needs that a price kept waiting, for however long."""


def play(week: Week, policy: Policy) -> Played:
    """The second week of the stream under a policy."""
    stream, past = week.stream, week.stream.past
    begins = np.searchsorted(stream.need, np.arange(len(stream.urgency) + 1))
    desk = Desk(week, np.where(week.back_at > 0, 0, week.capacity), stream.wanted.copy(), begins)
    could_help: dict[int, set[int]] = defaultdict(set)
    for need, offer in zip(stream.need.tolist(), stream.offer.tolist(), strict=True):
        if need >= past:
            could_help[offer].add(need)
    for now, what, row in _events(week, policy.looks):
        desk.now = now
        if what is Happens.WITHDRAWN:
            for offer in _withdraw(desk, row):
                _serve(desk, policy, desk.waiting & could_help[offer], now)
        elif what is Happens.BACK:
            desk.left[row] = week.capacity[row]
            _serve(desk, policy, desk.waiting & could_help[row], now)
        elif what is Happens.LOOK:
            policy.look(desk, now)
            _serve(desk, policy, desk.waiting, now)
        elif what is Happens.COMES:
            desk.waiting.add(row)
            _serve(desk, policy, {row}, now)
        elif row in desk.waiting:
            _serve(desk, policy, {row}, now, last_call=True)
            desk.turned_away += row in desk.waiting and len(desk.open_pairs(row)) > 0
            desk.waiting.discard(row)
    return _played(desk)


def hindsight(week: Week) -> tuple[int, int]:
    """The value and the visits of the best plan for all that came, with every answer known."""
    stream = week.stream
    stayed = (stream.need >= stream.past) & np.isinf(week.withdrawn_at[stream.need])
    lawful = stayed & week.says_yes & (week.back_at[stream.offer] <= week.waits_until[stream.need])
    market = Market(stream.need[lawful], stream.offer[lawful], stream.value[lawful], stream.wanted, week.capacity)
    used = best_plan(market)
    return int(market.value[used].sum()), int(used.sum())


def _events(week: Week, looks: int) -> Iterator[tuple[float, Happens, int]]:
    needs = range(week.stream.past, len(week.comes_at))
    events = [(float(week.comes_at[need]), Happens.COMES, need) for need in needs]
    events += [(float(week.waits_until[need]), Happens.LAST_CALL, need) for need in needs]
    events += [
        (float(week.withdrawn_at[need]), Happens.WITHDRAWN, need)
        for need in needs
        if np.isfinite(week.withdrawn_at[need])
    ]
    events += [(float(at), Happens.BACK, offer) for offer, at in enumerate(week.back_at) if at > 0]
    events += [(HOURS * number / looks, Happens.LOOK, number) for number in range(looks)]
    heapq.heapify(events)
    while events:
        yield heapq.heappop(events)


def _serve(desk: Desk, policy: Policy, needs: set[int], now: float, last_call: bool = False) -> None:
    """The urgent first, then who came first: candidates are asked until nobody is missing."""
    urgency = desk.week.stream.urgency
    for need in sorted(needs, key=lambda one: (-urgency[one], one)):
        is_last = last_call or desk.week.waits_until[need] <= now
        for pair in policy.order(desk, need, desk.open_pairs(need), is_last).tolist():
            if not desk.missing[need]:
                break
            desk.asked += 1
            desk.answered.add(pair)
            if not desk.week.says_yes[pair]:
                continue
            desk.left[desk.week.stream.offer[pair]] -= 1
            desk.missing[need] -= 1
            desk.matched[need].append(pair)
            desk.found_at[pair] = now
        if not desk.missing[need]:
            desk.waiting.discard(need)


def _withdraw(desk: Desk, need: int) -> list[int]:
    """The offers whose visits come free."""
    desk.waiting.discard(need)
    freed = [int(desk.week.stream.offer[pair]) for pair in desk.matched.pop(need, [])]
    for offer in freed:
        desk.left[offer] += 1
    return freed


def _played(desk: Desk) -> Played:
    stream, week = desk.week.stream, desk.week
    needs = np.arange(stream.past, len(stream.urgency))
    needs = needs[np.isinf(week.withdrawn_at[needs])]
    pairs = [pair for need in needs.tolist() for pair in desk.matched[need]]
    waits = np.array([desk.found_at[pair] - week.comes_at[stream.need[pair]] for pair in pairs])
    few = np.diff(desk.begins)[needs] <= FEW
    urgent = stream.urgency[needs] >= URGENT_FROM
    held = frozenset(desk.held & set(needs.tolist()))

    def met(which: np.ndarray) -> float:
        wanted = stream.wanted[needs][which].sum()
        return share(int(wanted - desk.missing[needs][which].sum()), int(wanted))

    return Played(
        value=int(stream.value[pairs].sum()),
        visits=len(pairs),
        met_share=met(np.ones(len(needs), dtype=bool)),
        met_share_few=met(few),
        met_share_urgent=met(urgent),
        at_once_share=share(int((waits == 0).sum()), len(waits)),
        wait_hours=float(waits.mean()) if len(waits) else 0.0,
        held_share=len(held) / max(1, len(needs)),
        asked_per_visit=share(desk.asked, len(desk.found_at)),
        turned_away=desk.turned_away,
        met=frozenset(needs[desk.missing[needs] == 0].tolist()),
        held=held,
    )
