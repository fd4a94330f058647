"""`python -m bench.trust --ratings FILE`: trust measured on a stream of ratings, and under an attack by made-up people.

Each rating is predicted from earlier ones only. The last two fifths of the stream are scored. Newcomer figures are of
ratings in which one of the two is new to their part: the rater gave no rating before, or the rated received none.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from bench.ratings import Ratings, UnreadableRatings, read_ratings
from bench.sybils import ANSWERED, EDGES, FLATTERED, GROWN, SEEDS, sybil_figures
from bench.trust_baselines import MEASURES, good_words, online_means, refreshed, well_rated
from matchmaker.engine.anchoring import sybilrank
from matchmaker.engine.reliance import Reliance

Floats = NDArray[np.float64]
Figures = dict[str, float | None]
SCORED: Final = 0.4
BINS: Final = 10


@dataclass(frozen=True, slots=True)
class Run:
    """Our forecasts of the scored ratings, the processor's time for each event, and for refits apart."""

    chance: Floats
    rating: Floats
    event_us: Floats
    refit_s: float
    refits: int


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.trust", description=__doc__.splitlines()[0])
    parser.add_argument("--ratings", type=Path, required=True, help="CSV with rater, rated, rating, unix_time")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    asked = parser.parse_args(arguments)
    try:
        ratings = read_ratings(asked.ratings)
    except UnreadableRatings as fault:
        print(fault, file=sys.stderr)
        return 2
    report = measured(ratings)
    print(json.dumps(report) if asked.json else told(ratings, report))
    return 0


def measured(ratings: Ratings) -> dict[str, Any]:
    """The whole laboratory on one stream, as the object that `--json` prints."""
    start = len(ratings) - int(SCORED * len(ratings))
    good = ratings.rating[start:] > 0.0
    new, unseen = (flags[start:] for flags in newcomers(ratings))
    run = replay(ratings, start)
    sybil = sybil_figures(ratings)
    besides = {also: sybil_figures(ratings, also=also) for also in (ANSWERED, FLATTERED, GROWN)}
    ours: dict[str, Any] = {
        **figures(run.chance, good, new, run.rating, ratings.rating[start:]),
        "ece": calibration_error(run.chance, good),
        "us_per_event": float(run.event_us.mean()),
        **cost_figures(run, len(ratings)),
        "auc_never_seen": auc(run.chance[unseen], good[unseen]),
        "sybil_by_seed": sybil["ours"],
        **{f"sybil_{also}": means(found["ours"]) for also, found in besides.items()},
    }
    baselines = baseline_figures(ratings, start, good, new)
    ours["one_way"] = {"sybil": means(sybil["ours_one_way"])}
    ours["one_way"] |= {f"sybil_{also}": means(found["ours_one_way"]) for also, found in besides.items()}
    for name in baselines:
        baselines[name]["sybil"] = means(sybil[name])
        baselines[name] |= {f"sybil_{also}": means(found[name]) for also, found in besides.items()}
    baselines["sybilrank"]["sybil_by_seed"] = sybil["sybilrank"]
    return {"ours": ours, "baselines": baselines, "sybil": means(sybil["ours"])}


def replay(ratings: Ratings, start: int) -> Run:
    """Forecast each rating, then take it in, in the order of time."""
    reliance = Reliance()
    scored = len(ratings) - start
    chance, value, event_us = np.zeros(scored), np.zeros(scored), np.zeros(scored)
    refit_s = 0.0
    rows = zip(
        ratings.rater.tolist(), ratings.rated.tolist(), ratings.rating.tolist(), ratings.at_s.tolist(), strict=True
    )
    for at, (rater, rated, rating, at_s) in enumerate(rows):
        refits, began = reliance.refits, time.process_time()
        forecast = reliance.forecast(rater, rated, at_s)
        reliance.take(rater, rated, rating, at_s)
        spent = time.process_time() - began
        if reliance.refits > refits:
            refit_s += spent
        if at >= start:
            chance[at - start], value[at - start] = forecast.chance, forecast.rating
            event_us[at - start] = 1e6 * spent if reliance.refits == refits else np.nan
    event_us[np.isnan(event_us)] = np.nanmean(event_us)
    return Run(chance, value, event_us, refit_s, reliance.refits)


def cost_figures(run: Run, events: int) -> Figures:
    """Whether an event costs more late than early, at the median, and what refits add to each."""
    tenth = max(1, len(run.event_us) // 10)
    late, early = np.median(run.event_us[-tenth:]), np.median(run.event_us[:tenth])
    return {
        "us_last_tenth_to_first": float(late / early),
        "refits": run.refits,
        "refit_us_per_event": 1e6 * run.refit_s / events,
    }


def newcomers(ratings: Ratings) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Ratings in which one of the two is new to their part, and those in which one was never seen before at all."""
    gave, received = np.zeros(ratings.people, dtype=bool), np.zeros(ratings.people, dtype=bool)
    new, unseen = np.zeros(len(ratings), dtype=bool), np.zeros(len(ratings), dtype=bool)
    for at, (rater, rated) in enumerate(zip(ratings.rater.tolist(), ratings.rated.tolist(), strict=True)):
        new[at] = not gave[rater] or not received[rated]
        unseen[at] = not (gave[rater] or received[rater]) or not (gave[rated] or received[rated])
        gave[rater] = received[rated] = True
    return new, unseen


def baseline_figures(ratings: Ratings, start: int, good: NDArray[np.bool_], new: NDArray[np.bool_]) -> dict[str, Any]:
    said: dict[str, tuple[Floats, Floats | None]] = dict(online_means(ratings, start))
    for name, measure in MEASURES.items():
        value = refreshed(measure, ratings, start)
        said[name] = (value, value if name == "fairness_goodness" else None)
    said["sybilrank"] = (refreshed(_sybilrank, ratings, start), None)
    return {name: figures(value, good, new, rating, ratings.rating[start:]) for name, (value, rating) in said.items()}


def figures(
    value: Floats, good: NDArray[np.bool_], new: NDArray[np.bool_], rating: Floats | None, true: Floats
) -> Figures:
    """`rmse` is on the scale -1..1, and none for a measure that ranks only."""
    error = None if rating is None else float(np.sqrt(np.mean((rating - true) ** 2)))
    return {"auc": auc(value, good), "rmse": error, "auc_newcomer": auc(value[new], good[new])}


def auc(value: Floats, good: NDArray[np.bool_]) -> float | None:
    """The chance that a good rating was expected more than a bad one; none where all are of one kind."""
    many, few = int(good.sum()), int((~good).sum())
    if not many or not few:
        return None
    return float((rankdata(value)[good].sum() - many * (many + 1) / 2) / (many * few))


def calibration_error(chance: Floats, good: NDArray[np.bool_]) -> float:
    """How far the share of good ones is from what was promised, on average over ten equal classes of chance."""
    place = np.minimum((chance * BINS).astype(int), BINS - 1)
    apart = np.bincount(place, good - chance, BINS)
    return float(np.abs(apart).sum() / len(chance))


def means(per_edges: Mapping[str, list[float]]) -> dict[str, float]:
    return {edges: float(np.mean(found)) for edges, found in per_edges.items()}


def told(ratings: Ratings, report: Mapping[str, Any]) -> str:
    """The report as the tables of docs/benchmarks.md."""
    ours, baselines = report["ours"], report["baselines"]
    lines = [
        f"{len(ratings):,} ratings by {ratings.people:,} people, {ratings.scale}; the last {SCORED:.0%} are scored",
        "",
        "| measure | AUC | RMSE | AUC, one is new | calibration error |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | " + " | ".join(_said(row.get(key)) for key in ("auc", "rmse", "auc_newcomer", "ece")) + " |"
            for name, row in {**baselines, "ours": ours}.items()
        ),
        "",
        f"ours where one was never seen before: {_said(ours['auc_never_seen'])}",
        f"an event: {ours['us_per_event']:.0f} us; the last tenth to the first: {ours['us_last_tenth_to_first']:.2f}; "
        f"{ours['refits']} refits add {ours['refit_us_per_event']:.0f} us to each",
        "",
        "| fakes ranked last, by words they won | " + " | ".join(map(str, EDGES)) + " |",
        "|---|" + "---|" * len(EDGES),
        *(_sybil_row(name, row["sybil"]) for name, row in baselines.items()),
        _sybil_row("ours", report["sybil"]),
        _sybil_row("ours, one way", ours["one_way"]["sybil"]),
        *(
            _sybil_row(f"{name}, words {also}", row[f"sybil_{also}"])
            for also in (ANSWERED, FLATTERED, GROWN)
            for name, row in (
                ("sybilrank", baselines["sybilrank"]),
                ("ours", ours),
                ("ours, one way", ours["one_way"]),
            )
        ),
        "",
        f"seeds {SEEDS[0]} to {SEEDS[-1]}; the least of ours minus sybilrank over all: {_least(report):.4f}",
    ]
    return "\n".join(lines)


def _sybilrank(ratings: Ratings, known: int) -> Floats:
    words = good_words(ratings, known)
    return sybilrank(words.maximum(words.T).tocsr(), well_rated(ratings, known))


def _least(report: Mapping[str, Any]) -> float:
    ours, theirs = report["ours"]["sybil_by_seed"], report["baselines"]["sybilrank"]["sybil_by_seed"]
    return min(a - b for edges in ours for a, b in zip(ours[edges], theirs[edges], strict=True))


def _sybil_row(name: str, per_edges: Mapping[str, float]) -> str:
    return f"| {name} | " + " | ".join(f"{per_edges[str(edges)]:.3f}" for edges in EDGES) + " |"


def _said(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


if __name__ == "__main__":
    sys.exit(main())
