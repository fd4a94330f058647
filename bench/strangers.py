"""`python -m bench.strangers`: what the nightly measure of a city costs, from ties in arrays to every figure.

The people of one city as so many communities; grids and buildings as the generator has them, newcomers as a group. The
database is left out: what is timed is the engine's part, which is all that grows faster than the rows.
"""

import argparse
from collections.abc import Iterator
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from bench.measuring import Row, memory_mb, show, timed
from bench.towns import town
from matchmaker.engine.bridging import best_introductions, who_bridges
from matchmaker.engine.measuring import CityDay, measure, read

SEED: Final = 1
CASES: Final = ((2_000, 1), (20_000, 1), (20_000, 10))
"""People, and into how many communities they fall."""


def rows_of(cases: tuple[tuple[int, int], ...]) -> Iterator[Row]:
    for people, parts in cases:
        yield _row(_city(people, parts), people, parts)


def _row(city: CityDay, people: int, parts: int) -> Row:
    wanted = np.unique(city.communities)
    seconds, found = timed(lambda: measure(city, wanted, rng=np.random.default_rng(SEED)))
    reading = read(city.adjacency, city.ids, rng=np.random.default_rng(SEED))
    named = np.arange(people) % 20 == 0
    bridges_s, _ = timed(lambda: who_bridges(reading, 5, among=named))
    introduction_s, _ = timed(lambda: best_introductions(reading, np.where(named, city.grids, -1), 20))
    known = [day for day in found.values() if day.whole is not None]
    return {
        "people": people,
        "communities": parts,
        "figures of areas": sum(1 + len(day.areas) for day in known),
        "error of sigma": max(day.whole.alone.sigma_error for day in known if day.whole is not None),
        "measure, s": round(seconds, 2),
        "who bridges, s": round(bridges_s, 2),
        "introduction, s": round(introduction_s, 2),
        "memory, MB": memory_mb(),
    }


def _city(people: int, parts: int) -> CityDay:
    made = town(people=people, seed=SEED)
    ends = (np.concatenate((made.edges_u, made.edges_v)), np.concatenate((made.edges_v, made.edges_u)))
    adjacency = csr_array((np.tile(made.weight, 2), ends), shape=(people, people))
    groups = {"NEWCOMERS": {"newcomers": made.newcomer, "settled": ~made.newcomer}}
    communities = np.arange(people) * parts // people
    grids = made.grid.astype(np.int64) * parts + communities
    corridors = 10_000_000 + made.building.astype(np.int64) * parts + communities
    return CityDay(np.asarray(made.ids), adjacency, communities, grids, corridors, groups)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="One object in place of the table.")
    show(list(rows_of(CASES)), as_json=parser.parse_args().json, seed=SEED)


if __name__ == "__main__":
    main()
