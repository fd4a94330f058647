"""Visits of which a side said nothing long after, and help that did not come."""

from datetime import timedelta

import pytest

from matchmaker.community.models import Tie, TieKind
from matchmaker.errors import NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import LedgerEntry, Match, MatchState, Visit, VisitState
from matchmaker.needs.models import NeedRepeat, NeedState
from matchmaker.records.models import Record
from tests.towns import SmallTown, match_for, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db

WELL = OutcomeDraft(happened=True, went_well=1, greet_again=True)
TWO_WEEKS = timedelta(days=14)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.fixture
def match(town: SmallTown) -> Match:
    return match_for(town)


def say(match: Match, person: object, draft: OutcomeDraft = WELL, *, later: timedelta = timedelta()) -> Visit:
    visit = match.visits.get()
    return actions.record_outcome(
        viewer=viewer_of(person), visit_id=visit.public_id, draft=draft, now=visit.ends_at + later
    )


class TestCloseUnconfirmedVisits:
    def test_closes_match_and_contacts_and_counts_nothing(self, town: SmallTown, match: Match) -> None:
        say(match, town.helper)

        closed = actions.close_unconfirmed_visits(now=match.visits.get().ends_at + TWO_WEEKS)

        match.refresh_from_db()
        assert closed == 1
        assert match.visits.get().state == VisitState.UNCONFIRMED
        assert match.state == MatchState.DONE
        assert (LedgerEntry.objects.count(), Tie.objects.filter(kind=TieKind.HELPED).count()) == (0, 0)
        assert Record.objects.filter(kind="visit.unconfirmed").count() == 1
        with pytest.raises(NotFound):
            queries.contact_of(viewer_of(town.helper), match, town.asker)

    def test_waits_two_weeks(self, town: SmallTown, match: Match) -> None:
        early = match.visits.get().ends_at + TWO_WEEKS - timedelta(seconds=1)

        assert actions.close_unconfirmed_visits(now=early) == 0
        assert match.visits.get().state == VisitState.PLANNED

    def test_does_nothing_a_second_time(self, town: SmallTown, match: Match) -> None:
        later = match.visits.get().ends_at + TWO_WEEKS

        assert [actions.close_unconfirmed_visits(now=later) for _ in range(2)] == [1, 0]
        assert Record.objects.filter(kind="visit.unconfirmed").count() == 1

    def test_still_hears_the_side_that_was_silent(self, town: SmallTown, match: Match) -> None:
        say(match, town.helper)
        actions.close_unconfirmed_visits(now=match.visits.get().ends_at + TWO_WEEKS)

        say(match, town.asker, later=TWO_WEEKS + timedelta(days=1))

        assert match.visits.get().state == VisitState.DONE
        assert LedgerEntry.objects.get().minutes == 60
        assert Tie.objects.filter(kind=TieKind.HELPED).count() == 1


class TestHelpThatDidNotCome:
    def test_reopens_the_need_while_a_visit_can_still_begin(self, town: SmallTown) -> None:
        need = open_need_for(town, minutes=30)
        match = match_for(town, need=need)
        visit = match.visits.get()

        for person in (town.helper, town.asker):
            actions.record_outcome(
                viewer=viewer_of(person),
                visit_id=visit.public_id,
                draft=OutcomeDraft(happened=False),
                now=visit.starts_at,
            )

        need.refresh_from_db()
        assert (need.state, need.helpers_found) == (NeedState.OPEN, 0)
        assert need.answer_by >= visit.starts_at

    def test_keeps_the_helper_of_a_weekly_need(self, town: SmallTown) -> None:
        need = open_need_for(town, repeat=NeedRepeat.WEEKLY)
        match = match_for(town, need=need)
        visit = match.visits.order_by("starts_at").first()
        assert visit is not None

        for person in (town.helper, town.asker):
            actions.record_outcome(
                viewer=viewer_of(person),
                visit_id=visit.public_id,
                draft=OutcomeDraft(happened=False),
                now=visit.ends_at,
            )

        need.refresh_from_db()
        match.refresh_from_db()
        assert (need.state, need.helpers_found, match.state) == (NeedState.MET, 1, MatchState.AGREED)
