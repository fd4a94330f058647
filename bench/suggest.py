"""`python -m bench.suggest`: who could come to one need, at once, beside an empty action, in a city of so many people.

Half of the people offer something. Both are timed for the same needs in turn, warm: each was asked about before. The
empty action opens a transaction and reads one need by its key. Milliseconds are those of the processor, on SQLite of
the whole work; with `--wall` they are those of the clock, which other programs disturb.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

PEOPLE: Final = 4_000
ASKED: Final = 400
SEED: Final = 1
MS: Final = 1_000.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--asked", type=int, default=ASKED, help="needs that are asked about")
    parser.add_argument("--wall", action="store_true", help="time by the clock")
    parser.add_argument("--database", default="", help="DATABASE_URL of an empty database; else SQLite in a folder")
    parser.add_argument("--json", action="store_true", help="one object with a list `rows`")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = told.database or f"sqlite:///{Path(folder) / 'city.sqlite3'}"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")
        _measure(told)


def _measure(told: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from bench.measuring import memory_mb, show
    from bench.suggest_rows import ZONE, fill

    call_command("migrate", verbosity=0)
    now = _monday(ZoneInfo(ZONE))
    offers = fill(people=told.people, needs=told.asked, seed=SEED, now=now)
    print("filled", file=sys.stderr, flush=True)
    clock = time.perf_counter if told.wall else time.process_time
    empty, suggest, found = _times(now, clock)
    rows = [{"method": name, **_figures(times)} for name, times in (("empty action", empty), ("suggest", suggest))]
    ratios = {f"times_{key}": rows[1][key] / rows[0][key] for key in ("p50_ms", "p99_ms")}
    show(
        [rows[0], {**rows[1], **ratios}],
        as_json=told.json,
        people=told.people,
        offers=offers,
        needs=len(suggest),
        could_come=round(float(np.mean(found)), 1),
        clock="wall" if told.wall else "processor",
        memory_mb=memory_mb(),
    )


def _times(now: datetime, clock: Callable[[], float]) -> tuple[list[float], list[float], list[int]]:
    """Seconds of each empty action and of each answer, and how many could come."""
    from django.db import transaction

    from matchmaker.community.models import Area, AreaLevel, PostKind
    from matchmaker.community.viewers import HeldPost, Viewer
    from matchmaker.matches.queries import suggest_for
    from matchmaker.needs.models import Need

    region = Area.objects.get(level=AreaLevel.REGION)
    viewer = Viewer(person_id=1_000, posts=(HeldPost(PostKind.COORDINATOR, region.pk, region.path),))
    ids = list(Need.objects.order_by("pk").values_list("pk", "public_id"))

    def nothing(pk: int) -> Any:
        with transaction.atomic():
            return Need.objects.get(pk=pk)

    def answer(public_id: Any) -> Any:
        return suggest_for(viewer, public_id, "en", now=now)

    for pk, public_id in ids:
        nothing(pk)
        answer(public_id)
    print("warm", file=sys.stderr, flush=True)
    empty, answers, found = [], [], []
    for pk, public_id in ids:
        started = clock()
        nothing(pk)
        between = clock()
        told = answer(public_id)
        answers.append(clock() - between)
        empty.append(between - started)
        found.append(told.could_come)
    return empty, answers, found


def _figures(seconds: list[float]) -> dict[str, float]:
    return {f"p{percent}_ms": float(np.percentile(seconds, percent)) * MS for percent in (50, 90, 99)}


def _monday(zone: ZoneInfo) -> datetime:
    """The local midnight with which a week of the needs begins; the same one in every run."""
    day = datetime(2026, 1, 5, tzinfo=zone)
    return day + timedelta(minutes=1)


if __name__ == "__main__":
    main()
