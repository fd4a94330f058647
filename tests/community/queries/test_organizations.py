"""Organizations and posts: public, vacancies too."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Organization, OrganizationKind, Post, PostKind, PostTerm
from matchmaker.community.queries import organizations_by_pk, organizations_for, post_by_id, posts_for, present_term
from matchmaker.errors import NotFound
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestOrganizationsFor:
    def test_shows_everybody_those_that_are_not_closed(self, town: SmallTown) -> None:
        assert list(organizations_for(viewer_of(town.stranger))) == [town.organization]

        Organization.objects.update(closed_at=NOW)

        assert list(organizations_for(viewer_of(town.clerk))) == []

    def test_takes_one_query_with_their_areas_and_no_row_more_than_are_read(self, town: SmallTown) -> None:
        for number in range(30):
            Organization.objects.create(
                name=f"组织{number:02d}", kind=OrganizationKind.NGO, area=town.grid, registered_at=NOW
            )
        viewer = viewer_of(town.asker)

        with CaptureQueriesContext(connection) as asked:
            seen = [(row.name, row.area.name) for row in organizations_for(viewer)[:10]]

        assert len(asked) == 1
        assert len(seen) == 10
        assert seen == sorted(seen)


class TestOrganizationsByPk:
    def test_finds_each_with_its_area_in_one_query(self, town: SmallTown) -> None:
        with CaptureQueriesContext(connection) as asked:
            found = organizations_by_pk([town.organization.pk, town.organization.pk])
            areas = [row.area for row in found.values()]

        assert found == {town.organization.pk: town.organization}
        assert areas == [town.community]
        assert len(asked) == 1


class TestPostsFor:
    def test_says_who_holds_each_post_today(self, town: SmallTown) -> None:
        vacant = Post.objects.create(area=town.other_grid, kind=PostKind.GRID_HEAD)

        seen = {row.pk: row for row in posts_for(viewer_of(town.stranger))}

        held = seen[Post.objects.get(area=town.grid, kind=PostKind.GRID_HEAD).pk]
        assert (held.vacant, held.holder_name) == (False, town.grid_head.name)
        assert held.ends_date == TODAY + timedelta(days=365)
        assert (seen[vacant.pk].vacant, seen[vacant.pk].holder_name, seen[vacant.pk].ends_date) == (True, None, None)

    @pytest.mark.parametrize(
        "term",
        [{"ends_date": TODAY - DAY}, {"starts_date": TODAY + DAY}, {"ended_at": NOW}],
        ids=["over", "to come", "ended early"],
    )
    def test_says_vacant_outside_the_term(self, town: SmallTown, term: dict[str, object]) -> None:
        PostTerm.objects.filter(person=town.grid_head).update(**term)

        post = posts_for(viewer_of(town.stranger)).get(area=town.grid, kind=PostKind.GRID_HEAD)

        assert (post.vacant, post.holder_name, post.ends_date) == (True, None, None)

    def test_takes_one_query_with_their_areas(self, town: SmallTown) -> None:
        viewer = viewer_of(town.asker)

        with CaptureQueriesContext(connection) as asked:
            seen = [(row.area.name, row.kind, row.holder_name) for row in posts_for(viewer)[:4]]

        assert len(asked) == 1
        assert len(seen) == 4


class TestPostById:
    def test_is_found_by_everybody(self, town: SmallTown) -> None:
        post = Post.objects.get(area=town.grid, kind=PostKind.GRID_HEAD)

        assert post_by_id(viewer_of(town.stranger), post.public_id) == post
        with pytest.raises(NotFound):
            post_by_id(viewer_of(town.stranger), town.grid.public_id)


class TestPresentTerm:
    def test_is_not_found_for_a_vacant_post(self, town: SmallTown) -> None:
        post = Post.objects.get(area=town.grid, kind=PostKind.GRID_HEAD)
        assert present_term(viewer_of(town.stranger), post).person == town.grid_head

        PostTerm.objects.update(starts_date=NOW.date() - timedelta(days=9), ends_date=NOW.date() - timedelta(days=1))
        with pytest.raises(NotFound):
            present_term(viewer_of(town.stranger), post)
        PostTerm.objects.update(ended_at=NOW)

        with pytest.raises(NotFound):
            present_term(viewer_of(town.stranger), post)
