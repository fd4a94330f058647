"""Ways to give needs to helpers, beside the plan: each takes the same candidates and keeps the same hard limits."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import csr_array, vstack

from bench.city import City
from matchmaker.engine.assignment import Plan, plan_of
from matchmaker.engine.booking import Bookings
from matchmaker.engine.choices import Choices
from matchmaker.engine.problem import WEEK_QUARTERS, NeedFacts
from matchmaker.engine.scoring import Scores

Ints = np.ndarray
FIRST_TWENTY: Final = 20


def one_by_one(needs: Sequence[NeedFacts], choices: Choices, order: Ints) -> Plan:
    """Take choices in this order as long as they can be had, at the first free hour."""
    bookings = Bookings(needs)
    need_ids = [need.need_id for need in choices.need_facts]
    for row, need in zip(order.tolist(), choices.needs[order].tolist(), strict=True):
        if bookings.missing[need_ids[need]] <= 0:
            continue
        one = choices.one(row)
        starts = bookings.starts(one)
        if starts:
            bookings.take(one, (starts & -starts).bit_length() - 1)
    return plan_of(bookings, 0)


def as_they_come(key: Callable[[City, Scores, Choices], Ints]) -> Callable[[City, Scores, Choices], Plan]:
    """Needs in the order in which they came, each with the free helper for whom the key is smallest."""

    def planned(made: City, scores: Scores, choices: Choices) -> Plan:
        order = np.lexsort((choices.offers, key(made, scores, choices), choices.needs))
        return one_by_one(made.needs, choices, order)

    return planned


def first_twenty(made: City, scores: Scores, choices: Choices) -> Plan:
    """The first twenty who registered and have the skill are asked, in that order, whoever they are."""
    begins = np.searchsorted(choices.needs, choices.needs, side="left")
    rows = np.flatnonzero(np.arange(len(choices.needs)) - begins < FIRST_TWENTY)
    return one_by_one(made.needs, choices, rows)


def bipartite(made: City, scores: Scores, choices: Choices) -> Plan:
    """An exact assignment of slots to places by distance, as one would without ties or reasons; small cases only."""
    if not len(choices.needs):
        return plan_of(Bookings(made.needs), 0)
    slots = np.repeat(np.arange(len(choices.need_facts)), [need.helpers_wanted for need in choices.need_facts])
    places = np.repeat(np.arange(len(choices.offer_facts)), [o.visits_left_by_week[0] for o in choices.offer_facts])
    row_of = np.full((len(choices.need_facts), len(choices.offer_facts)), -1)
    row_of[choices.needs, choices.offers] = np.arange(len(choices.needs))
    rows = row_of[slots][:, places]
    walks = np.where(rows >= 0, scores.pairs.walks_m[rows], 1e7)
    left, right = linear_sum_assignment(walks)
    found = rows[left, right]
    return one_by_one(made.needs, choices, found[found >= 0])


def lp_bound(choices: Choices) -> float:
    """The value of the best plan with parts of helpers allowed, by HiGHS; for needs that have one hour each."""
    if not len(choices.needs):
        return 0.0
    starts = choices.fullest_starts(np.arange(len(choices.needs)), choices.words)[choices.needs]
    helpers = choices.helpers[choices.offers]
    left = np.asarray([offer.person_visits_left_by_week for offer in choices.offer_facts])
    limits = [
        (choices.needs, np.asarray([need.helpers_wanted for need in choices.need_facts])[choices.needs]),
        (helpers * 10_000 + starts, np.ones(len(starts))),
        (helpers * 10 + starts // WEEK_QUARTERS, left[choices.offers, starts // WEEK_QUARTERS]),
    ]
    blocks, most = [], []
    for keys, at_most in limits:
        _, first, number = np.unique(keys, return_index=True, return_inverse=True)
        blocks.append(csr_array((np.ones(len(keys)), (number, np.arange(len(keys)))), shape=(len(first), len(keys))))
        most.append(at_most[first])
    found = linprog(-choices.values, A_ub=vstack(blocks), b_ub=np.concatenate(most), bounds=(0, 1), method="highs")
    return float(-found.fun)
