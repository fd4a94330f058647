"""A whole round from plain values: measure the town, pair, score, and plan, with a plan at hand early on.

All of it can be sent to another process and back; nothing here knows where it runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from matchmaker.engine.assignment import Plan, plan
from matchmaker.engine.eligibility import Candidate, candidates
from matchmaker.engine.graph import tie_graph
from matchmaker.engine.greedy import Key, greedy_plan, plan_again
from matchmaker.engine.neighbourhood import sigma_within
from matchmaker.engine.problem import NeedFacts, OfferFacts, ServiceTypeFacts, Town
from matchmaker.engine.scoring import Knowledge, ScoreCard, Scored, knowledge_of, score, within_rings

MEASURING: Final = "MEASURING"
PAIRING: Final = "PAIRING"
SCORING: Final = "SCORING"
PLANNING: Final = "PLANNING"
NEEDS_AT_ONCE: Final = 100


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
    """

    needs: tuple[NeedFacts, ...]
    offers: tuple[OfferFacts, ...]
    types: Mapping[str, ServiceTypeFacts]
    card: ScoreCard
    town: Town
    people: frozenset[int]
    seed: int
    earlier: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """A plan with what the round found out beside it; `knowledge` comes without its matrix, which is large."""

    plan: Plan
    knowledge: Knowledge
    candidates_count: int
    stranger_index: float | None
    gain_promised: float


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
        The same for the same batch. Its plan is never worth less than one that the watch was told of.
    """
    watch.reached(MEASURING, 0.0)
    known = knowledge_of(batch.town) if knowledge is None else knowledge
    sigma = _stranger_index(batch, known)
    found = _paired(batch, watch)
    watch.reached(SCORING, 0.0)
    entering, waiting = within_rings(score(found, batch.types, known, batch.card), batch.card)

    def solution(chosen: Plan) -> Solution:
        gain = gain_promised(chosen, known)
        return Solution(chosen, replace(known, forest=None), len(found), sigma, gain)

    watch.reached(PLANNING, 0.0)
    quick = _quick_plan(batch, entering, waiting)
    watch.found(solution(quick))
    best = plan(batch.needs, entering, waiting, batch.seed, _between(watch, quick, solution))
    return solution(_better(best, quick))


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


def _paired(batch: Batch, watch: Watch) -> list[Candidate]:
    watch.reached(PAIRING, 0.0)
    found: list[Candidate] = []
    for begin in range(0, len(batch.needs), NEEDS_AT_ONCE):
        found.extend(candidates(batch.needs[begin : begin + NEEDS_AT_ONCE], batch.offers, batch.types))
        watch.reached(PAIRING, min(1.0, (begin + NEEDS_AT_ONCE) / len(batch.needs)))
    return found


def _quick_plan(batch: Batch, entering: tuple[Scored, ...], waiting: tuple[Scored, ...]) -> Plan:
    """The greedy plan, or the one of an interrupted run where that was worth more."""
    quick = greedy_plan(batch.needs, entering, waiting)
    return _better(plan_again(batch.needs, (*entering, *waiting), batch.earlier), quick) if batch.earlier else quick


def _between(
    watch: Watch, quick: Plan, solution: Callable[[Plan], Solution]
) -> Callable[[float, Callable[[], Plan]], None]:
    """What the search tells: how far it is, and its plan where one is wanted."""

    def look(share: float, so_far: Callable[[], Plan]) -> None:
        watch.reached(PLANNING, share)
        if watch.wants_plan():
            watch.found(solution(_better(so_far(), quick)))

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
    return sigma_within(tie_graph(batch.town), batch.people)
