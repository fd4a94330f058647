"""Taking back: a match that is called off, a need that closed, a proposal whose time is over, a weekly series."""

import itertools
from datetime import datetime, time, timedelta

import pytest

from matchmaker.errors import NotAllowed, NotFound
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import actions
from matchmaker.matches.actions.closing import MatchNotAgreed, NothingLeftToCancel
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import (
    BookedQuarter,
    LedgerEntry,
    Match,
    MatchState,
    Proposal,
    ProposalState,
    Visit,
    VisitState,
)
from matchmaker.needs.actions import change_need, expire_needs, withdraw_need
from matchmaker.needs.availability import Window
from matchmaker.needs.models import Need, NeedState
from matchmaker.notices.actions import read_notices
from matchmaker.notices.models import DutyAlarm, Notice
from tests.matches.crowds import two_asked
from tests.towns import (
    SmallTown,
    helper_says_yes,
    match_for,
    need_draft,
    open_need_for,
    open_offer_for,
    proposal_for,
    small_town,
    viewer_of,
    vouch,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def weekly_need(town: SmallTown, **draft: object) -> Need:
    day = town.now.date() + timedelta(days=1)
    return open_need_for(town, windows=(Window(day, time(9), time(10)),), repeat="WEEKLY", **draft)


def close_what_is_queued(now: datetime) -> None:
    """What the worker does with the later work that closes needs."""
    for job in OutboxJob.objects.filter(name="matches.close_need").order_by("pk"):
        actions.close_need(need_id=job.payload["need_id"], now=now)


class TestCancelMatch:
    @pytest.mark.parametrize("who", ["helper", "asker", "coordinator"])
    def test_frees_the_hour_and_opens_the_need_again(self, town: SmallTown, who: str) -> None:
        match = match_for(town)
        OutboxJob.objects.all().delete()

        actions.cancel_match(viewer=viewer_of(getattr(town, who)), match_id=match.public_id, now=town.now)

        match.refresh_from_db()
        assert (match.state, match.need.state, match.need.helpers_found) == ("CANCELLED", NeedState.OPEN, 0)
        assert match.visits.get().state == VisitState.CANCELLED
        assert BookedQuarter.objects.count() == 0
        assert OutboxJob.objects.get().name == "matches.propose_next"

    def test_leaves_nobody_to_be_told_that_it_was_agreed(self, town: SmallTown) -> None:
        match = match_for(town)

        actions.cancel_match(viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now)

        told = Notice.objects.filter(about=match.public_id, settled_at=None)
        assert set(told.values_list("kind", flat=True)) == {"MATCH_CANCELLED"}

    def test_leaves_the_hour_to_a_fellow_helper_who_comes_at_the_same_time(self, town: SmallTown) -> None:
        need = open_need_for(town, helpers_wanted=2)
        for person in (town.helper, town.neighbour):
            vouch(town.coordinator, person)
            open_offer_for(town, person=person)
        actions.propose_next(need_id=need.pk, now=town.now)
        for proposal in Proposal.objects.order_by("pk"):
            helper_says_yes(town, proposal)
            actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=town.now)
        first, second = Match.objects.order_by("pk")

        actions.cancel_match(viewer=viewer_of(first.helper), match_id=first.public_id, now=town.now)

        held = BookedQuarter.objects.filter(person=town.asker)
        assert held.count() == 4
        assert {row.visit.match_id for row in held} == {second.pk}

    def test_is_refused_once_every_visit_began(self, town: SmallTown) -> None:
        match = match_for(town)

        with pytest.raises(NothingLeftToCancel):
            actions.cancel_match(
                viewer=viewer_of(town.helper), match_id=match.public_id, now=match.visits.get().starts_at
            )

        match.refresh_from_db()
        assert match.state == MatchState.AGREED

    def test_is_refused_once_somebody_came_early(self, town: SmallTown) -> None:
        """Whoever is in the home is waited for: a visit called off would ring nobody."""
        match = match_for(town)
        visit = match.visits.get()
        early = visit.starts_at - timedelta(minutes=20)
        actions.arrive(viewer=viewer_of(town.helper), visit_id=visit.public_id, now=early)

        for who in ("asker", "helper", "coordinator"):
            with pytest.raises(NothingLeftToCancel):
                actions.cancel_match(viewer=viewer_of(getattr(town, who)), match_id=match.public_id, now=early)

        visit.refresh_from_db()
        assert visit.state == VisitState.PLANNED
        assert actions.watch_visits(now=visit.ends_at + timedelta(minutes=31)) == 1

    def test_is_refused_a_second_time(self, town: SmallTown) -> None:
        match = match_for(town)
        actions.cancel_match(viewer=viewer_of(town.helper), match_id=match.public_id, now=town.now)

        with pytest.raises(MatchNotAgreed):
            actions.cancel_match(viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now)

        assert Need.objects.get().helpers_found == 0

    def test_is_not_found_by_others(self, town: SmallTown) -> None:
        match = match_for(town)

        with pytest.raises((NotFound, NotAllowed)):
            actions.cancel_match(viewer=viewer_of(town.stranger), match_id=match.public_id, now=town.now)

        match.refresh_from_db()
        assert match.state == MatchState.AGREED


class TestCloseNeed:
    def test_withdraws_proposals_and_calls_off_visits_of_a_withdrawn_need(self, town: SmallTown) -> None:
        need, first, second = two_asked(town)
        helper_says_yes(town, first)
        actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=first.public_id, now=town.now)
        withdraw_need(viewer=viewer_of(town.asker), need_id=need.public_id, now=town.now)

        actions.close_need(need_id=need.pk, now=town.now)

        second.refresh_from_db()
        assert second.state == ProposalState.WITHDRAWN
        assert Match.objects.get().state == MatchState.CANCELLED
        assert BookedQuarter.objects.count() == 0

    def test_calls_off_whoever_would_have_stood_in_for_a_withdrawn_series(self, town: SmallTown) -> None:
        series = match_for(town, need=open_need_for(town, repeat="WEEKLY", helpers_wanted=2))
        absent = series.visits.order_by("starts_at")[1]
        actions.cancel_visit(viewer=viewer_of(town.helper), visit_id=absent.public_id, now=town.now)
        once = Need.objects.get(instead_of=series.need)
        coming = match_for(town, need=once, offer=open_offer_for(town, person=town.neighbour))

        withdraw_need(viewer=viewer_of(town.asker), need_id=series.need.public_id, now=town.now)
        for need_id in (series.need_id, once.pk):
            actions.close_need(need_id=need_id, now=town.now)

        coming.refresh_from_db()
        assert (coming.state, coming.visits.get().state) == (MatchState.CANCELLED, VisitState.CANCELLED)
        assert not BookedQuarter.objects.exists()

    def test_asks_nobody_more_for_a_need_that_closed_as_met_in_part(self, town: SmallTown) -> None:
        need, first, second = two_asked(town)
        helper_says_yes(town, first)
        actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=first.public_id, now=town.now)
        need.refresh_from_db()

        expire_needs(now=need.answer_by)
        close_what_is_queued(need.answer_by)

        second.refresh_from_db()
        need.refresh_from_db()
        assert (need.state, second.state) == (NeedState.MET, ProposalState.WITHDRAWN)
        told = Notice.objects.filter(about=second.public_id, settled_at=None)
        assert set(told.values_list("person", "kind")) == {(second.offer.person_id, "PROPOSAL_WITHDRAWN")}
        match = Match.objects.get()
        assert (match.state, match.visits.get().state) == (MatchState.AGREED, VisitState.PLANNED)
        assert BookedQuarter.objects.count() == 2 * 4

    def test_asks_nobody_more_for_a_stand_in_that_was_not_found_in_time(self, town: SmallTown) -> None:
        series = match_for(town, need=open_need_for(town, repeat="WEEKLY"))
        first, *later = series.visits.order_by("starts_at")
        now = town.now + timedelta(hours=1)
        actions.cancel_visit(viewer=viewer_of(town.helper), visit_id=first.public_id, now=now)
        once = Need.objects.get(instead_of=series.need)
        open_offer_for(town, person=town.neighbour)
        asked = actions.propose_next(need_id=once.pk, now=now)
        assert asked is not None
        assert DutyAlarm.objects.get(about=once.public_id).closed_at is None

        expire_needs(now=once.answer_by)
        close_what_is_queued(once.answer_by)

        once.refresh_from_db()
        asked.refresh_from_db()
        series.refresh_from_db()
        assert (once.state, asked.state) == (NeedState.EXPIRED, ProposalState.WITHDRAWN)
        # Nobody comes that day: somebody has to look, although the search is over.
        assert DutyAlarm.objects.get(about=once.public_id).closed_at is None
        assert (series.state, series.need.state) == (MatchState.AGREED, NeedState.MET)
        assert {visit.state for visit in series.visits.all()[1:]} == {VisitState.PLANNED}
        assert len(later) == 3

    def test_withdraws_what_was_proposed_on_the_old_words_of_a_changed_need(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        later = town.now + timedelta(minutes=5)
        change_need(
            viewer=viewer_of(town.asker), need_id=proposal.need.public_id, draft=need_draft(minutes=45), now=later
        )

        actions.close_need(need_id=proposal.need_id, now=later)

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.WITHDRAWN

    def test_leaves_an_open_need_alone(self, town: SmallTown) -> None:
        proposal = proposal_for(town)

        actions.close_need(need_id=proposal.need_id, now=town.now)

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.AWAITING_HELPER


class TestExpireProposals:
    def test_ends_what_is_overdue_and_looks_for_the_next(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        read_notices(viewer=viewer_of(town.helper), now=town.now)
        OutboxJob.objects.all().delete()

        assert actions.expire_proposals(now=proposal.answer_due_at - timedelta(seconds=1)) == 0
        assert actions.expire_proposals(now=proposal.answer_due_at) == 1
        assert actions.expire_proposals(now=proposal.answer_due_at) == 0

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.EXPIRED
        assert OutboxJob.objects.get().payload == {"need_id": proposal.need_id}

    def test_does_not_ask_the_same_helper_again(self, town: SmallTown) -> None:
        day = town.now.date() + timedelta(days=4)
        need = open_need_for(town, windows=(Window(day, time(9), time(11)),))
        proposal = proposal_for(town, need=need)
        read_notices(viewer=viewer_of(town.helper), now=town.now)
        actions.expire_proposals(now=proposal.answer_due_at)

        assert actions.propose_next(need_id=need.pk, now=proposal.answer_due_at) is None

        assert Proposal.objects.count() == 1


class TestExtendSeries:
    def test_books_every_week_within_four_weeks(self, town: SmallTown) -> None:
        match = match_for(town, need=weekly_need(town))
        assert match.visits.count() == 4

        added = actions.extend_series(now=town.now + timedelta(days=7))

        assert added == 1
        starts = list(match.visits.values_list("starts_at", flat=True))
        assert [later - earlier for earlier, later in itertools.pairwise(starts)] == [timedelta(days=7)] * 4
        assert BookedQuarter.objects.count() == 5 * 8

    def test_does_nothing_the_second_time(self, town: SmallTown) -> None:
        match_for(town, need=weekly_need(town))
        actions.extend_series(now=town.now + timedelta(days=7))

        assert actions.extend_series(now=town.now + timedelta(days=7)) == 0

    def test_ends_with_the_need(self, town: SmallTown) -> None:
        match = match_for(town, need=weekly_need(town, repeat_until_date=town.now.date() + timedelta(days=15)))
        assert match.visits.count() == 3

        assert actions.extend_series(now=town.now + timedelta(days=7)) == 0

    def test_shows_an_occurrence_for_which_the_helper_is_taken(self, town: SmallTown) -> None:
        match = match_for(town, need=weekly_need(town))
        last = match.visits.last()
        assert last is not None
        quarter = (last.starts_at + timedelta(days=7)).timestamp() // 900
        BookedQuarter.objects.create(person=town.helper, quarter=quarter, visit=last, need=match.need)

        assert actions.extend_series(now=town.now + timedelta(days=7)) == 0

        assert match.visits.filter(state=VisitState.CANCELLED).count() == 1
        assert actions.extend_series(now=town.now + timedelta(days=7)) == 0

    def test_keeps_the_match_open_until_the_series_has_ended(self, town: SmallTown) -> None:
        match = match_for(town, need=weekly_need(town, repeat_until_date=town.now.date() + timedelta(days=8)))
        said = OutcomeDraft(happened=True)
        for visit in Visit.objects.order_by("starts_at"):
            match.refresh_from_db()
            assert match.state == MatchState.AGREED
            for person in (town.helper, town.asker):
                actions.record_outcome(
                    viewer=viewer_of(person), visit_id=visit.public_id, draft=said, now=visit.ends_at
                )

        match.refresh_from_db()
        assert match.state == MatchState.DONE
        assert LedgerEntry.objects.count() == 2
