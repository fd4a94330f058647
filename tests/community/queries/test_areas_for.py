"""Corridors beyond one's own community: for a worker who is in post there, and for no other post."""

import pytest

from matchmaker.community.models import Area, AreaLevel, PostKind
from matchmaker.community.queries import areas_for
from tests.towns import SmallTown, appoint, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def corridors_seen_with(town: SmallTown, kind: PostKind) -> set[Area]:
    """What the stranger sees who also holds this post in the other community."""
    appoint(town.stranger, kind, town.other_community)
    return set(areas_for(viewer_of(town.stranger)).filter(level=AreaLevel.CORRIDOR))


class TestAreasFor:
    def test_shows_a_worker_the_corridors_of_a_post_elsewhere_too(self, town: SmallTown) -> None:
        far = Area.objects.get(name="9号楼1单元")

        assert corridors_seen_with(town, PostKind.FULL_TIME_MEMBER) == {*town.corridors, far}

    @pytest.mark.parametrize("kind", [PostKind.POLICE_CONTACT, PostKind.AUDITOR])
    def test_shows_no_more_for_a_post_that_is_no_workers(self, town: SmallTown, kind: PostKind) -> None:
        assert corridors_seen_with(town, kind) == set(town.corridors)
