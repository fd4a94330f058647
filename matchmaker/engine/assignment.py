"""The plan of a round: which candidates to put to people, best as a whole and fair to every hard limit.

Each need's hour is a guess first: the start at which most offers could come, the earliest among equals. What is left
is a flow (need -> helper at that hour -> helper's week), solved exactly for these hours. Limits that cross the flow,
such as blocks that overlap in part, a cap per offer or an asker who helps elsewhere, are looked after by taking the
flow's choices best first and leaving out what no longer fits; whoever is left without help goes into a further flow
with what remains. Then needs move to better hours while the value rises (`timing`), which closes most of the guess's
loss and not all of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from matchmaker.engine.booking import Bookings, Chosen, Helper, helper_of, side_by_side, value_of
from matchmaker.engine.eligibility import visit_quarters
from matchmaker.engine.problem import WEEK_QUARTERS, NeedFacts
from matchmaker.engine.scoring import Scored
from matchmaker.engine.timing import fullest_start, improve

__all__ = ["COMPLETE", "EMPTY", "PARTIAL", "Chosen", "Plan", "Watch", "helper_of", "plan", "plan_of", "value_of"]

TIE_BREAKS: Final = 256

COMPLETE: Final = "COMPLETE"
"""Every helper wanted was found."""
PARTIAL: Final = "PARTIAL"
"""Some need lacks a helper."""
EMPTY: Final = "EMPTY"
"""Nothing could be planned."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a round chose.

    Attributes
    ----------
    chosen : tuple of Chosen
        Sorted by need, then offer.
    unmet : tuple of (int, int)
        Needs that still lack helpers, and how many, sorted by need.
    total_score : int
        Sum of `value_of` over the chosen.
    bound : int
        No plan for these candidates can have more, at whatever hours.
    gap : float
        ``(bound - total_score) / bound``, 0 where the plan is certainly the best there is.
    repaired : int
        Choices of the flows that had to be left out because they crossed another limit.
    status : str
        COMPLETE, PARTIAL or EMPTY.
    """

    chosen: tuple[Chosen, ...]
    unmet: tuple[tuple[int, int], ...]
    total_score: int
    bound: int
    gap: float
    repaired: int
    status: str


Watch = Callable[[float, Callable[[], Plan]], None]
"""Told between two steps of the search: its share that is done at least, and how to have the plan of this moment."""


def unwatched(_share: float, _so_far: Callable[[], Plan]) -> None:
    """Nobody looks on."""


def plan(
    needs: Sequence[NeedFacts],
    scored: Iterable[Scored],
    waiting: Iterable[Scored] = (),
    seed: int = 0,
    watch: Watch = unwatched,
) -> Plan:
    """Choose candidates so that their summed value is the greatest.

    Parameters
    ----------
    needs : sequence of NeedFacts
        All needs of the round, also those without candidates.
    scored : iterable of Scored
        Candidates that enter; they carry their offers, and these their hours and caps.
    waiting : iterable of Scored
        Candidates from further rings, looked at only for needs that the first left without a helper.
    seed : int
        Decides between plans of equal value.
    watch : callable
        May have a look, and may end the search by raising; what it does never changes the plan.

    Returns
    -------
    Plan
        The same for any order of the input.

    Notes
    -----
    At most one offer of a helper goes to a need, and a need that wants several helpers has them at the same hour.
    """
    entering, held_back = _in_order(scored), _in_order(waiting)
    rng = np.random.default_rng(seed)
    bookings = Bookings(needs)
    bound = _bound(needs, _in_order((*entering, *held_back)))
    repaired = 0

    def so_far() -> Plan:
        return plan_of(bookings, bound, repaired)

    def look_from(half: int) -> Callable[[float], None]:
        return lambda share: watch((half + share) / 2, so_far)

    for half, listed in enumerate((entering, held_back)):
        repaired += _fill(bookings, listed, rng)
        watch(half / 2, so_far)
        improve(bookings, listed, look_from(half))
    return so_far()


def plan_of(bookings: Bookings, bound: int, repaired: int = 0) -> Plan:
    """What is booked at this moment as a plan."""
    chosen = bookings.chosen()
    unmet = tuple((need_id, missing) for need_id, missing in sorted(bookings.missing.items()) if missing > 0)
    total = sum(value_of(one.scored) for one in chosen)
    status = EMPTY if not chosen else PARTIAL if unmet else COMPLETE
    gap = (bound - total) / bound if bound else 0.0
    return Plan(chosen, unmet, total, bound, gap, repaired, status)


@dataclass(frozen=True, slots=True)
class _Arc:
    """One way to serve a need: the best offer of a helper at the need's block."""

    scored: Scored
    helper: Helper
    start: int
    room: int
    tie_break: int


def _in_order(scored: Iterable[Scored]) -> tuple[Scored, ...]:
    return tuple(sorted(scored, key=lambda one: (one.candidate.need.need_id, one.candidate.offer.offer_id)))


def _fill(bookings: Bookings, scored: Sequence[Scored], rng: np.random.Generator) -> int:
    """Solve, take what fits, and go on with what is left until a flow finds nothing more; how many did not fit."""
    tie_breaks = rng.integers(0, TIE_BREAKS, size=len(scored)).tolist()
    repaired = 0
    while True:
        picked = sorted(_solve(_arcs(bookings, scored, tie_breaks), bookings.missing), key=_best_first)
        taken = [bookings.take(arc.scored, arc.start) for arc in picked]
        repaired += taken.count(False)
        if not any(taken):
            return repaired


def _best_first(arc: _Arc) -> tuple[int, int, int, int]:
    candidate = arc.scored.candidate
    return -value_of(arc.scored), -arc.tie_break, candidate.need.need_id, candidate.offer.offer_id


def _arcs(bookings: Bookings, scored: Sequence[Scored], tie_breaks: Sequence[int]) -> list[_Arc]:
    by_need: dict[int, list[tuple[Scored, int, int]]] = {}
    for one, tie_break in zip(scored, tie_breaks, strict=True):
        starts = bookings.starts(one)
        if starts:
            by_need.setdefault(one.candidate.need.need_id, []).append((one, starts, tie_break))
    arcs: list[_Arc] = []
    for need_id in sorted(by_need):
        arcs.extend(_arcs_of_need(bookings, by_need[need_id]))
    return arcs


def _arcs_of_need(bookings: Bookings, listed: Sequence[tuple[Scored, int, int]]) -> list[_Arc]:
    start = fullest_start([starts for _, starts, _ in listed])
    best: dict[Helper, _Arc] = {}
    for one, starts, tie_break in listed:
        if not starts >> start & 1:
            continue
        helper = helper_of(one.candidate.offer)
        known = best.get(helper)
        if known is None or value_of(one) > value_of(known.scored):
            best[helper] = _Arc(one, helper, start, bookings.room(one, start // WEEK_QUARTERS), tie_break)
    return [best[helper] for helper in sorted(best)]


def _solve(arcs: Sequence[_Arc], missing: dict[int, int]) -> list[_Arc]:
    """The arcs of the flow of greatest value; exact."""
    if not arcs:
        return []
    network = _Network()
    wanted = sum(missing[need_id] for need_id in {arc.scored.candidate.need.need_id for arc in arcs})
    # Tie-breaks of a whole plan stay below one point of value.
    scale = TIE_BREAKS * (wanted + 1)
    for need_id in sorted({arc.scored.candidate.need.need_id for arc in arcs}):
        network.supply(("need", need_id), missing[need_id])
    chosen_arcs = []
    for arc in arcs:
        need = arc.scored.candidate.need
        at_block = ("block", arc.helper, (arc.start, visit_quarters(need), need.weeks))
        in_week = ("week", arc.helper, arc.start // WEEK_QUARTERS)
        cost = -(value_of(arc.scored) * scale + arc.tie_break)
        chosen_arcs.append(network.arc(("need", need.need_id), at_block, 1, cost))
        network.arc_once(at_block, in_week, side_by_side(arc.scored.candidate.offer))
        network.arc_once(in_week, "sink", arc.room)
    flows = network.solve()
    return [arc for arc, number in zip(arcs, chosen_arcs, strict=True) if flows[number] > 0]


def _bound(needs: Sequence[NeedFacts], scored: Sequence[Scored]) -> int:
    """A value that no plan exceeds: the flow in which each visit takes the loosest limit that surely binds it.

    Who can come at one hour only is held by that hour, within one week by that week, else by all weeks together.
    """
    missing = {need.need_id: need.helpers_wanted for need in needs}
    best: dict[tuple[int, Helper], list[Scored]] = {}
    for one in scored:
        if one.candidate.need.need_id in missing and one.candidate.starts:
            best.setdefault((one.candidate.need.need_id, helper_of(one.candidate.offer)), []).append(one)
    network = _Network()
    for need_id in sorted({need_id for need_id, _ in best}):
        network.supply(("need", need_id), missing[need_id])
    numbers = []
    for (need_id, helper), listed in sorted(best.items(), key=lambda item: item[0]):
        most = max(value_of(one) for one in listed)
        numbers.append((network.arc(("need", need_id), _loosest(network, helper, listed), 1, -most), most))
    flows = network.solve()
    return sum(most for number, most in numbers if flows[number] > 0)


def _loosest(network: "_Network", helper: Helper, listed: Sequence[Scored]) -> object:
    """The node of the narrowest limit that holds for all these offers of a helper, tied to those that hold it."""
    offer, starts = listed[0].candidate.offer, 0
    for one in listed:
        starts |= one.candidate.starts
    network.arc_once(helper, "sink", sum(offer.person_visits_left_by_week))
    first, last = ((starts & -starts).bit_length() - 1), starts.bit_length() - 1
    week = first // WEEK_QUARTERS
    if week != last // WEEK_QUARTERS:
        return helper
    in_week = ("week", helper, week)
    network.arc_once(in_week, helper, offer.person_visits_left_by_week[week])
    if first != last:
        return in_week
    need = listed[0].candidate.need
    at_block = ("block", helper, (first, visit_quarters(need), need.weeks))
    network.arc_once(at_block, in_week, side_by_side(offer))
    return at_block


class _Network:
    """A flow in which every need may also go unserved at no cost."""

    def __init__(self) -> None:
        self._flow = min_cost_flow.SimpleMinCostFlow()
        self._nodes: dict[object, int] = {"sink": 0}
        self._known: set[tuple[object, object]] = set()
        self._supplied = 0

    def supply(self, node: object, amount: int) -> None:
        self._flow.set_node_supply(self._node(node), amount)
        self._supplied += amount
        self.arc(node, "sink", amount, 0)

    def arc(self, tail: object, head: object, capacity: int, cost: int) -> int:
        return int(self._flow.add_arc_with_capacity_and_unit_cost(self._node(tail), self._node(head), capacity, cost))

    def arc_once(self, tail: object, head: object, capacity: int) -> None:
        if (tail, head) not in self._known:
            self._known.add((tail, head))
            self.arc(tail, head, capacity, 0)

    def solve(self) -> NDArray[np.int64]:
        """Flow per arc; raises where the solver gives no optimum, which a network of this shape always has."""
        if self._flow.num_arcs() == 0:
            return np.zeros(0, dtype=np.int64)
        self._flow.set_node_supply(0, -self._supplied)
        status = self._flow.solve()
        if status != self._flow.OPTIMAL:
            raise ArithmeticError(f"the flow solver ended with status {status}")
        return np.asarray(self._flow.flows(np.arange(self._flow.num_arcs())), dtype=np.int64)

    def _node(self, node: object) -> int:
        return self._nodes.setdefault(node, len(self._nodes))
