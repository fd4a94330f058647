"""A floor for every group of needs: nobody's grid falls far behind the average, and what that costs is told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from matchmaker.engine.assignment import Key, Plan, Watch, plan_from, unwatched
from matchmaker.engine.choices import Choices
from matchmaker.engine.network import Floors, whole_helpers
from matchmaker.engine.places import Ints
from matchmaker.engine.problem import NeedFacts

BELOW_THE_AVERAGE: Final = (0.01, 0.019, 0.03)
"""How far below the average share of helpers found a group may fall, where it need not; further only where
others who fell to the margin before could not spare it that."""
Margins = tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FairPlan:
    """A plan with floors, and the one without beside it.

    Attributes
    ----------
    plan, freely : Plan
        With floors and without; both carry the bound of the plan without.
    wanted, found, found_freely : ndarray of int, one for each group
        Helpers wanted, and found by each of the two plans.
    reachable : ndarray of int, shape (levels, groups)
        What a group could have if it came first, where that is less than its floor asks; else its floor.
    price : float
        The part of the value that the floors cost.
    """

    plan: Plan
    freely: Plan
    wanted: Ints
    found: Ints
    found_freely: Ints
    reachable: Ints
    price: float


def fair_plan(
    needs: Sequence[NeedFacts],
    choices: Choices,
    group_of: Mapping[int, int],
    seed: int = 0,
    watch: Watch = unwatched,
    pins: Collection[Key] = (),
    margins: Margins = BELOW_THE_AVERAGE,
) -> FairPlan:
    """Plan, raise every group to the average less a margin as far as its own candidates allow, and plan again.

    There are several margins: where not all can be held to the first, what lacks is spread so that few fall further.

    Parameters
    ----------
    needs : sequence of NeedFacts
    choices : Choices
    group_of : mapping of need id to group
        Any numbers; each need is in one group, such as its grid.
    seed : int
    watch, pins
        As for `plan_from`; told of the plan without floors first, then of the one with them.
    margins : tuple of float, ascending
        Shares; from 1 on there is no floor.

    Returns
    -------
    FairPlan
        Groups in ascending order of their numbers. Exact where each need has one hour: then a group is below its floor
        only where all floors together cannot be held, and the sum of what is lacking, with more weight the
        further down, is the least there is.

    Notes
    -----
    A group's unmet slack passes one node capped at wanted - floor, so that the plan stays a flow.
    """
    numbers = sorted({group_of[need.need_id] for need in needs})
    position = {group: at for at, group in enumerate(numbers)}
    groups = {need.need_id: position[group_of[need.need_id]] for need in needs}
    wanted = np.zeros(len(numbers), dtype=np.int64)
    for need in needs:
        wanted[groups[need.need_id]] += need.helpers_wanted
    freely = plan_from(needs, choices, seed, lambda share, so_far: watch(share / 2, so_far), pins=pins)
    before = _found(freely, groups, len(numbers))
    of_choice = np.asarray([groups[need.need_id] for need in choices.need_facts], dtype=np.int64)
    reachable = _reachable(needs, choices, of_choice, before, wanted, margins)
    if np.all(before >= reachable):
        return FairPlan(freely, freely, wanted, before, before, reachable, 0.0)
    held = plan_from(
        needs,
        choices,
        seed,
        lambda share, so_far: watch((1 + share) / 2, so_far),
        floors=Floors(of_choice, reachable),
        pins=pins,
    )
    gap = (freely.bound - held.total_score) / freely.bound if freely.bound else 0.0
    held = replace(held, bound=freely.bound, gap=gap)
    price = (freely.total_score - held.total_score) / max(1, freely.total_score)
    return FairPlan(held, freely, wanted, _found(held, groups, len(numbers)), before, reachable, price)


def margins_from(first: float) -> Margins:
    """The usual steps, the first of them at this share below the average.

    >>> margins_from(0.05)
    (0.05, 0.059, 0.07)
    """
    return tuple(round(first + margin - BELOW_THE_AVERAGE[0], 6) for margin in BELOW_THE_AVERAGE)


def _reachable(
    needs: Sequence[NeedFacts], choices: Choices, of_choice: Ints, before: Ints, wanted: Ints, margins: Margins
) -> Ints:
    """The floors, none of them higher than what the group could have if it came first."""
    floors = _floors(before.sum() / max(1, wanted.sum()), wanted, margins)
    most = np.maximum(before, floors[0])
    for group in np.flatnonzero(before < floors[0]).tolist():
        most[group] = _alone(needs, choices, of_choice, group)
    return np.asarray(np.minimum(floors, most))


def _floors(average: float, wanted: Ints, margins: Margins) -> Ints:
    """Whole helpers for each margin and group."""
    shares = [max(0.0, average - margin) for margin in margins]
    return np.asarray([[whole_helpers(share, int(count)) for count in wanted] for share in shares], dtype=np.int64)


def _found(plan: Plan, groups: Mapping[int, int], count: int) -> Ints:
    listed = [groups[one.key[0]] for one in plan.chosen]
    return np.bincount(np.asarray(listed, dtype=np.int64), minlength=count)


def _alone(needs: Sequence[NeedFacts], choices: Choices, of_choice: Ints, group: int) -> int:
    """Helpers that a group could have if no other group were there: every choice is worth the same."""
    rows = np.flatnonzero(of_choice[choices.needs] == group)
    own = choices.only(rows)
    equal = replace(own, values=np.ones(len(rows), dtype=np.int64), waits=np.zeros(len(rows), dtype=np.bool_))
    asked = [need for need in needs if need.need_id in own.need_rows]
    return len(plan_from(asked, equal).chosen)
