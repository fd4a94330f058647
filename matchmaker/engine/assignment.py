"""The plan of a round: which candidates to put to people, best as a whole and fair to every hard limit.

Each need's hour is fixed first: the start at which most offers could come, the earliest among equals. What is left is
a flow (need -> helper at that hour -> helper's week), solved exactly. Limits that cross the flow, such as blocks that
overlap in part, a cap per offer or an asker who helps elsewhere, are looked after by taking the flow's choices best
first and leaving out what no longer fits; whoever is left without help goes into a further flow with what remains.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from ortools.graph.python import min_cost_flow

from matchmaker.engine.eligibility import block_mask, block_starts, starts_in_open_weeks, visit_quarters
from matchmaker.engine.problem import ALWAYS, HORIZON_QUARTERS, HORIZON_WEEKS, WEEK_QUARTERS, NeedFacts, OfferFacts
from matchmaker.engine.scoring import Scored

URGENCY_POINTS: Final = 2_000
"""What one step of urgency adds to the value of every candidate of a need: it orders needs, never helpers."""
TIE_BREAKS: Final = 256

COMPLETE: Final = "COMPLETE"
"""Every helper wanted was found."""
PARTIAL: Final = "PARTIAL"
"""Some need lacks a helper."""
EMPTY: Final = "EMPTY"
"""Nothing could be planned."""

Helper = tuple[str, int]
Block = tuple[int, int, int]
"""First quarter, quarters, weeks."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A candidate of the plan and its block: first quarter, length in quarters, number of weeks."""

    scored: Scored
    start: int
    quarters: int
    weeks: int

    @property
    def key(self) -> tuple[int, int, int]:
        """Need, offer, start: what makes two plans the same plan."""
        return self.scored.candidate.need.need_id, self.scored.candidate.offer.offer_id, self.start


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


def value_of(scored: Scored) -> int:
    """What choosing this candidate is worth to a plan: its total and the urgency of its need."""
    return scored.total + URGENCY_POINTS * scored.candidate.need.urgency


def plan(needs: Sequence[NeedFacts], scored: Iterable[Scored], waiting: Iterable[Scored] = (), seed: int = 0) -> Plan:
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
    state = _State(needs)
    _fill(state, entering, rng)
    _fill(state, held_back, rng)
    unmet = tuple((need_id, missing) for need_id, missing in sorted(state.missing.items()) if missing > 0)
    total = sum(value_of(one.scored) for one in state.chosen)
    bound = _bound(needs, _in_order((*entering, *held_back)))
    status = EMPTY if not state.chosen else PARTIAL if unmet else COMPLETE
    gap = (bound - total) / bound if bound else 0.0
    return Plan(tuple(sorted(state.chosen, key=lambda one: one.key)), unmet, total, bound, gap, state.repaired, status)


def helper_of(offer: OfferFacts) -> Helper:
    """The one who would come: a person, or an organization that sends someone."""
    if offer.person_id is not None:
        return ("person", offer.person_id)
    return ("organization", offer.organization_id if offer.organization_id is not None else -offer.offer_id)


def _side_by_side(offer: OfferFacts) -> int:
    return 1 if offer.person_id is not None else max(1, offer.parallel)


@dataclass(slots=True)
class _Booked:
    """What one person or organization has taken on in this plan; of a person also the visits they receive."""

    masks: list[int] = field(default_factory=list)
    by_week: list[int] = field(default_factory=lambda: [0] * HORIZON_WEEKS)

    def full_quarters(self, parallel: int) -> int:
        """Quarters in which as many visits are booked as can run side by side."""
        if len(self.masks) < parallel:
            return 0
        layers = [0] * parallel
        for mask in self.masks:
            for depth in range(parallel - 1, 0, -1):
                layers[depth] |= layers[depth - 1] & mask
            layers[0] |= mask
        return layers[-1]


class _State:
    """A plan in the making."""

    def __init__(self, needs: Sequence[NeedFacts]) -> None:
        self.chosen: list[Chosen] = []
        self.missing = {need.need_id: need.helpers_wanted for need in needs}
        self.blocks: dict[int, Block] = {}
        self.repaired = 0
        self._booked: dict[Helper, _Booked] = {}
        self._offer_weeks: dict[int, list[int]] = {}
        self._pairs: set[tuple[int, Helper]] = set()

    def starts(self, scored: Scored) -> int:
        """Where this candidate could still begin, as bits."""
        need, offer = scored.candidate.need, scored.candidate.offer
        helper = helper_of(offer)
        if self.missing.get(need.need_id, 0) <= 0 or (need.need_id, helper) in self._pairs:
            return 0
        starts = scored.candidate.starts
        booked = self._booked.get(helper)
        if booked is not None:
            free = offer.free_quarters & ~booked.full_quarters(_side_by_side(offer))
            starts &= block_starts(free, visit_quarters(need), need.weeks) & self._weeks_left(need, offer, booked)
        block = self.blocks.get(need.need_id)
        if block is not None:
            return starts & (1 << block[0])
        asker = self._booked.get(("person", need.person_id))
        if asker is not None:
            starts &= block_starts(~asker.full_quarters(1) & ALWAYS, visit_quarters(need), need.weeks)
        return starts

    def room(self, scored: Scored, week: int) -> int:
        """Visits that the helper, all offers together, can still begin in a week."""
        booked = self._booked.get(helper_of(scored.candidate.offer))
        taken = booked.by_week[week] if booked is not None else 0
        return max(0, scored.candidate.offer.person_visits_left_by_week[week] - taken)

    def take(self, scored: Scored, block: Block) -> bool:
        """Add this choice if nothing forbids it by now."""
        if not self.starts(scored) >> block[0] & 1:
            return False
        need, offer = scored.candidate.need, scored.candidate.offer
        helper = helper_of(offer)
        booked = self._booked.setdefault(helper, _Booked())
        booked.masks.append(block_mask(*block))
        offered = self._offer_weeks.setdefault(offer.offer_id, [0] * HORIZON_WEEKS)
        for week in _weeks_of(block):
            booked.by_week[week] += 1
            offered[week] += 1
        if need.need_id not in self.blocks:
            self._booked.setdefault(("person", need.person_id), _Booked()).masks.append(block_mask(*block))
        self._pairs.add((need.need_id, helper))
        self.missing[need.need_id] -= 1
        self.blocks[need.need_id] = block
        self.chosen.append(Chosen(scored, *block))
        return True

    def _weeks_left(self, need: NeedFacts, offer: OfferFacts, booked: _Booked) -> int:
        offered = self._offer_weeks.get(offer.offer_id, [0] * HORIZON_WEEKS)
        left = [
            min(offer.visits_left_by_week[week] - offered[week], offer.person_visits_left_by_week[week] - taken)
            for week, taken in enumerate(booked.by_week)
        ]
        return starts_in_open_weeks(tuple(left), need.weeks)


@dataclass(frozen=True, slots=True)
class _Arc:
    """One way to serve a need: the best offer of a helper at the need's block."""

    scored: Scored
    helper: Helper
    block: Block
    room: int
    tie_break: int


def _in_order(scored: Iterable[Scored]) -> tuple[Scored, ...]:
    return tuple(sorted(scored, key=lambda one: (one.candidate.need.need_id, one.candidate.offer.offer_id)))


def _fill(state: _State, scored: Sequence[Scored], rng: np.random.Generator) -> None:
    """Solve, take what fits, and go on with what is left until a flow finds nothing more."""
    tie_breaks = rng.integers(0, TIE_BREAKS, size=len(scored)).tolist()
    while True:
        arcs = _arcs(state, scored, tie_breaks)
        picked = sorted(_solve(arcs, state.missing), key=_best_first)
        taken = [state.take(arc.scored, arc.block) for arc in picked]
        state.repaired += taken.count(False)
        if not any(taken):
            return


def _best_first(arc: _Arc) -> tuple[int, int, int, int]:
    candidate = arc.scored.candidate
    return -value_of(arc.scored), -arc.tie_break, candidate.need.need_id, candidate.offer.offer_id


def _arcs(state: _State, scored: Sequence[Scored], tie_breaks: Sequence[int]) -> list[_Arc]:
    by_need: dict[int, list[tuple[Scored, int, int]]] = {}
    for one, tie_break in zip(scored, tie_breaks, strict=True):
        starts = state.starts(one)
        if starts:
            by_need.setdefault(one.candidate.need.need_id, []).append((one, starts, tie_break))
    arcs: list[_Arc] = []
    for need_id in sorted(by_need):
        arcs.extend(_arcs_of_need(state, by_need[need_id]))
    return arcs


def _arcs_of_need(state: _State, listed: Sequence[tuple[Scored, int, int]]) -> list[_Arc]:
    need = listed[0][0].candidate.need
    start = _fullest_start([starts for _, starts, _ in listed])
    block: Block = (start, visit_quarters(need), need.weeks)
    best: dict[Helper, _Arc] = {}
    for one, starts, tie_break in listed:
        if not starts >> start & 1:
            continue
        helper = helper_of(one.candidate.offer)
        known = best.get(helper)
        if known is None or value_of(one) > value_of(known.scored):
            best[helper] = _Arc(one, helper, block, state.room(one, start // WEEK_QUARTERS), tie_break)
    return [best[helper] for helper in sorted(best)]


def _fullest_start(starts: Sequence[int]) -> int:
    """The quarter at which most could begin, the earliest among equals."""
    size = HORIZON_QUARTERS // 8
    packed = np.frombuffer(b"".join(one.to_bytes(size, "little") for one in starts), dtype=np.uint8)
    bits = np.unpackbits(packed.reshape(len(starts), size), axis=1, bitorder="little")
    return int(np.argmax(bits.sum(axis=0, dtype=np.int64)))


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
        week = arc.block[0] // WEEK_QUARTERS
        at_block, in_week = ("block", arc.helper, arc.block), ("week", arc.helper, week)
        cost = -(value_of(arc.scored) * scale + arc.tie_break)
        chosen_arcs.append(network.arc(("need", arc.scored.candidate.need.need_id), at_block, 1, cost))
        network.arc_once(at_block, in_week, _side_by_side(arc.scored.candidate.offer))
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
    network.arc_once(at_block, in_week, _side_by_side(offer))
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


def _weeks_of(block: Block) -> range:
    first = block[0] // WEEK_QUARTERS
    return range(first, first + block[2])
