"""The helper of a series goes while somebody stands in for one occurrence: one helper comes that week, not two."""

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest

from matchmaker.community.models import Person
from matchmaker.matches import actions
from matchmaker.matches.actions.rechecks import PairNoLongerFits
from matchmaker.matches.models import Match, Proposal, ProposalState, Visit, VisitState
from matchmaker.needs.actions import expire_needs, withdraw_need
from matchmaker.needs.drafts import Hours, Window
from matchmaker.needs.models import Need, NeedState
from tests.matches.test_absences import two_helpers_a_week
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
WEEK = timedelta(weeks=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def weekly_match(town: SmallTown, **draft: object) -> Match:
    return match_for(town, need=open_need_for(town, repeat="WEEKLY", **draft))


def stands_open(town: SmallTown, match: Match, number: int) -> Need:
    """The helper of the series is absent once; whoever would come instead is looked for."""
    visit = match.visits.order_by("starts_at")[number]
    actions.cancel_visit(viewer=viewer_of(match.helper), visit_id=visit.public_id, now=town.now)
    return Need.objects.get(instead_of=match.need, replaces_visit=visit)


def agreed_with(town: SmallTown, need: Need, now: datetime | None = None) -> Match:
    """The next candidate is asked, and both sides say yes."""
    at = now or town.now
    proposal = actions.propose_next(need_id=need.pk, now=at)
    assert proposal is not None
    if proposal.state == ProposalState.IN_REVIEW:
        worker = viewer_of(town.coordinator)
        actions.approve_proposal(viewer=worker, proposal_id=proposal.public_id, now=at)
    helper_says_yes(town, proposal, now=at)
    actions.accept_proposal(viewer=viewer_of(town.asker, now=at), proposal_id=proposal.public_id, now=at)
    return Match.objects.get(proposal=proposal)


def offer_of(town: SmallTown, person: Person, **draft: object) -> None:
    vouch(town.coordinator, person)
    open_offer_for(town, person=person, **draft)


def go(town: SmallTown, match: Match, now: datetime | None = None) -> None:
    at = now or town.now
    actions.cancel_match(viewer=viewer_of(match.helper), match_id=match.public_id, now=at)


def coming(person: Person | None = None) -> Counter[date]:
    """By the Monday of its week, the visits that will be."""
    rows = Visit.objects.filter(state=VisitState.PLANNED)
    if person is not None:
        rows = rows.filter(match__helper=person)
    days = [starts_at.date() for starts_at in rows.values_list("starts_at", flat=True)]
    return Counter(day - timedelta(days=day.weekday()) for day in days)


def weeks_of(town: SmallTown, *numbers: int) -> Counter[date]:
    return Counter(town.now.date() + number * WEEK for number in numbers)


class TestSeriesAnew:
    @pytest.mark.parametrize(
        ("absent", "given", "extended"),
        [
            (0, (1, 2, 3), (1, 2, 3, 4)),
            (1, (0,), (0, 2, 3, 4)),
            (2, (0, 1), (0, 1, 3, 4)),
            (3, (0, 1, 2), (0, 1, 2, 4)),
        ],
    )
    def test_goes_around_the_week_of_who_stands_in(
        self, town: SmallTown, absent: int, given: tuple[int, ...], extended: tuple[int, ...]
    ) -> None:
        match = weekly_match(town)
        once = stands_open(town, match, absent)
        offer_of(town, town.neighbour)
        agreed_with(town, once)
        go(town, match)
        offer_of(town, town.newcomer, hours=(Hours(1, time(10), time(11)),))

        anew = agreed_with(town, match.need)

        assert coming(anew.helper) == weeks_of(town, *given)
        assert coming() == weeks_of(town, *sorted((*given, absent)))
        actions.extend_series(now=town.now + WEEK)
        assert coming() == weeks_of(town, *sorted((*extended, absent)))
        actions.extend_series(now=town.now + WEEK)
        assert coming() == weeks_of(town, *sorted((*extended, absent)))

    def test_leaves_the_week_to_a_search_that_goes_on(self, town: SmallTown) -> None:
        match = weekly_match(town)
        once = stands_open(town, match, 0)
        go(town, match)
        offer_of(town, town.neighbour)

        anew = agreed_with(town, match.need)
        assert coming() == weeks_of(town, 1, 2, 3)
        offer_of(town, town.newcomer)
        agreed_with(town, once)

        assert coming() == weeks_of(town, 0, 1, 2, 3)
        assert coming(anew.helper) == weeks_of(town, 1, 2, 3)

    def test_has_the_week_back_where_that_search_has_ended(self, town: SmallTown) -> None:
        match = weekly_match(town)
        once = stands_open(town, match, 1)
        withdraw_need(viewer=viewer_of(town.asker), need_id=once.public_id, now=town.now)
        go(town, match)
        offer_of(town, town.neighbour)

        agreed_with(town, match.need)

        assert coming() == weeks_of(town, 0, 1, 2, 3)

    def test_counts_by_weeks_where_the_hours_lie_on_two_days(self, town: SmallTown) -> None:
        tuesday, thursday = (town.now.date() + timedelta(days=days) for days in (1, 3))
        windows = (Window(tuesday, time(9), time(10)), Window(thursday, time(9), time(10)))
        offer = open_offer_for(town, hours=(Hours(1, time(9), time(10)),))
        match = match_for(town, need=open_need_for(town, repeat="WEEKLY", windows=windows), offer=offer)
        once = stands_open(town, match, 0)
        offer_of(town, town.neighbour, hours=(Hours(3, time(9), time(10)),))
        assert agreed_with(town, once).visits.get().starts_at.date() == thursday
        go(town, match)
        offer_of(town, town.newcomer, hours=(Hours(1, time(9), time(10)),))

        agreed_with(town, match.need)

        assert coming() == weeks_of(town, 0, 1, 2, 3)

    def test_for_two_gives_the_week_to_one_of_them(self, town: SmallTown) -> None:
        """Both helpers go, and somebody stands in for one of them in the first week."""
        first, second = two_helpers_a_week(town)
        once = stands_open(town, first, 0)
        go(town, first)
        go(town, second)
        for person in (town.newcomer, town.stranger):
            offer_of(town, person)
        actions.propose_next(need_id=first.need_id, now=town.now)
        for proposal in Proposal.objects.filter(state=ProposalState.IN_REVIEW):
            worker = viewer_of(town.coordinator)
            actions.approve_proposal(viewer=worker, proposal_id=proposal.public_id, now=town.now)
        both = list(Proposal.objects.filter(state=ProposalState.AWAITING_HELPER).order_by("pk"))
        assert [proposal.weeks for proposal in both] == [4, 4]
        asker = viewer_of(town.asker)
        for proposal in both:
            helper_says_yes(town, proposal)

        actions.accept_proposal(viewer=asker, proposal_id=both[0].public_id, now=town.now)
        with pytest.raises(PairNoLongerFits):
            actions.accept_proposal(viewer=asker, proposal_id=both[1].public_id, now=town.now)
        assert coming() == weeks_of(town, 0, 1, 2, 3)
        agreed_with(town, first.need)
        agreed_with(town, once)

        assert coming() == weeks_of(town, 0, 0, 1, 1, 2, 2, 3, 3)

    def test_is_looked_for_in_the_very_week_in_which_the_helper_came_last(self, town: SmallTown) -> None:
        """What was booked for who went binds nobody who comes after."""
        match = weekly_match(town, windows=(Window(town.now.date(), time(15), time(16)),))
        friday = town.now + timedelta(days=4)
        go(town, match, now=friday)
        offer_of(town, town.neighbour)

        agreed_with(town, match.need, now=friday)

        assert coming(town.neighbour) == weeks_of(town, 1, 2, 3)


class TestStandIn:
    def test_falls_out_and_is_looked_for_again_beside_the_new_series(self, town: SmallTown) -> None:
        match = weekly_match(town)
        once = stands_open(town, match, 0)
        offer_of(town, town.neighbour)
        stood = agreed_with(town, once)
        go(town, match)
        offer_of(town, town.newcomer)
        agreed_with(town, match.need)

        go(town, stood)

        once.refresh_from_db()
        assert once.state == NeedState.OPEN
        assert coming() == weeks_of(town, 1, 2, 3)

    def test_stays_where_the_series_is_not_found_anew(self, town: SmallTown) -> None:
        match = weekly_match(town)
        once = stands_open(town, match, 1)
        offer_of(town, town.neighbour)
        agreed_with(town, once)
        go(town, match)
        match.need.refresh_from_db()

        expire_needs(now=match.need.answer_by)

        match.need.refresh_from_db()
        once.refresh_from_db()
        assert (match.need.state, once.state) == (NeedState.EXPIRED, NeedState.MET)
        assert coming() == weeks_of(town, 1)
