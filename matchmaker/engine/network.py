"""The two flows of a plan: that of the best choices at set hours, and that of a bound which no plan exceeds."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from matchmaker.engine.choices import Choices, side_by_side
from matchmaker.engine.flow import SINK, Arcs, cheapest_flow
from matchmaker.engine.hours import WORD_BITS, Words, visit_quarters
from matchmaker.engine.places import Ints
from matchmaker.engine.problem import HORIZON_QUARTERS, HORIZON_WEEKS, WEEK_QUARTERS

TIE_BREAKS: Final = 256
MOST_COST: Final = 1 << 59
"""The greatest cost of an arc times the nodes that the solver is given, of the 63 bits that it counts in."""
DEARER_THAN_A_CHOICE: Final = 8
"""So many times the most valuable choice is what one helper below a floor costs: a chain of changes is worth it."""
ROUNDING: Final = 1e-9
"""Of a helper."""
DEARER_BY_LEVEL: Final = 4
"""So many times as much as below one level of its floors costs what a group lacks below the next."""


@dataclass(frozen=True, slots=True, eq=False)
class Lengths:
    """For each need the length of a visit and the number of weeks, and both as one number."""

    numbers: Ints
    count: int


def lengths_of(choices: Choices) -> Lengths:
    """Equal numbers for needs of equal length and weeks."""
    known: dict[tuple[int, int], int] = {}
    rows = [known.setdefault((visit_quarters(need), need.weeks), len(known)) for need in choices.need_facts]
    return Lengths(np.asarray(rows, dtype=np.int64), max(1, len(known)))


def whole_helpers(share: float, wanted: int) -> int:
    """The fewest whole helpers that make this share of those wanted; what rounding adds to a share asks for no more.

    Examples
    --------
    >>> whole_helpers(0.07, 100), whole_helpers(0.071, 100), whole_helpers(0.95 - 0.01, 50)
    (7, 8, 47)
    """
    return math.ceil(share * wanted - ROUNDING)


@dataclass(frozen=True, slots=True, eq=False)
class Floors:
    """How many helpers each group of needs must have, if it can be.

    Attributes
    ----------
    groups : ndarray of int, one for each need of the choices
        A number from 0 on.
    at_least : ndarray of int, shape (levels, groups)
        Each level at most the one before: what lacks below it costs more again.
    """

    groups: Ints
    at_least: Ints


def best_at_hours(
    choices: Choices,
    rows: Ints,
    starts: Ints,
    missing: Ints,
    room: Ints,
    tie_breaks: Ints,
    lengths: Lengths,
    floors: Floors | None = None,
) -> Ints:
    """The rows of the flow of greatest value, each need at its hour: need -> helper at that hour -> helper's week.

    Parameters
    ----------
    choices : Choices
    rows : ndarray of int
        One for each need and helper, by need, then helper, each with the start of its need.
    starts, missing : ndarray of int, one for each need
    room : ndarray of int, shape (helpers, HORIZON_WEEKS)
        Visits that each helper can still begin in each week.
    tie_breaks : ndarray of int, one for each of all choices
        0 to 255; decide between plans of equal value.
    lengths : Lengths
    floors : Floors, optional
        What a group lacks below its floors costs more than any choice is worth.
    """
    if not len(rows):
        return rows
    needs, offers = choices.needs[rows], choices.offers[rows]
    helpers, start = choices.helpers[offers], starts[needs]
    blocks = (helpers * HORIZON_QUARTERS + start) * lengths.count + lengths.numbers[needs]
    weeks = helpers * HORIZON_WEEKS + start // WEEK_QUARTERS
    served, need_nodes = np.unique(needs, return_inverse=True)
    _, first_block, block_of = np.unique(blocks, return_index=True, return_inverse=True)
    known_weeks, first_week, week_of = np.unique(weeks, return_index=True, return_inverse=True)
    block_nodes, week_nodes = _numbered(len(served) + 1, first_block, first_week)
    supplies = missing[served]
    levels, groups = (0, 0) if floors is None else floors.at_least.shape
    dearest = int(choices.values[rows].max())
    first = 1 + len(served) + len(first_block) + len(first_week)
    scale, finest = _scale(max(dearest, int(_dear(dearest, levels)[-1])), first + groups, int(supplies.sum()))
    ties = tie_breaks[rows] * finest // TIE_BREAKS
    in_parallel = _most_at_once(choices, offers, block_of, len(first_block))
    tails = [need_nodes + 1, block_nodes, week_nodes]
    heads = [block_nodes[block_of], week_nodes[week_of[first_block]], np.full(len(first_week), SINK)]
    capacities = [np.ones(len(rows), dtype=np.int64), in_parallel, room.ravel()[known_weeks]]
    free = np.zeros(len(first_block) + len(first_week), dtype=np.int64)
    costs = [-(choices.values[rows] * scale + ties), free]
    # In the order in which a need's arcs lead on, which the solver's choice among equals hangs on.
    order = np.argsort(np.concatenate([3 * np.arange(len(rows)), 3 * first_block + 1, 3 * first_week + 2]))
    arcs = Arcs(*(np.concatenate(parts).astype(np.int64)[order] for parts in (tails, heads, capacities, costs)))
    flows = np.empty(len(order), dtype=np.int64)
    if floors is None:
        flows[order] = cheapest_flow(supplies, arcs)
    else:
        slack, spare = _slack(floors, floors.groups[served], supplies, first, dearest * scale)
        both = (np.concatenate(pair) for pair in zip(arcs.parts, slack.parts, strict=True))
        flows[order] = cheapest_flow(supplies, Arcs(*both), spare)[: len(order)]
    return np.asarray(rows[flows[: len(rows)] > 0])


def _scale(dearest: int, nodes: int, wanted: int) -> tuple[int, int]:
    """What a point of value costs in the flow, and how fine the tie-breaks below it are.

    Tie-breaks of a whole plan stay below one point. They are made coarser, and left out at last, where the greatest
    cost times the nodes would leave the solver's range.

    Examples
    --------
    >>> _scale(20_000, 1_000, 99)
    (25600, 256)
    >>> _scale(200_000, 1_000_000, 99_999)
    (2800000, 28)
    >>> _scale(200_000, 100_000_000, 9_999_999)
    (1, 1)
    """
    finest = min(TIE_BREAKS, MOST_COST // max(1, dearest * nodes * (wanted + 1)))
    return (1, 1) if finest <= 1 else (finest * (wanted + 1), finest)


def _slack(floors: Floors, groups: Ints, supplies: Ints, first: int, dear: int) -> tuple[Arcs, Ints]:
    """What a group may lack passes one node: free down to its floor, dear below it; and that node of each need."""
    levels, count = floors.at_least.shape
    nodes = first + np.arange(count)
    wanted = np.bincount(groups, weights=supplies, minlength=count).astype(np.int64)
    # Down to each level from the one before, the last of them nothing at all.
    down_to = np.vstack([np.minimum(floors.at_least, wanted), np.zeros(count, dtype=np.int64)])
    steps = np.vstack([wanted, down_to[:-1]]) - down_to
    arcs = Arcs(
        np.tile(nodes, levels + 1),
        np.full(count * (levels + 1), SINK),
        steps.ravel().astype(np.int64),
        np.repeat(_dear(dear, levels), count).astype(np.int64),
    )
    return arcs, nodes[groups]


def _dear(choice: int, levels: int) -> Ints:
    """What a helper lacking above all levels costs, below the first, and so on, in the cost of the dearest choice.

    Examples
    --------
    >>> _dear(10, 3).tolist()
    [0, 80, 320, 1280]
    """
    below = DEARER_THAN_A_CHOICE * DEARER_BY_LEVEL ** np.arange(levels)
    return np.concatenate([[0], choice * below]).astype(np.int64)


def bound_of(choices: Choices, wanted: Ints, lengths: Lengths) -> int:
    """A value that no plan exceeds: the flow in which each visit takes the loosest limit that surely binds it.

    Who can come at one hour only is held by that hour, within one week by that week, else by all weeks together.
    """
    some = np.flatnonzero(wanted[choices.needs] > 0)
    helpers = choices.helpers[choices.offers]
    order = some[np.lexsort((helpers[some], choices.needs[some]))]
    keys = choices.needs[order] * (int(choices.helpers.max(initial=0)) + 1) + helpers[order]
    group = np.flatnonzero(np.diff(keys, prepend=-1))
    if not len(group):
        return 0
    first, last = _reach_of(choices, order, group)
    begins = first >= 0
    first, last = first[begins], last[begins]
    rows = order[group[begins]]
    values = np.maximum.reduceat(choices.values[order], group)[begins]
    helpers, week = helpers[rows], first // WEEK_QUARTERS
    in_week, at_hour = week == last // WEEK_QUARTERS, first == last
    weeks = helpers * HORIZON_WEEKS + week
    blocks = (helpers * HORIZON_QUARTERS + first) * lengths.count + lengths.numbers[choices.needs[rows]]
    served, need_nodes = np.unique(choices.needs[rows], return_inverse=True)
    known_helpers, first_helper, helper_of = np.unique(helpers, return_index=True, return_inverse=True)
    known_weeks, first_week = np.unique(weeks[in_week], return_index=True)
    known_blocks, first_block, block_of = np.unique(blocks[at_hour], return_index=True, return_inverse=True)
    offers = choices.offers[rows]
    left = np.asarray([choices.offer_facts[offer].person_visits_left_by_week for offer in offers.tolist()])
    left = np.maximum(0, left)  # who took on more than their cap in one week may still come in another
    parallel = _most_at_once(choices, offers[at_hour], block_of, len(known_blocks))
    helper_nodes = len(served) + 1 + np.arange(len(known_helpers))
    week_nodes = helper_nodes[-1] + 1 + np.arange(len(known_weeks))
    block_nodes = helper_nodes[-1] + 1 + len(known_weeks) + np.arange(len(known_blocks))
    heads = helper_nodes[helper_of]
    heads[in_week] = week_nodes[np.searchsorted(known_weeks, weeks[in_week])]
    heads[at_hour] = block_nodes[np.searchsorted(known_blocks, blocks[at_hour])]
    of_week = np.flatnonzero(in_week)[first_week]
    of_block = np.flatnonzero(at_hour)[first_block]
    tails = [need_nodes + 1, helper_nodes, week_nodes, block_nodes]
    to = [heads, np.full(len(helper_nodes), SINK), helper_nodes[helper_of[of_week]]]
    to.append(week_nodes[np.searchsorted(known_weeks, weeks[of_block])])
    most = [np.ones(len(rows)), left[first_helper].sum(axis=1), left[of_week, week[of_week]], parallel]
    costs = np.concatenate([-values, np.zeros(len(helper_nodes) + len(week_nodes) + len(block_nodes))])
    parts = (np.concatenate(tails), np.concatenate(to), np.concatenate(most), costs)
    flows = cheapest_flow(wanted[served], Arcs(*(part.astype(np.int64) for part in parts)))
    return int(values[flows[: len(rows)] > 0].sum())


def _most_at_once(choices: Choices, offers: Ints, block_of: Ints, blocks: int) -> Ints:
    """Visits that a helper can have side by side in each block, by the offer of theirs that allows most."""
    rows, offer_at = np.unique(offers, return_inverse=True)
    of_offer = np.asarray([side_by_side(choices.offer_facts[row]) for row in rows.tolist()], dtype=np.int64)
    most = np.ones(blocks, dtype=np.int64)
    np.maximum.at(most, block_of, of_offer[offer_at])
    return most


def _numbered(first: int, *appearances: Ints) -> list[Ints]:
    """Numbers from `first` on for nodes of several kinds, in the order in which they appear."""
    places = np.concatenate([len(appearances) * at + kind for kind, at in enumerate(appearances)])
    numbers = np.empty(len(places), dtype=np.int64)
    numbers[np.argsort(places)] = first + np.arange(len(places))
    return np.split(numbers, np.cumsum([len(at) for at in appearances])[:-1])


def _reach_of(choices: Choices, rows: Ints, group: Ints) -> tuple[Ints, Ints]:
    """The first and the last start of each group of choices of one need and one helper; -1 where there is none."""
    first = np.full(len(rows), HORIZON_QUARTERS, dtype=np.int64)
    last = np.full(len(rows), -1, dtype=np.int64)
    spans = choices.spans[choices.needs[rows]]
    for word in range(int(spans.max(initial=0))):
        some = np.flatnonzero(spans > word)
        bits = choices.words[choices.offsets[rows[some]] + word]
        some, bits = some[bits != 0], bits[bits != 0]
        begin = (choices.first_words[choices.needs[rows[some]]] + word) * WORD_BITS
        first[some] = np.minimum(first[some], begin + np.bitwise_count((bits & -bits) - np.uint64(1)))
        last[some] = begin + _highest(bits)
    first, last = np.minimum.reduceat(first, group), np.maximum.reduceat(last, group)
    return np.where(last < 0, -1, first), last


def _highest(bits: Words) -> Ints:
    """The position of the highest bit that is set."""
    filled = bits.copy()
    for step in (1, 2, 4, 8, 16, 32):
        filled |= filled >> np.uint64(step)
    return np.bitwise_count(filled).astype(np.int64) - 1
