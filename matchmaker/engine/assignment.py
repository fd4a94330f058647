"""The plan of a round: which candidates to put to people, best as a whole and fair to every hard limit.

Each need's hour is a guess first: the start at which most offers could come, the earliest among equals. What is left
is a flow (need -> helper at that hour -> helper's week), solved exactly for these hours. Limits that cross the flow,
such as blocks that overlap in part, a cap per offer or an asker who helps elsewhere, are looked after by taking the
flow's choices best first and leaving out what no longer fits; whoever is left without help goes into a further flow
with what remains. Then needs move to better hours while the value rises (`timing`), which closes most of the guess's
loss and not all of it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.booking import Bookings, Chosen
from matchmaker.engine.choices import Choices, choices_of, helper_of, value_of
from matchmaker.engine.hours import Words, words_of
from matchmaker.engine.network import TIE_BREAKS, Floors, Lengths, best_at_hours, bound_of, lengths_of
from matchmaker.engine.places import Ints
from matchmaker.engine.problem import HORIZON_WEEKS, NeedFacts
from matchmaker.engine.scoring import Scored
from matchmaker.engine.timing import improve

__all__ = [
    "COMPLETE",
    "EMPTY",
    "PARTIAL",
    "Chosen",
    "Key",
    "Plan",
    "Watch",
    "helper_of",
    "plan",
    "plan_from",
    "plan_of",
    "put_into_words",
    "value_of",
    "without",
]

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


Key = tuple[int, int, int]
"""Need, offer, start: one choice of a plan."""

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
    return plan_from(needs, choices_of(scored, waiting), seed, watch)


def plan_from(
    needs: Sequence[NeedFacts],
    choices: Choices,
    seed: int = 0,
    watch: Watch = unwatched,
    floors: Floors | None = None,
    pins: Iterable[Key] = (),
    extra: Ints | None = None,
) -> Plan:
    """The same as `plan`, from choices in columns: what a city is planned with.

    Parameters
    ----------
    needs, seed, watch
        As for `plan`.
    choices : Choices
        Without those that were forbidden, see `without`.
    floors : Floors, optional
        The first flow holds them, and no need of a group with a floor has fewer helpers afterwards.
    pins : iterable of (need, offer, start)
        Choices that stand; the plan is made around them.
    extra : ndarray of int, one for each need of the choices, optional
        Points that the flows add to each of its choices; the bound counts them, the total does not, and no need has
        fewer helpers afterwards.

    Raises
    ------
    ValueError
        If a pin is no choice, or two of them cannot both stand.
    """
    rng = np.random.default_rng(seed)
    bookings = Bookings(needs)
    pinned = _pinned(bookings, choices, pins)
    weighed = choices if extra is None else replace(choices, values=choices.values + extra[choices.needs])
    filling = _Filling(bookings, weighed)
    # With one hour to each need the first flow is its own bound.
    is_flow = choices.have_one_hour_each() and not choices.waits.any() and not pinned
    bound = 0 if is_flow else bound_of(weighed, filling.wanted, filling.lengths)
    unwilling = _with_floor(choices, floors) if extra is None else frozenset(choices.need_rows)
    floors = _beyond_pins(bookings, choices, floors) if pinned else floors
    repaired = 0

    def so_far() -> Plan:
        return plan_of(bookings, bound, repaired)

    def look_from(half: int) -> Callable[[float], None]:
        return lambda share: watch((half + share) / 2, so_far)

    for half, rows in enumerate((np.flatnonzero(~choices.waits), np.flatnonzero(choices.waits))):
        repaired += filling.fill(rows, rng, None if half else floors)
        bound = max(bound, filling.first_value) if is_flow else bound
        watch(half / 2, so_far)
        if bookings.worth < bound and not (is_flow and extra is not None):
            movable = rows[~np.isin(choices.needs[rows], list(pinned))]
            improve(bookings, choices, movable, look_from(half), unwilling)
    return so_far()


def without(choices: Choices, bans: Iterable[tuple[int, int]]) -> Choices:
    """The choices but for these pairs of need and offer."""
    banned = {choices.row_of(need_id, offer_id) for need_id, offer_id in bans}
    rows = np.arange(len(choices.needs))
    return choices.only(rows[~np.isin(rows, [row for row in banned if row is not None])])


def _with_floor(choices: Choices, floors: Floors | None) -> frozenset[int]:
    """Needs of groups that must have some helpers."""
    if floors is None:
        return frozenset()
    held = floors.at_least[0][floors.groups] > 0
    return frozenset(need.need_id for need, is_held in zip(choices.need_facts, held.tolist(), strict=True) if is_held)


def _beyond_pins(bookings: Bookings, choices: Choices, floors: Floors | None) -> Floors | None:
    """The floors less the helpers that stand already."""
    if floors is None:
        return None
    standing = [len(bookings.by_need.get(need.need_id, ())) for need in choices.need_facts]
    found = np.bincount(floors.groups, weights=standing, minlength=floors.at_least.shape[1]).astype(np.int64)
    return Floors(floors.groups, np.maximum(0, floors.at_least - found))


def _pinned(bookings: Bookings, choices: Choices, pins: Iterable[Key]) -> set[int]:
    """The needs, as positions in the choices, for which these choices were taken."""
    needs = set()
    for need_id, offer_id, start in sorted(pins):
        row = choices.row_of(need_id, offer_id)
        if row is None or not bookings.take(choices.one(row), start):
            raise ValueError(f"offer {offer_id} cannot come to need {need_id} at quarter {start}")
        needs.add(choices.need_rows[need_id])
    return needs


def plan_of(bookings: Bookings, bound: int, repaired: int = 0) -> Plan:
    """What is booked at this moment as a plan."""
    chosen = bookings.chosen()
    unmet = tuple((need_id, missing) for need_id, missing in sorted(bookings.missing.items()) if missing > 0)
    total = sum(value_of(one.scored) for one in chosen)
    status = EMPTY if not chosen else PARTIAL if unmet else COMPLETE
    gap = (bound - total) / bound if bound else 0.0
    return Plan(chosen, unmet, total, bound, gap, repaired, status)


def put_into_words(plan: Plan, choices: Choices) -> Plan:
    """The plan with terms and reasons for every choice."""
    rows = [choices.row_of(*one.key[:2]) for one in plan.chosen]
    told = zip(plan.chosen, rows, strict=True)
    return replace(
        plan, chosen=tuple(one if row is None else replace(one, scored=choices.told(row)) for one, row in told)
    )


class _Filling:
    """Fills a plan with the choices of one flow after the other."""

    def __init__(self, bookings: Bookings, choices: Choices) -> None:
        self.bookings, self.choices = bookings, choices
        self.lengths: Lengths = lengths_of(choices)
        wanted = {
            need_id: missing + len(bookings.by_need.get(need_id, ())) for need_id, missing in bookings.missing.items()
        }
        self.wanted = np.asarray([wanted.get(need.need_id, 0) for need in choices.need_facts], dtype=np.int64)
        self.first_value = 0
        """Of the first flow, before anything was left out."""
        self.row_of = {
            helper_of(offer): row for row, offer in zip(choices.helpers.tolist(), choices.offer_facts, strict=True)
        }
        self.left = np.zeros((len(self.row_of), HORIZON_WEEKS), dtype=np.int64)
        weeks = [offer.person_visits_left_by_week for offer in reversed(choices.offer_facts)]
        self.left[choices.helpers[::-1]] = np.asarray(weeks, dtype=np.int64).reshape(-1, HORIZON_WEEKS)

    def missing(self) -> Ints:
        """Helpers that each need still lacks."""
        missing = self.bookings.missing
        return np.asarray([missing.get(need.need_id, 0) for need in self.choices.need_facts], dtype=np.int64)

    def fill(self, rows: Ints, rng: np.random.Generator, floors: Floors | None = None) -> int:
        """Solve, take what fits, and go on with what is left until a flow finds nothing more; how many did not fit."""
        tie_breaks = np.zeros(len(self.choices.values), dtype=np.int64)
        tie_breaks[rows] = rng.integers(0, TIE_BREAKS, size=len(rows))
        repaired = 0
        while True:
            open_to, words = self._open(rows)
            starts = self.choices.fullest_starts(open_to, words)
            able = open_to[starts[self.choices.needs[open_to]] >= 0]
            able = able[self.choices.have_start(able, starts[self.choices.needs[able]], words)]
            arcs = self.choices.best_of_helpers(able)
            picked = best_at_hours(
                self.choices, arcs, starts, self.missing(), self._room(), tie_breaks, self.lengths, floors
            )
            floors = None
            self.first_value = self.first_value or int(self.choices.values[picked].sum())
            order = np.lexsort(
                (
                    self.choices.offers[picked],
                    self.choices.needs[picked],
                    -tie_breaks[picked],
                    -self.choices.values[picked],
                )
            )
            best_first = picked[order]
            hours = starts[self.choices.needs[best_first]].tolist()
            taken = [
                self.bookings.take(self.choices.one(row), start)
                for row, start in zip(best_first.tolist(), hours, strict=True)
            ]
            repaired += taken.count(False)
            if not any(taken):
                return repaired

    def _open(self, rows: Ints) -> tuple[Ints, Words]:
        """Choices of needs that lack helpers, and where each can still begin, laid out as the words of the choices."""
        choices = self.choices
        rows = rows[self.missing()[choices.needs[rows]] > 0]
        touched = rows[self._is_touched(rows)]
        if not len(touched):
            return rows, choices.words
        words = choices.words.copy()
        for row in touched.tolist():
            need = choices.needs[row]
            first, span = int(choices.first_words[need]), int(choices.spans[need])
            begin = int(choices.offsets[row])
            words[begin : begin + span] = words_of([self.bookings.starts(choices.one(row))])[0, first : first + span]
        return rows, words

    def _is_touched(self, rows: Ints) -> NDArray[np.bool_]:
        """Whether the helper, the asker or the need has anything booked by now."""
        choices, busy = self.choices, self.bookings.busy()
        helpers = np.zeros(len(self.row_of), dtype=np.bool_)
        helpers[[self.row_of[helper] for helper in busy if helper in self.row_of]] = True
        needs = np.asarray(
            [
                ("person", need.person_id) in busy or need.need_id in self.bookings.by_need
                for need in choices.need_facts
            ],
            dtype=np.bool_,
        )
        return np.asarray(helpers[choices.helpers[choices.offers[rows]]] | needs[choices.needs[rows]])

    def _room(self) -> Ints:
        """Visits that each helper, all offers together, can still begin in each week."""
        room = self.left.copy()
        for helper, by_week in self.bookings.visits_by_week():
            if helper in self.row_of:
                room[self.row_of[helper]] -= by_week
        return np.maximum(0, room)
