"""How well a community knows itself, through the API."""

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.matches.actions import measure_communities
from tests.graphql_client import ask, client_for, global_id
from tests.known_town import know_the_town
from tests.towns import NOW, SmallTown, small_town

pytestmark = pytest.mark.django_db

HISTORY = """query ($area: ID) { areaReadings(areaId: $area, first: 100) { nodes {
  area { id } date people islands islandsError strangerIndex share kinTies } } }"""
PEOPLE = (
    "query ($id: ID!) { whoBridges(id: $id) { nodes { name } } introduction(id: $id) { one { name } other { name } } }"
)
WORDS = "query ($id: ID!) { areaInWords(id: $id) { date sentences(language: EN) } }"


@pytest.fixture
def town() -> SmallTown:
    town = small_town()
    know_the_town(town)
    return town


def asked(town: SmallTown, role: str, document: str, **values: Any) -> Any:
    with time_machine.travel(NOW, tick=False):
        return ask(client_for(getattr(town, role)), document, **values)


class TestAreaReadings:
    def test_of_one_area_are_its_days(self, town: SmallTown) -> None:
        area = global_id("Area", town.grid)

        rows = asked(town, "coordinator", HISTORY, area=area)["areaReadings"]["nodes"]

        assert [(row["area"]["id"], row["date"], row["people"]) for row in rows] == [(area, "2026-03-02", 24)]
        assert rows[0]["strangerIndex"] == pytest.approx((rows[0]["islands"] - 1) / 23)
        assert rows[0]["kinTies"] is None

    def test_take_one_query_however_many(self, town: SmallTown) -> None:
        counts = []
        for day in (0, 1):
            measure_communities(now=NOW.replace(day=2 + day))
            with CaptureQueriesContext(connection) as queries:
                asked(town, "coordinator", HISTORY)
            counts.append(len(queries))

        assert counts[0] == counts[1]


class TestPeople:
    def test_are_named_to_workers_and_to_nobody_else(self, town: SmallTown) -> None:
        community = global_id("Area", town.community)

        found = asked(town, "coordinator", PEOPLE, id=community)

        assert [one["name"] for one in found["whoBridges"]["nodes"]] == [town.neighbour.name]
        assert {found["introduction"][side]["name"] for side in ("one", "other")} == {
            town.newcomer.name, town.elder.name,
        }  # fmt: skip
        for role in ("auditor", "other_coordinator", "asker", "police"):
            assert asked(town, role, PEOPLE, id=community) == {"whoBridges": {"nodes": []}, "introduction": None}


class TestAreaInWords:
    def test_speaks_to_who_may_read_the_figures(self, town: SmallTown) -> None:
        community = global_id("Area", town.community)

        found = asked(town, "auditor", WORDS, id=community)["areaInWords"]

        assert found["sentences"][0].startswith("48 people are known here")
        assert asked(town, "asker", WORDS, id=community)["areaInWords"] is None
