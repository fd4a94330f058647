"""From candidates to the market that prices are solved in, and from prices to the order in which helpers are asked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from matchmaker.engine.choices import Choices, Helper, choices_in, helper_of, value_of
from matchmaker.engine.prices import SCARCE, UNITS_PRICED, URGENT_FROM, Certificate, FlowPrices, Market, Prices, suggest
from matchmaker.engine.problem import OfferFacts
from matchmaker.engine.scoring import Scored, Scores

WEEKS_AHEAD: Final = 2
"""The next seven days lie in so many weeks of the horizon."""
NEEDS_DRAWN: Final = 4_000
LEAST_WEEKS: Final = 8
MOST_WEEKS: Final = 64
NO_CERTIFICATE: Final = Certificate(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """One candidate where several could be asked.

    Attributes
    ----------
    scored : Scored
    price : int
        Of its offer's next visit, in points; 0 where none is looked at.
    is_scarce : bool
        Its price put it behind one that suits less.
    """

    scored: Scored
    price: int
    is_scarce: bool

    @property
    def net(self) -> int:
        """What it is worth to this need above what it is worth to others."""
        return value_of(self.scored) - self.price


def weeks_to_draw(needs: float) -> int:
    """How many weeks prices are drawn from: the fewer needs a week has, the more, for chance weighs more there.

    Examples
    --------
    >>> weeks_to_draw(1_000), weeks_to_draw(200), weeks_to_draw(12)
    (8, 20, 64)
    """
    return min(MOST_WEEKS, max(LEAST_WEEKS, round(NEEDS_DRAWN / max(1.0, needs))))


def left_of(offer: OfferFacts) -> int:
    """Visits that an offer has left in the fuller of the two weeks that the next seven days may touch."""
    weeks = zip(offer.visits_left_by_week, offer.person_visits_left_by_week, strict=True)
    return max(0, *(min(both) for both in list(weeks)[:WEEKS_AHEAD]))


def market_of(scores: Scores) -> Market:
    """The pairs that enter by their rings, worth what a plan counts them; rows as in the columns of the scores."""
    choices = choices_in(scores)
    entering = np.flatnonzero(~choices.waits)
    return Market(
        need=choices.needs[entering],
        offer=choices.offers[entering],
        value=choices.values[entering],
        wanted=np.asarray([need.helpers_wanted for need in choices.need_facts], dtype=np.int64),
        capacity=np.asarray([left_of(offer) for offer in choices.offer_facts], dtype=np.int64),
    )


def prices_before(by_left: Mapping[int, tuple[int, ...]], beyond: Mapping[int, int], offer_ids: list[int]) -> Prices:
    """Prices of an earlier look for the offers of this one; 0 where there were none."""
    none = (0,) * UNITS_PRICED
    rows = [by_left.get(offer_id, none) for offer_id in offer_ids]
    table = np.asarray(rows, dtype=np.int64).reshape(len(rows), UNITS_PRICED).T
    flow = np.asarray([beyond.get(offer_id, 0) for offer_id in offer_ids], dtype=np.int64)
    return Prices(table, flow, FlowPrices(flow, NO_CERTIFICATE), NO_CERTIFICATE)


def at_prices(choices: Choices, price_of: Mapping[int, int]) -> Choices:
    """Choices worth what they are above their prices, moved up alike where one would be worth nothing otherwise.

    So a plan of one need takes the best of them and leaves no place empty that somebody could take. Needs of which
    no price is looked at keep their values.
    """
    prices = np.asarray([price_of.get(offer.offer_id, 0) for offer in choices.offer_facts], dtype=np.int64)
    waits_not = np.asarray([need.urgency < URGENT_FROM for need in choices.need_facts], dtype=np.bool_)
    if not len(choices.values) or not prices.any():
        return choices
    net = choices.values - np.where(waits_not[choices.needs], prices[choices.offers], 0)
    return replace(choices, values=net + max(0, 1 - int(net.min())))


def in_order(scored: tuple[Scored, ...], price_of: Mapping[int, int], *, wanted: int = 1) -> tuple[Asked, ...]:
    """All candidates of one need in the order in which they would be asked, each helper once, by their best offer."""
    best = _best_of_each(scored, price_of)
    if not best:
        return ()
    urgency = best[0].candidate.need.urgency
    prices = [price_of.get(one.candidate.offer.offer_id, 0) if urgency < URGENT_FROM else 0 for one in best]
    values = [value_of(one) for one in best]
    made = suggest(values, prices, urgency=urgency, wanted=wanted, last_call=True)
    return tuple(Asked(best[row], prices[row], made.reasons[row] == SCARCE) for row in made.order)


def left_for_others(chosen: Scored, asked: tuple[Asked, ...]) -> int:
    """How many helpers would suit the need of a chosen one better and were not asked, for their price."""
    mine = next((one for one in asked if one.scored.candidate.offer == chosen.candidate.offer), None)
    if mine is None:
        return 0
    better = [one for one in asked if value_of(one.scored) > value_of(mine.scored)]
    return sum(one.net < mine.net for one in better)


def _best_of_each(scored: tuple[Scored, ...], price_of: Mapping[int, int]) -> list[Scored]:
    found: dict[Helper, Scored] = {}
    for one in scored:
        helper = helper_of(one.candidate.offer)
        other = found.get(helper)
        if other is None or _above(one, price_of) > _above(other, price_of):
            found[helper] = one
    return list(found.values())


def _above(one: Scored, price_of: Mapping[int, int]) -> int:
    return value_of(one) - price_of.get(one.candidate.offer.offer_id, 0)
