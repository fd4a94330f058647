"""A worry about a visit with company: whoever comes along is part of it."""

import pytest

from matchmaker.errors import NotFound
from matchmaker.matches import queries
from matchmaker.matches.models import CompanionProposal, Concern, ConcernState, Match
from matchmaker.notices.models import DutyCall
from matchmaker.notices.queries import alarms_for
from tests.company import came_along
from tests.matches.test_concerns import WORDS, report, take
from tests.towns import SmallTown, match_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.fixture
def match(town: SmallTown) -> Match:
    return match_for(town)


class TestWorkerWhoComesAlong:
    """The word of worry may be about them: they are no more its judge than the helper is."""

    @pytest.fixture
    def concern(self, town: SmallTown, match: Match) -> Concern:
        came_along(match, town.grid_head, now=town.now)
        return report(town, match, words=WORDS)

    def test_is_not_rung_about_it(self, town: SmallTown, concern: Concern) -> None:
        assert [call.person for call in DutyCall.objects.all()] == [town.coordinator]
        assert list(alarms_for(viewer_of(town.grid_head))) == []

    def test_neither_sees_it_nor_takes_it(self, town: SmallTown, concern: Concern) -> None:
        assert list(queries.concerns_for(viewer_of(town.grid_head))) == []
        assert not queries.may_handle_concern(viewer_of(town.grid_head), concern)

        with pytest.raises(NotFound):
            take(town, concern, "grid_head")

        concern.refresh_from_db()
        assert concern.state == ConcernState.OPEN
        assert take(town, concern).taken_by == town.coordinator

    def test_may_still_be_its_judge_where_they_said_not_this_time(self, town: SmallTown, concern: Concern) -> None:
        CompanionProposal.objects.update(state="DECLINED", asker_answered_at=None, closed_at=town.now)

        assert take(town, concern, "grid_head").taken_by == town.grid_head
