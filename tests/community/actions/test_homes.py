"""A home is a claim until a worker of the area has confirmed it."""

import pytest

from matchmaker.community.actions import confirm_home, refuse_home
from matchmaker.community.actions.homes import NoHomeClaimed, OwnHome
from matchmaker.community.models import Person
from matchmaker.community.queries import homes_to_confirm
from matchmaker.errors import NotFound
from matchmaker.records.models import Record
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    made = small_town()
    claimants = [made.newcomer.pk, made.grid_head.pk, made.stranger.pk]
    Person.objects.filter(pk__in=claimants).update(home_confirmed_at=None)
    return made


class TestHomesToConfirm:
    def test_are_those_of_the_areas_of_ones_posts_but_ones_own(self, town: SmallTown) -> None:
        assert list(homes_to_confirm(viewer_of(town.grid_head))) == [town.newcomer]
        assert set(homes_to_confirm(viewer_of(town.coordinator))) == {town.newcomer, town.grid_head, town.stranger}
        assert not homes_to_confirm(viewer_of(town.asker)).exists()


class TestConfirmHome:
    def test_says_since_when_it_is_known_once(self, town: SmallTown) -> None:
        worker = viewer_of(town.grid_head)

        for _ in range(2):
            person = confirm_home(viewer=worker, person_id=town.newcomer.public_id, now=NOW)

        assert person.home_confirmed_at == NOW
        assert not homes_to_confirm(worker).exists()
        assert Record.objects.filter(kind="home.confirmed").count() == 1

    @pytest.mark.parametrize("role", ["asker", "newcomer", "other_coordinator", "police"])
    def test_is_for_workers_of_the_area(self, town: SmallTown, role: str) -> None:
        with pytest.raises(NotFound):
            confirm_home(viewer=viewer_of(getattr(town, role)), person_id=town.newcomer.public_id, now=NOW)

        town.newcomer.refresh_from_db()
        assert town.newcomer.home_confirmed_at is None

    def test_is_not_for_ones_own(self, town: SmallTown) -> None:
        with pytest.raises(OwnHome):
            confirm_home(viewer=viewer_of(town.grid_head), person_id=town.grid_head.public_id, now=NOW)

    def test_asks_for_a_claim(self, town: SmallTown) -> None:
        Person.objects.filter(pk=town.newcomer.pk).update(household=None)

        with pytest.raises(NoHomeClaimed):
            confirm_home(viewer=viewer_of(town.coordinator), person_id=town.newcomer.public_id, now=NOW)


class TestRefuseHome:
    def test_takes_the_claim_back(self, town: SmallTown) -> None:
        person = refuse_home(viewer=viewer_of(town.grid_head), person_id=town.newcomer.public_id, now=NOW)

        assert (person.household, person.home_confirmed_at) == (None, None)
        assert Record.objects.filter(kind="home.refused").count() == 1
