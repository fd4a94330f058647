"""How the laboratories measure and print: processor seconds, memory at its highest, one object or one table."""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Result = TypeVar("Result")
Row = dict[str, Any]


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """The processor's seconds, which other programs on the machine disturb least, and what came out."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def memory_mb() -> int:
    """The most that this process ever held."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (1 << 20 if sys.platform == "darwin" else 1 << 10)


def share(part: float, of_all: float) -> float:
    """What part of all it is; all of it where there is nothing to have.

    Examples
    --------
    >>> share(1, 4), share(0, 0)
    (0.25, 1.0)
    """
    return part / of_all if of_all else 1.0


def at_least_one(said: str) -> int:
    """The number that a command was told, refused where there would be nothing to measure.

    Examples
    --------
    >>> at_least_one("7")
    7
    """
    number = int(said)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is too few: 1 or more")
    return number


def show(rows: Sequence[Row], *, as_json: bool, **beside: Any) -> None:
    """One JSON object with a list `rows`, or a table with one line for each."""
    if as_json:
        print(json.dumps({**beside, "rows": rows}))
        return
    for name, value in beside.items():
        print(f"{name}: {value}")
    columns = list(dict.fromkeys(name for row in rows for name in row))
    print("\n| " + " | ".join(columns) + " |\n|" + "---|" * len(columns))
    for row in rows:
        print("| " + " | ".join(_cell(row.get(name)) for name in columns) + " |")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}" if isinstance(value, float) else str(value)
