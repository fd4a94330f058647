"""`python -m bench.identity --ties FILE --households FILE [--json]`: the stranger index, measured.

Villages: sigma, support, and gains against full recomputation. Sketch: cities of a seed, against exact gains and bare
sparse products in one run. Simulation: two thousand needs under each policy, over seeds, in worlds of other rates.
"""

import argparse
import gc
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from scipy.sparse import csr_array
from scipy.stats import spearmanr, t

from bench.identity_world import DEFAULT_RATES, NEEDS, Ended, Policy, Rates, estate, live
from bench.towns import town
from matchmaker.engine.neighbourhood import acquaintance, forest_of_ties
from matchmaker.engine.sketch import Sketch, sketch_of
from matchmaker.engine.solving import exact_gains
from matchmaker.simulation.replay.reading import ReplayFileError, read_ties

PARTS: Final = ("villages", "sketch", "simulation")
SIZES: Final = (20_000, 200_000, 1_000_000)
SEED: Final = 1
PAIRS_RECOMPUTED: Final = 50
"""In each village."""
PAIRS_TIMED: Final = 100_000
ASKERS_EXACT: Final = 30
CANDIDATES_EXACT: Final = 20
EXACT_UP_TO: Final = 200_000
"""In larger cities the exact gains would take longer than all the rest."""

WORLDS: Final = (Rates(0.2, 0.4), Rates(0.2, 0.9), DEFAULT_RATES, Rates(0.5, 0.5), Rates(0.8, 0.9))
NEAREST: Final = Policy("nearest")
FEWEST: Final = Policy("fewest ties")
POLICIES: Final = (
    NEAREST,
    FEWEST,
    Policy("identity"),
    Policy("nearest", "nearest", 0.25),
    Policy("identity", "identity", 0.25),
    Policy("identity", "identity", 0.25, needs=NEEDS * 4 // 5),
)
WITH_EVERYBODY_ACCOMPANIED: Final = (Policy("nearest", "nearest", 1.0), Policy("identity", "identity", 1.0))
"""In the world of the default rates alone."""
MEASURES: Final = ("sigma", "without_ties", "ties", "walk_m")

Result = TypeVar("Result")


def main(arguments: Sequence[str] | None = None) -> int:
    given = _arguments(arguments)
    parts = given.part or PARTS
    report: dict[str, Any] = {}
    try:
        if "villages" in parts:
            report |= villages(given.ties, given.households)
    except ReplayFileError as error:
        print(error, file=sys.stderr)
        return 2
    if "sketch" in parts:
        report["sketch"] = {str(people): measured(people) for people in given.people or SIZES}
    if "simulation" in parts:
        report["simulation"] = simulation(given.seeds)
    if given.json:
        print(json.dumps(report))
    else:
        for table in tables(report):
            print(table, end="\n\n")
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.identity", description=__doc__)
    parser.add_argument("--ties", type=Path, help="CSV with household_a, household_b.")
    parser.add_argument("--households", type=Path, help="CSV with household, village, leader.")
    parser.add_argument("--people", type=int, action="append", help="Size of a city; may be repeated.")
    parser.add_argument("--seeds", type=int, default=10, help="Of the simulation.")
    parser.add_argument("--part", choices=PARTS, action="append", help="Only this; may be repeated.")
    parser.add_argument("--json", action="store_true", help="One object instead of tables.")
    given = parser.parse_args(arguments)
    if "villages" in (given.part or PARTS) and not (given.ties and given.households):
        parser.error("the villages need --ties and --households")
    if given.seeds < 2 or any(people < 1_000 for people in given.people or ()):
        parser.error("at least 2 seeds, and cities of at least 1,000 people")
    return given


def villages(ties: Path, households: Path) -> dict[str, Any]:
    """Each village's index and support, and how far gains are off from computing everything anew."""
    homes, pairs, faults = read_ties(ties=ties, households=households)
    for fault in faults:
        print(fault, file=sys.stderr)
    village_of, members, tied = {}, defaultdict(list), defaultdict(list)
    for home in homes:
        village_of[home.household] = home.village
        members[home.village].append(home.household)
    for one, other in pairs:
        tied[village_of[one]].append((one, other))
    found: dict[str, Any] = {}
    worst, supported = 0.0, 0.0
    for village in sorted(members):
        row, off = _village(members[village], tied[village])
        found[str(village)] = row
        worst = max(worst, off)
        supported += row["ties"] * (row["supported"] or 0.0)
    support = supported / len(pairs) if pairs else None
    return {"villages": found, "support": support, "gain_max_rel_error": worst}


def _village(people: list[int], ties: list[tuple[int, int]]) -> tuple[dict[str, Any], float]:
    row_of = {person: row for row, person in enumerate(people)}
    left, right = [row_of[one] for one, _ in ties], [row_of[other] for _, other in ties]
    adjacency = csr_array((np.ones(2 * len(ties)), (left + right, right + left)), shape=(len(people),) * 2)
    forest = forest_of_ties(adjacency, people)
    _, common = acquaintance(forest, [one for one, _ in ties], [other for _, other in ties])
    values = {
        "people": len(people),
        "ties": len(ties),
        "sigma": forest.sigma,
        "islands": forest.islands,
        "supported": float(np.mean(common > 0)) if ties else None,
    }
    return values, _worst_gain(adjacency, people) if len(people) > 1 else 0.0


def _worst_gain(adjacency: csr_array, people: list[int]) -> float:
    """The largest relative difference between a gain and what the islands fall by when all is computed anew."""
    rng, forest, off = np.random.default_rng(SEED), forest_of_ties(adjacency, people), 0.0
    for _ in range(PAIRS_RECOMPUTED):
        u, v = rng.choice(len(people), size=2, replace=False)
        tie = csr_array(([1.0, 1.0], ([u, v], [v, u])), shape=adjacency.shape)
        anew = forest.islands - forest_of_ties(csr_array(adjacency + tie), people).islands
        off = max(off, abs(forest.tie_gain(people[u], people[v]) / anew - 1.0))
    return off


def measured(people: int) -> dict[str, Any]:
    """A city embedded and asked; seconds are the processor's, memory is the process's highest so far."""
    adjacency = _city(people)
    embed_s, sketch = timed(lambda: sketch_of(adjacency, rng=np.random.default_rng(SEED)))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bare_s = _bare_products(sketch)
    pairs_s = _pairs(sketch)
    sigma, sigma_error = sketch.sigma()
    row = {
        "people": people,
        "ties": adjacency.nnz // 2,
        "sigma": sigma,
        "sigma_error": sigma_error,
        "products": sketch.products,
        "residual": sketch.residual,
        "embed_cpu_s": embed_s,
        "bare_products_cpu_s": bare_s,
        "embed_over_bare": embed_s / bare_s,
        "pairs": PAIRS_TIMED,
        "pairs_cpu_s": pairs_s,
        "pairs_over_embed": pairs_s / embed_s,
        "peak_mb": peak_mb,
    }
    if people <= EXACT_UP_TO:
        row |= _beside_exact(sketch)
    del sketch
    gc.collect()
    return row


def _city(people: int) -> csr_array:
    made = town(people=people, seed=SEED)
    ends = np.concatenate((made.edges_u, made.edges_v)), np.concatenate((made.edges_v, made.edges_u))
    return csr_array((np.tile(made.weight, 2), ends), shape=(people, people))


def _bare_products(sketch: Sketch) -> float:
    """As many products of the same matrix, numbering and block as the embedding took, and nothing else."""
    matrix, block = csr_array(sketch.adjacency, dtype=np.float32), sketch.rest.copy()

    def multiply() -> None:
        for _ in range(sketch.products):
            matrix @ block

    return timed(multiply)[0]


def _pairs(sketch: Sketch) -> float:
    """The seconds of the gains of people who ask, each with twenty who live near; the middle one of three runs."""
    rng = np.random.default_rng(SEED)
    us = np.repeat(rng.integers(sketch.people, size=PAIRS_TIMED // CANDIDATES_EXACT), CANDIDATES_EXACT)
    vs = (us + rng.integers(1, 500, size=len(us))) % sketch.people
    return sorted(timed(lambda: sketch.tie_gains(us, vs))[0] for _ in range(3))[1]


def _beside_exact(sketch: Sketch) -> dict[str, Any]:
    """How the sketch orders candidates, beside exact gains of the same pairs."""
    rng = np.random.default_rng(SEED + 1)
    us = np.repeat(rng.choice(sketch.people, size=ASKERS_EXACT, replace=False), CANDIDATES_EXACT)
    vs = us + np.concatenate([1 + rng.permutation(400)[:CANDIDATES_EXACT] for _ in range(ASKERS_EXACT)])
    vs %= sketch.people
    exact_s, exact = timed(lambda: exact_gains(sketch.adjacency, us, vs))
    gains, errors = sketch.tie_gains_with_errors(us, vs)
    by_asker, seen = exact.reshape(ASKERS_EXACT, -1), gains.reshape(ASKERS_EXACT, -1)
    kept = np.take_along_axis(by_asker, seen.argmax(axis=1)[:, None], axis=1)[:, 0]
    return {
        "exact_pairs": len(us),
        "exact_cpu_s": exact_s,
        "spearman": float(spearmanr(gains, exact).statistic),
        "best_of_20_keeps": float(kept.sum() / by_asker.max(axis=1).sum()),
        "median_rel_error": float(np.median(np.abs(gains / exact - 1.0))),
        "told_rel_error": float(np.median(errors / gains)),
    }


def simulation(seeds: int) -> list[dict[str, Any]]:
    """Every policy in every world, with 95 % intervals over seeds; sigma and walk also beside others, seed by seed."""
    ended: dict[tuple[Rates, Policy], list[Ended]] = defaultdict(list)
    for seed in range(1, seeds + 1):
        begun = estate(seed)
        for world in WORLDS:
            for policy in POLICIES + (WITH_EVERYBODY_ACCOMPANIED if world == DEFAULT_RATES else ()):
                ended[world, policy].append(live(begun, policy, world))
        print(f"seed {seed} of {seeds}", file=sys.stderr, flush=True)
    return [
        {
            **asdict(policy),
            "rates": [world.unsupported, world.supported],
            "seeds": seeds,
            "needs_met": runs[0].needs_met,
            "hours": float(np.mean([run.hours for run in runs])),
            "sigma_before": interval([run.sigma_before for run in runs]),
            **{name: interval([getattr(run, name) for run in runs]) for name in MEASURES},
            "sigma_below_nearest": interval(_below(runs, ended[world, NEAREST])),
            "sigma_below_fewest": interval(_below(runs, ended[world, FEWEST])),
            "walk_over_nearest": interval(_walks(runs, ended[world, NEAREST])),
        }
        for (world, policy), runs in ended.items()
    ]


def _below(runs: list[Ended], nearest: list[Ended]) -> list[float]:
    return [1.0 - run.sigma / other.sigma for run, other in zip(runs, nearest, strict=True)]


def _walks(runs: list[Ended], nearest: list[Ended]) -> list[float]:
    return [run.walk_m / other.walk_m for run, other in zip(runs, nearest, strict=True)]


def interval(values: Sequence[float]) -> dict[str, float]:
    """The mean and where it lies with 95 %, by Student's t."""
    mean, count = float(np.mean(values)), len(values)
    half = float(t.ppf(0.975, count - 1) * np.std(values, ddof=1) / np.sqrt(count))
    return {"mean": mean, "low": mean - half, "high": mean + half}


def tables(report: dict[str, Any]) -> list[str]:
    """The same as tables of Markdown."""
    found = []
    if "villages" in report:
        rows = [
            f"| {name} | {row['people']} | {row['ties']} | {row['sigma']:.3f} | {row['islands']:.0f} "
            f"| {'-' if row['supported'] is None else format(row['supported'], '.1%')} |"
            for name, row in report["villages"].items()
        ]
        found.append(
            "\n".join(["| village | people | ties | sigma | islands | supported |", "|---|" * 1 + "---|" * 5, *rows])
        )
        found.append(f"Largest relative difference of a gain to full recomputation: {report['gain_max_rel_error']:.1e}")
    if "sketch" in report:
        names = list(next(iter(report["sketch"].values())))
        rows = [
            f"| {name} | " + " | ".join(_said(row.get(name)) for row in report["sketch"].values()) + " |"
            for name in names
        ]
        head = "| | " + " | ".join(f"{int(people):,}" for people in report["sketch"]) + " |"
        found.append("\n".join([head, "|---|" + "---|" * len(report["sketch"]), *rows]))
    if "simulation" in report:
        found.append("\n".join(_simulated(report["simulation"])))
    return found


def _simulated(rows: list[dict[str, Any]]) -> list[str]:
    lines = [
        "| world | helper | companion | needs | hours | sigma | below nearest | below fewest | no ties | ties | walk |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        walk = f"{row['walk_m']['mean']:.1f} m, {row['walk_over_nearest']['mean']:.2f} times"
        lines.append(
            f"| {row['rates'][0]}, {row['rates'][1]} | {row['helper']} "
            f"| {row['companion'] or 'none'}, {row['accompanied']:.0%} | {row['needs_met']:,} | {row['hours']:,.0f} "
            f"| {_between(row['sigma'], '.3f')} | {_between(row['sigma_below_nearest'], '.1%')} "
            f"| {_between(row['sigma_below_fewest'], '.1%')} | {row['without_ties']['mean']:.1%} "
            f"| {row['ties']['mean']:,.0f} | {walk} |"
        )
    return lines


def _between(told: dict[str, float], form: str) -> str:
    return f"{told['mean']:{form}} ({told['low']:{form}} to {told['high']:{form}})"


def _said(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


if __name__ == "__main__":
    sys.exit(main())
