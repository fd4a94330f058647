"""A whole round from plain values: measure the town, pair, score, and plan, with a plan at hand early on.

All of it can be sent to another process and back; nothing here knows where it runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from matchmaker.engine.assignment import Key, Plan, put_into_words
from matchmaker.engine.choices import Choices, choices_in
from matchmaker.engine.eligibility import pairs_of
from matchmaker.engine.fairness import BELOW_THE_AVERAGE, Margins
from matchmaker.engine.graph import tie_graph
from matchmaker.engine.greedy import greedy_from, plan_again
from matchmaker.engine.measured import measured
from matchmaker.engine.problem import NeedFacts, OfferFacts, ServiceTypeFacts, Town
from matchmaker.engine.scoring import Knowledge, ScoreCard, knowledge_of, score_pairs, with_rings
from matchmaker.engine.streets import Streets
from matchmaker.engine.teams import whole_keys
from matchmaker.engine.wishes import (
    Fairness,
    Pair,
    RefusedPin,
    fairness_of,
    fallen_pins,
    groups_by_grid,
    pins_as_keys,
    teams_of,
    wished_plan,
)

MEASURING: Final = "MEASURING"
PAIRING: Final = "PAIRING"
SCORING: Final = "SCORING"
PLANNING: Final = "PLANNING"


@dataclass(frozen=True, slots=True)
class Batch:
    """What a round is computed from.

    Attributes
    ----------
    needs, offers, types
        The problem.
    card : ScoreCard
    town : Town
        The people who may meet, and what is known between them.
    people : frozenset of int
        Those who belong to the community: the stranger index is theirs.
    seed : int
    earlier : tuple of (need, offer, start)
        The plan that an interrupted run had found.
    pins : tuple of (need, offer)
        Pairs that stand, where every hard rule still allows it.
    streets : Streets or None
        What is walked on.
    margins : tuple of float
        How far a grid may fall below the average, as for `fair_plan`.
    """

    needs: tuple[NeedFacts, ...]
    offers: tuple[OfferFacts, ...]
    types: Mapping[str, ServiceTypeFacts]
    card: ScoreCard
    town: Town
    people: frozenset[int]
    seed: int
    earlier: tuple[Key, ...] = ()
    pins: tuple[Pair, ...] = ()
    streets: Streets | None = None
    margins: Margins = BELOW_THE_AVERAGE


@dataclass(frozen=True, slots=True)
class Solution:
    """A plan with what the round found out beside it; `knowledge` comes without its matrix, which is large.

    `fairness` is told of grids, None where nobody is wanted; `refused_pins` are those that could not stand.
    """

    plan: Plan
    knowledge: Knowledge
    candidates_count: int
    stranger_index: float | None
    gain_promised: float
    fairness: Fairness | None = None
    refused_pins: tuple[RefusedPin, ...] = ()


class Watch(Protocol):
    """Who looks on; each method may end the work by raising."""

    def reached(self, phase: str, share: float) -> None:
        """The work is in this phase, of which at least this share is done."""

    def wants_plan(self) -> bool:
        """Whether the plan of this moment is asked for."""

    def found(self, solution: Solution) -> None:
        """A plan that could be put to people; the last one told is the best so far."""


def solve(batch: Batch, watch: Watch, knowledge: Knowledge | None = None) -> Solution:
    """Compute a round.

    Parameters
    ----------
    batch : Batch
    watch : Watch
        Told of every phase, of a greedy plan before the exact search begins, and of better ones when it wants them.
    knowledge : Knowledge, optional
        What is known of the town already; measured here where left out.

    Returns
    -------
    Solution
        The same for the same batch. Every grid has its floor where its candidates allow it, pins stand, and teams
        are whole. Its plan is worth less than one that the watch was told of only where floors cost that.
    """
    watch.reached(MEASURING, 0.0)
    known = knowledge_of(batch.town) if knowledge is None else knowledge
    sigma = _stranger_index(batch, known)
    watch.reached(PAIRING, 0.0)
    found = pairs_of(
        batch.needs,
        batch.offers,
        batch.types,
        lambda share: watch.reached(PAIRING, share),
        streets=batch.streets,
    )
    watch.reached(SCORING, 0.0)
    choices = choices_in(with_rings(score_pairs(found, known, batch.card)))
    pins, refused = pins_as_keys(batch.needs, batch.offers, batch.types, choices, batch.pins, batch.streets)
    group_of, teams = groups_by_grid(batch.needs), teams_of(batch.needs)

    def solution(chosen: Plan, freely: Plan | None = None) -> Solution:
        return Solution(
            put_into_words(chosen, choices),
            replace(known, forest=None),
            len(found),
            sigma,
            gain_promised(chosen, known),
            fairness_of(chosen, freely or chosen, batch.needs, group_of, batch.margins),
            tuple(sorted((*refused, *fallen_pins(pins, chosen)), key=lambda pin: (pin.need_id, pin.offer_id))),
        )

    def whole(plan: Plan) -> Plan:
        keys = whole_keys(plan, teams)
        return plan if len(keys) == len(plan.chosen) else plan_again(batch.needs, choices, keys)

    watch.reached(PLANNING, 0.0)
    quick = whole(_quick_plan(batch, choices, pins))
    watch.found(solution(quick))
    look = _between(watch, lambda plan: solution(_better(whole(plan), quick)))
    made = wished_plan(batch.needs, choices, group_of, seed=batch.seed, pins=pins, watch=look, margins=batch.margins)
    if made.plan is not made.freely:
        return solution(made.plan, made.freely)
    return solution(_better(made.plan, quick))


def gain_promised(chosen: Plan, knowledge: Knowledge) -> float:
    """What the stranger index would fall by if every tie of the plan were made, or made fresh again, and lasted."""
    forest = knowledge.forest
    if forest is None or len(forest.people) < 2:
        return 0.0
    met = [(one.scored.candidate.need.person_id, one.scored.candidate.offer.person_id) for one in chosen.chosen]
    known = {(u, v) for u, v in met if v is not None and u in forest.index and v in forest.index}
    pairs = sorted({(min(pair), max(pair)) for pair in known})
    weights = [knowledge.weight_added(u, v) for u, v in pairs]
    return forest.gain_together([u for u, _ in pairs], [v for _, v in pairs], weights) / (len(forest.people) - 1)


def _quick_plan(batch: Batch, choices: Choices, pins: tuple[Key, ...]) -> Plan:
    """The greedy plan, or the one of an interrupted run where that was worth more; around the pins, both of them."""
    quick = greedy_from(batch.needs, choices, pins)
    if not batch.earlier:
        return quick
    again = plan_again(batch.needs, choices, batch.earlier)
    stands = {pin[:2] for pin in pins} <= {one.key[:2] for one in again.chosen}
    return _better(again, quick) if stands else quick


def _between(watch: Watch, solution: Callable[[Plan], Solution]) -> Callable[[float, Callable[[], Plan]], None]:
    """What the search tells: how far it is, and its plan where one is wanted."""

    def look(share: float, so_far: Callable[[], Plan]) -> None:
        watch.reached(PLANNING, share)
        if watch.wants_plan():
            watch.found(solution(so_far()))

    return look


def _better(one: Plan, other: Plan) -> Plan:
    """The plan that is worth more, the first among equals; the narrower bound is true of both."""
    best = one if one.total_score >= other.total_score else other
    bound = min(one.bound, other.bound)
    return replace(best, bound=bound, gap=(bound - best.total_score) / bound if bound else 0.0)


def _stranger_index(batch: Batch, knowledge: Knowledge) -> float | None:
    """Of the people of the community; None while there are too few to say."""
    if knowledge.forest is None:
        return None
    if batch.people == frozenset(batch.town.people):
        return knowledge.forest.sigma
    return measured(tie_graph(batch.town).subgraph(batch.people)).sigma
