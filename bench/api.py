"""`python -m bench.api`: a page of fifty needs with matches, offers and organizations, answered in three ways.

Ours knows who asks and shows each field to whom it is for. Stock graphene-django shows everything to everybody, with
the best prefetch that can be written for this page; the view by hand reads values and knows this one page. All three
answer in turn, in one process, on a database of their own.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any, Final

from bench.measuring import Row, show
from bench.own_database import own_database

ROUNDS: Final = 60
DOCUMENT: Final = """{ needs(first: 50) { nodes {
  id state minutes helpersWanted allOrNone helpersFound repeat repeatUntilDate atHome urgency riskClass openedAt
  answerBy verifiedAt details risks nobodyFromBuilding
  serviceType { code nameZh sensitive } forPerson { id name } askedBy { id name }
  matchesSoFar { id state agreedAt helper { id name }
    offer { id title state openedAt organization { id name kind phone } } }
} } }"""

Way = Callable[[], Any]


def rows_of(rounds: int) -> list[Row]:
    """A line for each way: the median of the processor's milliseconds, and the queries of one answer."""
    from django.utils import timezone

    from bench.api_rows import put_rows

    ways = _ways(put_rows(timezone.now()))
    queries = {name: _queries_of(way) for name, way in ways.items()}
    fields = {name: _leaves(_body(way())["data"]) for name, way in ways.items()}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            begun = time.thread_time()
            way()
            taken[name].append(1000 * (time.thread_time() - begun))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    return [
        {
            "way": name,
            "fields": fields[name],
            "queries": queries[name],
            "of them to know who asks": queries["who asks"] if name == "ours" else 0,
            "cpu, ms": round(medians[name], 2),
            "of by hand": round(medians["by hand"] / medians[name], 3),
            "of stock": round(medians["stock"] / medians[name], 3),
        }
        for name in ("ours", "stock", "by hand")
    ]


def _ways(user: Any) -> dict[str, Way]:
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    from api.view import graphql
    from bench.api_others import by_hand, stock_view
    from matchmaker.community.models import User

    def asked(view: Callable[..., Any], document: str, account: Any) -> Any:
        request = RequestFactory().post("/graphql", {"query": document}, content_type="application/json")
        request.user = account
        return view(request)

    return {
        "ours": lambda: asked(graphql, DOCUMENT, User.objects.get(pk=user.pk)),
        "stock": lambda: asked(stock_view, DOCUMENT, AnonymousUser()),
        "by hand": lambda: asked(by_hand, DOCUMENT, AnonymousUser()),
        "who asks": lambda: asked(graphql, "{ viewer { language } }", User.objects.get(pk=user.pk)),
    }


def _queries_of(way: Way) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    way()
    with CaptureQueriesContext(connection) as captured:
        way()
    return len(captured)


def _body(response: Any) -> Any:
    import orjson

    found = orjson.loads(response.content)
    assert "errors" not in found, found["errors"]
    return found


def _leaves(found: Any) -> int:
    """How many fields an answer holds, those that hold others too."""
    if isinstance(found, list):
        return sum(_leaves(part) for part in found)
    return sum(1 + _leaves(part) for part in found.values()) if isinstance(found, dict) else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="One object instead of a table.")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with own_database(API_ROWS_PER_MINUTE=str(2**40)):
        show(rows_of(options.rounds), as_json=options.json, document="50 needs with matches, offers, organizations")


if __name__ == "__main__":
    main()
