"""People: oneself, and for a worker those of their area."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Membership
from matchmaker.community.queries import own_person, people_for, person_by_id
from matchmaker.community.queries.choosing import members_spoken_for, people_spoken_for
from matchmaker.community.viewers import VISITOR
from matchmaker.errors import NotFound, SignInRequired
from tests.community.actions.test_mandates import given, told
from tests.towns import NOW, SmallTown, person, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestPeopleFor:
    @pytest.mark.parametrize("role", ["asker", "stranger", "clerk", "police", "auditor"])
    def test_shows_oneself_alone(self, town: SmallTown, role: str) -> None:
        own = getattr(town, role)

        assert list(people_for(viewer_of(own))) == [own]

    def test_shows_a_grid_head_the_people_of_the_grid(self, town: SmallTown) -> None:
        seen = set(people_for(viewer_of(town.grid_head)))

        assert seen == {town.asker, town.neighbour, town.elder, town.helper, town.newcomer, town.grid_head}

    def test_shows_a_coordinator_also_who_has_no_known_home(self, town: SmallTown) -> None:
        homeless = person(None, town.community, "无住处")

        seen = set(people_for(viewer_of(town.coordinator)))

        assert len(seen) == 13
        assert homeless in seen
        assert town.other_coordinator not in seen

    def test_shows_nobody_who_left(self, town: SmallTown) -> None:
        town.helper.left_at = NOW
        town.helper.save(update_fields=["left_at"])

        assert town.helper not in set(people_for(viewer_of(town.coordinator)))

    def test_shows_a_visitor_nobody(self, town: SmallTown) -> None:
        assert list(people_for(VISITOR)) == []

    def test_takes_one_query_with_their_homes_and_no_row_more_than_are_read(self, town: SmallTown) -> None:
        for number in range(30):
            person(town.households[0], town.community, f"居民{number}")
        viewer = viewer_of(town.coordinator)

        with CaptureQueriesContext(connection) as asked:
            seen = [
                (row.name, row.household and row.household.name, row.community.name) for row in people_for(viewer)[:10]
            ]

        assert len(asked) == 1
        assert len(seen) == 10
        assert seen == sorted(seen)


class TestPersonById:
    def test_does_not_find_whom_one_may_not_see(self, town: SmallTown) -> None:
        assert person_by_id(viewer_of(town.asker), town.asker.public_id) == town.asker
        for other in (town.helper, town.other_coordinator):
            with pytest.raises(NotFound):
                person_by_id(viewer_of(town.asker), other.public_id)


class TestOwnPerson:
    def test_is_who_looks(self, town: SmallTown) -> None:
        assert own_person(viewer_of(town.asker)) == town.asker
        with pytest.raises(SignInRequired):
            own_person(VISITOR)


class TestPeopleSpokenFor:
    def test_are_those_whose_live_mandate_one_holds(self, town: SmallTown) -> None:
        told(town, given(town))

        assert list(people_spoken_for(viewer_of(town.neighbour))) == [town.elder]
        assert list(people_spoken_for(viewer_of(town.helper))) == []


class TestMembersSpokenFor:
    def test_are_shown_to_the_clerk_alone(self, town: SmallTown) -> None:
        pk = town.organization.pk

        assert set(members_spoken_for(viewer_of(town.clerk), pk)) == {town.clerk, town.member}
        assert list(members_spoken_for(viewer_of(town.member), pk)) == []
        assert list(members_spoken_for(viewer_of(town.coordinator), pk)) == []

    def test_leave_out_who_left(self, town: SmallTown) -> None:
        Membership.objects.filter(person=town.member).update(until_date=NOW.date())

        assert set(members_spoken_for(viewer_of(town.clerk), town.organization.pk)) == {town.clerk}
