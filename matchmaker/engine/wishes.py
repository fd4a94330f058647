"""The plan of a round with all that is asked of it: pins stand, teams come whole, no group falls far behind.

The floors of `fairness` and the search for teams of `teams` are brought together here: teams that cannot be whole are
given up first, then floors are held among the rest; a team that the floors would take in part is given up too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from matchmaker.engine.assignment import Key, Plan, Watch, unwatched
from matchmaker.engine.booking import Bookings
from matchmaker.engine.choices import Choices
from matchmaker.engine.columns import Types
from matchmaker.engine.eligibility import first_refusal
from matchmaker.engine.fairness import BELOW_THE_AVERAGE, FairPlan, Margins, fair_plan
from matchmaker.engine.places import Ints
from matchmaker.engine.problem import NeedFacts, OfferFacts
from matchmaker.engine.streets import Streets
from matchmaker.engine.teams import but_for, team_plan, worse_half

Pair = tuple[int, int]
"""A need and an offer."""

NO_GROUP: Final = -1
"""The group of needs whose grid is not known."""
NOT_LOOKED_FOR: Final = "NOT_LOOKED_FOR"
"""A pin names a need in which nobody is missing now, or that is closed."""
NO_OFFER: Final = "NO_OFFER"
"""A pin names an offer that is paused or closed, or does not reach the community."""
TAKEN: Final = "TAKEN"
"""A pin's helper and asker have no hour left together beside the other pins."""
TEAM_NOT_WHOLE: Final = "TEAM_NOT_WHOLE"
"""A pin names a need whose helpers come all or not at all, and not all of them were found."""


@dataclass(frozen=True, slots=True)
class RefusedPin:
    """A pin that could not stand, and the hard rule, or one of the codes above, that says why."""

    need_id: int
    offer_id: int
    rule: str


@dataclass(frozen=True, slots=True)
class Fairness:
    """How the groups fare: shares of wanted helpers that were found, 0 to 1.

    Attributes
    ----------
    floor_share : float
        What every group has where its own candidates allow it: the average less the first margin.
    worst_freely, worst : float
        The share of the group that has least, in the plan without floors and in the one that was chosen.
    worst_group : int
        Its number in the plan that was chosen; the first among equals.
    price : float
        The part of the plan's value that the floors cost.
    """

    floor_share: float
    worst_freely: float
    worst: float
    worst_group: int
    price: float


@dataclass(frozen=True, slots=True, eq=False)
class WishedPlan:
    """The plan, the one without floors beside it, and the teams that were given up."""

    plan: Plan
    freely: Plan
    given_up: frozenset[int]


def pins_as_keys(
    needs: Sequence[NeedFacts],
    offers: Sequence[OfferFacts],
    types: Types,
    choices: Choices,
    pins: Iterable[Pair],
    streets: Streets | None = None,
) -> tuple[tuple[Key, ...], tuple[RefusedPin, ...]]:
    """An hour for each pin that can stand, and why each other one cannot.

    The hour is the one at which most candidates of the need could come, where these two can, else their earliest.
    """
    asked = {need.need_id: need for need in needs}
    offered = {offer.offer_id: offer for offer in offers}
    bookings = Bookings(needs)
    keys: list[Key] = []
    refused: list[RefusedPin] = []
    for need_id, offer_id in sorted(set(pins)):
        row = choices.row_of(need_id, offer_id)
        start = None if row is None else _hour(bookings, choices, row)
        if row is not None and start is not None and bookings.take(choices.one(row), start):
            keys.append((need_id, offer_id, start))
            continue
        rule = _why_not(asked.get(need_id), offered.get(offer_id), types, streets)
        refused.append(RefusedPin(need_id, offer_id, rule))
    return tuple(keys), tuple(refused)


def wished_plan(
    needs: Sequence[NeedFacts],
    choices: Choices,
    group_of: Mapping[int, int],
    *,
    seed: int = 0,
    pins: Collection[Key] = (),
    watch: Watch = unwatched,
    margins: Margins = BELOW_THE_AVERAGE,
) -> WishedPlan:
    """Plan with floors for every group, around the pins, each team whole or not at all.

    Parameters
    ----------
    needs : sequence of NeedFacts
        Those with `all_or_none` that want several helpers are the teams.
    choices : Choices
    group_of : mapping of need id to group
    seed : int
    pins : collection of (need, offer, start)
        Those of a team that is given up fall with it.
    watch : callable
        As for `plan_from`.
    margins : tuple of float
        As for `fair_plan`.

    Returns
    -------
    WishedPlan
        The same for the same input. Its plan carries the bound of the plan in which teams may be in part.
    """
    teams = teams_of(needs)
    whole = team_plan(needs, choices, teams, seed, pins) if teams & choices.need_rows.keys() else None
    given_up = frozenset() if whole is None else (teams & choices.need_rows.keys()) - {n for n, _, _ in _keys(whole)}
    while True:
        kept = [pin for pin in pins if pin[0] not in given_up]
        fair: FairPlan = fair_plan(needs, but_for(choices, given_up), group_of, seed, watch, kept, margins)
        partly = worse_half(fair.plan, teams)
        if not partly:
            break
        given_up |= partly
    plan = fair.plan if whole is None else _with_bound(fair.plan, whole.bound)
    return WishedPlan(plan, fair.freely, given_up)


def teams_of(needs: Iterable[NeedFacts]) -> frozenset[int]:
    """The needs to which several helpers come, or nobody."""
    return frozenset(need.need_id for need in needs if need.all_or_none and need.helpers_wanted > 1)


def groups_by_grid(needs: Iterable[NeedFacts]) -> dict[int, int]:
    """The grid of each need."""
    return {need.need_id: NO_GROUP if need.place.grid_id is None else need.place.grid_id for need in needs}


def fairness_of(
    plan: Plan,
    freely: Plan,
    needs: Sequence[NeedFacts],
    group_of: Mapping[int, int],
    margins: Margins = BELOW_THE_AVERAGE,
) -> Fairness | None:
    """What the floors changed; None where nobody is wanted."""
    numbers = sorted({group_of[need.need_id] for need in needs})
    position = {group: at for at, group in enumerate(numbers)}
    wanted = np.zeros(len(numbers))
    for need in needs:
        wanted[position[group_of[need.need_id]]] += need.helpers_wanted
    if not wanted.sum():
        return None
    shares, before = (_found(one, position, group_of) / np.maximum(1, wanted) for one in (plan, freely))
    average = len(freely.chosen) / wanted.sum()
    worst = int(shares.argmin())
    return Fairness(
        floor_share=max(0.0, float(average) - margins[0]),
        worst_freely=float(before.min()),
        worst=float(shares[worst]),
        worst_group=numbers[worst],
        price=max(0.0, (freely.total_score - plan.total_score) / max(1, freely.total_score)),
    )


def fallen_pins(pins: Iterable[Key], plan: Plan) -> tuple[RefusedPin, ...]:
    """Pins that stood at first and fell with their team."""
    chosen = {key[:2] for key in _keys(plan)}
    return tuple(RefusedPin(*pin[:2], TEAM_NOT_WHOLE) for pin in pins if pin[:2] not in chosen)


def _keys(plan: Plan) -> list[Key]:
    return [one.key for one in plan.chosen]


def _found(plan: Plan, position: Mapping[int, int], group_of: Mapping[int, int]) -> Ints:
    listed = [position[group_of[need_id]] for need_id, _, _ in _keys(plan)]
    return np.bincount(np.asarray(listed, dtype=np.int64), minlength=len(position))


def _hour(bookings: Bookings, choices: Choices, row: int) -> int | None:
    starts = bookings.starts(choices.one(row))
    if not starts:
        return None
    need = int(choices.needs[row])
    fullest = int(choices.fullest_starts(np.flatnonzero(choices.needs == need), choices.words)[need])
    return fullest if fullest >= 0 and starts >> fullest & 1 else (starts & -starts).bit_length() - 1


def _why_not(need: NeedFacts | None, offer: OfferFacts | None, types: Types, streets: Streets | None) -> str:
    if need is None:
        return NOT_LOOKED_FOR
    if offer is None:
        return NO_OFFER
    return first_refusal(need, offer, types, streets) or TAKEN


def _with_bound(plan: Plan, bound: int) -> Plan:
    return replace(plan, bound=bound, gap=(bound - plan.total_score) / bound if bound else 0.0)
