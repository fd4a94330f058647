"""Searching, filtering and ordering: only in what the viewer may read, in both languages."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from tests.graphql_client import ask, client_for, do, global_id, post
from tests.towns import NOW, SmallTown, load_service_types_once, open_need_for, open_offer_for, small_town
from tests.way import ASKED, way_to

pytestmark = pytest.mark.django_db

SEARCH = "query ($search: String) { needs(search: $search) { totalCount nodes { id } } }"


@pytest.fixture
def town() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield small_town()


class TestNeeds:
    @pytest.mark.parametrize("search", ["买菜", "两袋", "米", "shopping", "SHOP", "买菜 米", "  "])
    def test_are_found_by_words_in_both_languages(self, town: SmallTown, search: str) -> None:
        need = open_need_for(town)

        found = ask(client_for(town.asker), SEARCH, search=search)["needs"]

        assert found == {"totalCount": 1, "nodes": [{"id": global_id("Need", need)}]}

    def test_are_not_found_where_one_word_is_missing(self, town: SmallTown) -> None:
        open_need_for(town)

        assert ask(client_for(town.asker), SEARCH, search="买菜 学琴")["needs"]["totalCount"] == 0

    def test_are_not_found_by_words_that_the_viewer_may_not_read(self) -> None:
        way = way_to(ASKED)
        with time_machine.travel(way.now, tick=False):
            helper, asker = (client_for(person) for person in (way.town.helper, way.town.asker))

            assert ask(asker, SEARCH, search="复查")["needs"]["totalCount"] == 1
            assert ask(helper, SEARCH, search="复查")["needs"]["totalCount"] == 0
            assert ask(helper, SEARCH, search="")["needs"]["totalCount"] == 1

    def test_are_refused_a_search_for_too_many_words(self, town: SmallTown) -> None:
        answer = post(client_for(town.asker), SEARCH, {"search": "a b c d e f g"}).json()

        assert answer["errors"][0]["extensions"] == {"code": "SEARCH_TOO_LONG"}

    def test_stand_in_the_order_asked_for(self, town: SmallTown) -> None:
        needs = [open_need_for(town, now=NOW + timedelta(minutes=minutes)) for minutes in range(2)]
        ids = [global_id("Need", need) for need in needs]
        client = client_for(town.asker)

        for order, wanted in (("NEWEST", ids[::-1]), ("OLDEST", ids)):
            found = ask(client, f"{{ needs(order: {order}) {{ nodes {{ id }} }} }}")["needs"]["nodes"]
            assert [row["id"] for row in found] == wanted


class TestOffers:
    @pytest.mark.parametrize(("search", "count"), [("代", 1), ("学琴", 0)])
    def test_are_found_by_their_words(self, town: SmallTown, search: str, count: int) -> None:
        offer = open_offer_for(town, title="代买东西")

        found = ask(client_for(town.helper), f'{{ offers(search: "{search}") {{ nodes {{ id }} }} }}')["offers"]

        assert found["nodes"] == [{"id": global_id("Offer", offer)}][:count]


class TestOrganizations:
    def test_are_found_by_name_and_kind(self, town: SmallTown) -> None:
        name, kind = town.organization.name, town.organization.kind
        document = """query ($search: String, $kind: OrganizationKind) {
          organizations(search: $search, kind: $kind) { totalCount } }"""

        def count(**asked: str) -> int:
            return int(ask(client_for(), document, **asked)["organizations"]["totalCount"])

        assert count(search=name[:2], kind=kind) == 1
        assert count(search="没有这样的") == 0


class TestExternalIds:
    def test_open_a_need_once(self, town: SmallTown) -> None:
        load_service_types_once()
        given = {
            "serviceType": "SHOPPING",
            "minutes": 30,
            "windows": [{"date": "2026-03-03", "starts": "09:00", "ends": "11:00"}],
            "externalId": "app-17",
        }
        client = client_for(town.asker)

        first, again = (do(client, "openNeed", "need { id }", **given) for _ in range(2))

        assert first["errors"] == []
        assert again == first
        found = ask(client, '{ needs(externalId: "app-17") { nodes { id } } }')["needs"]["nodes"]
        assert found == [first["need"]]
        assert (
            ask(client_for(town.helper), '{ needs(externalId: "app-17") { totalCount } }')["needs"]["totalCount"] == 0
        )


class TestPages:
    def test_say_where_they_lie(self, town: SmallTown) -> None:
        for _ in range(3):
            open_need_for(town)
        client = client_for(town.asker)
        document = """query ($after: String) { needs(first: 2, after: $after) { totalCount
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor } } }"""

        one = ask(client, document)["needs"]
        two = ask(client, document, after=one["pageInfo"]["endCursor"])["needs"]

        assert (one["totalCount"], two["totalCount"]) == (3, 3)
        assert [one["pageInfo"][name] for name in ("hasNextPage", "hasPreviousPage")] == [True, False]
        assert [two["pageInfo"][name] for name in ("hasNextPage", "hasPreviousPage")] == [False, True]
        assert two["pageInfo"]["startCursor"] == two["edges"][0]["cursor"]
