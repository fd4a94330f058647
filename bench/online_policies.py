"""The policies that are compared: those that look at one need alone, and those that look at prices."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np

from bench.measuring import share
from bench.online_play import Desk, Policy
from bench.online_stream import HOURS, Floats, Ints, Week
from matchmaker.engine.prices import Market, Outlook, Prices, prices_for, suggest

LOOKS: Final = 20
"""Times a week at which prices are solved again."""


@dataclass
class ByKey:
    """Whoever comes first by a number, whatever else is to come."""

    key: Callable[[Desk, Ints], Floats]
    looks: int = 0

    def look(self, desk: Desk, now: float) -> None:
        """Nothing to look at."""

    def order(self, desk: Desk, need: int, pairs: Ints, last_call: bool) -> Ints:
        return pairs[np.argsort(self.key(desk, pairs), kind="stable")]


@dataclass
class ByPrice:
    """Value minus price; a price may keep a need waiting for so many hours, and never beyond its last call."""

    seed: int
    by_left: bool = True
    holds_hours: float = np.inf
    looks: int = LOOKS
    prices: Prices | None = None
    seconds: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)

    def look(self, desk: Desk, now: float) -> None:
        """Prices from what came until now: last week, and this week so far."""
        started = time.process_time()
        week, stream = desk.week, desk.week.stream
        seen = int(np.searchsorted(week.comes_at, now))
        pairs = slice(0, int(desk.begins[seen]))
        market = Market(stream.need[pairs], stream.offer[pairs], stream.value[pairs], stream.wanted[:seen], desk.left)
        expected = float((week.comes_at[: stream.past] + HOURS >= now).sum())
        refused, withdrawn = rates_of(week, desk)
        rng = np.random.default_rng((self.seed, round(now * 60)))
        self.prices = prices_for(market, Outlook(expected, refused, withdrawn), rng, self.prices)
        self.seconds.append(time.process_time() - started)
        self.gaps.append(self.prices.certificate.gap)

    def order(self, desk: Desk, need: int, pairs: Ints, last_call: bool) -> Ints:
        stream = desk.week.stream
        assert self.prices is not None
        offers = stream.offer[pairs]
        price = self.prices.of(offers, desk.left[offers]) if self.by_left else self.prices.beyond[offers]
        waited = desk.now - desk.week.comes_at[need]
        made = suggest(
            stream.value[pairs].tolist(),
            price.tolist(),
            urgency=int(stream.urgency[need]),
            wanted=int(desk.missing[need]),
            last_call=last_call or waited >= self.holds_hours,
        )
        if made.held:
            desk.held.add(need)
        return pairs[list(made.order)]


def rates_of(week: Week, desk: Desk) -> tuple[float, float]:
    """How often those asked said no, and how often needs were withdrawn, in the past week, asking the best first."""
    stream = week.stream
    pairs = np.arange(desk.begins[stream.past])
    pairs = pairs[np.lexsort((-stream.value[pairs], stream.need[pairs]))]
    yes = np.cumsum(week.says_yes[pairs])
    first = desk.begins[stream.need[pairs]]
    yes_before = yes - week.says_yes[pairs] - np.where(first > 0, yes[first - 1], 0)
    asked = yes_before < stream.wanted[stream.need[pairs]]
    answers = week.says_yes[pairs][asked]
    refused = 1.0 - share(int(answers.sum()), len(answers))
    return refused, float(np.isfinite(week.withdrawn_at[: stream.past]).mean())


def _score(desk: Desk, pairs: Ints) -> Floats:
    return -desk.week.stream.value[pairs].astype(np.float64)


def _score_by_load(desk: Desk, pairs: Ints) -> Floats:
    """Inventory balancing: value times 1 - exp(-share of the capacity that is left)."""
    offers = desk.week.stream.offer[pairs]
    share = desk.left[offers] / np.maximum(1, desk.week.capacity[offers])
    return _score(desk, pairs) * (1.0 - np.exp(-share))


POLICIES: Final[Mapping[str, Callable[[int], Policy]]] = MappingProxyType(
    {
        "first_come": lambda seed: ByKey(lambda desk, pairs: pairs.astype(np.float64)),
        "nearest": lambda seed: ByKey(lambda desk, pairs: desk.week.stream.walk_m[pairs]),
        "greedy": lambda seed: ByKey(_score),
        "greedy_load": lambda seed: ByKey(_score_by_load),
        "flow_prices": lambda seed: ByPrice(seed, by_left=False),
        "prices_order": lambda seed: ByPrice(seed, holds_hours=0.0),
        "prices_24h": lambda seed: ByPrice(seed, holds_hours=24.0),
        "prices_48h": lambda seed: ByPrice(seed, holds_hours=48.0),
        "prices": lambda seed: ByPrice(seed),
    }
)
