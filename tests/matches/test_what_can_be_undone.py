"""What somebody reads they can still take back: their own, and only while it can be."""

import pytest

from matchmaker.community.models import PostTerm
from matchmaker.matches.queries import undoing
from tests.matches.test_undoing import LATE, SOON, approved, declined, in_review
from tests.towns import NOW, SmallTown, proposal_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestWhatCanBeUndone:
    def test_is_told_to_whoever_did_it_as_long_as_it_can(self, town: SmallTown) -> None:
        proposal = in_review(town)
        viewer = viewer_of(town.coordinator)
        assert undoing.decisions_to_undo(viewer, now=NOW) == []
        approved(town, proposal)

        assert [one.proposal for one in undoing.decisions_to_undo(viewer, now=SOON)] == [proposal]
        assert undoing.decisions_to_undo(viewer_of(town.grid_head), now=SOON) == []
        assert undoing.decisions_to_undo(viewer, now=LATE) == []

    def test_is_not_told_to_whoever_works_there_no_more(self, town: SmallTown) -> None:
        approved(town, in_review(town))
        PostTerm.objects.filter(person=town.coordinator).update(ended_at=NOW)

        assert undoing.decisions_to_undo(viewer_of(town.coordinator), now=SOON) == []

    def test_is_told_of_a_no_to_whoever_said_it(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        assert undoing.answer_to_undo_until(viewer_of(town.helper), proposal, now=NOW) is None
        after = declined(town, proposal)

        assert undoing.answer_to_undo_until(viewer_of(town.helper), after, now=SOON) == LATE
        assert undoing.answer_to_undo_until(viewer_of(town.coordinator), after, now=SOON) is None
        assert undoing.answer_to_undo_until(viewer_of(town.helper), after, now=LATE) is None
