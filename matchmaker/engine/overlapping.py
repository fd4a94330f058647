"""Floors for groups of needs that overlap: a grid, a kind of help and an hour of the day at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.assignment import Plan, plan_from
from matchmaker.engine.choices import Choices
from matchmaker.engine.network import whole_helpers
from matchmaker.engine.places import Ints
from matchmaker.engine.problem import NeedFacts

FLOWS: Final = 60
"""So many plans are made at most in the search for the multipliers."""
CLOSE_ENOUGH: Final = 1e-5
"""The search ends where the plan at hand is certainly within this part of the best there is."""


@dataclass(frozen=True, slots=True, eq=False)
class OverlapPlan:
    """A plan that holds floors of groups, and the one without beside it.

    Attributes
    ----------
    plan, freely : Plan
        With floors and without. The bound of `plan` is that of plans which give each group its floor, or what the plan
        gives it where that is less.
    groups : tuple of str
        The names of the groups, sorted; one place each in the arrays.
    wanted, at_least, found, found_freely : ndarray of int
        Helpers wanted, asked for by the floor, and found by each of the two plans.
    multipliers : ndarray of int
        Points that one helper more for the group is worth in the plan, beside the score: the price of its floor.
    price : float
        The part of the value that the floors cost.
    """

    plan: Plan
    freely: Plan
    groups: tuple[str, ...]
    wanted: Ints
    at_least: Ints
    found: Ints
    found_freely: Ints
    multipliers: Ints
    price: float


def overlap_plan(
    needs: Sequence[NeedFacts],
    choices: Choices,
    groups: Mapping[str, Collection[int]],
    shares: Mapping[str, float],
    seed: int = 0,
) -> OverlapPlan:
    """Plan so that each group gets its share of helpers, at the least price.

    Parameters
    ----------
    needs : sequence of NeedFacts
    choices : Choices
    groups : mapping of name to need ids
        A need may be in several groups, or in none.
    shares : mapping of name to float
        Of the helpers that a group wants, from 0 to 1; one for each group. More than its own candidates could give it
        alone is not asked for.
    seed : int

    Returns
    -------
    OverlapPlan
        The plan with the least shortfall among those tried, and of these the one worth most.

    Raises
    ------
    ValueError
        If a share is not from 0 to 1, or the names of groups and shares differ.

    Notes
    -----
    Where groups overlap the plan is no flow any more. Each group's floor is taken into the score with a multiplier that
    rises while the group has too few and falls while it has more than enough (subgradient steps by Polyak's rule); each
    step is one flow, and its value a bound of all plans that hold the floors [1]_.

    References
    ----------
    .. [1] M. L. Fisher, "The Lagrangian Relaxation Method for Solving Integer Programming Problems", Management
       Science 27 (1981).
    """
    if groups.keys() != shares.keys():
        raise ValueError("each group needs a share, and each share a group")
    if any(not 0.0 <= share <= 1.0 for share in shares.values()):
        raise ValueError("a share is a number from 0 to 1")
    freely = plan_from(needs, choices, seed)
    search = _Search(needs, choices, groups, shares, freely, seed)
    search.run()
    return search.best()


class _Search:
    """Multipliers, and the best plan that they led to."""

    def __init__(
        self,
        needs: Sequence[NeedFacts],
        choices: Choices,
        groups: Mapping[str, Collection[int]],
        shares: Mapping[str, float],
        freely: Plan,
        seed: int,
    ) -> None:
        self.needs, self.choices, self.seed, self.freely = needs, choices, seed, freely
        self.names = tuple(sorted(groups))
        self.members = {name: frozenset(groups[name]) for name in self.names}
        self.of_choices = self._membership([need.need_id for need in choices.need_facts])
        self.wanted = self._membership([n.need_id for n in needs]) @ np.asarray([n.helpers_wanted for n in needs], "i8")
        wanted = self.wanted.tolist()
        floors = [whole_helpers(shares[name], count) for name, count in zip(self.names, wanted, strict=True)]
        self.found_freely = self._found(freely)
        self.at_least = np.asarray(
            [
                floor if found >= floor else min(floor, self._alone(row))
                for row, (floor, found) in enumerate(zip(floors, self.found_freely.tolist(), strict=True))
            ],
            dtype=np.int64,
        )
        self.plan, self.found, self.multipliers = freely, self.found_freely, np.zeros(len(self.names), dtype=np.int64)
        self.bound = freely.bound
        self.told: list[tuple[int, Ints]] = [(freely.bound, self.multipliers)]
        """For each flow its value with the multipliers in it, and these."""

    def run(self) -> None:
        at, step = np.zeros(len(self.names)), 1.0
        for _ in range(FLOWS):
            if self._is_close() or not len(self.names):
                return
            multipliers = np.rint(at).astype(np.int64)
            made = self._planned(multipliers)
            found = self._found(made)
            told = made.bound - int(multipliers @ self.at_least)
            step = step if told < self.bound else step * 0.7
            self.bound = min(self.bound, told)
            self.told.append((made.bound, multipliers))
            self._keep(made, found, multipliers)
            lacking = (self.at_least - found).astype(np.float64)
            lacking[(lacking < 0) & (at <= 0)] = 0.0
            length = float(lacking @ lacking)
            if length == 0.0:
                return
            target = self.plan.total_score if not self._lacks(self.found) else 0.98 * told
            at = np.maximum(0.0, at + step * max(1.0, told - target) / length * lacking)

    def best(self) -> OverlapPlan:
        price = (self.freely.total_score - self.plan.total_score) / max(1, self.freely.total_score)
        held = np.minimum(self.at_least, self.found)
        bound = min(value - int(multipliers @ held) for value, multipliers in self.told)
        gap = (bound - self.plan.total_score) / bound if bound else 0.0
        plan = replace(self.plan, bound=bound, gap=gap)
        found = (self.found, self.found_freely, self.multipliers)
        return OverlapPlan(plan, self.freely, self.names, self.wanted, self.at_least, *found, price)

    def _planned(self, multipliers: Ints) -> Plan:
        return plan_from(self.needs, self.choices, self.seed, extra=multipliers @ self.of_choices)

    def _keep(self, made: Plan, found: Ints, multipliers: Ints) -> None:
        lacks, lacked = self._lacks(found), self._lacks(self.found)
        if lacks < lacked or (lacks == lacked and made.total_score > self.plan.total_score):
            self.plan, self.found, self.multipliers = made, found, multipliers

    def _lacks(self, found: Ints) -> int:
        return int(np.maximum(0, self.at_least - found).sum())

    def _is_close(self) -> bool:
        return not self._lacks(self.found) and self.bound - self.plan.total_score <= CLOSE_ENOUGH * self.bound

    def _found(self, plan: Plan) -> Ints:
        listed = [one.key[0] for one in plan.chosen]
        return np.asarray(self._membership(listed).sum(axis=1))

    def _membership(self, need_ids: Sequence[int]) -> NDArray[np.int64]:
        """1 where a need, a column, is in a group, a row."""
        rows = [[need_id in self.members[name] for need_id in need_ids] for name in self.names]
        return np.asarray(rows, dtype=np.int64).reshape(len(self.names), len(need_ids))

    def _alone(self, group: int) -> int:
        """Helpers that a group could have if nobody else asked for any."""
        rows = np.flatnonzero(self.of_choices[group][self.choices.needs])
        own = self.choices.only(rows)
        equal = replace(own, values=np.ones(len(rows), dtype=np.int64), waits=np.zeros(len(rows), dtype=np.bool_))
        asked = [need for need in self.needs if need.need_id in own.need_rows]
        return len(plan_from(asked, equal, self.seed).chosen)
