"""A city's day measured for the history: each community, its grids and corridors, and its groups.

Exact where there are few enough people, sketched with an error above. Groups are reported and never an input.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matchmaker.engine.neighbourhood import KNOWN_FROM_PEOPLE, forest_of_ties
from matchmaker.engine.sketch import sketch_of
from matchmaker.engine.solving import Ints
from matchmaker.engine.strangers import (
    EXACT_PEOPLE,
    AreaIndex,
    BetweenGroups,
    Reading,
    area_indexes,
    area_shares,
    between_groups,
    reading_of,
    reading_of_city,
    stranger_index,
)

FEWEST_SHOWN: Final = 5
"""Areas and groups of fewer people are never measured: a figure of theirs would be about somebody."""

Members = Mapping[str, NDArray[np.bool_]]


@dataclass(frozen=True, slots=True, eq=False)
class CityDay:
    """Who is in each row, where they live, and whom they know.

    Attributes
    ----------
    ids : ndarray of int, shape (n,)
    adjacency : csr_array, shape (n, n)
        Decayed tie weights.
    communities, grids, corridors : ndarray of int, shape (n,)
        The area of each row; below 0 where it is not known.
    groups : mapping of kind to mapping of name to ndarray of bool, shape (n,)
        Groups of one kind may overlap.
    """

    ids: Ints
    adjacency: csr_array
    communities: Ints
    grids: Ints
    corridors: Ints
    groups: Mapping[str, Members]


@dataclass(frozen=True, slots=True)
class CommunityDay:
    """One community's figures.

    Attributes
    ----------
    people : int
    whole : AreaIndex or None
        None where the people are too few for anything to be known yet; then nothing else is there either.
    areas : mapping of area to AreaIndex
        Its grids and corridors of at least `FEWEST_SHOWN` people.
    between : mapping of kind to tuple of BetweenGroups
        Only kinds with at least two groups of so many people, so that nothing is left over to be told by difference.
    sizes : mapping of kind to mapping of name to int
        The people of these groups.
    exact : bool
        Whether it was computed, and not sketched.
    """

    people: int
    whole: AreaIndex | None
    areas: Mapping[int, AreaIndex]
    between: Mapping[str, tuple[BetweenGroups, ...]]
    sizes: Mapping[str, Mapping[str, int]]
    exact: bool


def read(adjacency: csr_array, ids: Ints, *, rng: np.random.Generator) -> Reading:
    """A town read exactly up to `EXACT_PEOPLE`, through a sketch above.

    Examples
    --------
    >>> pair = csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> round(stranger_index(read(pair, np.array([1, 2]), rng=np.random.default_rng(1))).sigma, 6)
    0.333333
    """
    if len(ids) <= EXACT_PEOPLE:
        return reading_of(forest_of_ties(adjacency, ids.tolist()))
    return reading_of_city(sketch_of(adjacency, rng=rng), ids)


def read_part(adjacency: csr_array, ids: Ints, rows: Ints, *, rng: np.random.Generator) -> Reading:
    """The same of some rows by themselves, with the ties among them alone."""
    return read(csr_array(adjacency[rows][:, rows]), ids[rows], rng=rng)


def measure(city: CityDay, wanted: Ints, *, rng: np.random.Generator) -> dict[int, CommunityDay]:
    """The figures of some communities, from one reading of the whole city.

    Parameters
    ----------
    city : CityDay
    wanted : ndarray of int
        The communities; one without people is told too.
    rng : numpy.random.Generator
        For what is too large to be computed.

    Returns
    -------
    dict of int to CommunityDay
        For each community that was wanted.
    """
    whole = read(city.adjacency, city.ids, rng=rng)
    shares = area_shares(whole, city.communities)
    known = np.isin(city.communities, [one for one in wanted if np.sum(city.communities == one) >= KNOWN_FROM_PEOPLE])
    areas: dict[int, AreaIndex] = {}
    for labels in (city.grids, city.corridors):
        areas |= area_indexes(whole, np.where(known, labels, -1), rng=rng)
    return {int(one): _community(city, whole, int(one), shares, areas, rng) for one in wanted}


def _community(
    city: CityDay,
    whole: Reading,
    community: int,
    shares: Mapping[int, tuple[float, float]],
    areas: Mapping[int, AreaIndex],
    rng: np.random.Generator,
) -> CommunityDay:
    rows = np.flatnonzero(city.communities == community)
    if len(rows) < KNOWN_FROM_PEOPLE:
        return CommunityDay(len(rows), None, {}, {}, {}, exact=True)
    alone = whole if len(rows) == len(city.ids) else read_part(city.adjacency, city.ids, rows, rng=rng)
    within = np.unique(np.concatenate((city.grids[rows], city.corridors[rows])))
    groups = {kind: _shown(members, rows) for kind, members in city.groups.items()}
    groups = {kind: members for kind, members in groups.items() if len(members) > 1}
    return CommunityDay(
        people=len(rows),
        whole=AreaIndex(len(rows), *shares[community], stranger_index(alone)),
        areas={one: areas[one] for one in within.tolist() if one in areas and areas[one].people >= FEWEST_SHOWN},
        between={kind: between_groups(alone, members) for kind, members in groups.items()},
        sizes={kind: {name: int(who.sum()) for name, who in members.items()} for kind, members in groups.items()},
        exact=whole.sketch is None and alone.sketch is None,
    )


def _shown(members: Members, rows: Ints) -> Members:
    """Groups of enough people, among these rows."""
    found = {name: who[rows] for name, who in members.items()}
    return {name: who for name, who in found.items() if int(who.sum()) >= FEWEST_SHOWN}
