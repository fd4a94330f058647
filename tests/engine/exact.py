"""The best plan of a small problem at any hours, by an integer programme with one variable for each possible start."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_array

from matchmaker.engine.choices import Helper, helper_of, side_by_side, value_of
from matchmaker.engine.hours import block_mask, visit_quarters
from matchmaker.engine.problem import WEEK_QUARTERS, NeedFacts
from matchmaker.engine.scoring import Scored


def best_value(needs: Sequence[NeedFacts], scored: Sequence[Scored]) -> int:
    """The greatest sum of values that any lawful plan has."""
    begins = [(need, start) for need in needs for start in set_bits(_starts_of(need, scored))]
    visits = [(one, start) for one in scored for start in set_bits(one.candidate.starts)]
    side_by_sides = _side_by_sides(scored)
    rows: dict[tuple[object, ...], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    most: dict[tuple[object, ...], float] = {}

    def limit(row: tuple[object, ...], column: int, times: float, at_most: float) -> None:
        rows[row][column] += times
        most[row] = at_most

    for column, (need, start) in enumerate(begins):
        limit(("one hour", need.need_id), column, 1, 1)
        limit(("helpers", need.need_id, start), column, -need.helpers_wanted, 0)
        for quarter in set_bits(block_mask(start, visit_quarters(need), need.weeks)):
            limit(("quarter", ("person", need.person_id), quarter, 1), column, 1, 1)
    for column, (one, start) in enumerate(visits, start=len(begins)):
        need, offer = one.candidate.need, one.candidate.offer
        helper = helper_of(offer)
        limit(("helpers", need.need_id, start), column, 1, 0)
        limit(("once", need.need_id, helper), column, 1, 1)
        for quarter in set_bits(block_mask(start, visit_quarters(need), need.weeks)):
            for most_at_once in side_by_sides[helper]:
                # Offers of one organization may differ in how many it sends: the stricter ones are taken first.
                if most_at_once >= side_by_side(offer):
                    limit(("quarter", helper, quarter, most_at_once), column, 1, most_at_once)
        for week in range(start // WEEK_QUARTERS, start // WEEK_QUARTERS + need.weeks):
            limit(("helper's week", helper, week), column, 1, offer.person_visits_left_by_week[week])
            limit(("offer's week", offer.offer_id, week), column, 1, offer.visits_left_by_week[week])
    if not visits:
        return 0
    matrix = lil_array((len(rows), len(begins) + len(visits)))
    for number, columns in enumerate(rows.values()):
        for column, times in columns.items():
            matrix[number, column] = times
    worth = np.asarray([0.0] * len(begins) + [-float(value_of(one)) for one, _ in visits])
    limits = LinearConstraint(matrix.tocsr(), ub=np.asarray([most[row] for row in rows]))
    found = milp(worth, constraints=limits, bounds=Bounds(0, 1), integrality=np.ones(len(worth)))
    assert found.status == 0
    return round(-found.fun)


def set_bits(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _side_by_sides(scored: Sequence[Scored]) -> dict[Helper, set[int]]:
    """For each helper how many visits at once their offers allow."""
    found: dict[Helper, set[int]] = defaultdict(set)
    for one in scored:
        found[helper_of(one.candidate.offer)].add(side_by_side(one.candidate.offer))
    return found


def _starts_of(need: NeedFacts, scored: Sequence[Scored]) -> int:
    starts = 0
    for one in scored:
        if one.candidate.need.need_id == need.need_id:
            starts |= one.candidate.starts
    return starts
