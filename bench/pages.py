"""`python -m bench.pages`: what residents' pages weigh and how soon they stand, by Lighthouse on a throttled phone.

The sample community, after its month, stands behind the real server; Chromium opens each page as somebody of it, with
nothing kept from before. Lighthouse is no part of the project's packages, for it is larger than all of them
together: npx fetches it, or LIGHTHOUSE names the command.
"""

import argparse
import json
import logging
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from bench.measuring import Row, at_least_one, show
from bench.page_visits import VISITED, Resident, Visited, sample_served

LIGHTHOUSE: Final = "npx --yes lighthouse@12.8.2"
TRIES: Final = 4
CHROMIUM: Final = "/usr/bin/chromium"
QUIET_BROWSER: Final = (
    "--headless=new --no-sandbox --disable-gpu --disable-sync --no-first-run --disable-background-networking "
    "--disable-component-update"
)
MOST_BYTES: Final = 60_000
MOST_MS: Final = 1_500
LEAST_SCORE: Final = 95


def measured(address: str, visited: Visited, resident: Resident, runs: int) -> Row:
    """The quickest of so many openings on a phone: 150 ms there and back, 1.6 Mbit/s, a quarter of this processor."""
    path = resident.path_of(visited)
    rows = [_row(visited, _report(address + path, resident)) for _ in range(runs)]
    return min(rows, key=lambda row: (row["LCP, ms"], -row["performance"]))


def _report(url: str, resident: Resident) -> dict[str, Any]:
    """What Lighthouse says of this page; on a busy machine it may lose its trace, and is asked again."""
    with tempfile.TemporaryDirectory(prefix="matchmaker-lighthouse-") as folder:
        headers, report = Path(folder) / "headers.json", Path(folder) / "report.json"
        headers.write_text(json.dumps({"Cookie": resident.cookies, "Accept-Language": "zh-CN"}))
        command = [
            *shlex.split(os.environ.get("LIGHTHOUSE", LIGHTHOUSE)),
            url,
            f"--extra-headers={headers}",
            "--output=json",
            f"--output-path={report}",
            "--only-categories=performance,accessibility",
            "--quiet",
            f"--chrome-flags={QUIET_BROWSER}",
        ]
        for _ in range(TRIES):
            done = subprocess.run(
                command, env={"CHROME_PATH": CHROMIUM} | os.environ, check=False, capture_output=True, text=True
            )
            if done.returncode == 0:
                found: dict[str, Any] = json.loads(report.read_text())
                return found
        raise SystemExit(f"{url}: {done.stderr}")


def _row(visited: Visited, report: dict[str, Any]) -> Row:
    audits, marks = report["audits"], report["categories"]
    sent = [one["transferSize"] for one in audits["network-requests"]["details"]["items"]]
    row: Row = {
        "page": visited.name,
        "bytes": sum(sent),
        "requests": len(sent),
        "LCP, ms": round(audits["largest-contentful-paint"]["numericValue"]),
        "performance": round(100 * marks["performance"]["score"]),
        "accessibility": round(100 * marks["accessibility"]["score"]),
    }
    return row | {"short of the goal": ", ".join(_short_of(visited, row))}


def _short_of(visited: Visited, row: Row) -> list[str]:
    short = [name for name in ("performance", "accessibility") if row[name] < LEAST_SCORE]
    short += ["LCP"] if row["LCP, ms"] > MOST_MS else []
    return short + (["bytes"] if visited.of_resident and row["bytes"] > MOST_BYTES else [])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="One object instead of a table.")
    parser.add_argument(
        "--runs", type=at_least_one, default=1, help="So many openings of each page; the quickest is shown."
    )
    parser.add_argument("--folder", help="Keeps the sample community there, and takes it from there the next time.")
    parser.add_argument("--page", action="append", choices=[one.name for one in VISITED], help="Only this page.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="matchmaker-pages-") as name:
        folder = Path(asked.folder or name).resolve()
        folder.mkdir(exist_ok=True)
        with sample_served(folder) as address:
            wanted = [one for one in VISITED if not asked.page or one.name in asked.page]
            residents = {role: Resident(address, role) for role in {one.role for one in wanted}}
            rows = []
            for visited in wanted:
                rows.append(measured(address, visited, residents[visited.role], asked.runs))
                print(visited.name, rows[-1], file=sys.stderr, flush=True)
    show(rows, as_json=asked.json)
    return 1 if any(row["short of the goal"] for row in rows) else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    sys.exit(main())
