"""Pages: so many rows, and a number of queries that does not grow with them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.needs.models import Need
from tests.graphql_client import ask, client_for, post
from tests.towns import NOW, SmallTown, open_need_for, small_town
from tests.way import ASKED, way_to

pytestmark = pytest.mark.django_db

NEEDS = """query ($first: Int, $after: String) { needs(first: $first, after: $after) {
  nodes { id details address serviceType { code parentCode } area { name } forPerson { name } windows { date } }
  edges { cursor } pageInfo { hasNextPage endCursor } } }"""
PROPOSALS = """{ proposals { nodes { id whyThis terms { reason } decisions { reason } helper { name } match { id }
  need { details serviceType { code } windows { date } } offer { title serviceTypes { code }
  hours { weekday } } } } }"""
SIGNED_IN_QUERIES = 7
"""Session, account, person, posts, memberships (two) and mandates: what it takes to know who asks."""


@pytest.fixture
def town() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield small_town()


def needs_of(town: SmallTown, count: int) -> None:
    """One need by the real action, and copies of it, each opened a minute earlier."""
    first = open_need_for(town)
    window = first.windows.get()
    for minutes in range(1, count):
        copy = Need.objects.get(pk=first.pk)
        copy.pk, copy.public_id = None, Need._meta.get_field("public_id").get_default()
        copy.opened_at = first.opened_at - timedelta(minutes=minutes)
        copy.save()
        copy.windows.create(date=window.date, starts=window.starts, ends=window.ends)


def queries_and_rows(town: SmallTown, first: int) -> tuple[int, list[dict[str, Any]]]:
    client = client_for(town.coordinator)
    with CaptureQueriesContext(connection) as captured:
        found = ask(client, NEEDS, first=first)
    return len(captured), found["needs"]["nodes"]


class TestNeeds:
    def test_take_as_many_queries_for_fifty_as_for_one(self, town: SmallTown) -> None:
        needs_of(town, 52)

        one, first_row = queries_and_rows(town, 1)
        fifty, rows = queries_and_rows(town, 50)

        assert (len(first_row), len(rows)) == (1, 50)
        assert rows[0] == first_row[0]
        assert rows[0]["details"] == "买菜，两袋米"
        assert rows[0]["serviceType"] == {"code": "SHOPPING", "parentCode": "SOCIAL_ASSISTANCE"}
        assert one == fifty
        assert fifty <= SIGNED_IN_QUERIES + 4

    def test_read_one_row_more_than_they_show(self, town: SmallTown) -> None:
        """A limit stands in the statement itself: what follows the page is not read."""
        needs_of(town, 30)

        with CaptureQueriesContext(connection) as captured:
            ask(client_for(town.coordinator), NEEDS, first=5)

        pages = [
            query["sql"] for query in captured if 'FROM "needs_need"' in query["sql"] and "opened_at" in query["sql"]
        ]
        assert len(pages) == 1
        assert pages[0].endswith("LIMIT 6")

    def test_follow_one_another_without_gap_or_repeat(self, town: SmallTown) -> None:
        needs_of(town, 7)
        client, seen, after = client_for(town.coordinator), [], None

        for _ in range(3):
            page = ask(client, NEEDS, first=3, after=after)["needs"]
            seen += [row["id"] for row in page["nodes"]]
            after = page["pageInfo"]["endCursor"]

        assert len(seen) == len(set(seen)) == 7
        assert page["pageInfo"]["hasNextPage"] is False

    @pytest.mark.parametrize("after", ["nonsense", "", "YXJyYXljb25uZWN0aW9uOi01"])
    def test_start_after_real_cursors_only(self, town: SmallTown, after: str) -> None:
        answer = post(client_for(town.coordinator), NEEDS, {"after": after}).json()

        assert answer["errors"][0]["message"] == "`after` is no cursor of this list."


class TestProposals:
    def test_bring_what_hangs_on_them_in_one_query_each(self) -> None:
        way = way_to(ASKED)
        client = client_for(way.town.coordinator)
        with time_machine.travel(way.now, tick=False):
            ask(client, PROPOSALS)
            with CaptureQueriesContext(connection) as two:
                found = ask(client, PROPOSALS)["proposals"]["nodes"]
            with CaptureQueriesContext(connection) as one:
                ask(client, PROPOSALS.replace("proposals {", "proposals(first: 1) {"))

        assert len(found) == 2
        assert found[0]["need"]["details"] == "陪我去社区医院复查"
        assert len(two) == len(one)
