"""`python -m bench.graph`: the tie graph of a city beside networkx, scipy, rustworkx and scikit-network, in one run.

Each row is measured in a process of its own: seconds of the processor, and the most memory beyond what stood before.
Where a library is too slow for the whole, a stated sample is done and its time multiplied. Progress and whatever is
missing is said on the error stream; `--json` prints one object.
"""

import argparse
import importlib.util
import json
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from bench.graph_rows import ROWS, SAMPLES, SMALL, SMALL_TOWN, TENTH, WALKS, City

PEOPLE: Final = 100_000
LEAST_PEOPLE: Final = 2
"""Between fewer there is no tie to look at."""
EXTRAS: Final = {"rustworkx": "rustworkx", "scikit-network": "sknetwork"}
ROOT: Final = Path(__file__).parents[1]


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    if asked.row is not None:
        print(json.dumps(measured(asked.row, people=asked.people)))
        return 0
    missing = [name for name, module in EXTRAS.items() if importlib.util.find_spec(module) is None]
    if missing:
        print(f"No rows of {' and '.join(missing)}: `pip install {' '.join(missing)}` brings them.", file=sys.stderr)
    rows = []
    for number, (task, library, _, _) in enumerate(ROWS):
        if library not in missing:
            print(f"{number + 1} of {len(ROWS)}: {task}, {library}", file=sys.stderr, flush=True)
            rows.append(_in_a_process(number, people=asked.people))
    print(_sampled(), file=sys.stderr)
    print(json.dumps({"rows": rows}) if asked.json else _table(rows, asked.people, missing))
    return 0


def measured(number: int, *, people: int) -> dict[str, Any]:
    """One row, in this process."""
    task, library, size, work = ROWS[number]
    cpu_s, peak_mb = work(City.of(people={SMALL: SMALL_TOWN, TENTH: max(LEAST_PEOPLE, people // 10)}.get(size, people)))
    return {"task": task, "library": library, "cpu_s": cpu_s, "peak_mb": peak_mb}


def _in_a_process(number: int, *, people: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.graph", "--people", str(people), "--row", str(number)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"The row {ROWS[number][:2]} failed:\n{done.stderr}")
    row: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return row


def _sampled() -> str:
    told = ", ".join(f"{name} {count}" for name, count in SAMPLES.items())
    return f"Done of {WALKS:,} walks, then multiplied: {told}."


def _table(rows: list[dict[str, Any]], people: int, missing: list[str]) -> str:
    names = ["numpy", "scipy", "networkx", "numba", *(name for name in EXTRAS if name not in missing)]
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    ours = {row["task"]: row["cpu_s"] for row in rows if row["library"] == "matchmaker"}
    lines = [
        f"{people:,} people, Python {platform.python_version()}, {versions}",
        "",
        "| task | library | CPU seconds | times ours | peak MB |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        base = ours.get(row["task"])
        times = f"{row['cpu_s'] / base:,.1f}" if base and row["library"] != "matchmaker" else ""
        lines.append(f"| {row['task']} | {row['library']} | {row['cpu_s']:,.3f} | {times} | {row['peak_mb']:,.0f} |")
    return "\n".join([*lines, "", _sampled()])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.graph", description=__doc__)
    parser.add_argument("--people", type=_people, default=PEOPLE, help=f"how many people, {PEOPLE:,} unless it is said")
    parser.add_argument("--json", action="store_true", help="print one object instead of a table")
    parser.add_argument("--row", type=int, choices=range(len(ROWS)), help=argparse.SUPPRESS)
    return parser


def _people(text: str) -> int:
    if not text.replace("_", "").isdecimal() or int(text) < LEAST_PEOPLE:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of people from {LEAST_PEOPLE:,} on")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
