"""`make bench`: the engine's steps by size of town and both forms under load, as the tables of docs/benchmarks.md."""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final, TypeVar

import numpy as np

from bench import load
from bench.town import TYPES, Measured, measured_town
from matchmaker.engine.assignment import plan
from matchmaker.engine.eligibility import candidates
from matchmaker.engine.graph import tie_graph
from matchmaker.engine.neighbourhood import forest_of
from matchmaker.engine.scoring import knowledge_of, score

SIZES: Final = ((1_000, 200), (2_000, 400), (4_000, 800))  # people; needs, and as many offers
SEED: Final = 1
Result = TypeVar("Result")


def main() -> None:
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {os.cpu_count()} cores, seed {SEED}\n")
    print("| people | needs | candidates | step | seconds |\n|---|---|---|---|---|")
    for people, pairs in SIZES:
        for row in rows_of(measured_town(people=people, pairs=pairs, seed=SEED)):
            print(row, flush=True)
    print()
    sys.exit(load.main())


def rows_of(measured: Measured) -> Iterator[str]:
    """A row of the table for each step, in the order of the way."""
    forest_s, _ = timed(lambda: forest_of(tie_graph(measured.town)))
    knowledge_s, knowledge = timed(lambda: knowledge_of(measured.town))
    rules_s, found = timed(lambda: candidates(measured.needs, measured.offers, TYPES))
    score_s, scored = timed(lambda: score(found, TYPES, knowledge))
    plan_s, _ = timed(lambda: plan(measured.needs, scored, seed=SEED))
    steps = {
        "stranger index and all gains": forest_s,
        "the same, and trust": knowledge_s,
        "hard rules": rules_s,
        "score with reasons": score_s,
        "exact plan": plan_s,
    }
    for step, seconds in steps.items():
        yield f"| {len(measured.town.people):,} | {len(measured.needs):,} | {len(found):,} | {step} | {seconds:.2f} |"


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """The processor's seconds, which other programs on the machine disturb least, and what came out."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")
    main()
