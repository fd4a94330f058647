"""The shared town is what its drawing says."""

import pytest

from matchmaker.community.models import Area, AreaLevel, Person, PostKind, Tie
from tests.towns import small_town, viewer_of

pytestmark = pytest.mark.django_db


class TestSmallTown:
    def test_has_two_grids_of_six_homes_and_one_home_elsewhere(self) -> None:
        town = small_town()

        homes = Area.objects.filter(level=AreaLevel.HOUSEHOLD)
        assert homes.filter(path__startswith=town.grid.path).count() == 6
        assert homes.filter(path__startswith=town.other_grid.path).count() == 6
        assert homes.count() == 13
        assert Person.objects.count() == 13

    def test_gives_each_role_its_post(self) -> None:
        town = small_town()

        assert viewer_of(town.coordinator).works_at(town.households[0].path)
        assert viewer_of(town.grid_head).worker_paths == (town.grid.path,)
        assert viewer_of(town.police).holds(PostKind.POLICE_CONTACT, town.grid.path)
        assert viewer_of(town.auditor).holds(PostKind.AUDITOR, town.community.path)
        assert not viewer_of(town.other_coordinator).works_at(town.grid.path)
        assert viewer_of(town.clerk).clerk_of == {town.organization.pk}
        assert viewer_of(town.member).member_of == {town.organization.pk}
        assert viewer_of(town.asker).posts == ()

    def test_leaves_the_asker_and_the_helper_strangers_to_each_other(self) -> None:
        town = small_town()

        pairs = set(Tie.objects.values_list("low_id", "high_id"))
        assert len(pairs) == 3
        assert (town.asker.pk, town.helper.pk) not in pairs
        assert not any({town.stranger.pk, town.newcomer.pk} & set(pair) for pair in pairs)
