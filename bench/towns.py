"""Towns and cities made from a seed, as plain arrays: places, ties and vouches of any number of people.

Nothing here is measured on a real town. It has what the numbers of the engine hang on: people live in corridors of a
building, buildings stand in grids, most ties are near, kin and friends live at a distance, friends of friends know each
other, a fifth moved in lately and knows few.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.problem import HALF_LIFE_DAYS, TieKind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Pairs = tuple[Ints, Ints]

KINDS: Final = (TieKind.KIN, TieKind.FRIEND, TieKind.HELPED, TieKind.MET)
"""What the numbers in `BenchTown.kind` mean."""

TIES_PER_PERSON: Final = 3.4
VOUCHES_PER_PERSON: Final = 0.3
NEWCOMERS: Final = 0.2
NEWCOMER_ACTIVITY: Final = 0.25
"""How often a newcomer is at an end of a tie, beside somebody settled."""

CORRIDOR_PEOPLE: Final = 20
BUILDING_CORRIDORS: Final = 5
GRID_BUILDINGS: Final = 5
BUILDING_PEOPLE: Final = CORRIDOR_PEOPLE * BUILDING_CORRIDORS
GRID_PEOPLE: Final = BUILDING_PEOPLE * GRID_BUILDINGS
GRID_WIDTH_M: Final = 200.0
BUILDING_STEP_M: Final = 40.0
CORRIDOR_STEP_M: Final = 12.0

CLOSING: Final = 0.4
"""The part of ties that join two who have a friend in common already."""
WHERE: Final = (0.45, 0.25, 0.18, 0.12)
"""Of the others: within the corridor, the building, the grid, and at a distance."""
KINDS_NEAR: Final = (0.08, 0.27, 0.25, 0.40)
KINDS_FAR: Final = (0.50, 0.45, 0.03, 0.02)


@dataclass(frozen=True)
class BenchTown:
    """People in rows 0..n-1, numbered by locality: grid after grid, in them by building and corridor.

    Attributes
    ----------
    ids : ndarray of int64, shape (n,)
        The id of the person in each row, ascending; not the row itself.
    x_m, y_m : ndarray of float64, shape (n,)
        Where they live, in metres.
    corridor, building, grid : ndarray of int64, shape (n,)
        Numbers of the areas, each from 0 on in the order of the rows.
    newcomer : ndarray of bool, shape (n,)
    edges_u, edges_v : ndarray of int64, shape (m,)
        Rows, not ids, of the two people of each tie: u < v, each pair once, ascending.
    weight : ndarray of float64, shape (m,)
        What is left of the tie today: ``2 ** (-age_days / half life of its kind)``, so 1 when fresh.
    kind : ndarray of int8, shape (m,)
        Which of `KINDS`.
    age_days : ndarray of float64, shape (m,)
        Days since the last renewal.
    vouch_u, vouch_v : ndarray of int64, shape (k,)
        Rows: u gave a word for v.
    """

    ids: Ints
    x_m: Floats
    y_m: Floats
    corridor: Ints
    building: Ints
    grid: Ints
    newcomer: NDArray[np.bool_]
    edges_u: Ints
    edges_v: Ints
    weight: Floats
    kind: NDArray[np.int8]
    age_days: Floats
    vouch_u: Ints
    vouch_v: Ints


def town(*, people: int, seed: int) -> BenchTown:
    """A town of so many people with about 3.4 ties for each, the same one for the same seed.

    Examples
    --------
    >>> made = town(people=500, seed=1)
    >>> len(made.ids), len(made.edges_u)
    (500, 1700)
    """
    rng = np.random.default_rng(seed)
    rows = np.arange(people, dtype=np.int64)
    grid = rows // GRID_PEOPLE
    lattice = _Lattice(int(grid[-1]) + 1 if people else 0)
    x_m, y_m = _homes(rng, rows, lattice)
    newcomer = rng.random(people) < NEWCOMERS
    left, right = _ties(rng, people, newcomer, lattice)
    kind = _kinds(rng, far=grid[left] != grid[right])
    half_life = np.array([HALF_LIFE_DAYS[of] for of in KINDS])[kind]
    age_days = np.floor(rng.exponential(0.5, size=len(kind)) * half_life)
    return BenchTown(
        ids=1_000 + 3 * rows,
        x_m=x_m,
        y_m=y_m,
        corridor=rows // CORRIDOR_PEOPLE,
        building=rows // BUILDING_PEOPLE,
        grid=grid,
        newcomer=newcomer,
        edges_u=left,
        edges_v=right,
        weight=np.exp2(-age_days / half_life),
        kind=kind,
        age_days=age_days,
        **_vouches(rng, left, right, round(VOUCHES_PER_PERSON * people)),
    )


class _Lattice:
    """Grids on a square, numbered along a Z-shaped curve so that near numbers are near places."""

    def __init__(self, grids: int) -> None:
        self.side = 1
        while self.side**2 < grids:
            self.side *= 2
        number = np.arange(self.side**2, dtype=np.int64)
        self.column, self.row = _every_other_bit(number), _every_other_bit(number >> 1)
        self.grid_at = np.full((self.side, self.side), -1, dtype=np.int64)
        self.grid_at[self.row[:grids], self.column[:grids]] = number[:grids]

    def from_afar(self, rng: np.random.Generator, grid: Ints) -> Ints:
        """Another grid for each: twice as far is less than half as likely; -1 where the town has ended."""
        distance = 1.0 + rng.pareto(1.2, size=len(grid))
        angle = rng.random(len(grid)) * 2.0 * np.pi
        column = np.rint(self.column[grid] + distance * np.cos(angle))
        row = np.rint(self.row[grid] + distance * np.sin(angle))
        inside = (column >= 0) & (row >= 0) & (column < self.side) & (row < self.side)
        column, row = np.where(inside, column, 0).astype(np.int64), np.where(inside, row, 0).astype(np.int64)
        return np.where(inside, self.grid_at[row, column], -1)


def _every_other_bit(number: Ints) -> Ints:
    found = np.zeros_like(number)
    for bit in range(20):
        found |= ((number >> (2 * bit)) & 1) << bit
    return found


def _homes(rng: np.random.Generator, rows: Ints, lattice: _Lattice) -> tuple[Floats, Floats]:
    grid, building = rows // GRID_PEOPLE, rows // BUILDING_PEOPLE % GRID_BUILDINGS
    corridor = rows // CORRIDOR_PEOPLE % BUILDING_CORRIDORS
    x_m = lattice.column[grid] * GRID_WIDTH_M + corridor * CORRIDOR_STEP_M + rng.random(len(rows)) * 10.0
    y_m = lattice.row[grid] * GRID_WIDTH_M + building * BUILDING_STEP_M + rng.random(len(rows)) * 10.0
    return x_m, y_m


def _ties(rng: np.random.Generator, people: int, newcomer: NDArray[np.bool_], lattice: _Lattice) -> Pairs:
    """Distinct pairs: first near and far ones, then such as join two friends of one person."""
    wanted = min(round(TIES_PER_PERSON * people), people * (people - 1) // 4)
    activity = np.where(newcomer, NEWCOMER_ACTIVITY, 1.0) * rng.gamma(2.0, 0.5, size=people)
    codes = np.empty(0, dtype=np.int64)
    for most, makes in _stages(rng, round((1.0 - CLOSING) * wanted), wanted, activity, lattice):
        while len(codes) < most:
            pairs = makes(codes, 2 * (most - len(codes)) + 64)  # twice, for half may be there already
            left, right = np.minimum(*pairs), np.maximum(*pairs)
            fresh = (left * people + right)[left != right]
            fresh = np.unique(fresh)
            fresh = fresh[~_among(fresh, codes)]
            codes = np.sort(np.concatenate((codes, rng.permutation(fresh)[: most - len(codes)])), kind="stable")
    return codes // max(people, 1), codes % max(people, 1)


def _among(fresh: Ints, codes: Ints) -> NDArray[np.bool_]:
    """Which of the fresh ones are among the codes, both ascending."""
    place = np.searchsorted(codes, fresh)
    return codes[np.minimum(place, len(codes) - 1)] == fresh if len(codes) else np.zeros(len(fresh), dtype=np.bool_)


def _stages(rng: np.random.Generator, some: int, wanted: int, activity: Floats, lattice: _Lattice) -> Iterator:
    people = len(activity)
    heard = np.cumsum(activity)

    def open_ties(_: Ints, size: int) -> Pairs:
        left = np.searchsorted(heard, rng.random(size) * heard[-1]).astype(np.int64)
        return left, _others(rng, left, people, activity, lattice)

    def closing_ties(codes: Ints, size: int) -> Pairs:
        by_friend = _friends_of_friends(rng, codes // people, codes % people, size)
        few = max(size // 20, 16)  # so that a town without open triangles fills up all the same
        return tuple(np.concatenate(both) for both in zip(by_friend, open_ties(codes, few), strict=True))

    yield some, open_ties
    yield wanted, closing_ties


def _others(rng: np.random.Generator, left: Ints, people: int, activity: Floats, lattice: _Lattice) -> Ints:
    """The other end of each tie; a drawn newcomer is mostly drawn again, from the same place."""
    where = rng.choice(len(WHERE), p=WHERE, size=len(left))
    size = np.array([CORRIDOR_PEOPLE, BUILDING_PEOPLE, GRID_PEOPLE, GRID_PEOPLE])[where]
    start = left // size * size
    far = where == len(WHERE) - 1
    grid = lattice.from_afar(rng, left[far] // GRID_PEOPLE)
    start[far] = np.where(grid < 0, left[far] // GRID_PEOPLE, grid) * GRID_PEOPLE
    size = np.minimum(size, people - start)
    right = start + (rng.random(len(left)) * size).astype(np.int64)
    for _ in range(3):
        again = rng.random(len(left)) > np.minimum(activity[right], 1.0)
        right = np.where(again, start + (rng.random(len(left)) * size).astype(np.int64), right)
    return right


def _friends_of_friends(rng: np.random.Generator, left: Ints, right: Ints, size: int) -> Pairs:
    """Pairs drawn with a friend in common, everybody with friends being that friend equally often."""
    ends, others = np.concatenate((left, right)), np.concatenate((right, left))
    order = np.argsort(ends, kind="stable")
    ends, others = ends[order], others[order]
    between = ends[rng.integers(len(ends), size=size)] if len(ends) else np.empty(0, dtype=np.int64)
    first, past = np.searchsorted(ends, between, "left"), np.searchsorted(ends, between, "right")
    picks = (first + (rng.random(len(between)) * (past - first)).astype(np.int64) for _ in range(2))
    one, two = (others[pick] for pick in picks)
    return one, two


def _kinds(rng: np.random.Generator, *, far: NDArray[np.bool_]) -> NDArray[np.int8]:
    dice = rng.random(len(far))
    near_kind = np.searchsorted(np.cumsum(KINDS_NEAR[:-1]), dice)
    far_kind = np.searchsorted(np.cumsum(KINDS_FAR[:-1]), dice)
    return np.where(far, far_kind, near_kind).astype(np.int8)


def _vouches(rng: np.random.Generator, left: Ints, right: Ints, wanted: int) -> dict[str, Ints]:
    """Words given along ties, in one of the two directions."""
    chosen = np.sort(rng.permutation(len(left))[:wanted])
    turned = rng.random(len(chosen)) < 0.5
    return {
        "vouch_u": np.where(turned, right[chosen], left[chosen]),
        "vouch_v": np.where(turned, left[chosen], right[chosen]),
    }
