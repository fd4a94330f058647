"""A plan at once: the best candidates first, whatever is left for the others; and a bound that certainly holds.

It stands while the exact plan is still looked for, and is kept where that is stopped.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from matchmaker.engine.assignment import Key, Plan, plan_of
from matchmaker.engine.booking import Bookings
from matchmaker.engine.choices import Choices, choices_of
from matchmaker.engine.problem import NeedFacts
from matchmaker.engine.scoring import Scored


def greedy_plan(needs: Sequence[NeedFacts], scored: Iterable[Scored], waiting: Iterable[Scored] = ()) -> Plan:
    """Choose the candidate worth most, at the first hour that is free, then the next, and so on.

    Parameters
    ----------
    needs : sequence of NeedFacts
        All needs of the round, also those without candidates.
    scored : iterable of Scored
        Candidates that enter.
    waiting : iterable of Scored
        Candidates from further rings, taken only where the first left a helper wanting.

    Returns
    -------
    Plan
        The same for any order of the input. Its bound is `quick_bound`, wider than that of the exact plan.

    Notes
    -----
    On random towns greedy reaches some 96 % of the best value; every hard limit holds in it.
    """
    return greedy_from(needs, choices_of(scored, waiting))


def greedy_from(needs: Sequence[NeedFacts], choices: Choices, pins: Iterable[Key] = ()) -> Plan:
    """The same as `greedy_plan`, from choices in columns, around those that stand."""
    bookings = _with_taken(needs, choices, pins)
    order = np.lexsort((choices.offers, choices.needs, -choices.values, choices.waits))
    need_ids = [need.need_id for need in choices.need_facts]
    for row, need in zip(order.tolist(), choices.needs[order].tolist(), strict=True):
        if bookings.missing.get(need_ids[need], 0) <= 0:
            continue
        one = choices.one(row)
        starts = bookings.starts(one)
        if starts:
            bookings.take(one, (starts & -starts).bit_length() - 1)
    return plan_of(bookings, quick_bound(needs, choices))


def plan_again(needs: Sequence[NeedFacts], choices: Choices, keys: Iterable[Key]) -> Plan:
    """The plan that made these choices before, as far as they still can be made.

    Parameters
    ----------
    needs : sequence of NeedFacts
    choices : Choices
        All candidates, of all rings.
    keys : iterable of (need, offer, start)
        The choices of the earlier plan.

    Returns
    -------
    Plan
        With `quick_bound` as its bound.
    """
    bookings = _with_taken(needs, choices, keys)
    return plan_of(bookings, quick_bound(needs, choices))


def _with_taken(needs: Sequence[NeedFacts], choices: Choices, keys: Iterable[Key]) -> Bookings:
    """As many of these choices as can stand."""
    bookings = Bookings(needs)
    for need_id, offer_id, start in sorted(keys):
        row = choices.row_of(need_id, offer_id)
        if row is not None:
            bookings.take(choices.one(row), start)
    return bookings


def quick_bound(needs: Sequence[NeedFacts], choices: Choices) -> int:
    """No plan is worth more: every need has its best helpers, as if each of them were free for it alone."""
    wanted = {need.need_id: need.helpers_wanted for need in needs}
    listed = np.asarray([wanted.get(need.need_id, 0) for need in choices.need_facts], dtype=np.int64)
    return int(choices.most_of_needs(choices.with_starts(), listed).sum())
