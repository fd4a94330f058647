"""Who looks, and what they may do by the posts, memberships and mandates in term."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import AreaLevel, Membership, MembershipRole, PostKind, PostTerm
from matchmaker.community.viewers import VISITOR, Viewer, viewer_for_person, viewer_for_user
from matchmaker.errors import SignInRequired
from tests.towns import NOW, SmallTown, account, area, membership, small_town, user_of, viewer_of

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestViewerForPerson:
    def test_holds_a_post_on_the_first_and_the_last_day_of_its_term(self, town: SmallTown) -> None:
        PostTerm.objects.filter(person=town.grid_head).update(starts_date=TODAY, ends_date=TODAY + DAY)

        held = [bool(viewer_of(town.grid_head, now=NOW + DAY * days).posts) for days in (-1, 0, 1, 2)]

        assert held == [False, True, True, False]

    def test_holds_no_post_whose_term_ended_early(self, town: SmallTown) -> None:
        PostTerm.objects.filter(person=town.grid_head).update(ended_at=NOW)

        assert viewer_of(town.grid_head).posts == ()

    def test_speaks_for_an_organization_only_as_its_clerk(self, town: SmallTown) -> None:
        assert viewer_of(town.clerk).clerk_of == viewer_of(town.clerk).member_of == {town.organization.pk}
        assert viewer_of(town.member).clerk_of == frozenset()

    def test_speaks_for_no_organization_from_the_day_on_which_they_left_it(self, town: SmallTown) -> None:
        rows = Membership.objects.filter(person=town.clerk)

        rows.update(until_date=TODAY + DAY)
        assert viewer_of(town.clerk).clerk_of == {town.organization.pk}
        rows.update(until_date=TODAY)
        assert viewer_of(town.clerk).clerk_of == viewer_of(town.clerk).member_of == frozenset()

    def test_speaks_for_no_organization_before_they_join_it(self, town: SmallTown) -> None:
        membership(town.asker, town.organization, MembershipRole.CLERK, now=NOW + DAY * 60)

        assert viewer_of(town.asker).clerk_of == frozenset()

    def test_is_a_visitor_once_they_left(self, town: SmallTown) -> None:
        town.coordinator.left_at = NOW
        town.coordinator.save(update_fields=["left_at"])

        assert viewer_for_person(town.coordinator.pk, now=NOW) == VISITOR
        assert viewer_for_user(user_of(town.coordinator), now=NOW) == VISITOR

    def test_takes_one_query(self, town: SmallTown) -> None:
        with CaptureQueriesContext(connection) as asked:
            viewer_for_person(town.coordinator.pk, now=NOW)

        assert len(asked) == 1


class TestViewerForUser:
    def test_carries_the_account_and_its_language(self, town: SmallTown) -> None:
        user = user_of(town.asker)
        user.language = "en"

        viewer = viewer_for_user(user, now=NOW)

        assert (viewer.user_id, viewer.person_id, viewer.language) == (user.pk, town.asker.pk, "en")
        assert viewer.community_id == town.community.pk

    def test_is_a_visitor_for_an_account_that_was_closed(self, town: SmallTown) -> None:
        user = user_of(town.coordinator)
        user.is_active = False

        assert viewer_for_user(user, now=NOW) == VISITOR

    def test_is_an_operator_and_nobody_for_a_staff_account_without_a_person(self) -> None:
        user = account(None, "operator@town.invalid")  # type: ignore[arg-type]  # an operator's account belongs to nobody
        user.is_staff = True

        viewer = viewer_for_user(user, now=NOW)

        assert (viewer.is_operator, viewer.is_visitor, viewer.posts) == (True, True, ())


class TestViewer:
    def test_works_at_their_area_and_below_it_alone(self, town: SmallTown) -> None:
        head = viewer_of(town.grid_head)

        assert head.works_at(town.grid.path)
        assert head.works_at(town.households[0].path)
        assert not head.works_at(town.other_grid.path)
        assert not head.works_at(town.community.path)

    def test_does_not_take_a_longer_key_for_an_area_below(self, town: SmallTown) -> None:
        beside = area(AreaLevel.GRID, town.community, "第3网格")
        head = viewer_of(town.grid_head)

        assert not head.works_at(beside.path)
        assert not head.works_at(town.grid.path.rstrip("/") + "0/")

    @pytest.mark.parametrize("role", ["police", "auditor"])
    def test_is_no_worker_by_the_post_of_a_police_contact_or_an_auditor(self, town: SmallTown, role: str) -> None:
        viewer = viewer_of(getattr(town, role))

        assert len(viewer.posts) == 1
        assert viewer.worker_paths == ()
        assert not viewer.works_at(town.community.path)

    def test_holds_a_kind_of_post_for_the_areas_below(self, town: SmallTown) -> None:
        police = viewer_of(town.police)

        assert police.holds(PostKind.POLICE_CONTACT, town.grid.path)
        assert not police.holds(PostKind.COORDINATOR, town.grid.path)
        assert not police.holds(PostKind.POLICE_CONTACT, town.other_community.path)

    def test_asks_a_visitor_to_sign_in(self) -> None:
        with pytest.raises(SignInRequired):
            VISITOR.require_person()

        assert Viewer(person_id=7).require_person() == 7
