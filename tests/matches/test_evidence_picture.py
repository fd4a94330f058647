"""Why this helper, drawn: for the coordinator who decides, and nobody is found by their building."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Person, Tie
from matchmaker.matches.models import Proposal
from matchmaker.matches.queries import evidence_picture_for
from matchmaker.matches.queries.evidence_picture import MOST_DRAWN, EvidencePicture
from matchmaker.needs.models import Need, NeedState
from tests.matches.rows_explored import more_buildings
from tests.towns import NOW, SmallTown, proposal_for, small_town, tie, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    """The neighbour knows the asker and the helper, who is proposed."""
    town = small_town()
    proposal_for(town)
    tie(town.asker, town.neighbour)
    return town


def seen_by(person: Person) -> EvidencePicture | None:
    proposal = Proposal.objects.select_related("need__place", "need__community", "offer").get()
    return evidence_picture_for(viewer_of(person), proposal, now=NOW)


def drawn(town: SmallTown) -> EvidencePicture:
    found = seen_by(town.coordinator)
    assert found is not None
    return found


class TestEvidencePicture:
    def test_is_for_the_coordinator_of_the_open_case_alone(self, town: SmallTown) -> None:
        others = ("asker", "helper", "neighbour", "grid_head", "clerk", "police", "auditor", "other_coordinator")

        assert [name for name in others if seen_by(getattr(town, name)) is not None] == []
        Need.objects.update(state=NeedState.WITHDRAWN, closed_at=NOW)
        assert seen_by(town.coordinator) is None

    def test_is_none_of_a_coordinator_who_would_help(self, town: SmallTown) -> None:
        Proposal.objects.update(helper=town.coordinator)

        assert seen_by(town.coordinator) is None

    def test_draws_the_way_between_the_two(self, town: SmallTown) -> None:
        found = drawn(town)
        on_path = [one for one in found.people if one.on_path]

        assert found.steps == 2
        assert [one.person for one in on_path] == [town.asker, town.helper, None]
        assert {(bond.one, bond.other) for bond in found.bonds if bond.on_path} == {(0, 2), (1, 2)}

    def test_has_no_way_where_the_tie_has_faded(self, town: SmallTown) -> None:
        """A friend of whom nothing was heard for seven years weighs less than a tenth."""
        faded = NOW - timedelta(days=7 * 365)
        Tie.objects.filter(low=town.asker, high=town.neighbour).update(made_at=faded, renewed_at=faded)

        found = drawn(town)

        assert found.steps is None
        assert not any(bond.on_path for bond in found.bonds)

    def test_names_the_building_of_a_dot_only_where_five_live_in_it(self, town: SmallTown) -> None:
        crowd = more_buildings(town, 2, 9)
        for one in (crowd[0], crowd[1]):
            tie(town.asker, one)

        found = drawn(town)
        homes = {one.person: found.lanes[one.lane] for one in found.people if one.person}
        dots = {(found.lanes[one.lane].grid, found.lanes[one.lane].name) for one in found.people if not one.person}

        assert (homes[town.asker].name, homes[town.helper].name) == ("1", "2")
        assert dots == {("第1网格", ""), ("第2网格", ""), ("第1网格", "11")}

    def test_begins_with_the_lane_of_who_is_helped(self, town: SmallTown) -> None:
        found = drawn(town)

        assert [lane.name for lane in found.lanes[:1]] == ["1"]
        assert found.people[0].lane == 0

    def test_says_how_many_it_had_no_room_for(self, town: SmallTown) -> None:
        for one in more_buildings(town, 2, 40):
            tie(town.asker, one)

        found = drawn(town)

        assert len(found.people) == MOST_DRAWN
        assert found.left_out == 40 + 4 - MOST_DRAWN

    def test_asks_as_often_however_many_there_are(self, town: SmallTown) -> None:
        counts = []
        for people in (5, 40):
            for one in neighbours(town, people):
                tie(town.asker, one)
            viewer = viewer_of(town.coordinator)
            proposal = Proposal.objects.select_related("need__place", "need__community", "offer").get()
            with CaptureQueriesContext(connection) as queries:
                evidence_picture_for(viewer, proposal, now=NOW)
            counts.append(len(queries))

        assert counts[0] == counts[1] <= 17


def neighbours(town: SmallTown, count: int) -> list[Person]:
    """So many people more in the asker's home."""
    told = {"household": town.households[0], "community": town.community, "joined_at": NOW}
    return [Person.objects.create(name=f"居民{number}", **told) for number in range(count)]
