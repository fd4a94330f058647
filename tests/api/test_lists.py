"""Pages: so many rows, and a number of queries that does not grow with them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.matches.models import UnmetNeed
from matchmaker.matches.queries import said_of
from matchmaker.needs.models import Need
from tests.graphql_client import ask, client_for, post
from tests.towns import NOW, SmallTown, open_need_for, small_town
from tests.way import AGREED, ASKED, OVER, way_to

pytestmark = pytest.mark.django_db

NEEDS = """query ($first: Int, $after: String) { needs(first: $first, after: $after) {
  nodes { id details address serviceType { code parentCode } area { name } forPerson { name } windows { date } }
  edges { cursor } pageInfo { hasNextPage endCursor } } }"""
PROPOSALS = """{ proposals { nodes { id whyThis terms { reason } decisions { reason } helper { name } match { id }
  need { details serviceType { code } windows { date } } offer { title serviceTypes { code }
  hours { weekday } } } } }"""
VISITS = """{ visits { nodes { id ownOutcome { side } match { id helper { name } person { name } contact { phone }
  need { details serviceType { code } windows { date } } offer { title serviceTypes { code } hours { weekday } }
  visits { id ownOutcome { side } match { id } } } } } }"""
WHY_NOBODY = """query ($first: Int) { needs(first: $first) { nodes {
  id zh: whyNobody(language: ZH) en: whyNobody(language: EN) } } }"""
SIGNED_IN_QUERIES = 3
"""Session, account, and what the person is and holds: what it takes to know who asks."""


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


class TestVisits:
    def test_bring_their_matches_and_what_hangs_on_these_in_one_query_each(self) -> None:
        way = way_to(AGREED)
        client = client_for(way.town.asker)
        with time_machine.travel(way.now, tick=False):
            ask(client, VISITS)
            with CaptureQueriesContext(connection) as two:
                found = ask(client, VISITS)["visits"]["nodes"]
            with CaptureQueriesContext(connection) as one:
                ask(client, VISITS.replace("visits {", "visits(first: 1) {", 1))

        assert len({visit["match"]["id"] for visit in found}) == 2
        assert found[0]["match"]["need"]["details"] == "陪我去社区医院复查"
        assert found[0]["match"]["visits"][0]["match"]["id"] == found[0]["match"]["id"]
        assert len(two) == len(one)

    @pytest.mark.parametrize(("stage", "on_the_day", "wanted"), [(AGREED, 0, 0), (AGREED, 1, 2), (OVER, 0, 0)])
    def test_are_asked_about_once_they_began_and_until_the_own_side_spoke(
        self, stage: int, on_the_day: int, wanted: int
    ) -> None:
        way = way_to(stage)
        with time_machine.travel(way.now + timedelta(days=on_the_day), tick=False):
            for person in (way.town.asker, way.town.helper, way.town.coordinator):
                client = client_for(person)
                found = ask(client, "{ visits(outcomeWanted: true) { nodes { match { helper { name } } } } }")
                sides = {way.town.asker: wanted, way.town.helper: wanted // 2, way.town.coordinator: 0}

                assert len(found["visits"]["nodes"]) == sides[person]


class TestWhyNobody:
    def test_takes_as_many_queries_for_twenty_as_for_one(self, town: SmallTown) -> None:
        needs_of(town, 20)
        earlier, latest = (
            [UnmetNeed(need=need, helpers_missing=1, rule_code=rule) for need in Need.objects.all()]
            for rule in ("SERVICE_TYPE", "REACH")
        )
        UnmetNeed.objects.bulk_create([*earlier, *latest])
        client = client_for(town.coordinator)
        ask(client, WHY_NOBODY)

        with CaptureQueriesContext(connection) as one:
            ask(client, WHY_NOBODY, first=1)
        with CaptureQueriesContext(connection) as twenty:
            found = ask(client, WHY_NOBODY, first=20)["needs"]["nodes"]

        assert {tuple(row["en"]) for row in found} == {tuple(said_of(latest[0], "en"))}
        assert {tuple(row["zh"]) for row in found} == {tuple(said_of(latest[0], "zh"))}
        assert len(found) == 20
        assert len(twenty) == len(one)
