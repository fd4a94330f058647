"""`python -m bench.page_cost`: what long pages cost the server's processor, beside a bare view of as many rows.

Each page is asked for over the test client with fifty needs, or two hundred people, on it, and in turn with it a Django
view that knows nothing of rules, words or rights: one query and one loop in a template, with a session and the same
middleware around it. It also counts the queries with all rows and with a tenth of them: they must be as many.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any, Final

from bench.measuring import Row, at_least_one, show
from bench.own_database import own_database

ROUNDS: Final = 30
NEEDS: Final = 50
PEOPLE: Final = 200
WARM_UP: Final = 3

Ask = Callable[[], Any]


def rows_of(rounds: int) -> list[Row]:
    from bench.page_cost_rows import Pages

    pages = Pages()
    few = {name: _queries_of(ask) for name, (ask, _) in pages.with_rows(NEEDS // 10, PEOPLE // 10).items()}
    found: list[Row] = []
    for name, (ask, bare) in pages.with_rows(NEEDS, PEOPLE).items():
        ours, plain = _cpu_ms(ask, bare, rounds)
        found.append(
            {
                "page": name,
                "queries with few rows": few[name],
                "queries": _queries_of(ask),
                "cpu, ms": round(ours, 1),
                "bare view, ms": round(plain, 1),
                "times": round(ours / plain, 2),
            }
        )
    return found


def _cpu_ms(ours: Ask, bare: Ask, rounds: int) -> tuple[float, float]:
    """The median of the processor's milliseconds of each, asked in turn."""
    for _ in range(WARM_UP):
        ours(), bare()
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for ask, times in zip((ours, bare), taken, strict=True):
            begun = time.process_time()
            ask()
            times.append(1000 * (time.process_time() - begun))
    return statistics.median(taken[0]), statistics.median(taken[1])


def _queries_of(ask: Ask) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="One object instead of a table.")
    parser.add_argument("--rounds", type=at_least_one, default=ROUNDS)
    asked = parser.parse_args()
    with own_database(LOG_LEVEL="WARNING"):
        from django.test.utils import override_settings

        with override_settings(ROOT_URLCONF="bench.bare_pages", ALLOWED_HOSTS=["testserver"]):
            show(rows_of(asked.rounds), as_json=asked.json)


if __name__ == "__main__":
    main()
