"""The 15-minute circle and the street maps through the API."""

import pytest

from tests.graphql_client import ask, client_for, global_id
from tests.street_rows import put_the_street_map
from tests.towns import SmallTown, open_offer_for, small_town

CIRCLE = """
query ($area: ID) {
  streetMaps { nodes { attribution } }
  coverage(areaId: $area) {
    area { id } people byStreet attributions
    services { serviceType { code } places percent percentOfYoung percentOfOld gapPoints }
  }
}
"""


@pytest.fixture
def town(db: None) -> SmallTown:
    return small_town()


@pytest.mark.parametrize("role", ["coordinator", "auditor"])
def test_shows_the_circle_and_names_the_map(town: SmallTown, role: str) -> None:
    put_the_street_map()
    open_offer_for(town, organization=town.organization)

    found = ask(client_for(getattr(town, role)), CIRCLE)

    assert found["streetMaps"] == {"nodes": [{"attribution": "The town's surveyors"}]}
    circle = found["coverage"]
    assert (circle["area"]["id"], circle["people"]) == (global_id("Area", town.community), 12)
    assert (circle["byStreet"], circle["attributions"]) == (True, ["The town's surveyors"])
    assert [row for row in circle["services"] if row["serviceType"]["code"] == "SHOPPING"] == [
        {
            "serviceType": {"code": "SHOPPING"},
            "places": 1,
            "percent": 100,
            "percentOfYoung": 100,
            "percentOfOld": None,
            "gapPoints": None,
        }
    ]


def test_is_null_for_whoever_does_not_oversee_the_area(town: SmallTown) -> None:
    found = ask(client_for(town.asker), CIRCLE, area=global_id("Area", town.community))

    assert found["coverage"] is None
