"""Small files for a replay: two villages of households that know each other in rings, and a few requests."""

from dataclasses import dataclass
from pathlib import Path

VILLAGES = 2
HOMES = 36
CATEGORIES = ("Strengthening Communities", "Helping Neighbors in Need", "Education", "Health", "Environment", "")
STARTS = ("January 4 2011", "January 13 2011", "January 21 2011", "January 28 2011")


@dataclass(frozen=True)
class Files:
    ties: Path
    households: Path
    demand: Path


def household_rows() -> list[str]:
    return [
        f"{village * 1000 + home},{village},{int(home % 9 == 1)}"
        for village in range(1, VILLAGES + 1)
        for home in range(1, HOMES + 1)
    ]


def tie_rows() -> list[str]:
    """Each household knows the next one and the one after it; the last twelve of a village know nobody."""
    return [
        f"{village * 1000 + home},{village * 1000 + home + step}"
        for village in range(1, VILLAGES + 1)
        for home in range(1, HOMES - 13)
        for step in (1, 2)
    ]


def request_rows(count: int = 14) -> list[str]:
    rows = []
    for number in range(count):
        recurrence = ("onetime", "ongoing")[number % 2]
        category, starts = CATEGORIES[number % 6], STARTS[number % 4]
        rows.append(f"{100 + number},{1 + number % 3},{category},{recurrence},0,{starts}")
    return rows


def write_files(
    folder: Path, *, ties: list[str] | None = None, households: list[str] | None = None, demand: list[str] | None = None
) -> Files:
    files = Files(folder / "ties.csv", folder / "households.csv", folder / "demand.csv")
    _write(files.ties, "household_a,household_b", tie_rows() if ties is None else ties)
    _write(files.households, "household,village,leader", household_rows() if households is None else households)
    header = "opportunity_id,helpers_wanted,category,recurrence,hours,starts"
    _write(files.demand, header, request_rows() if demand is None else demand)
    return files


def _write(path: Path, header: str, rows: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
