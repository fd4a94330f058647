"""`python -m bench.load`: mixed load of four clients, on the embedded form and on PostgreSQL with Redis.

Each client is a process of its own that speaks GraphQL over HTTP. Afterwards every acknowledged write must be there,
exactly once. The figures are what two forms do on this machine, beside each other; nothing gates on them.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

CLIENTS: Final = 4
SECONDS: Final = 60.0
LATER_SECONDS: Final = 120.0
"""So long after their time clients may take to end."""
ROOT: Final = Path(__file__).resolve().parent.parent
KINDS: Final = ("sign in", "open need", "own needs", "open offer", "proposals", "answer")

AMONG_THE_ROWS: Final = "import django; django.setup(); from bench.load_rows import main; main()"

Account = tuple[int, str]
Seed = Callable[[dict[str, str], Path], None]

QUIET: Final = {"LOG_LEVEL": "WARNING", "TRIES_PER_ADDRESS": "0"}
"""All callers have the address of this machine."""


@dataclass
class Load:
    """What all clients did together."""

    seconds: float
    writes: list[tuple[str, str]] = field(default_factory=list)
    took: dict[str, list[float]] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    unanswered: Counter[str] = field(default_factory=Counter)
    turned_away: Counter[str] = field(default_factory=Counter)
    """Answered with 503 and when to come again."""

    @property
    def requests(self) -> int:
        return sum(len(took) for took in self.took.values())

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    def percentile_ms(self, percent: float, kind: str = "") -> float:
        took = self.took.get(kind, []) if kind else [one for listed in self.took.values() for one in listed]
        return 1000 * float(np.percentile(took, percent)) if took else 0.0


def drive(address: str, *, log: Path, accounts: Sequence[Account], desk: Account, seconds: float) -> Load:
    """Four clients were at work for so long, each with its own share of the accounts; the first has the desk, too."""
    running = []
    for number in range(CLIENTS):
        orders = {
            "number": number,
            "address": address,
            "log": str(log),
            "seconds": seconds,
            "accounts": list(accounts[number::CLIENTS]),
            "desk": desk if number == 0 else None,
        }
        client = subprocess.Popen(
            [sys.executable, "-m", "bench.load_client"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append((client, json.dumps(orders)))
    for client, orders_text in running:
        assert client.stdin is not None  # it was asked for above
        client.stdin.write(orders_text)
        client.stdin.close()
        client.stdin = None
    load = Load(seconds)
    for client, _ in running:
        said, _ = client.communicate(timeout=seconds + LATER_SECONDS)
        _add(load, json.loads(said))
    return load


def _add(load: Load, report: dict[str, Any]) -> None:
    load.writes.extend((kind, what) for kind, what in report["writes"])
    load.refusals.update(report["refusals"])
    load.failures.extend(report["failures"])
    for kind, took in report["seconds"].items():
        load.took.setdefault(kind, []).extend(took)


@dataclass(frozen=True)
class Server:
    """A form that answers: where, what it says, in which environment, and how its web server is brought down and up."""

    address: str
    log: Path
    environment: dict[str, str]
    kill_and_start: Callable[[], None] = lambda: None


@contextmanager
def embedded(folder: Path) -> Iterator[Server]:
    """`serve` on SQLite."""
    from tests.processes import Processes, accepts, free_port, until

    environment = QUIET | {"DATABASE_URL": f"sqlite:///{folder / 'rows.sqlite3'}", "REDIS_URL": ""}
    processes, port = Processes(folder, environment), free_port()
    seeded(environment, folder)
    try:
        processes.start("web", "python", "manage.py", "serve", f"--port={port}")
        if not until(lambda: accepts(port)):
            raise SystemExit(processes.log_of("web"))
        yield Server(f"http://127.0.0.1:{port}", folder / "web.log", environment)
    finally:
        processes.kill_all()


@contextmanager
def distributed(folder: Path, seed: Seed | None = None) -> Iterator[Server]:
    """A web server, a worker of two processes and beat, on a PostgreSQL and a Redis of their own."""
    from tests.processes import OwnPostgres, OwnRedis, Processes, free_port

    postgres, redis = OwnPostgres(), OwnRedis()
    environment = QUIET | {"DATABASE_URL": postgres.url, "REDIS_URL": redis.url}
    processes, port = Processes(folder, environment), free_port()
    try:
        postgres.start()
        redis.start()
        (seed or seeded)(environment, folder)
        processes.worker()
        processes.beat()
        web = [processes.web(port)]

        def kill_and_start() -> None:
            processes.kill(web.pop())
            web.append(processes.web(port))

        yield Server(f"http://127.0.0.1:{port}", folder / "web.log", environment, kill_and_start)
    finally:
        processes.kill_all()
        redis.stop()
        postgres.stop()


FORMS: Final = {"embedded": embedded, "PostgreSQL + Redis": distributed}


def seeded(environment: dict[str, str], folder: Path) -> None:
    """The rows stand in the form's database, and the accounts in a file of its folder."""
    (folder / "accounts.json").write_text(among_the_rows(AMONG_THE_ROWS, "seed", environment))


def among_the_rows(program: str, what: str, environment: dict[str, str], given: str = "") -> str:
    """What a program of our own printed that worked in the database of this environment."""
    done = subprocess.run(
        [sys.executable, "-c", program, what],
        cwd=ROOT,
        env=os.environ | environment | {"DJANGO_SETTINGS_MODULE": "matchmaker.settings"},
        input=given,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def measure(form: str, seconds: float) -> tuple[Load, list[str]]:
    """The load on one form, and what was wrong with its rows afterwards."""
    with tempfile.TemporaryDirectory(prefix="matchmaker-load-") as name:
        folder = Path(name)
        with FORMS[form](folder) as server:
            who = json.loads((folder / "accounts.json").read_text())
            accounts = [(account, name) for account, name in who["accounts"]]
            load = drive(server.address, log=server.log, accounts=accounts, desk=tuple(who["desk"]), seconds=seconds)
            wrong = json.loads(among_the_rows(AMONG_THE_ROWS, "check", server.environment, json.dumps(load.writes)))
    return load, wrong


def tables(loads: dict[str, Load]) -> Iterator[str]:
    """One row for each form, then one for each kind of request."""
    yield "| form | requests | a second | writes | refused | failed | p50 | p99 |\n|---|---|---|---|---|---|---|---|"
    for form, load in loads.items():
        yield (
            f"| {form} | {load.requests:,} | {load.per_second:.1f} | {len(load.writes):,} | {load.refusals.total():,} "
            f"| {len(load.failures)} | {load.percentile_ms(50):.0f} ms | {load.percentile_ms(99):.0f} ms |"
        )
    yield "\n| request | " + " | ".join(f"p50, p99 of {form}" for form in loads) + " |\n|---|" + "---|" * len(loads)
    for kind in KINDS:
        cells = (
            f"{load.percentile_ms(50, kind):.0f}, {load.percentile_ms(99, kind):.0f} ms" for load in loads.values()
        )
        yield f"| {kind} | " + " | ".join(cells) + " |"
    if len(loads) == len(FORMS):
        first, second = loads.values()
        yield f"\nThe second form does {second.per_second / first.per_second:.2f} times the requests of the first."


def main() -> int:
    parser = argparse.ArgumentParser(description="Mixed load of four clients on both forms.")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--form", choices=list(FORMS), action="append", help="Only this form.")
    asked = parser.parse_args()
    loads: dict[str, Load] = {}
    wrong: list[str] = []
    for form in asked.form or FORMS:
        loads[form], found = measure(form, asked.seconds)
        wrong += [f"{form}: {one}" for one in [*found, *loads[form].failures]]
    print(f"{asked.seconds:.0f} s of {CLIENTS} clients, {os.cpu_count()} cores\n")
    print("\n".join(tables(loads)))
    print("\n".join(["\nLost, doubled or failed:", *wrong[:20]]) if wrong else "\nNo write was lost, none is doubled.")
    return 1 if wrong else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")
    sys.exit(main())
