"""Who reads of a deputy, whom one may name, and where deputies count as who is in the post."""

from datetime import timedelta

import pytest

from matchmaker.community import queries
from matchmaker.community.in_post import people_in_posts
from matchmaker.community.models import AreaLevel, Deputy, PostKind, PostTerm
from matchmaker.community.queries.listed import workers_known
from matchmaker.community.queries.starting import vacant_posts_in
from matchmaker.community.viewers import VISITOR, Viewer
from matchmaker.errors import NotFound
from tests.deputy_rows import stand_in
from tests.town_rows import appoint, area
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestDeputiesFor:
    def test_are_read_by_the_two_and_by_workers_of_the_area(self, town: SmallTown) -> None:
        deputy = stand_in(town.grid_head, town.helper, days=(1, 2))
        readers = ("grid_head", "helper", "coordinator", "asker", "clerk", "police", "auditor", "other_coordinator")

        seen = {role: list(queries.deputies_for(viewer_of(getattr(town, role)))) for role in readers}

        assert {role for role in readers if seen[role]} == {"grid_head", "helper", "coordinator"}
        assert list(queries.deputies_for(Viewer(user_id=1, is_operator=True))) == [deputy]
        assert list(queries.deputies_for(VISITOR)) == []
        with pytest.raises(NotFound):
            queries.deputy_by_id(viewer_of(town.asker), deputy.public_id)

    def test_not_over_are_those_that_give_power_or_will(self, town: SmallTown) -> None:
        ahead = stand_in(town.grid_head, town.helper, days=(5, 9))
        stand_in(town.grid_head, town.helper, ended_at=NOW)
        now = stand_in(town.coordinator, town.neighbour)
        viewer = viewer_of(town.coordinator)
        assert list(queries.deputies_not_over(viewer)) == [now, ahead]

        PostTerm.objects.filter(person=town.grid_head).update(ended_at=NOW)

        assert list(queries.deputies_not_over(viewer)) == [now]


class TestStandsInOn:
    def test_is_what_the_rows_say(self, town: SmallTown) -> None:
        """The same as `current` finds, on every day around both ends of the span and of the term."""
        PostTerm.objects.filter(person=town.grid_head).update(ends_date=TODAY + 6 * DAY)
        deputy = queries.deputies_for(viewer_of(town.grid_head))
        stand_in(town.grid_head, town.helper, days=(3, 9))
        days = [TODAY + number * DAY for number in range(2, 11)]

        said = [queries.stands_in_on(deputy.get(), day) for day in days]

        assert said == [Deputy.objects.current(day).exists() for day in days]
        assert said == [False, True, True, True, True, False, False, False, False]


class TestTermsToStandInFor:
    def test_are_ones_own_first_and_for_a_coordinator_those_below(self, town: SmallTown) -> None:
        viewer = viewer_of(town.coordinator)

        assert [term.person for term in queries.terms_to_stand_in_for(viewer)] == [town.coordinator, town.grid_head]
        own = queries.terms_to_stand_in_for(viewer_of(town.grid_head))
        assert [term.person for term in own] == [town.grid_head]

    def test_are_none_for_a_deputy_and_for_others(self, town: SmallTown) -> None:
        stand_in(town.coordinator, town.helper)

        for role in (town.helper, town.asker, town.auditor, town.police):
            assert queries.terms_to_stand_in_for(viewer_of(role)) == []
        assert queries.terms_to_stand_in_for(VISITOR) == []


class TestPeopleToStandIn:
    def test_are_colleagues_until_somebody_is_looked_for(self, town: SmallTown) -> None:
        appoint(town.stranger, PostKind.GRID_HEAD, town.other_grid)
        viewer = viewer_of(town.grid_head)

        assert set(queries.people_to_stand_in(viewer)) == {town.coordinator, town.stranger}
        assert list(queries.people_to_stand_in(viewer, town.stranger.name)) == [town.stranger]
        assert town.asker in queries.people_to_stand_in(viewer, town.asker.name)
        assert list(queries.people_to_stand_in(viewer, "没有这个人")) == []

    def test_are_nobody_for_others(self, town: SmallTown) -> None:
        for role in (town.asker, town.auditor):
            assert list(queries.people_to_stand_in(viewer_of(role), town.helper.name)) == []
        with pytest.raises(NotFound):
            queries.person_to_stand_in(viewer_of(town.asker), town.helper.public_id)

    def test_are_found_by_id_in_ones_care_and_among_colleagues(self, town: SmallTown) -> None:
        viewer = viewer_of(town.grid_head)

        for person in (town.coordinator, town.asker):
            assert queries.person_to_stand_in(viewer, person.public_id) == person
        with pytest.raises(NotFound):
            queries.person_to_stand_in(viewer, town.other_coordinator.public_id)


class TestWhoIsInAPost:
    def test_is_the_holder_and_the_deputy_the_lowest_first(self, town: SmallTown) -> None:
        stand_in(town.grid_head, town.helper)
        stand_in(town.coordinator, town.neighbour, days=(1, 2))

        found = people_in_posts(TODAY, {"kind__in": (PostKind.GRID_HEAD, PostKind.COORDINATOR)})

        here = [row.person_id for row in found if row.area_path.startswith(town.community.path)]
        assert here == [*sorted([town.grid_head.pk, town.helper.pk]), town.coordinator.pk]
        assert people_in_posts(TODAY) == []

    def test_counts_for_who_helped_a_worker_enter_a_list(self, town: SmallTown) -> None:
        stand_in(town.grid_head, town.helper)

        known = [{pk for pk, *_ in workers_known(town.community, today=TODAY + days)} for days in (0 * DAY, 14 * DAY)]

        assert [town.helper.pk in workers for workers in known] == [True, False]

    def test_is_said_of_the_post_while_it_is_held(self, town: SmallTown) -> None:
        stand_in(town.grid_head, town.helper)
        viewer, term = viewer_of(town.asker), PostTerm.objects.filter(person=town.grid_head)

        post = queries.post_by_id(viewer, term.get().post.public_id)
        assert (post.vacant, post.holder_name, post.deputy_name) == (False, town.grid_head.name, town.helper.name)
        term.update(ends_date=TODAY - DAY)
        post = queries.post_by_id(viewer, term.get().post.public_id)

        assert (post.vacant, post.holder_name, post.deputy_name) == (True, None, None)
        assert post in vacant_posts_in(town.community, now=NOW)
        assert town.grid in queries.vacant_grids(viewer_of(town.coordinator))

    def test_is_rung_for_a_vacant_grid(self, town: SmallTown) -> None:
        area(AreaLevel.GRID, town.community, "空网格")
        stand_in(town.coordinator, town.helper)

        vacant = queries.grids_without_worker(viewer_of(town.coordinator))

        assert {row.rung_meanwhile for row in vacant} == {tuple(sorted([town.coordinator.name, town.helper.name]))}


class TestDeputiesEndingSoon:
    def test_are_those_of_today_that_end_within_thirty_days(self, town: SmallTown) -> None:
        soon = stand_in(town.grid_head, town.helper, days=(0, 30))
        stand_in(town.coordinator, town.neighbour, days=(0, 31))

        assert list(queries.deputies_ending_soon(viewer_of(town.coordinator))) == [soon]
        assert list(queries.deputies_ending_soon(viewer_of(town.other_coordinator))) == []
