"""When it goes wrong, many press at once: one change, nothing doubled, nobody stuck."""

from collections import Counter
from datetime import timedelta

import pytest

from matchmaker.matches import actions
from matchmaker.matches.models import Concern, Match, MatchState, Outcome, Proposal, ProposalState
from matchmaker.needs.models import Need
from matchmaker.notices.models import DutyAlarm
from tests.matches.test_at_once import all_at_once
from tests.towns import SmallTown, match_for, open_need_for, proposal_for, small_town, viewer_of

THREADS = 8


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_saying_that_nobody_came_open_the_need_once(self, town: SmallTown) -> None:
        visit = match_for(town, need=open_need_for(town, repeat="WEEKLY")).visits.all()[0]
        asker, worker = viewer_of(town.asker), viewer_of(town.coordinator)
        now = visit.starts_at + timedelta(minutes=20)

        def say(viewer: object) -> str:
            return actions.report_no_show(viewer=viewer, visit_id=visit.public_id, now=now).state

        said = all_at_once([lambda: say(asker), lambda: say(worker)] * (THREADS // 2))

        assert said == Counter({"NOT_HELD": THREADS})
        assert Outcome.objects.count() == 1
        assert Need.objects.filter(instead_of__isnull=False).count() == 1

    def test_saying_that_somebody_came_or_that_nobody_did_is_one_of_the_two(self, town: SmallTown) -> None:
        visit = match_for(town).visits.get()
        now = visit.starts_at + timedelta(minutes=20)

        def come() -> str:
            actions.arrive(viewer=viewer_of(town.helper), visit_id=visit.public_id, now=now)
            return "CAME"

        def nobody() -> str:
            actions.report_no_show(viewer=viewer_of(town.asker), visit_id=visit.public_id, now=now)
            return "NOBODY"

        said = all_at_once([come, nobody])

        visit.refresh_from_db()
        if visit.state == "NOT_HELD":
            assert said == Counter({"NOBODY": 1, "VISIT_NOT_OPEN": 1})
            assert visit.arrived_at is None
        else:
            assert said == Counter({"CAME": 1, "SOMEBODY_CAME": 1})

    def test_being_worried_pause_it_once_and_ring_once(self, town: SmallTown) -> None:
        match = match_for(town)

        def worry() -> str:
            actions.report_concern(viewer=viewer_of(town.asker), match_id=match.public_id, words="不放心", now=town.now)
            return "SAID"

        said = all_at_once([worry] * THREADS)

        assert said == Counter({"SAID": THREADS})
        assert (Concern.objects.count(), DutyAlarm.objects.count()) == (1, 1)

    def test_taking_a_concern_in_hand_are_one(self, town: SmallTown) -> None:
        match = match_for(town)
        concern = actions.report_concern(viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now)

        def take(who: str) -> str:
            worker = viewer_of(getattr(town, who))
            actions.take_concern(viewer=worker, concern_id=concern.public_id, now=town.now)
            return "TAKEN"

        said = all_at_once([lambda: take("coordinator"), lambda: take("grid_head")])

        assert said == Counter({"TAKEN": 1, "CONCERN_IN_HAND": 1})

    def test_a_worry_and_a_cancellation_both_come_through(self, town: SmallTown) -> None:
        match = match_for(town)

        def worry() -> str:
            actions.report_concern(viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now)
            return "SAID"

        def cancel() -> str:
            actions.cancel_match(viewer=viewer_of(town.helper), match_id=match.public_id, now=town.now)
            return "CANCELLED"

        said = all_at_once([worry, cancel])

        match.refresh_from_db()
        assert said == Counter({"SAID": 1, "CANCELLED": 1})
        assert (match.state, match.suspended_at) == (MatchState.CANCELLED, None)

    def test_a_yes_and_a_wish_not_to_meet_leave_no_match(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)

        def accept() -> str:
            actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=town.now)
            return "ACCEPTED"

        def block() -> str:
            actions.block_person(viewer=viewer_of(town.helper), person_id=town.asker.public_id, now=town.now)
            return "BLOCKED"

        said = all_at_once([accept, block])
        actions.part_people(block_id=town.helper.blocks_made.get().pk, now=town.now)

        assert said["BLOCKED"] == 1
        assert said["ACCEPTED"] + said["PAIR_NO_LONGER_FITS"] == 1
        assert not Match.objects.filter(state=MatchState.AGREED).exists()
        assert not Proposal.objects.filter(state=ProposalState.AWAITING_ASKER).exists()
