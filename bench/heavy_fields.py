"""`python -m bench.heavy_fields`: what a field of the API costs that reads far more than it shows.

Each is asked for as the coordinator of the sample community, and beside it plain fields: fifty needs with id and state.
`WORK_OF` in `api/documents.py` charges each as so many plain fields; the last column is what was measured.
"""

import argparse
import statistics
import time
from typing import Any, Final

from bench.measuring import Row, at_least_one, show
from bench.own_database import own_database

ROUNDS: Final = 15
WARM_UP: Final = 2
PLAIN: Final = "{ needs(first: 50) { nodes { id state } } }"
PLAIN_FIELDS: Final = 151
"""The list, its rows and their two fields."""
FIELDS: Final = {
    "gridMap": "grids { column row unmet people percent }",
    "coverage": "people services { places percent percentOfYoung percentOfOld } stations { minutes people }",
    "runningOut": "vacantGrids { nodes { rungMeanwhile } } postTerms { totalCount } qualifications { totalCount }",
    "handover": "toVerify toApprove toAnswer toCall toConfirm promised visits alarms",
    "helpLoad": "visits spread { gini bands { people minutes } }",
    "participation": "byAge { asked helped } byKind { asked helped }",
    "neighbourhood": "buildings { number people x y } between { one other count }",
}


def rows_of(rounds: int) -> list[Row]:
    from api.documents import WORK_OF

    plain_ms, _ = _cost(PLAIN, rounds)
    one_ms = plain_ms / PLAIN_FIELDS
    found: list[Row] = []
    for name, inside in FIELDS.items():
        document = f"{{ {name} {{ {inside} }} }}"
        cpu_ms, queries = _cost(document, rounds)
        found.append(
            {
                "field": name,
                "queries": queries,
                "cpu, ms": round(cpu_ms, 1),
                "charged": WORK_OF.get(name, 0),
                "plain fields it takes": round(cpu_ms / one_ms),
            }
        )
    return found


def _cost(document: str, rounds: int) -> tuple[float, int]:
    """The median of the processor's milliseconds, and the queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        _asked(document)
    taken = []
    for number in range(WARM_UP + rounds):
        begun = time.process_time()
        _asked(document)
        if number >= WARM_UP:
            taken.append(1000 * (time.process_time() - begun))
    return statistics.median(taken), len(captured)


def _asked(document: str) -> Any:
    import orjson
    from django.test import RequestFactory

    from api.view import graphql

    request = RequestFactory().post("/graphql", {"query": document}, content_type="application/json")
    request.user = _coordinator()  # type: ignore[assignment]  # a user, as the middleware sets it
    found = orjson.loads(graphql(request).content)
    assert "errors" not in found, found["errors"]
    assert all(found["data"].values()), found["data"]
    return found


def _coordinator() -> Any:
    from matchmaker.community.models import PostKind, User

    return User.objects.filter(person__post_terms__post__kind=PostKind.COORDINATOR).earliest("pk")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="One object instead of a table.")
    parser.add_argument("--rounds", type=at_least_one, default=ROUNDS)
    options = parser.parse_args()
    with own_database(API_ROWS_PER_MINUTE=str(2**40)):
        from django.core.management import call_command

        call_command("load_sample", json=True)
        show(rows_of(options.rounds), as_json=options.json, asked_by="the coordinator of the sample community")


if __name__ == "__main__":
    main()
