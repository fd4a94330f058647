"""Who takes part, how the load is spread, and the buildings of a neighbourhood, through the API."""

from itertools import pairwise
from typing import Any, Final

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.graphql_client import ask, client_for, global_id
from tests.load_rows import minutes_given
from tests.matches.crowds import crowd
from tests.matches.rows_explored import more_buildings
from tests.towns import NOW, SmallTown, open_need_for, small_town, tie

pytestmark = pytest.mark.django_db

LOAD: Final = """query ($area: ID) { helpLoad(areaId: $area) { community { id } visits
  spread { people minutes gini bands { fromMinutes belowMinutes people minutes share } } } }"""
PARTICIPATION: Final = """query ($area: ID) { participation(areaId: $area) { community { id }
  byAge { ageBand serviceType { code } asked helped } byKind { ageBand serviceType { code } asked helped } } }"""
NEIGHBOURHOOD: Final = """query ($area: ID) { neighbourhood(areaId: $area) { area { id } summedUp
  buildings { number grid name people x y } between { one other count made { kind month count } } } }"""
FIELDS: Final = {"helpLoad": LOAD, "participation": PARTICIPATION, "neighbourhood": NEIGHBOURHOOD}
OTHERS: Final = ("asker", "helper", "clerk", "police", "auditor", "grid_head")


@pytest.fixture
def town() -> SmallTown:
    """Six helpers gave an hour or more, five of a crowd ask for shopping; a building of six in each grid."""
    town = small_town()
    people = crowd(town, 5)
    minutes_given(town, [town.helper, *people], [60] * 5 + [660])
    for one in people:
        open_need_for(town, person=one)
    return town


def asked(town: SmallTown, role: str, field: str, **values: Any) -> Any:
    with time_machine.travel(NOW, tick=False):
        return ask(client_for(getattr(town, role)), FIELDS[field], **values)[field]


class TestSight:
    @pytest.mark.parametrize("role", OTHERS)
    def test_is_nobodys_who_does_not_work_for_the_whole(self, town: SmallTown, role: str) -> None:
        assert {field: asked(town, role, field) for field in FIELDS} == dict.fromkeys(FIELDS)

    def test_is_nobodys_elsewhere(self, town: SmallTown) -> None:
        community = global_id("Area", town.community)
        for field in FIELDS:
            assert asked(town, "coordinator", field, area=community) == asked(town, "coordinator", field) is not None
            assert asked(town, "other_coordinator", field, area=community) is None

    def test_of_people_is_of_whole_communities_alone(self, town: SmallTown) -> None:
        grid = global_id("Area", town.grid)

        assert asked(town, "coordinator", "helpLoad", area=grid) is None
        assert asked(town, "coordinator", "participation", area=grid) is None
        assert asked(town, "coordinator", "neighbourhood", area=grid)["area"] == {"id": grid}


class TestHelpLoad:
    def test_tells_bands_of_at_least_five(self, town: SmallTown) -> None:
        found = asked(town, "coordinator", "helpLoad")

        assert (found["community"]["id"], found["visits"]) == (global_id("Area", town.community), 6)
        assert found["spread"]["gini"] == pytest.approx(25 / 48)
        assert (found["spread"]["people"], found["spread"]["minutes"]) == (6, 960)
        assert found["spread"]["bands"] == [
            {"fromMinutes": 0, "belowMinutes": None, "people": 6, "minutes": 960, "share": 1.0}
        ]

    def test_is_not_spread_over_fewer_than_five(self) -> None:
        assert asked(small_town(), "coordinator", "helpLoad")["spread"] is None


class TestParticipation:
    def test_tells_no_count_below_five(self, town: SmallTown) -> None:
        found = asked(town, "coordinator", "participation")

        # Six asked by now, with whom the six helpers went to; one agreement stands behind their visits.
        assert found["byAge"] == [{"ageBand": "35-59", "serviceType": None, "asked": 6, "helped": None}]
        assert found["byKind"] == [
            {"ageBand": None, "serviceType": {"code": "SHOPPING"}, "asked": 6, "helped": None}
        ]  # fmt: skip


class TestNeighbourhood:
    def test_counts_people_and_ties_of_buildings(self, town: SmallTown) -> None:
        people = more_buildings(town, 2, 12)
        tie(people[0], people[1])
        tie(people[2], people[1])

        found = asked(town, "coordinator", "neighbourhood")

        numbers = {one["name"]: one["number"] for one in found["buildings"]}
        between = {(one["one"], one["other"]): one for one in found["between"]}
        pair = between[tuple(sorted((numbers["11"], numbers["12"])))]
        assert (pair["count"], pair["made"]) == (2, [{"kind": "FRIEND", "month": "2025-03-01", "count": 2}])
        assert {one["name"]: one["people"] for one in found["buildings"]}["11"] == 6
        assert min(one["people"] for one in found["buildings"]) >= 5
        assert found["summedUp"] is False


@pytest.mark.parametrize("field", FIELDS)
def test_asks_as_often_however_many_there_are(town: SmallTown, field: str) -> None:
    counts, shown = [], []
    for buildings in (0, 4):
        people = more_buildings(town, buildings, 6 * buildings)
        for one, other in pairwise(people):
            tie(one, other)
        for one in people[:6]:
            open_need_for(town, person=one)
        with CaptureQueriesContext(connection) as queries:
            shown.append(asked(town, "coordinator", field))
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert (shown[0] == shown[1]) is (field == "helpLoad")
