"""Who of an organization's members went to which visit, through the API."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from matchmaker.matches.models import Visit
from tests.graphql_client import ask, client_for, global_id, post
from tests.towns import NOW, SmallTown, match_for, open_offer_for, small_town

pytestmark = pytest.mark.django_db

ATTENDANCE = """query ($organization: ID!, $since: DateTime, $until: DateTime) {
  attendance(organizationId: $organization, since: $since, until: $until) {
    totalCount
    nodes { visitId stands startsAt endsAt arrivedAt leftAt minutes memberName } } }"""


@pytest.fixture
def town() -> SmallTown:
    town = small_town()
    match_for(town, offer=open_offer_for(town, organization=town.organization))
    return town


def attendance(town: SmallTown, role: str = "clerk", **asked: Any) -> Any:
    organization = global_id("Organization", town.organization)
    with time_machine.travel(NOW, tick=False):
        return ask(client_for(getattr(town, role)), ATTENDANCE, organization=organization, **asked)["attendance"]


class TestAttendance:
    def test_is_read_by_the_clerk(self, town: SmallTown) -> None:
        visit = Visit.objects.get()

        found = attendance(town)

        assert found["totalCount"] == 1
        assert found["nodes"] == [
            {
                "visitId": global_id("Visit", visit),
                "stands": "AHEAD",
                "startsAt": visit.starts_at.isoformat(),
                "endsAt": visit.ends_at.isoformat(),
                "arrivedAt": None,
                "leftAt": None,
                "minutes": None,
                "memberName": town.member.name,
            }
        ]

    def test_is_narrowed_by_time(self, town: SmallTown) -> None:
        starts_at = Visit.objects.get().starts_at

        assert attendance(town, since=(starts_at + timedelta(minutes=1)).isoformat())["nodes"] == []
        assert attendance(town, until=starts_at.isoformat())["totalCount"] == 0

    @pytest.mark.parametrize("role", ["member", "asker", "coordinator", "auditor"])
    def test_is_empty_for_others(self, town: SmallTown, role: str) -> None:
        assert attendance(town, role) == {"totalCount": 0, "nodes": []}

    def test_of_what_is_no_organization_is_not_found(self, town: SmallTown) -> None:
        asked = {"organization": global_id("Area", town.community)}

        answer = post(client_for(town.clerk), ATTENDANCE, asked).json()

        assert [error["extensions"]["code"] for error in answer["errors"]] == ["NOT_FOUND"]
