"""A made town that lives through two thousand needs under one policy: who helps, and who comes along.

Everything here is an assumption: a housing estate where a fifth moved in lately and hardly anybody knows each other.
The policy weighs ties by its own default rates; whether one lasts is drawn with the world's, which may be others.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from bench.towns import town
from matchmaker.engine.companions import PAIRS_OF_THREE, chosen, expected_together
from matchmaker.engine.neighbourhood import (
    LASTS_SUPPORTED,
    LASTS_UNSUPPORTED,
    NEW_TIE_WEIGHT,
    Forest,
    forest_of_ties,
    largest_gain,
)

PEOPLE: Final = 2_000
NEEDS: Final = 2_000
ROUND_NEEDS: Final = 100
CANDIDATES: Final = 15
TIES_KEPT: Final = 0.3
"""Of the 3.4 ties a person of a made town: the estate is new, and most are strangers."""
KINDS_OF_HELP: Final = 6
KINDS_OFFERED: Final = 2
HELPER_VISITS: Final = 6
COMPANION_VISITS: Final = 3
WILLING: Final = 0.5
"""Who would come along, whoever they are."""
FLOORS: Final = 6
FLOOR_M: Final = 3.0
WALK_FACTOR: Final = 1.34
WALK_WEIGHT: Final = 0.5
WALK_UNIT_M: Final = 80.0
"""Eighty metres cost half of what the tie of two people without any gains: so that helpers walk at most twice as far as
where the nearest goes."""

Ints = np.ndarray
Floats = np.ndarray


@dataclass(frozen=True)
class Policy:
    """Who helps, and who comes along on which share of the visits.

    helper is `nearest`, `fewest ties` or `identity`; companion is empty, `nearest` or `identity`.
    """

    helper: str
    companion: str = ""
    accompanied: float = 0.0
    needs: int = NEEDS


@dataclass(frozen=True)
class Rates:
    """The chance that a new tie lasts without and with a friend in common."""

    unsupported: float
    supported: float


DEFAULT_RATES: Final = Rates(LASTS_UNSUPPORTED, LASTS_SUPPORTED)


@dataclass(frozen=True)
class Ended:
    """What a town is like after the needs."""

    needs_met: int
    hours: int
    sigma_before: float
    sigma: float
    without_ties: float
    ties: int
    walk_m: float


@dataclass(frozen=True)
class Estate:
    """One seed's town, needs and dice, the same for every policy."""

    homes: Floats
    forest: Forest
    askers: Ints
    qualified: list[Ints]
    """For each need the helpers who could come, nearest first."""
    companions: Ints
    """For each person the willing, nearest first."""
    dice: Floats
    """For each need and pair of three, one throw."""


def estate(seed: int) -> Estate:
    """The town of one seed before anybody asks."""
    rng = np.random.default_rng([seed, 2_000])
    made = town(people=PEOPLE, seed=seed)
    kept = rng.random(len(made.edges_u)) < TIES_KEPT
    left, right = made.edges_u[kept], made.edges_v[kept]
    ends = np.concatenate((left, right)), np.concatenate((right, left))
    adjacency = csr_array((np.ones(2 * len(left)), ends), shape=(PEOPLE, PEOPLE))
    homes = np.column_stack((made.x_m, made.y_m, FLOOR_M * rng.integers(FLOORS, size=PEOPLE)))
    askers = rng.integers(PEOPLE, size=NEEDS)
    offers = np.argsort(rng.random((PEOPLE, KINDS_OF_HELP)), axis=1) < KINDS_OFFERED
    kinds = rng.integers(KINDS_OF_HELP, size=NEEDS)
    willing = np.flatnonzero(rng.random(PEOPLE) < WILLING)
    return Estate(
        homes=homes,
        forest=forest_of_ties(adjacency, range(PEOPLE)),
        askers=askers,
        qualified=_qualified(homes, askers, offers, kinds),
        companions=willing[cKDTree(homes[willing]).query(homes, k=12 * CANDIDATES)[1]],
        dice=rng.random((NEEDS, len(PAIRS_OF_THREE))),
    )


def _qualified(homes: Floats, askers: Ints, offers: Ints, kinds: Ints) -> list[Ints]:
    able = [np.flatnonzero(offers[:, kind]) for kind in range(KINDS_OF_HELP)]
    trees = [cKDTree(homes[rows]) for rows in able]
    near = [
        able[kind][trees[kind].query(homes[asker], k=min(12 * CANDIDATES, len(able[kind])))[1]]
        for asker, kind in zip(askers, kinds, strict=True)
    ]
    return [rows[rows != asker] for rows, asker in zip(near, askers, strict=True)]


@dataclass
class _Life:
    """What changes as the needs come in."""

    estate: Estate
    forest: Forest
    known: np.ndarray
    """Who is tied to whom, dense."""
    helped: Ints = field(default_factory=lambda: np.zeros(PEOPLE, dtype=np.int64))
    along: Ints = field(default_factory=lambda: np.zeros(PEOPLE, dtype=np.int64))
    walks: list[float] = field(default_factory=list)
    accompanied: int = 0


def live(given: Estate, policy: Policy, world: Rates) -> Ended:
    """The town after the policy's needs."""
    life = _Life(given, given.forest, given.forest.adjacency.toarray() > 0)
    for begin in range(0, policy.needs, ROUND_NEEDS):
        needs = np.arange(begin, min(begin + ROUND_NEEDS, policy.needs))
        helpers = _helpers(life, needs, policy)
        companions = _companions(life, needs, helpers, policy)
        _meet(life, needs, helpers, companions, world, counted=policy.helper == "identity")
    counted = policy.helper == "identity"
    forest = life.forest if counted else forest_of_ties(csr_array(life.known.astype(np.float64)), range(PEOPLE))
    return Ended(
        needs_met=policy.needs,
        hours=policy.needs + life.accompanied,
        sigma_before=given.forest.sigma,
        sigma=forest.sigma,
        without_ties=float(np.mean(~life.known.any(axis=1))),
        ties=int(life.known.sum()) // 2,
        walk_m=float(np.mean(life.walks)),
    )


def _helpers(life: _Life, needs: Ints, policy: Policy) -> Ints:
    """Who helps each need of a round: everybody once in it, and a few times in all."""
    busy = life.helped >= HELPER_VISITS
    lists = [life.estate.qualified[need] for need in needs]
    values = _values(life, needs, lists, policy)
    chosen_rows = np.empty(len(needs), dtype=np.int64)
    for number, (need, rows) in enumerate(zip(needs, lists, strict=True)):
        free = np.flatnonzero(~busy[rows])[:CANDIDATES]
        walks = _walks(life.estate, life.estate.askers[need], rows[free])
        score = values[number][free]
        if policy.helper == "identity":
            score = score - WALK_WEIGHT * walks / WALK_UNIT_M
        best = int(np.argmax(score))
        chosen_rows[number] = rows[free[best]]
        busy[chosen_rows[number]] = True
        life.walks.append(float(walks[best]))
    life.helped[chosen_rows] += 1
    return chosen_rows


def _values(life: _Life, needs: Ints, lists: list[Ints], policy: Policy) -> list[Floats]:
    """What each qualified helper is worth to the policy, higher being better."""
    if policy.helper == "nearest":
        return [-np.arange(len(rows), dtype=np.float64) for rows in lists]
    if policy.helper == "fewest ties":
        degrees = life.known.sum(axis=1)
        return [-degrees[rows] - np.arange(len(rows)) / 1e6 for rows in lists]
    # Some more than the fifteen, for those who are taken in this round already.
    near = [rows[~(life.helped[rows] >= HELPER_VISITS)][: 2 * CANDIDATES] for rows in lists]
    us = np.concatenate([np.full(len(rows), life.estate.askers[need]) for need, rows in zip(needs, near, strict=True)])
    vs = np.concatenate(near)
    expected = _chances(life, us, vs) * life.forest.tie_gains(us, vs, _weights(life, us, vs)) / _most()
    found = np.split(expected, np.cumsum([len(rows) for rows in near])[:-1])
    values = [np.full(len(rows), -1.0) for rows in lists]
    for value, rows, some, gains in zip(values, lists, near, found, strict=True):
        value[np.isin(rows, some)] = gains
    return values


def _most() -> float:
    return LASTS_SUPPORTED * largest_gain()


def _chances(life: _Life, us: Ints, vs: Ints) -> Floats:
    """By the policy's own rates."""
    supported = life.known[us, vs] | _common(life, us, vs)
    return np.where(supported, DEFAULT_RATES.supported, DEFAULT_RATES.unsupported)


def _common(life: _Life, us: Ints, vs: Ints) -> np.ndarray:
    return (life.known[us] & life.known[vs]).any(axis=1)


def _weights(life: _Life, us: Ints, vs: Ints) -> Floats:
    """Ties do not fade here, so those who know each other gain nothing."""
    return np.where(life.known[us, vs], 0.0, NEW_TIE_WEIGHT)


def _walks(given: Estate, asker: int, rows: Ints) -> Floats:
    return WALK_FACTOR * np.linalg.norm(given.homes[rows] - given.homes[asker], axis=1)


def _companions(life: _Life, needs: Ints, helpers: Ints, policy: Policy) -> dict[int, int]:
    """Who comes along to which need of the round."""
    most = round(policy.accompanied * len(needs))
    if not policy.companion or not most:
        return {}
    left = {int(row): 1 for row in np.flatnonzero(life.along < COMPANION_VISITS)}
    pairs = [
        (need, helper, row)
        for need, helper in zip(needs.tolist(), helpers.tolist(), strict=True)
        for row in _willing(life, need, helper, left)
    ]
    if policy.companion == "nearest":
        every = {int(need) for need in needs[np.linspace(0, len(needs) - 1, most).round().astype(np.int64)]}
        pairs = [pair for pair in pairs if pair[0] in every]
        added = np.zeros(len(pairs))
    else:
        added = _added(life, pairs)
    visits, companions = [need for need, _, _ in pairs], [row for _, _, row in pairs]
    taken = chosen(added, visits, companions, visits_left=left, most=most)
    come = {visits[row]: companions[row] for row in taken}
    life.along[list(come.values())] += 1
    life.accompanied += len(come)
    return come


def _willing(life: _Life, need: int, helper: int, left: dict[int, int]) -> list[int]:
    asker = int(life.estate.askers[need])
    near = life.estate.companions[asker].tolist()
    return [row for row in near if row in left and row not in (asker, helper)][:CANDIDATES]


def _added(life: _Life, pairs: list[tuple[int, int, int]]) -> Floats:
    """Islands that the third is expected to take off beyond the visit alone."""
    trios = np.array([(life.estate.askers[need], helper, row) for need, helper, row in pairs])
    weights = np.column_stack([_weights(life, trios[:, i], trios[:, j]) for i, j in PAIRS_OF_THREE])
    together = expected_together(life.forest, trios, np.full(weights.shape, DEFAULT_RATES.supported), weights)
    us, vs = trios[:, 0], trios[:, 1]
    return together - _chances(life, us, vs) * life.forest.tie_gains(us, vs, weights[:, 0])


def _meet(life: _Life, needs: Ints, helpers: Ints, along: dict[int, int], world: Rates, *, counted: bool) -> None:
    """The visits took place, and the ties that last are there."""
    before = life.known.copy()
    us, vs = [], []
    for need, helper in zip(needs.tolist(), helpers.tolist(), strict=True):
        trio = (int(life.estate.askers[need]), helper, along.get(need, -1))
        for number, (i, j) in enumerate(PAIRS_OF_THREE):
            one, other = trio[i], trio[j]
            if other < 0 or life.known[one, other]:
                continue
            supported = need in along or bool((before[one] & before[other]).any())
            if life.estate.dice[need, number] < (world.supported if supported else world.unsupported):
                life.known[one, other] = life.known[other, one] = True
                us.append(one)
                vs.append(other)
    if counted:
        life.forest = life.forest.with_ties(us, vs)
