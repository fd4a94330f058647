"""`python -m bench.shards`: a city of eight joint communities, planned by one worker and by two, in turn.

On a PostgreSQL and a Redis of their own, each a Celery worker with one process that computes one round at a time, and
beat, as in production: a wake-up is only a hint, and what is put off or slept through is looked for again. The plans
must be the same; the seconds are real time, so nothing else should be at work on the machine. A plan that takes longer
than `--patience` ends the command with what its rounds and jobs say.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.measuring import show

ROOT: Final = Path(__file__).resolve().parent.parent
AMONG_THE_ROWS: Final = "import django; django.setup(); from bench.shard_rows import main; main()"
ONE_AT_A_TIME: Final = ("celery", "--app=matchmaker.celery", "worker", "--concurrency=1", "--loglevel=INFO")


def among_the_rows(environment: dict[str, str], *what: str) -> Any:
    """What `bench.shard_rows` does with the rows of this environment."""
    done = subprocess.run(
        [sys.executable, "-c", AMONG_THE_ROWS, *what],
        cwd=ROOT,
        env=os.environ | environment | {"DJANGO_SETTINGS_MODULE": "matchmaker.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def measured(workers: int, environment: dict[str, str], folder: Path, patience: int) -> dict[str, Any]:
    """One plan of the city by so many workers."""
    from tests.processes import Processes, until

    processes = Processes(folder, environment)
    try:
        for number in range(workers):
            name = f"worker{number}"
            (folder / f"{name}.log").unlink(missing_ok=True)
            processes.start(name, *ONE_AT_A_TIME, f"--hostname={name}@%h")
            if not until(lambda name=name: "ready." in processes.log_of(name)):
                raise SystemExit(processes.log_of(name))
        processes.beat()
        return {"workers": workers, **among_the_rows(environment, "plan", str(patience))}
    finally:
        processes.kill_all()


def main() -> None:
    """Print one row for each number of workers, and what the second brought."""
    told = argparse.ArgumentParser(prog="python -m bench.shards", description=__doc__)
    told.add_argument("--times", type=int, default=3, help="how often each is measured (3); the median is told")
    told.add_argument("--people", type=int, default=600, help="residents of each joint community (600)")
    told.add_argument("--patience", type=int, default=900, help="seconds after which a plan is given up (900)")
    told.add_argument("--json", action="store_true")
    asked = told.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")
    from tests.processes import OwnPostgres, OwnRedis

    postgres, redis = OwnPostgres(), OwnRedis()
    environment = {"DATABASE_URL": postgres.url, "REDIS_URL": redis.url, "LOG_LEVEL": "WARNING"}
    found = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            postgres.start()
            redis.start()
            among_the_rows(environment, "build", str(asked.people))
            for _ in range(asked.times):
                found += [measured(workers, environment, Path(folder), asked.patience) for workers in (1, 2)]
        finally:
            redis.stop()
            postgres.stop()
    plans = [one.pop("plan") for one in found]
    if any(plan != plans[0] for plan in plans):
        raise SystemExit("The plans differ.")
    rows = []
    for workers in (1, 2):
        mine = [one for one in found if one["workers"] == workers]
        rows.append({**mine[0], "seconds": median(one["seconds"] for one in mine), "proposals": len(plans[0])})
    gained = rows[0]["seconds"] / rows[1]["seconds"]
    show(
        rows, as_json=asked.json, two_over_one=round(gained, 2), all_seconds=[round(one["seconds"], 1) for one in found]
    )


if __name__ == "__main__":
    main()
