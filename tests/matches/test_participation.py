"""Who takes part, as counts: by age band and by kind of help, and nobody to be found in them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.errors import NotFound
from matchmaker.matches.queries import participation_for
from matchmaker.needs.models import Need
from tests.matches.crowds import crowd
from tests.towns import NOW, SmallTown, match_for, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestParticipation:
    def test_counts_people_by_age_and_requests_by_kind(self, town: SmallTown) -> None:
        for one in crowd(town, 5):
            open_need_for(town, person=one)
        match_for(town)

        told = participation_for(viewer_of(town.coordinator), town.community, now=NOW)

        # Six asked, all of them between 35 and 59; one helped, who is between 35 and 59 too: that is fewer than five.
        assert [(one.band, one.asked, one.helped) for one in told if one.kind is None] == [("35-59", 6, None)]
        assert [(one.kind.code, one.asked, one.helped) for one in told if one.kind] == [("SHOPPING", 6, None)]

    @pytest.mark.parametrize("role", ["asker", "grid_head", "clerk", "police", "auditor", "other_coordinator"])
    def test_is_not_found_by_whoever_does_not_work_for_the_whole_community(self, town: SmallTown, role: str) -> None:
        with pytest.raises(NotFound):
            participation_for(viewer_of(getattr(town, role)), town.community, now=NOW)
        assert participation_for(viewer_of(town.coordinator), town.community, now=NOW) != []

    def test_leaves_out_bands_and_kinds_of_few(self, town: SmallTown) -> None:
        """One old person lives here, and asks: there is no line in which they would be alone."""
        open_need_for(town, person=town.elder, asked_by=town.elder)

        told = participation_for(viewer_of(town.coordinator), town.community, now=NOW)

        assert [(one.band, one.asked) for one in told] == [("35-59", 0)]

    def test_forgets_after_thirteen_weeks(self, town: SmallTown) -> None:
        for one in crowd(town, 5):
            open_need_for(town, person=one)
        Need.objects.update(opened_at=NOW.replace(year=NOW.year - 1))

        told = participation_for(viewer_of(town.coordinator), town.community, now=NOW)

        assert [(one.band, one.asked) for one in told] == [("35-59", 0)]

    def test_asks_as_often_however_many_there_are(self, town: SmallTown) -> None:
        counts, viewer = [], viewer_of(town.coordinator)
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                participation_for(viewer, town.community, now=NOW)
            counts.append(len(queries))
            if len(counts) == 1:
                for one in crowd(town, 8):
                    open_need_for(town, person=one)

        assert counts == [5, 6]  # kinds of help are looked up where there are any
