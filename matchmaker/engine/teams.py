"""Needs that several must come to or none: a lift that takes four is not begun by three."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

import numpy as np

from matchmaker.engine.assignment import Key, Plan, plan_from
from matchmaker.engine.choices import Choices, value_of
from matchmaker.engine.network import Floors
from matchmaker.engine.problem import NeedFacts

CHOICES_TRIED: Final = 1_000_000
"""So many choices, all plans together, are planned again in the search for teams that fit after all."""
MOST_PLANS: Final = 200


def team_plan(
    needs: Sequence[NeedFacts], choices: Choices, teams: Collection[int], seed: int = 0, pins: Collection[Key] = ()
) -> Plan:
    """Plan so that each of these needs has all its helpers or none.

    Parameters
    ----------
    needs : sequence of NeedFacts
    choices : Choices
    teams : collection of need ids
    seed : int
    pins : collection of (need, offer, start)
        As for `plan_from`, but for those of teams that are given up.

    Returns
    -------
    Plan
        With the bound of the plan in which teams may be in part, which is wider.

    Notes
    -----
    A heuristic: plan, give up the worse half of the teams that have some helpers and lack others, and plan again. Then
    one team or two are brought in or given up in turn, each that is in with a floor of all its helpers, and those that
    this leaves in part are given up too; what is worth more stays. How often is bounded by the size of the problem.
    """
    asked = frozenset(teams) & choices.need_rows.keys()
    first = plan_from(needs, choices, seed, pins=pins)
    search = _Search(needs, choices, asked, seed, frozenset(pins))
    best = search.run(first)
    gap = (first.bound - best.total_score) / first.bound if first.bound else 0.0
    return replace(best, bound=first.bound, gap=gap)


@dataclass
class _Search:
    """Which teams are given up, and what may still be tried."""

    needs: Sequence[NeedFacts]
    choices: Choices
    teams: frozenset[int]
    seed: int
    pins: frozenset[Key]
    away: frozenset[int] = field(default_factory=frozenset)

    def run(self, first: Plan) -> Plan:
        best = self._without_parts(first)
        plans_left = min(MOST_PLANS, CHOICES_TRIED // max(1, len(self.choices.needs)))
        moves = self._moves()
        while plans_left > 0 and (move := next(moves, None)):
            away, made, planned = self._moved(move)
            plans_left -= planned
            if made is not None and made.total_score > best.total_score:
                best, self.away, moves = made, away, self._moves()
        return best

    def _moves(self) -> Iterator[frozenset[int]]:
        """One team in or out, those that were given up first; then any two."""
        order = [*self._most_promising(self.away), *sorted(self.teams - self.away)]
        for count in (1, 2):
            yield from map(frozenset, combinations(order, count))

    def _without_parts(self, plan: Plan) -> Plan:
        """No team in part: the worse half of those that are is given up, again and again."""
        while worst := worse_half(plan, self.teams):
            self.away |= worst
            choices = but_for(self.choices, self.away)
            plan = plan_from(self.needs, choices, self.seed, pins=_pins_but_for(self.pins, self.away))
        return plan

    def _moved(self, teams: frozenset[int]) -> tuple[frozenset[int], Plan | None, int]:
        """The plan with these teams in where they were away, or away where they were in; None where it is not whole."""
        away = self.away ^ teams
        made = self._held(away)
        partly = _partly(made, self.teams)
        if not partly:
            return away, made, 1
        away |= set(partly)
        made = self._held(away)
        return away, None if _partly(made, self.teams) else made, 2

    def _held(self, away: frozenset[int]) -> Plan:
        """All teams that are not away have a floor of all their helpers."""
        choices = but_for(self.choices, away)
        there = [need for need in choices.need_facts if need.need_id in self.teams]
        group = {need.need_id: number for number, need in enumerate(there, start=1)}
        groups = [group.get(need.need_id, 0) for need in choices.need_facts]
        at_least = [[0, *(need.helpers_wanted for need in there)]]
        floors = Floors(np.asarray(groups, dtype=np.int64), np.asarray(at_least, dtype=np.int64))
        return plan_from(self.needs, choices, self.seed, floors=floors, pins=_pins_but_for(self.pins, away))

    def _most_promising(self, need_ids: Collection[int]) -> list[int]:
        """By what their best helpers would be worth, as if nobody else asked for them."""
        wanted = [need.helpers_wanted for need in self.choices.need_facts]
        everything = np.arange(len(self.choices.needs))
        most = self.choices.most_of_needs(everything, np.asarray(wanted, dtype=np.int64))
        return sorted(need_ids, key=lambda need_id: (-int(most[self.choices.need_rows[need_id]]), need_id))


def worse_half(plan: Plan, teams: Collection[int]) -> frozenset[int]:
    """Of the teams with some helpers and too few those whose helpers are worth less; none where all is well."""
    worst = sorted(_partly(plan, teams), key=lambda need_id: (_mean_value(plan, need_id), need_id))
    return frozenset(worst[: (len(worst) + 1) // 2])


def but_for(choices: Choices, need_ids: Collection[int]) -> Choices:
    """The choices but for these needs."""
    gone = [choices.need_rows[need_id] for need_id in sorted(need_ids) if need_id in choices.need_rows]
    return choices.only(np.flatnonzero(~np.isin(choices.needs, gone)))


def whole_keys(plan: Plan, teams: Collection[int]) -> tuple[Key, ...]:
    """What is left of a plan without the teams that it has in part."""
    partly = frozenset(_partly(plan, teams))
    return tuple(one.key for one in plan.chosen if one.key[0] not in partly)


def _partly(plan: Plan, teams: Collection[int]) -> list[int]:
    """Teams that have some of their helpers and lack others."""
    some = {one.key[0] for one in plan.chosen}
    return [need_id for need_id, _ in plan.unmet if need_id in some and need_id in teams]


def _mean_value(plan: Plan, need_id: int) -> float:
    return float(np.mean([value_of(one.scored) for one in plan.chosen if one.key[0] == need_id]))


def _pins_but_for(pins: Collection[Key], away: Collection[int]) -> list[Key]:
    return [pin for pin in pins if pin[0] not in away]
