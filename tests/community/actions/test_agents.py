"""Agents of stations: named, within a scope, until a day, and stopped at any time."""

from datetime import timedelta
from typing import Any

import pytest

from matchmaker.community.actions import appoint_agent, revoke_mandate
from matchmaker.community.actions.agents import OwnAgency
from matchmaker.community.models import Mandate, MandateKind
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def appointed(town: SmallTown, **words: Any) -> Mandate:
    """The clerk of the organization that runs the station names the stranger for shopping."""
    usual: dict[str, Any] = {
        "viewer": viewer_of(town.clerk),
        "station_id": town.station.public_id,
        "holder_id": town.stranger.public_id,
        "scope": ["SHOPPING"],
        "evidence": "服务站聘书",
        "ends_date": TODAY + timedelta(days=90),
        "now": NOW,
    }
    return appoint_agent(**usual | words)


class TestAppointAgent:
    def test_lets_a_person_act_for_the_station_until_the_day(self, town: SmallTown) -> None:
        mandate = appointed(town)

        assert (mandate.kind, mandate.station, mandate.for_person) == (MandateKind.AGENT, town.station, None)
        assert (mandate.scope, mandate.entered_by) == (["SHOPPING"], town.clerk)
        agencies = viewer_of(town.stranger).agencies
        assert [(one.mandate_id, one.area_path, one.scope) for one in agencies] == [
            (mandate.pk, town.community.path, ("SHOPPING",))
        ]
        assert viewer_of(town.stranger, now=NOW + timedelta(days=91)).agencies == ()
        record = Record.objects.get()
        assert (record.kind, record.body) == (
            "agent.appointed",
            {"mandate": mandate.pk, "station": town.station.pk},
        )

    @pytest.mark.parametrize("role", ["clerk", "coordinator"])
    def test_is_for_the_clerk_and_for_workers_of_the_area(self, town: SmallTown, role: str) -> None:
        assert appointed(town, viewer=viewer_of(getattr(town, role))).holder == town.stranger

    @pytest.mark.parametrize("role", ["asker", "member", "grid_head", "police", "other_coordinator"])
    def test_is_not_for_others(self, town: SmallTown, role: str) -> None:
        self.refused(NotAllowed, town, viewer=viewer_of(getattr(town, role)))

    def test_is_refused_for_oneself_for_nothing_and_for_too_long(self, town: SmallTown) -> None:
        self.refused(OwnAgency, town, holder_id=town.clerk.public_id)
        self.refused(InvalidInput, town, scope=[])
        self.refused(InvalidInput, town, evidence=" ")
        self.refused(InvalidInput, town, ends_date=TODAY + timedelta(days=400))
        self.refused(NotFound, town, holder_id=town.other_coordinator.public_id)

    def refused(self, refusal: type[DomainError], town: SmallTown, **words: Any) -> None:
        with pytest.raises(refusal):
            appointed(town, **words)
        assert not Mandate.objects.exists()
        assert not Record.objects.exists()


class TestRevokeMandateOfAnAgent:
    @pytest.mark.parametrize("role", ["stranger", "clerk", "coordinator"])
    def test_ends_it_at_once(self, town: SmallTown, role: str) -> None:
        mandate = appointed(town)

        revoke_mandate(viewer=viewer_of(getattr(town, role)), mandate_id=mandate.public_id, now=NOW)

        assert viewer_of(town.stranger).agencies == ()

    def test_is_not_found_by_others(self, town: SmallTown) -> None:
        mandate = appointed(town)

        for role in (town.asker, town.member, town.other_coordinator):
            with pytest.raises(NotFound):
                revoke_mandate(viewer=viewer_of(role), mandate_id=mandate.public_id, now=NOW)

        assert len(viewer_of(town.stranger).agencies) == 1
