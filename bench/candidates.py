"""`python -m bench.candidates`: who may help whom, in a batch and for one need, beside plain SQL and brute force.

Every method answers with the same pairs, which is checked. Brute force and SQL are asked for a part of the needs where
all would take too long; the column `needs` says for how many, and `us_per_need` compares them.
"""

import argparse
import sqlite3
import time
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from bench.city import HOUR_QUARTERS, METRES_PER_DEGREE, TYPES, City, city
from bench.measuring import Row, at_least_one, memory_mb, show, timed
from matchmaker.engine.columns import columns_of, lineage
from matchmaker.engine.eligibility import Pairs, pairs_in, refusals_of
from matchmaker.engine.hours import block_starts
from matchmaker.engine.nearness import near_pieces
from matchmaker.engine.offer_index import OfferIndex
from matchmaker.engine.places import DETOUR, EARTH_RADIUS_M, UNKNOWN_THERE, places_of
from matchmaker.engine.problem import NeedFacts
from matchmaker.engine.streets import Streets, streets_of

SEED: Final = 1
SINGLE_NEEDS: Final = 500
SQL_NEEDS: Final = 1_000
BRUTE_PAIRS: Final = 200_000
BLOCK_M: Final = 50.0

_FOUND = """
    SELECT DISTINCT needs.id, offers.id
    FROM needs
    JOIN kinds ON kinds.kind IN (needs.kind, needs.above)
      AND kinds.latitude BETWEEN needs.latitude - ? AND needs.latitude + ?
    JOIN offers ON offers.id = kinds.offer
    JOIN free ON free.offer = offers.id AND free.start = needs.start
    WHERE (needs.x - offers.x) * (needs.x - offers.x) + (needs.y - offers.y) * (needs.y - offers.y)
        + (needs.z - offers.z) * (needs.z - offers.z) <= offers.chord
      AND offers.person != needs.person
      AND (needs.language = '' OR offers.languages LIKE '%' || needs.language || '%')
      AND (needs.skill = '' OR offers.skills LIKE '%' || needs.skill || '%')
    ORDER BY 1, 2
"""


def rows_of(made: City) -> Iterator[Row]:
    """A row for each method; raises where one finds other pairs than the batch."""
    columns_s, columns = timed(lambda: columns_of(made.needs, made.offers, TYPES))
    near = sum(len(piece.needs) for piece in near_pieces(columns))
    pairs_s, pairs = timed(lambda: pairs_in(columns))
    spent = columns_s + pairs_s
    yield _row("batch in columns", len(made.needs), len(pairs), spent, near_pairs=near, columns_seconds=columns_s)
    yield _on_streets(made)
    yield _single(made, pairs)
    yield _sql(made, pairs)
    yield _brute_force(made, pairs)


def _row(method: str, needs: int, pairs: int, seconds: float, **more: float) -> Row:
    row = {"method": method, "needs": needs, "pairs": pairs, "seconds": seconds, "us_per_need": 1e6 * seconds / needs}
    return {**row, "memory_mb": memory_mb(), **more}


def _on_streets(made: City) -> Row:
    """The same batch in a city with a street every fifty metres, both ways: other pairs, since walks differ."""
    streets = lattice_over(made)
    columns_s, columns = timed(lambda: columns_of(made.needs, made.offers, TYPES, streets))
    pairs_s, pairs = timed(lambda: pairs_in(columns))
    row = _row("batch on streets", len(made.needs), len(pairs), columns_s + pairs_s, columns_seconds=columns_s)
    return {**row, "street_points": len(streets)}


def lattice_over(made: City) -> Streets:
    """Streets every `BLOCK_M` metres over all homes of a city."""
    homes = [one.place for one in (*made.needs, *made.offers)]
    latitudes = np.asarray([home.latitude for home in homes])
    longitudes = np.asarray([home.longitude for home in homes])
    step = BLOCK_M / METRES_PER_DEGREE
    norths = np.arange(latitudes.min(), latitudes.max() + step, step)
    across = step / np.cos(np.radians(latitudes.mean()))
    easts = np.arange(longitudes.min(), longitudes.max() + across, across)
    rows = np.arange(len(norths) * len(easts)).reshape(len(norths), len(easts))
    tails = np.concatenate([rows[:-1].ravel(), rows[:, :-1].ravel()])
    heads = np.concatenate([rows[1:].ravel(), rows[:, 1:].ravel()])
    return streets_of(np.repeat(norths, len(easts)), np.tile(easts, len(norths)), tails, heads)


def _single(made: City, pairs: Pairs) -> Row:
    """One need after the other, in real time for the quantiles."""
    built_s, index = timed(lambda: OfferIndex(made.offers, TYPES))
    needs, took, found = made.needs[:SINGLE_NEEDS], [], []
    started = time.process_time()
    for need in needs:
        began = time.perf_counter()
        found += [(need.need_id, one.offer.offer_id) for one in index.candidates(need)]
        took.append(1e3 * (time.perf_counter() - began))
    spent = time.process_time() - started
    _same(found, pairs, needs)
    p50, p99 = np.percentile(took, [50, 99]).tolist()
    row = _row("one need, index in memory", len(needs), len(found), spent)
    return {**row, "index_seconds": built_s, "p50_ms": p50, "p99_ms": p99}


def _sql(made: City, pairs: Pairs) -> Row:
    """SQLite in memory, with indexes, statistics and every rule that this city knows."""
    needs = made.needs[:SQL_NEEDS]
    database = sqlite3.connect(":memory:")
    built_s, widest = timed(lambda: _fill(database, made, needs))
    spent, found = timed(lambda: database.execute(_FOUND, (widest, widest)).fetchall())
    _same(found, pairs, needs)
    return {**_row("plain SQL, SQLite in memory", len(needs), len(found), spent), "index_seconds": built_s}


def _fill(database: sqlite3.Connection, made: City, needs: Iterable[NeedFacts]) -> float:
    asked = list(needs)
    here = places_of([need.place for need in asked], {})
    there = places_of([offer.place for offer in made.offers], {}, UNKNOWN_THERE)
    angles = np.asarray([offer.reach_m for offer in made.offers], dtype=float) / (DETOUR * EARTH_RADIUS_M)
    database.executescript(
        "CREATE TABLE needs (id INTEGER PRIMARY KEY, person INTEGER, kind TEXT, above TEXT, start INTEGER,"
        " latitude REAL, x REAL, y REAL, z REAL, language TEXT, skill TEXT);"
        "CREATE TABLE offers (id INTEGER PRIMARY KEY, person INTEGER, latitude REAL, x REAL, y REAL, z REAL,"
        " chord REAL, languages TEXT, skills TEXT);"
        "CREATE TABLE kinds (kind TEXT, latitude REAL, offer INTEGER);"
        "CREATE TABLE free (offer INTEGER, start INTEGER, PRIMARY KEY (offer, start)) WITHOUT ROWID;"
    )
    starts = [(need.open_quarters & -need.open_quarters).bit_length() - 1 for need in asked]
    database.executemany(
        "INSERT INTO needs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (n.need_id, n.person_id, n.service_type, lineage(n.service_type, TYPES)[-1], start, latitude, x, y, z,
             "".join(n.languages), "".join(n.skills))
            for n, start, latitude, x, y, z in zip(
                asked, starts, here.latitudes.tolist(), *here.points.tolist(), strict=True)
        ),
    )  # fmt: skip
    chords = ((2 * np.sin(angles / 2)) ** 2).tolist()
    database.executemany(
        "INSERT INTO offers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (o.offer_id, o.person_id, latitude, x, y, z, chord, " ".join(o.languages), " ".join(o.skills))
            for o, latitude, x, y, z, chord in zip(
                made.offers, there.latitudes.tolist(), *there.points.tolist(), chords, strict=True)
        ),
    )  # fmt: skip
    database.executemany(
        "INSERT INTO kinds VALUES (?, ?, ?)",
        (
            (kind, latitude, offer.offer_id)
            for offer, latitude in zip(made.offers, there.latitudes.tolist(), strict=True)
            for kind in offer.service_types
        ),
    )
    asked_starts = set(starts)
    database.executemany(
        "INSERT INTO free VALUES (?, ?)",
        (
            (o.offer_id, start)
            for o in made.offers
            for free in (block_starts(o.free_quarters, HOUR_QUARTERS, 1),)
            for start in asked_starts
            if free >> start & 1
        ),
    )
    database.executescript("CREATE INDEX by_kind ON kinds (kind, latitude, offer); ANALYZE;")
    return float(angles.max())


def _brute_force(made: City, pairs: Pairs) -> Row:
    """Every rule for every pair, near or far, by the same functions."""
    needs = made.needs[: max(1, BRUTE_PAIRS // len(made.offers))]

    def found() -> list[tuple[int, int]]:
        listed = []
        for need in needs:
            broken = refusals_of([(need, offer) for offer in made.offers], TYPES)
            of_need = zip(made.offers, broken, strict=True)
            listed += [(need.need_id, offer.offer_id) for offer, codes in of_need if not codes]
        return listed

    spent, listed = timed(found)
    _same(listed, pairs, needs)
    return _row("brute force", len(needs), len(listed), spent)


def _same(found: list[tuple[int, int]], pairs: Pairs, needs: Iterable[NeedFacts]) -> None:
    asked = np.flatnonzero(pairs.needs <= max(need.need_id for need in needs))
    expected = list(zip(pairs.needs[asked].tolist(), pairs.offers[asked].tolist(), strict=True))
    if found != expected:
        raise AssertionError(f"{len(found)} pairs instead of {len(expected)}")


def main() -> None:
    """Print one row for each method."""
    told = argparse.ArgumentParser(prog="python -m bench.candidates", description=__doc__)
    told.add_argument("--needs", type=at_least_one, default=10_000)
    told.add_argument("--offers", type=at_least_one, default=10_000)
    told.add_argument("--seed", type=int, default=SEED)
    told.add_argument("--json", action="store_true")
    asked = told.parse_args()
    made = city(needs=asked.needs, offers=asked.offers, seed=asked.seed)
    rows = list(rows_of(made))
    show(rows, as_json=asked.json, needs=asked.needs, offers=asked.offers, seed=asked.seed)


if __name__ == "__main__":
    main()
