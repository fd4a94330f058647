"""The people of a worker's areas, found by name, phone or building; nobody else's."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.queries import desk
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import NotAllowed, NotFound
from tests.community.actions.test_agents import appointed
from tests.community.actions.test_consents import heard
from tests.community.actions.test_mandates import given
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestPeopleAtDesk:
    def test_are_those_of_ones_areas_by_name(self, town: SmallTown) -> None:
        of_the_grid = [town.asker, town.neighbour, town.elder, town.helper, town.newcomer, town.grid_head]

        found = list(desk.people_at_desk(viewer_of(town.grid_head)))

        assert found == sorted(of_the_grid, key=lambda person: person.name)
        assert list(desk.people_at_desk(viewer_of(town.other_coordinator))) == [town.other_coordinator]

    @pytest.mark.parametrize("role", ["asker", "clerk", "police", "auditor"])
    def test_are_for_workers_only(self, town: SmallTown, role: str) -> None:
        assert list(desk.people_at_desk(viewer_of(getattr(town, role)))) == []
        assert list(desk.people_at_desk(VISITOR)) == []

    @pytest.mark.parametrize(
        ("words", "names"),
        [
            ("老根", ["赵老根"]),
            ("1号楼", ["李邻芳", "王晓晴", "赵老根"]),
            ("1号楼 101", ["王晓晴"]),
            ("2", ["吴新来", "周格长", "李邻芳", "陈助民"]),
            ("没有这个人", []),
        ],
    )
    def test_are_found_by_every_word(self, town: SmallTown, words: str, names: list[str]) -> None:
        found = desk.people_at_desk(viewer_of(town.grid_head), words)

        assert sorted(person.name for person in found) == sorted(names)

    def test_are_found_by_four_digits_of_a_phone_and_no_fewer(self, town: SmallTown) -> None:
        digits = town.helper.phone[-4:]

        assert town.helper in desk.people_at_desk(viewer_of(town.grid_head), digits)
        assert (
            list(desk.people_at_desk(viewer_of(town.grid_head), f"199{digits[0]} 0000 {town.helper.phone[-2:]}")) == []
        )

    def test_are_read_in_one_query(self, town: SmallTown) -> None:
        viewer = viewer_of(town.grid_head)

        with CaptureQueriesContext(
            connection,
        ) as asked:
            for person in desk.people_at_desk(viewer, "号楼"):
                assert person.household is not None
                assert person.household.parent is not None
                hasattr(person, "account")

        assert len(asked) == 1


class TestPersonAtDesk:
    def test_is_not_found_elsewhere(self, town: SmallTown) -> None:
        assert desk.person_at_desk(viewer_of(town.coordinator), town.elder.public_id) == town.elder

        for role in (town.other_coordinator, town.asker, town.clerk):
            with pytest.raises(NotFound):
                desk.person_at_desk(viewer_of(role), town.elder.public_id)


class TestLikelyDoubles:
    def test_stay_within_ones_areas(self, town: SmallTown) -> None:
        assert desk.likely_doubles(viewer_of(town.grid_head), name="郑陌生") == []
        assert desk.likely_doubles(viewer_of(town.coordinator), name="郑陌生") == [town.stranger]
        assert desk.likely_doubles(viewer_of(town.asker), name="赵老根") == []


class TestCorridorsAtDesk:
    def test_are_those_of_ones_areas(self, town: SmallTown) -> None:
        assert list(desk.corridors_at_desk(viewer_of(town.grid_head))) == list(town.corridors[:2])
        assert list(desk.corridors_at_desk(viewer_of(town.asker))) == []


class TestConsentsOf:
    def test_are_those_that_stand(self, town: SmallTown) -> None:
        consent = heard(town)

        assert list(desk.consents_of(viewer_of(town.elder), town.elder)) == [consent]
        assert list(desk.consents_of(viewer_of(town.coordinator), town.elder)) == [consent]
        with pytest.raises(NotAllowed):
            desk.consents_of(viewer_of(town.asker), town.elder)


class TestMandatesFor:
    def test_are_ones_own_and_those_of_ones_areas(self, town: SmallTown) -> None:
        proxy, agent = given(town), appointed(town)

        for role in (town.elder, town.neighbour, town.grid_head):
            assert list(desk.mandates_for(viewer_of(role))) == [proxy]
        assert list(desk.mandates_for(viewer_of(town.stranger))) == [agent]
        assert list(desk.mandates_for(viewer_of(town.coordinator))) == [agent, proxy]
        assert list(desk.mandates_for(viewer_of(town.asker, now=NOW + timedelta(days=1)))) == []
