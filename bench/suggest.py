"""`python -m bench.suggest`: who could come to one need, at once, beside an empty action, in a city of so many people.

Half of the people offer something. Both are timed for the same needs in turn, warm: each was asked about before. The
empty action opens a transaction and reads one need by its key; an answer is looked for by the need's id, for a
coordinator who reads all of it in words. Milliseconds are those of this process's processor, on SQLite of the whole
work; with `--wall` they are those of the clock, which other programs disturb. Beside them: what it takes to keep the
offers of all kinds of help and joint communities, the first answer of all, and answers after an offer was written.
"""

import argparse
import os
import subprocess
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
WRITES: Final = 20
SEED: Final = 1
MS: Final = 1_000.0

Clock = Callable[[], float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--asked", type=int, default=ASKED, help="needs that are asked about")
    parser.add_argument("--joints", type=int, help="joint communities that are asked about; all where left out")
    parser.add_argument("--wall", action="store_true", help="time by the clock")
    parser.add_argument("--database", default="", help="DATABASE_URL of a database, empty or filled by this command")
    parser.add_argument("--only-fill", action="store_true", help="fill the database and stop")
    parser.add_argument("--json", action="store_true", help="one object with a list `rows`")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = told.database or f"sqlite:///{Path(folder) / 'city.sqlite3'}"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")
        if told.only_fill:
            _fill(told)
            return
        # In a process of its own: what filling takes is not the memory of whoever answers.
        here = ("--people", str(told.people), "--asked", str(told.asked), "--database", os.environ["DATABASE_URL"])
        subprocess.run([sys.executable, "-m", "bench.suggest", "--only-fill", *here], check=True)
        _measure(told)


def _fill(told: argparse.Namespace) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    from bench.suggest_rows import ZONE, fill
    from matchmaker.needs.models import Offer

    call_command("migrate", verbosity=0)
    if not Offer.objects.exists():
        fill(people=told.people, needs=told.asked, seed=SEED, now=_monday(ZoneInfo(ZONE)))
    print("filled", file=sys.stderr, flush=True)


def _measure(told: argparse.Namespace) -> None:
    import django

    django.setup()
    from bench.measuring import memory_mb, show
    from bench.suggest_rows import ZONE
    from matchmaker.community.models import Area, AreaLevel, Person
    from matchmaker.needs.models import Offer

    now = _monday(ZoneInfo(ZONE))
    clock = time.perf_counter if told.wall else time.process_time
    joints = list(Area.objects.filter(level=AreaLevel.JOINT_COMMUNITY).order_by("pk")[: told.joints])
    kept = _lay_out(joints, now, clock)
    asking = _Asking(joints, now, clock, told.asked)
    empty, suggest, found = asking.times()
    queries = asking.queries()
    after = asking.after_a_write()
    rows = [{"method": name, **_figures(times)} for name, times in (("empty action", empty), ("suggest", suggest))]
    ratios = {f"times_{key}": rows[1][key] / rows[0][key] for key in ("p50_ms", "p99_ms")}
    show(
        [rows[0], {**rows[1], **ratios}, {"method": "suggest after an offer was written", **_figures(after)}],
        as_json=told.json,
        people=Person.objects.count(),
        offers=Offer.objects.count(),
        needs=len(suggest),
        could_come=round(float(np.mean(found)), 1),
        queries=queries,
        **kept,
        first_answer_seconds=round(asking.first_seconds, 2),
        clock="wall" if told.wall else "processor",
        memory_mb=memory_mb(),
    )


def _lay_out(joints: list[Any], now: datetime, clock: Clock) -> dict[str, Any]:
    """The offers of every kind of help around these joint communities are kept, as by a worker asked for all."""
    from bench.city import KINDS
    from bench.measuring import memory_mb
    from bench.suggest_rows import ZONE
    from matchmaker.community.queries import street_network
    from matchmaker.matches import calendar
    from matchmaker.matches.inputs.kept_offers import offers_kept
    from matchmaker.needs.queries import service_types_kept

    zone = ZoneInfo(ZONE)
    beside = {
        "types": service_types_kept(now=now),
        "streets": street_network(),
        "zone": zone,
        "start": calendar.horizon_start(now, zone),
        "now": now,
    }
    before, began = memory_mb(), clock()
    times = []
    for joint in joints:
        for kind in KINDS:
            started = clock()
            offers_kept(joint, kind, **beside).ready()
            times.append(clock() - started)
    return {
        "joint_communities": len(joints),
        "kept": len(times),
        "kept_mb": memory_mb() - before,
        "kept_seconds": round(clock() - began, 1),
        "kept_longest_seconds": round(max(times), 2),
    }


class _Asking:
    """A coordinator of the whole city, who asks about some needs spread over it."""

    def __init__(self, joints: list[Any], now: datetime, clock: Clock, count: int) -> None:
        from django.db.models import Q

        from matchmaker.community.models import Area, AreaLevel, PostKind
        from matchmaker.community.viewers import HeldPost, Viewer
        from matchmaker.needs.models import Need

        region = Area.objects.get(level=AreaLevel.REGION)
        self.now, self.clock = now, clock
        self.viewer = Viewer(person_id=1_000, posts=(HeldPost(PostKind.COORDINATOR, region.pk, region.path),))
        within = Q()
        for joint in joints:
            within |= Q(community__path__startswith=joint.path)
        ids = list(Need.objects.filter(within).order_by("pk").values_list("pk", "public_id"))
        self.ids = ids[:: max(1, len(ids) // count)][:count]
        self.first_seconds = 0.0

    def nothing(self, pk: int) -> Any:
        from django.db import transaction

        from matchmaker.needs.models import Need

        with transaction.atomic():
            return Need.objects.get(pk=pk)

    def answer(self, public_id: Any) -> Any:
        from matchmaker.matches.queries import suggest_for

        return suggest_for(self.viewer, public_id, "en", now=self.now)

    def times(self) -> tuple[list[float], list[float], list[int]]:
        """Seconds of each empty action and of each answer, and how many could come."""
        started = self.clock()
        self.answer(self.ids[0][1])
        self.first_seconds = self.clock() - started
        for pk, public_id in self.ids:
            self.nothing(pk)
            self.answer(public_id)
        print("warm", file=sys.stderr, flush=True)
        empty, answers, found = [], [], []
        for pk, public_id in self.ids:
            started = self.clock()
            self.nothing(pk)
            between = self.clock()
            told = self.answer(public_id)
            answers.append(self.clock() - between)
            empty.append(between - started)
            found.append(told.could_come)
        return empty, answers, found

    def after_a_write(self) -> list[float]:
        """Seconds of answers right after one of the offers that were found was written."""
        from matchmaker.needs.models import Offer

        seconds = []
        for _, public_id in self.ids[:WRITES]:
            ranked = self.answer(public_id).ranked
            if ranked:
                Offer.objects.filter(pk=ranked[0].offer.pk).update(title="changed")
                started = self.clock()
                self.answer(public_id)
                seconds.append(self.clock() - started)
        return seconds

    def queries(self) -> int:
        """Of one answer, warm."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as asked:
            self.answer(self.ids[0][1])
        return len(asked)


def _figures(seconds: list[float]) -> dict[str, float]:
    return {f"p{percent}_ms": float(np.percentile(seconds, percent)) * MS for percent in (50, 90, 99)}


def _monday(zone: ZoneInfo) -> datetime:
    """The local midnight with which a week of the needs begins; the same one in every run."""
    day = datetime(2026, 1, 5, tzinfo=zone)
    return day + timedelta(minutes=1)


if __name__ == "__main__":
    main()
