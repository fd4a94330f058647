"""Places: public down to the grid; corridors for the people and workers of the community; homes for nobody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import AreaLevel
from matchmaker.community.queries import areas_by_pk, areas_for
from matchmaker.community.queries.choosing import meeting_places_for
from matchmaker.community.viewers import VISITOR
from tests.towns import SmallTown, area, small_town, viewer_of

pytestmark = pytest.mark.django_db

PUBLIC = 8
"""Region, sub-district, joint community, two communities and three grids."""


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestAreasFor:
    def test_shows_a_visitor_the_tree_down_to_the_grid(self, town: SmallTown) -> None:
        seen = list(areas_for(VISITOR))

        assert len(seen) == PUBLIC
        assert max(row.level for row in seen) == AreaLevel.GRID
        assert [row.path for row in seen] == sorted(row.path for row in seen)

    @pytest.mark.parametrize("role", ["asker", "coordinator", "auditor"])
    def test_shows_the_corridors_of_ones_own_community(self, town: SmallTown, role: str) -> None:
        seen = areas_for(viewer_of(getattr(town, role)))

        assert set(seen.filter(level=AreaLevel.CORRIDOR)) == set(town.corridors)
        assert seen.count() == PUBLIC + 4

    def test_shows_no_corridor_of_another_community(self, town: SmallTown) -> None:
        seen = areas_for(viewer_of(town.other_coordinator))

        assert not set(seen) & set(town.corridors)
        assert seen.count() == PUBLIC + 1

    @pytest.mark.parametrize("role", ["asker", "grid_head", "coordinator", "police", "auditor"])
    def test_shows_nobodys_home(self, town: SmallTown, role: str) -> None:
        assert not areas_for(viewer_of(getattr(town, role))).filter(level=AreaLevel.HOUSEHOLD).exists()

    def test_takes_two_queries_and_no_row_more_than_are_read(self, town: SmallTown) -> None:
        for number in range(30):
            area(AreaLevel.CORRIDOR, town.grid, f"{number + 50}号楼1单元", east=0.001)

        viewer = viewer_of(town.asker)
        with CaptureQueriesContext(connection) as asked:
            seen = list(areas_for(viewer)[:10])

        assert len(asked) == 2
        assert len(seen) == 10


class TestAreasByPk:
    def test_finds_each_once_in_one_query(self, town: SmallTown) -> None:
        with CaptureQueriesContext(connection) as asked:
            found = areas_by_pk([town.grid.pk, town.community.pk, town.grid.pk])

        assert found == {town.grid.pk: town.grid, town.community.pk: town.community}
        assert len(asked) == 1


class TestMeetingPlacesFor:
    def test_are_the_grids_and_corridors_of_ones_community(self, town: SmallTown) -> None:
        places = list(meeting_places_for(viewer_of(town.asker)))

        assert set(places) == {town.grid, town.other_grid, *town.corridors}

    def test_are_none_for_a_visitor(self, town: SmallTown) -> None:
        assert list(meeting_places_for(VISITOR)) == []
