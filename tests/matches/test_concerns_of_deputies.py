"""Concerns about the holder of a post go past whoever stands in: the holder chose them."""

import pytest

from matchmaker.errors import NotFound
from matchmaker.matches import queries
from matchmaker.notices.models import DutyCall
from matchmaker.notices.queries import alarms_for
from tests.deputy_rows import stand_in
from tests.matches.test_concerns import report, take
from tests.towns import SmallTown, match_for, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestConcerns:
    def test_go_past_who_stands_in_for_the_worker_they_are_about(self, town: SmallTown) -> None:
        need = open_need_for(town, person=town.grid_head, asked_by=town.grid_head)
        match = match_for(town, need=need)
        stand_in(town.grid_head, town.neighbour, now=town.now)
        stand_in(town.coordinator, town.stranger, now=town.now)

        concern = report(town, match, "helper")

        deputy = viewer_of(town.neighbour)
        rung = set(DutyCall.objects.values_list("person_id", flat=True))
        assert rung == {town.coordinator.pk, town.stranger.pk}
        assert not queries.concerns_for(deputy).exists()
        assert not queries.concerns_to_answer(deputy).exists()
        assert not queries.may_handle_concern(deputy, concern)
        assert not alarms_for(deputy).exists()
        with pytest.raises(NotFound):
            take(town, concern, "neighbour")
        assert alarms_for(viewer_of(town.stranger)).exists()
        assert take(town, concern, "stranger").taken_by == town.stranger

    def test_go_to_a_worker_in_their_own_post_who_stands_in_for_whom_they_are_about(self, town: SmallTown) -> None:
        need = open_need_for(town, person=town.grid_head, asked_by=town.grid_head)
        match = match_for(town, need=need)
        stand_in(town.grid_head, town.coordinator, now=town.now)

        concern = report(town, match, "helper")

        assert set(DutyCall.objects.values_list("person_id", flat=True)) == {town.coordinator.pk}
        assert alarms_for(viewer_of(town.coordinator)).exists()
        assert take(town, concern).taken_by == town.coordinator

    def test_go_to_who_stands_in_where_they_are_about_others(self, town: SmallTown) -> None:
        match = match_for(town)
        stand_in(town.grid_head, town.neighbour, now=town.now)

        concern = report(town, match)

        assert alarms_for(viewer_of(town.neighbour)).exists()
        assert take(town, concern, "neighbour").taken_by == town.neighbour
