"""How visits and hours are spread among those who help, for workers of the whole community."""

from datetime import timedelta

import pytest

from matchmaker.errors import NotFound
from matchmaker.matches.models import LedgerEntry
from matchmaker.matches.queries.load import load_for
from tests.load_rows import minutes_given
from tests.matches.crowds import crowd
from tests.towns import NOW, SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    """The helper and four others each gave an hour on one visit, a fifth gave eleven."""
    town = small_town()
    minutes_given(town, [town.helper, *crowd(town, 5)], [60] * 5 + [660])
    return town


class TestLoadFor:
    def test_adds_up_what_each_gave(self, town: SmallTown) -> None:
        load = load_for(viewer_of(town.coordinator), town.community, now=NOW)

        assert load.visits == 6
        assert load.spread is not None
        assert (load.spread.people, load.spread.minutes) == (6, 960)
        assert [(band.from_minutes, band.people) for band in load.spread.bands] == [(0, 6)]
        assert load.spread.gini == pytest.approx(25 / 48)

    def test_forgets_after_thirteen_weeks(self, town: SmallTown) -> None:
        load = load_for(viewer_of(town.coordinator), town.community, now=NOW + timedelta(weeks=13))

        assert (load.visits, load.spread) == (0, None)

    def test_says_nothing_of_fewer_than_five(self, town: SmallTown) -> None:
        LedgerEntry.objects.exclude(giver=town.helper).delete()

        load = load_for(viewer_of(town.coordinator), town.community, now=NOW)

        assert (load.visits, load.spread) == (1, None)

    @pytest.mark.parametrize("role", ["asker", "grid_head", "clerk", "police", "auditor", "other_coordinator"])
    def test_is_not_found_by_whoever_does_not_work_for_the_whole_community(self, town: SmallTown, role: str) -> None:
        with pytest.raises(NotFound):
            load_for(viewer_of(getattr(town, role)), town.community, now=NOW)
