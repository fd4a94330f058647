"""Prices: what one more visit of an offer would be worth to needs still to come, so that an answer at once leaves room.

An answer at once sees one need. Asking whoever suits it best may take the only helper of the next one; asking whoever
is worth most above their price does not. Everything here works on plain arrays (need row, offer row, value, capacity)
and knows neither candidates nor the clock: the caller says what was seen and how much is expected.

A price orders helpers and may keep a need waiting, openly, until its last call; see `suggest`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.flow import SINK, Arcs, cheapest_flow
from matchmaker.engine.places import Ints

Floats = NDArray[np.float64]

URGENT_FROM: Final = 2
"""From this urgency on no price is looked at."""
UNITS_PRICED: Final = 6
"""Visits left up to which each has a price of its own; with more left the flow's price holds."""
STEPS: Final = 24
"""Parts into which what is left of the week is cut."""
SCARCE: Final = "SCARCE_FOR_OTHERS"
KEPT: Final = "KEPT_FOR_OTHERS"


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """Needs and offers as plain arrays.

    Attributes
    ----------
    need, offer : int64 arrays of shape (pairs,)
        The row of the need and of the offer of each candidate; a pair stands there once. Any order.
    value : int64 array of shape (pairs,)
        Points of the plan, as `booking.value_of` counts them.
    wanted : int64 array of shape (needs,)
        Helpers wanted.
    capacity : int64 array of shape (offers,)
        Visits that are left.
    """

    need: Ints
    offer: Ints
    value: Ints
    wanted: Ints
    capacity: Ints


@dataclass(frozen=True, slots=True)
class Certificate:
    """The best plan's value, and the bound that the prices prove; a bound is never below a plan."""

    primal: float
    dual: float

    @property
    def gap(self) -> float:
        """0 where the prices are certainly the best there are."""
        return (self.dual - self.primal) / self.dual if self.dual else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class FlowPrices:
    """The smallest prices that prove a market's best plan; `price` in points, shape (offers,)."""

    price: Ints
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the caller expects of the rest of the week, from the past of the same stream.

    Attributes
    ----------
    needs : float
        How many more are expected.
    refused : float
        The chance that somebody who is asked says no: one for all, so that who says no is neither dearer nor cheaper.
    withdrawn : float
        The chance that a need is withdrawn.
    samples : int
        Weeks that are drawn.
    """

    needs: float
    refused: float = 0.0
    withdrawn: float = 0.0
    samples: int = 8


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """A price for each offer and each number of visits that it has left.

    Attributes
    ----------
    by_left : int64 array of shape (UNITS_PRICED, offers)
        Row k is the price of the next visit of who has k + 1 left: the fewer, the dearer.
    beyond : int64 array of shape (offers,)
        The price of whoever has more left: that of the flow.
    flow : FlowPrices
        Of the drawn weeks.
    certificate : Certificate
        Of the prices in use at the capacities of the moment, against the best plan of the drawn weeks.
    """

    by_left: Ints
    beyond: Ints
    flow: FlowPrices
    certificate: Certificate

    def of(self, offers: Ints, left: Ints) -> Ints:
        """The price of these offers' next visit, with so many left (none is priced as the last one)."""
        row = np.clip(left - 1, 0, UNITS_PRICED - 1)
        return np.where(left > UNITS_PRICED, self.beyond[offers], self.by_left[row, offers])


@dataclass(frozen=True, slots=True)
class Suggestion:
    """In which order to ask.

    Attributes
    ----------
    order : tuple of int
        Positions of the candidates to ask, the first first.
    net : tuple of int
        Value minus price of each candidate as it was given; for an urgent need the value.
    reasons : tuple of str
        For each candidate SCARCE_FOR_OTHERS where its price put it behind one that suits less, or out; else empty.
    held : str
        KEPT_FOR_OTHERS where prices leave helpers wanting who could be found without them: the need waits, and is to be
        told so. Else empty.
    """

    order: tuple[int, ...]
    net: tuple[int, ...]
    reasons: tuple[str, ...]
    held: str


def suggest(
    values: Sequence[int], prices: Sequence[int], *, urgency: int = 0, wanted: int = 1, last_call: bool = False
) -> Suggestion:
    """Whom to ask for one need, by value minus price.

    Parameters
    ----------
    values : sequence of int
        Of the adequate candidates that have room, in points.
    prices : sequence of int
        Of the same candidates, in points.
    urgency : int
        From `URGENT_FROM` on no price is looked at.
    wanted : int
        Helpers that the need still lacks.
    last_call : bool
        The need cannot wait any longer: prices order its candidates and leave nobody out.

    Returns
    -------
    Suggestion
        Among equals the less scarce, then the one given first.

    Notes
    -----
    A need waits only while everybody's price is above what they are worth to it. Whoever is free at its last call is
    asked whatever their price; by then others may have taken those who were free before. With `last_call` from the
    beginning prices order the candidates and no need waits.

    Examples
    --------
    >>> suggest([15_300, 15_050], [1_000, 0]).order
    (1, 0)
    >>> suggest([15_300], [16_000]).held
    'KEPT_FOR_OTHERS'
    >>> suggest([15_300], [16_000], last_call=True).order
    (0,)
    """
    looked_at = [0] * len(values) if urgency >= URGENT_FROM else prices
    net = [value - price for value, price in zip(values, looked_at, strict=True)]
    ranked = sorted(range(len(net)), key=lambda one: (-net[one], looked_at[one], one))
    order = [one for one in ranked if last_call or net[one] >= 0]
    reasons = [""] * len(net)
    least_before = max(values, default=0)
    for place, one in enumerate(ranked):
        reasons[one] = SCARCE if place >= len(order) or least_before < values[one] else ""
        least_before = min(least_before, values[one])
    held = KEPT if len(order) < min(wanted, len(net)) else ""
    return Suggestion(tuple(order), tuple(net), tuple(reasons), held)


def prices_for(past: Market, outlook: Outlook, rng: np.random.Generator, earlier: Prices | None = None) -> Prices:
    """Prices for what is left of a week.

    Parameters
    ----------
    past : Market
        Needs that were seen, with those who could come to each, and the capacities of this moment (0 for who is away).
    outlook : Outlook
    rng : numpy.random.Generator
    earlier : Prices, optional
        Those of the look before, of the same offers.

    Returns
    -------
    Prices

    """
    drawn = forecast(past, outlook, rng)
    return prices_in(drawn, samples=outlook.samples, left=past.capacity, earlier=earlier)


def prices_in(drawn: Market, *, samples: int, left: Ints, earlier: Prices | None = None) -> Prices:
    """Prices for weeks that were drawn.

    Parameters
    ----------
    drawn : Market
        So many weeks side by side, see `forecast`.
    samples : int
    left : int64 array of shape (offers,)
        Visits left at this moment.
    earlier : Prices, optional
        Prices move from these half of the way only: they do not jump between two looks, and follow a falling week
        a little behind, which the trial of `bench/online.py` found better than following at once.

    Returns
    -------
    Prices

    Notes
    -----
    The flow's prices say what each need would do without an offer. What it would pay for that offer beyond this is its
    bid. Bids come one by one, and an offer with k visits left takes a bid that is worth more than keeping the visit:
    from the end of the week backwards ``V_k += chance of a bid * mean(max(0, bid - (V_k - V_(k-1))))``, and the price
    is ``V_k - V_(k-1)``: network revenue management, decomposed by resource (Talluri and van Ryzin 2004).

    Examples
    --------
    One visit left, one need expected: ``15,000 * (1 - 1/e)``.

    >>> one, none = np.array([1]), np.array([0])
    >>> alone = Market(need=none, offer=none, value=np.array([15_000]), wanted=one, capacity=one)
    >>> prices_in(alone, samples=1, left=one).of(none, left=one).tolist()
    [9482]
    """
    flow = flow_prices(drawn)
    by_left, beyond = _prices_by_left(drawn, flow.price, samples), flow.price
    if earlier is not None:
        by_left, beyond = (by_left + earlier.by_left) // 2, (beyond + earlier.beyond) // 2
    prices = Prices(by_left, beyond, flow, flow.certificate)
    in_use = prices.of(np.arange(len(left)), left)
    return replace(prices, certificate=Certificate(flow.certificate.primal, bound_of(drawn, in_use)))


def forecast(past: Market, outlook: Outlook, rng: np.random.Generator) -> Market:
    """Weeks drawn from the needs of the past, side by side: each offer has its capacity as often as there are weeks."""
    expected = outlook.samples * outlook.needs * (1.0 - outlook.withdrawn)
    count = int(rng.poisson(expected)) if len(past.wanted) else 0
    rows = rng.integers(len(past.wanted), size=count) if count else np.zeros(0, dtype=np.int64)
    by_need = np.argsort(past.need, kind="stable")
    begins = np.searchsorted(past.need[by_need], np.arange(len(past.wanted) + 1))
    lengths = (begins[1:] - begins[:-1])[rows]
    drawn = np.repeat(np.arange(count), lengths)
    within = np.arange(len(drawn)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    pairs = by_need[np.repeat(begins[:-1][rows], lengths) + within]
    said_yes = rng.random(len(pairs)) >= outlook.refused
    pairs, drawn = pairs[said_yes], drawn[said_yes]
    capacity = past.capacity * outlook.samples
    return Market(drawn, past.offer[pairs], past.value[pairs], past.wanted[rows], capacity)


def flow_prices(market: Market) -> FlowPrices:
    """The smallest prices that prove the best plan of a market: what one more visit of each offer would add to it.

    Parameters
    ----------
    market : Market

    Returns
    -------
    FlowPrices
        Of an offer with visits to spare 0. The certificate is checked: its dual is computed from the prices alone.

    Notes
    -----
    Prices are the longest paths of the residual network of an exact flow, found by Bellman and Ford's rounds. They are
    the least of all dual solutions: no helper is called scarcer than the plan proves.
    """
    used = best_plan(market)
    price = _worth_of_one_more(market, used)
    primal = int(market.value[used].sum())
    return FlowPrices(price, Certificate(primal, bound_of(market, price)))


def bound_of(market: Market, price: Ints) -> float:
    """No plan is worth more: all capacity at its price, and what each need gains above prices (weak duality)."""
    paid = float((price * market.capacity).sum())
    if not len(market.need):
        return paid
    net = market.value - price[market.offer]
    order = np.lexsort((-net, market.need))
    place = _place_in_group(market.need[order])
    taken = (place < market.wanted[market.need[order]]) & (net[order] > 0)
    return paid + float(net[order][taken].sum())


def best_plan(market: Market) -> NDArray[np.bool_]:
    """Which pairs a plan of the greatest value uses; needs may go unserved at no cost."""
    needs, offers = len(market.wanted), len(market.capacity)
    offer_nodes = 1 + needs + np.arange(offers)
    arcs = Arcs(
        tails=np.concatenate([1 + market.need, offer_nodes]),
        heads=np.concatenate([1 + needs + market.offer, np.full(offers, SINK)]),
        capacities=np.concatenate([np.ones(len(market.need), dtype=np.int64), market.capacity]),
        costs=np.concatenate([-market.value, np.zeros(offers, dtype=np.int64)]),
    )
    return cheapest_flow(market.wanted, arcs)[: len(market.need)] > 0


def _worth_of_one_more(market: Market, used: NDArray[np.bool_]) -> Ints:
    """For each offer what the plan would gain by one visit more: directly, or by a chain of needs that move up."""
    price = np.zeros(len(market.capacity), dtype=np.int64)
    if not len(market.need):
        return price
    full = np.bincount(market.offer[used], minlength=len(price)) >= market.capacity
    served = np.bincount(market.need[used], minlength=len(market.wanted))
    lacks = served < market.wanted
    open_pairs = np.flatnonzero(~used & full[market.offer])
    open_pairs = open_pairs[np.argsort(market.offer[open_pairs], kind="stable")]
    offers, begins = np.unique(market.offer[open_pairs], return_index=True)
    while len(offers):
        freed = np.where(lacks, 0, np.iinfo(np.int64).min // 2)
        np.maximum.at(freed, market.need[used], price[market.offer[used]] - market.value[used])
        gains = market.value[open_pairs] + freed[market.need[open_pairs]]
        risen = price.copy()
        risen[offers] = np.maximum(price[offers], np.maximum.reduceat(gains, begins))
        if np.array_equal(risen, price):
            break
        price = risen
    return price


def _prices_by_left(drawn: Market, price: Ints, samples: int) -> Ints:
    worth = np.zeros((UNITS_PRICED + 1, len(drawn.capacity)))
    bids, offer = _bids(drawn, price)
    offers, begins, counts = np.unique(offer, return_index=True, return_counts=True)
    if len(offers):
        one_comes = 1.0 - np.exp(-counts / (samples * STEPS))
        for _ in range(STEPS):
            keeping = np.diff(worth, axis=0)
            for left in range(UNITS_PRICED):
                above = np.maximum(0.0, bids - keeping[left][offer])
                worth[left + 1, offers] += one_comes * np.add.reduceat(above, begins) / counts
    return np.asarray(np.rint(np.diff(worth, axis=0)), dtype=np.int64)


def _bids(drawn: Market, price: Ints) -> tuple[Floats, Ints]:
    """What each need would pay for each offer, where anything: its value less the best the need has without it."""
    net = drawn.value - price[drawn.offer]
    order = np.lexsort((-net, drawn.need))
    need, net = drawn.need[order], net[order]
    place, wanted = _place_in_group(need), drawn.wanted[need]
    last = np.arange(len(need)) - place + wanted - np.where(place < wanted, 0, 1)
    there = np.minimum(last, len(need) - 1)
    is_own = (last < len(need)) & (need[there] == need) if len(need) else np.zeros(0, dtype=bool)
    otherwise = np.where(is_own, np.maximum(0, net[there]), 0) if len(need) else net
    bids = drawn.value[order] - otherwise
    kept = bids > 0
    by_offer = np.argsort(drawn.offer[order][kept], kind="stable")
    return bids[kept][by_offer].astype(np.float64), drawn.offer[order][kept][by_offer]


def _place_in_group(groups: Ints) -> Ints:
    """0, 1, 2... within each run of equal values."""
    if not len(groups):
        return np.zeros(0, dtype=np.int64)
    begins = np.flatnonzero(np.concatenate([[True], groups[1:] != groups[:-1]]))
    lengths = np.diff(np.append(begins, len(groups)))
    return np.arange(len(groups)) - np.repeat(begins, lengths)
