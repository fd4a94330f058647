"""Posters: one code for each stairwell; new ones take the place of the old."""

from datetime import timedelta
from uuid import UUID

import pytest

from matchmaker.community.actions import join_by_invitation, make_posters
from matchmaker.community.actions.joining import InvitationNotValid
from matchmaker.community.actions.posters import HANGS_FOR, NothingToPutUp, Poster
from matchmaker.community.models import Invitation, User
from matchmaker.community.queries import doorway_of
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotAllowed, NotFound
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def print_for(town: SmallTown, viewer: Viewer) -> list[Poster]:
    return make_posters(viewer=viewer, area_id=town.community.public_id, now=NOW)


def join(code: str, name: str, *, household_id: UUID | None = None) -> User:
    return join_by_invitation(
        code=code, name="新邻居", sign_in_name=name, language="zh-hans", household_id=household_id, now=NOW
    )


class TestMakePosters:
    def test_makes_one_for_each_stairwell_in_order(self, town: SmallTown) -> None:
        posters = print_for(town, viewer_of(town.coordinator))

        assert [poster.corridor for poster in posters] == list(town.corridors)
        assert len({poster.code for poster in posters}) == 4
        assert {poster.expires_at for poster in posters} == {NOW + HANGS_FOR}
        assert posters[0].code not in repr(posters[0])

    def test_leads_to_the_flats_of_its_stairwell(self, town: SmallTown) -> None:
        posters = print_for(town, viewer_of(town.coordinator))

        doorway = doorway_of(posters[1].code.lower(), now=NOW)
        user = join(posters[1].code, "one@town.invalid", household_id=town.households[4].public_id)

        assert doorway is not None
        assert doorway.corridor == town.corridors[1]
        assert doorway.flats == town.households[3:6]
        assert user.person is not None
        assert user.person.household == town.households[4]
        assert user.person.home_confirmed_at is None

    def test_does_not_lead_into_another_stairwell(self, town: SmallTown) -> None:
        posters = print_for(town, viewer_of(town.coordinator))

        with pytest.raises(NotFound):
            join(posters[1].code, "one@town.invalid", household_id=town.households[0].public_id)

        assert not User.objects.filter(sign_in_name="one@town.invalid").exists()

    def test_takes_the_place_of_those_that_hung_there(self, town: SmallTown) -> None:
        old = print_for(town, viewer_of(town.coordinator))[0]
        new = print_for(town, viewer_of(town.coordinator))[0]

        with pytest.raises(InvitationNotValid):
            join(old.code, "one@town.invalid")
        join(new.code, "two@town.invalid")

        assert doorway_of(old.code, now=NOW) is None
        assert Invitation.objects.filter(on_poster=True, revoked_at=None).count() == 4

    def test_holds_for_half_a_year(self, town: SmallTown) -> None:
        poster = print_for(town, viewer_of(town.coordinator))[0]

        assert doorway_of(poster.code, now=poster.expires_at - timedelta(seconds=1)) is not None
        assert doorway_of(poster.code, now=poster.expires_at) is None

    @pytest.mark.parametrize("role", ["asker", "grid_head", "police", "other_coordinator"])
    def test_is_for_workers_of_the_whole_area(self, town: SmallTown, role: str) -> None:
        with pytest.raises(NotAllowed):
            print_for(town, viewer_of(getattr(town, role)))

        assert not Invitation.objects.exists()

    def test_is_refused_where_no_stairwell_stands(self, town: SmallTown) -> None:
        with pytest.raises(NothingToPutUp):
            make_posters(viewer=None, area_id=town.households[0].public_id, now=NOW)
