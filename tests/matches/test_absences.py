"""Nobody came, or this once it does not suit: nobody is blamed and somebody else is looked for."""

from datetime import datetime, time, timedelta

import pytest

from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.actions.absences import SomebodyCame, StillOnTheWay, VisitHasBegun
from matchmaker.matches.actions.outcomes import OutcomeAlreadyGiven
from matchmaker.matches.actions.taps import VisitNotOpen
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import (
    BookedQuarter,
    LedgerEntry,
    Match,
    MatchState,
    Outcome,
    Proposal,
    ProposalState,
    Visit,
    VisitState,
)
from matchmaker.needs.actions import withdraw_need
from matchmaker.needs.drafts import Window
from matchmaker.needs.models import Need, NeedState, Urgency
from matchmaker.notices.models import DutyAlarm, Notice
from tests.towns import (
    SmallTown,
    helper_says_yes,
    match_for,
    open_need_for,
    open_offer_for,
    small_town,
    viewer_of,
    vouch,
)

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LATE = 20 * MINUTE


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def weekly_match(town: SmallTown, **draft: object) -> Match:
    need = open_need_for(town, repeat="WEEKLY", **draft)
    return match_for(town, need=need)


def no_show(
    town: SmallTown, visit: Visit, who: str = "asker", after: timedelta = LATE, until: time | None = None
) -> Visit:
    return actions.report_no_show(
        viewer=viewer_of(getattr(town, who)), visit_id=visit.public_id, now=visit.starts_at + after, until=until
    )


def cancel(town: SmallTown, visit: Visit, who: str, now: datetime, side: str | None = None) -> Visit:
    return actions.cancel_visit(viewer=viewer_of(getattr(town, who)), visit_id=visit.public_id, now=now, side=side)


def told(person: object, kind: str) -> int:
    return Notice.objects.filter(person=person, kind=kind).count()


class TestReportNoShow:
    def test_opens_the_need_again_at_once_and_urgently(self, town: SmallTown) -> None:
        match = match_for(town)
        visit = match.visits.get()

        no_show(town, visit)

        visit.refresh_from_db()
        match.refresh_from_db()
        need = Need.objects.get()
        assert (visit.state, match.state) == (VisitState.NOT_HELD, MatchState.DONE)
        assert (need.state, need.helpers_found, need.urgency) == (NeedState.OPEN, 0, Urgency.URGENT)
        assert BookedQuarter.objects.count() == 0
        assert (told(town.helper, "WHAT_HAPPENED"), told(town.asker, "NEXT_IS_ASKED")) == (1, 1)
        assert [(alarm.kind, alarm.about) for alarm in DutyAlarm.objects.all()] == [("URGENT_NEED", need.public_id)]

    def test_asks_the_next_neighbour_and_never_the_absent_one(self, town: SmallTown) -> None:
        visit = match_for(town).visits.get()
        vouch(town.coordinator, town.neighbour)
        offer = open_offer_for(town, person=town.neighbour)

        no_show(town, visit)
        proposal = actions.propose_next(need_id=Need.objects.get().pk, now=visit.starts_at + LATE)

        assert proposal is not None
        assert proposal.offer == offer
        assert visit.starts_at + timedelta(minutes=50) <= proposal.starts_at < visit.starts_at + timedelta(hours=2)

    def test_widens_the_time_to_what_the_asker_says(self, town: SmallTown) -> None:
        visit = match_for(town).visits.get()

        no_show(town, visit, until=time(18))

        windows = set(Need.objects.get().windows.values_list("date", "starts", "ends"))
        local = visit.starts_at.date()
        assert windows == {(local, time(9), time(11)), (local, time(9, 20), time(18))}

    def test_says_so_where_no_time_is_left(self, town: SmallTown) -> None:
        visit = match_for(town).visits.get()

        no_show(town, visit, after=timedelta(minutes=80))

        assert told(town.asker, "NEXT_IS_ASKED") == 0
        assert not DutyAlarm.objects.exists()
        visit.refresh_from_db()
        now = visit.starts_at + timedelta(minutes=80)
        assert queries.search_instead_of(viewer_of(town.asker), visit, now=now) is None
        assert Need.objects.get().urgency == Urgency.WHENEVER

    @pytest.mark.parametrize("until", [time(9, 10), time(10, 30)])
    def test_refuses_a_time_at_which_nobody_could_come(self, town: SmallTown, until: time) -> None:
        visit = match_for(town).visits.get()

        with pytest.raises(InvalidInput):
            no_show(town, visit, until=until)

        visit.refresh_from_db()
        assert visit.state == VisitState.PLANNED
        assert not Outcome.objects.exists()

    def test_said_twice_is_the_first(self, town: SmallTown) -> None:
        visit = match_for(town).visits.get()

        no_show(town, visit)
        no_show(town, visit, after=25 * MINUTE)

        assert Outcome.objects.count() == 1
        assert Need.objects.get().helpers_found == 0
        assert told(town.asker, "NEXT_IS_ASKED") == 1

    def test_waits_a_quarter_of_an_hour(self, town: SmallTown) -> None:
        visit = match_for(town).visits.get()

        with pytest.raises(StillOnTheWay):
            no_show(town, visit, after=14 * MINUTE)

        visit.refresh_from_db()
        assert (visit.state, Outcome.objects.count()) == (VisitState.PLANNED, 0)

    def test_is_refused_where_somebody_came(self, town: SmallTown) -> None:
        visit = match_for(town).visits.get()
        actions.arrive(viewer=viewer_of(town.helper), visit_id=visit.public_id, now=visit.starts_at)

        with pytest.raises(SomebodyCame):
            no_show(town, visit)

        visit.refresh_from_db()
        assert visit.state == VisitState.PLANNED

    def test_is_refused_where_the_asker_spoke_of_it(self, town: SmallTown) -> None:
        visit = match_for(town).visits.get()
        said = OutcomeDraft(happened=True)
        actions.record_outcome(viewer=viewer_of(town.asker), visit_id=visit.public_id, draft=said, now=visit.ends_at)

        with pytest.raises(OutcomeAlreadyGiven):
            no_show(town, visit, after=timedelta(hours=2))

        assert Outcome.objects.get().happened is True

    def test_is_logged_by_a_worker_and_by_nobody_else(self, town: SmallTown) -> None:
        visit = match_for(town).visits.get()
        with pytest.raises(NotAllowed):
            no_show(town, visit, "helper")
        for who in ("neighbour", "other_coordinator", "auditor"):
            with pytest.raises(NotFound):
                no_show(town, visit, who)
        assert not Outcome.objects.exists()

        no_show(town, visit, "grid_head")

        assert [(said.side, said.given_by, said.happened) for said in Outcome.objects.all()] == [
            ("ASKER", town.grid_head, False)
        ]

    def test_lets_the_helper_say_what_happened_and_counts_nothing(self, town: SmallTown) -> None:
        visit = match_for(town).visits.get()
        no_show(town, visit)
        assert list(queries.visits_to_explain(viewer_of(town.helper))) == [visit]
        assert not queries.visits_to_explain(viewer_of(town.asker)).exists()

        for happened in (True,):
            draft = OutcomeDraft(happened=happened, comment="孩子病了")
            actions.record_outcome(
                viewer=viewer_of(town.helper), visit_id=visit.public_id, draft=draft, now=visit.ends_at
            )

        visit.refresh_from_db()
        assert visit.state == VisitState.NOT_HELD
        assert LedgerEntry.objects.count() == 0
        assert not queries.visits_to_explain(viewer_of(town.helper)).exists()
        with pytest.raises(OutcomeAlreadyGiven):
            actions.record_outcome(
                viewer=viewer_of(town.helper), visit_id=visit.public_id, draft=draft, now=visit.ends_at
            )


class TestReplacement:
    def test_opens_one_occurrence_of_a_weekly_need_alone(self, town: SmallTown) -> None:
        match = weekly_match(town)
        first, *later = match.visits.all()

        no_show(town, first)

        first.refresh_from_db()
        match.refresh_from_db()
        series, instead = Need.objects.order_by("pk")
        assert (series.state, series.helpers_found, match.state) == (NeedState.MET, 1, MatchState.AGREED)
        assert {visit.state for visit in match.visits.all()[1:]} == {VisitState.PLANNED}
        assert len(later) == 3
        assert first.replaced_by == instead
        assert (instead.instead_of, instead.repeat, instead.state) == (series, "ONCE", NeedState.OPEN)
        assert (instead.urgency, instead.helpers_wanted, instead.for_person) == (Urgency.URGENT, 1, town.asker)
        assert instead.verified_at == series.verified_at
        assert list(instead.windows.values_list("date", "starts", "ends")) == [
            (first.starts_at.date(), time(9), time(11))
        ]

    def test_brings_another_for_that_once_and_keeps_the_helper_of_the_series(self, town: SmallTown) -> None:
        match = weekly_match(town)
        second = match.visits.all()[1]
        vouch(town.coordinator, town.neighbour)
        open_offer_for(town, person=town.neighbour)

        now = town.now + timedelta(hours=1)
        cancel(town, second, "helper", now)
        instead = Need.objects.get(instead_of__isnull=False)
        proposal = actions.propose_next(need_id=instead.pk, now=now)
        assert proposal is not None
        helper_says_yes(town, proposal, now=now)
        actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=now)

        assert instead.urgency == Urgency.SOON
        replaced = Match.objects.get(need=instead)
        assert (replaced.helper, replaced.visits.get().starts_at) == (town.neighbour, second.starts_at)
        assert [visit.state for visit in match.visits.all()] == ["PLANNED", "CANCELLED", "PLANNED", "PLANNED"]
        assert BookedQuarter.objects.filter(person=town.asker).count() == 4 * 4
        assert set(BookedQuarter.objects.filter(person=town.asker).values_list("need__pk", flat=True)) == {
            match.need_id
        }

    def test_is_never_put_to_the_absent_helper(self, town: SmallTown) -> None:
        match = weekly_match(town)
        cancel(town, match.visits.all()[1], "helper", town.now)
        instead = Need.objects.get(instead_of__isnull=False)

        assert actions.propose_next(need_id=instead.pk, now=town.now) is None
        assert not Proposal.objects.filter(need=instead).exists()

    def test_comes_along_where_another_helper_still_comes(self, town: SmallTown) -> None:
        first_match, second_match = two_helpers_a_week(town)
        absent = first_match.visits.all()[1]
        vouch(town.coordinator, town.newcomer)
        open_offer_for(town, person=town.newcomer)

        cancel(town, absent, "helper", town.now)
        instead = Need.objects.get(instead_of__isnull=False)
        proposal = actions.propose_next(need_id=instead.pk, now=town.now)
        assert proposal is not None
        if proposal.state == ProposalState.IN_REVIEW:
            worker = viewer_of(town.coordinator)
            actions.approve_proposal(viewer=worker, proposal_id=proposal.public_id, now=town.now)
        helper_says_yes(town, proposal)
        actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=town.now)

        assert Match.objects.get(need=instead).visits.get().starts_at == absent.starts_at
        assert second_match.visits.filter(state=VisitState.PLANNED).count() == 4
        assert BookedQuarter.objects.filter(person=town.asker).count() == 4 * 4

    def test_ends_with_the_series(self, town: SmallTown) -> None:
        match = weekly_match(town)
        cancel(town, match.visits.all()[1], "helper", town.now)
        actions.cancel_match(viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now)

        withdraw_need(viewer=viewer_of(town.asker), need_id=match.need.public_id, now=town.now)

        assert set(Need.objects.values_list("state", flat=True)) == {NeedState.WITHDRAWN}


class TestCancelVisit:
    def test_asks_nobody_else_where_the_asker_needs_nobody(self, town: SmallTown) -> None:
        match = weekly_match(town)
        second = match.visits.all()[1]

        cancel(town, second, "asker", town.now)

        second.refresh_from_db()
        assert (second.state, second.replaced_by) == (VisitState.CANCELLED, None)
        assert Need.objects.count() == 1
        assert (told(town.helper, "VISIT_CANCELLED"), told(town.asker, "VISIT_CANCELLED")) == (1, 1)
        assert BookedQuarter.objects.filter(person=town.helper).count() == 3 * 4

    @pytest.mark.parametrize(("side", "needs"), [(None, 2), ("HELPER", 2), ("ASKER", 1)])
    def test_is_logged_by_a_worker_for_the_side_that_rang(self, town: SmallTown, side: str | None, needs: int) -> None:
        match = weekly_match(town)

        cancel(town, match.visits.all()[1], "coordinator", town.now, side)

        assert Need.objects.count() == needs

    def test_of_the_only_visit_calls_the_match_off(self, town: SmallTown) -> None:
        match = match_for(town)

        cancel(town, match.visits.get(), "helper", town.now)

        match.refresh_from_db()
        assert (match.state, match.visits.get().state) == (MatchState.CANCELLED, VisitState.CANCELLED)
        assert Need.objects.get().state == NeedState.OPEN

    def test_done_twice_is_done_once(self, town: SmallTown) -> None:
        match = weekly_match(town)
        second = match.visits.all()[1]

        for who in ("helper", "asker"):
            cancel(town, second, who, town.now)

        assert Need.objects.count() == 2
        assert told(town.helper, "VISIT_CANCELLED") == 1

    def test_is_refused_once_the_time_has_come(self, town: SmallTown) -> None:
        match = weekly_match(town)
        first = match.visits.all()[0]

        with pytest.raises(VisitHasBegun):
            cancel(town, first, "helper", first.starts_at)

        first.refresh_from_db()
        assert first.state == VisitState.PLANNED

    def test_is_refused_once_somebody_came_early(self, town: SmallTown) -> None:
        match = weekly_match(town)
        first = match.visits.all()[0]
        early = first.starts_at - LATE
        actions.arrive(viewer=viewer_of(town.helper), visit_id=first.public_id, now=early)
        assert not queries.possible_at(
            viewer_of(town.asker), queries.visit_by_id(viewer_of(town.asker), first.public_id), now=early
        ).cancel

        with pytest.raises(VisitHasBegun):
            cancel(town, first, "asker", early)

        first.refresh_from_db()
        assert first.state == VisitState.PLANNED

    def test_is_refused_while_the_match_is_paused(self, town: SmallTown) -> None:
        match = weekly_match(town)
        actions.report_concern(viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now)

        with pytest.raises(VisitNotOpen):
            cancel(town, match.visits.all()[1], "helper", town.now)

        assert set(match.visits.values_list("state", flat=True)) == {VisitState.PLANNED}

    def test_is_for_nobody_else(self, town: SmallTown) -> None:
        match = weekly_match(town)

        for who in ("neighbour", "other_coordinator"):
            with pytest.raises(NotFound):
                cancel(town, match.visits.all()[1], who, town.now)

        assert set(match.visits.values_list("state", flat=True)) == {VisitState.PLANNED}


def two_helpers_a_week(town: SmallTown) -> tuple[Match, Match]:
    """A weekly need for two, helped by the helper and the neighbour, four weeks ahead."""
    day = (town.now + timedelta(days=1)).date()
    need = open_need_for(town, repeat="WEEKLY", helpers_wanted=2, windows=(Window(day, time(9), time(10)),))
    for person in (town.helper, town.neighbour):
        vouch(town.coordinator, person)
        open_offer_for(town, person=person)
    actions.propose_next(need_id=need.pk, now=town.now)
    for proposal in Proposal.objects.order_by("offer__person_id"):
        helper_says_yes(town, proposal)
        actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=town.now)
    matches = {match.helper_id: match for match in Match.objects.all()}
    return matches[town.helper.pk], matches[town.neighbour.pk]
