"""No proposal expires before somebody of the side that is asked has heard of it."""

from datetime import datetime, time, timedelta

import pytest

from matchmaker.community.models import MembershipRole, User
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import actions
from matchmaker.matches.actions.answers import ProposalExpired
from matchmaker.matches.models import Proposal, ProposalState
from matchmaker.needs.availability import Window
from matchmaker.needs.models import Need, Urgency
from matchmaker.notices.actions import confirm_delivery, log_call, plan_deliveries, read_notices
from matchmaker.notices.models import Call, Delivery, Notice
from tests.notices.messages import PHONE_NAME
from tests.notices.servers import Gateway
from tests.town_rows import membership, person
from tests.towns import (
    NOW,
    SmallTown,
    helper_says_yes,
    open_need_for,
    open_offer_for,
    proposal_for,
    small_town,
    viewer_of,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def need_in_five_days(town: SmallTown, **draft: object) -> Need:
    return open_need_for(town, windows=(Window(NOW.date() + 5 * DAY, time(9), time(11)),), **draft)


def asked(town: SmallTown, **draft: object) -> Proposal:
    """The helper is asked for a visit in five days; the answer is due within a day of hearing of it."""
    proposal = proposal_for(town, need=need_in_five_days(town, **draft))
    assert proposal.answer_due_at == NOW + DAY
    return proposal


def state_of(proposal: Proposal) -> str:
    proposal.refresh_from_db()
    return proposal.state


class TestProposalThatNobodyHeardOf:
    def test_does_not_expire_however_late_it_is(self, town: SmallTown) -> None:
        proposal = asked(town)

        assert actions.expire_proposals(now=proposal.starts_at - SECOND) == 0

        assert state_of(proposal) == ProposalState.AWAITING_HELPER
        assert proposal.answer_due_at == NOW + DAY

    def test_can_still_be_answered(self, town: SmallTown) -> None:
        proposal = asked(town)

        actions.accept_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=NOW + 4 * DAY)

        assert state_of(proposal) == ProposalState.AWAITING_ASKER

    def test_is_taken_back_when_the_visit_begins_and_counts_against_nobody(self, town: SmallTown) -> None:
        proposal = asked(town)
        OutboxJob.objects.all().delete()

        assert actions.expire_proposals(now=proposal.starts_at) == 1
        assert actions.expire_proposals(now=proposal.starts_at) == 0

        assert state_of(proposal) == ProposalState.WITHDRAWN
        assert OutboxJob.objects.get(name="matches.propose_next").payload == {"need_id": proposal.need_id}
        assert Notice.objects.get(kind="PROPOSAL_WITHDRAWN").person == town.helper
        assert Notice.objects.get(kind="PROPOSAL_TO_HELP").settled_at == proposal.starts_at

    def test_is_taken_back_too_where_there_was_hardly_time_to_answer(self, town: SmallTown) -> None:
        proposal = asked(town)
        read_notices(viewer=viewer_of(town.helper), now=proposal.starts_at - 6 * HOUR + SECOND)

        actions.expire_proposals(now=proposal.starts_at)

        assert state_of(proposal) == ProposalState.WITHDRAWN

    def test_can_be_asked_again_for_another_hour(self, town: SmallTown) -> None:
        days = [Window(NOW.date() + number * DAY, time(9), time(11)) for number in (2, 9)]
        proposal = proposal_for(town, need=open_need_for(town, windows=tuple(days)))
        actions.expire_proposals(now=proposal.starts_at)

        again = actions.propose_next(need_id=proposal.need_id, now=proposal.starts_at)

        assert again is not None
        assert (again.helper, again.starts_at) == (town.helper, proposal.starts_at + 7 * DAY)


class TestTimeToAnswer:
    def test_begins_when_the_helper_opened_the_inbox(self, town: SmallTown) -> None:
        proposal = asked(town)
        heard_at = NOW + 30 * HOUR
        read_notices(viewer=viewer_of(town.helper), now=heard_at)

        assert actions.expire_proposals(now=heard_at + DAY - SECOND) == 0
        assert state_of(proposal) == ProposalState.AWAITING_HELPER
        assert proposal.answer_due_at == heard_at + DAY
        assert actions.expire_proposals(now=heard_at + DAY) == 1

        assert state_of(proposal) == ProposalState.EXPIRED

    def test_refuses_an_answer_only_once_it_is_over(self, town: SmallTown) -> None:
        proposal = asked(town)
        heard_at = NOW + 30 * HOUR
        read_notices(viewer=viewer_of(town.helper), now=heard_at)
        helper = viewer_of(town.helper)

        with pytest.raises(ProposalExpired):
            actions.accept_proposal(viewer=helper, proposal_id=proposal.public_id, now=heard_at + DAY)
        assert state_of(proposal) == ProposalState.AWAITING_HELPER
        actions.accept_proposal(viewer=helper, proposal_id=proposal.public_id, now=heard_at + DAY - SECOND)

        assert state_of(proposal) == ProposalState.AWAITING_ASKER

    def test_ends_with_the_beginning_of_the_visit(self, town: SmallTown) -> None:
        proposal = asked(town)
        read_notices(viewer=viewer_of(town.helper), now=proposal.starts_at - 6 * HOUR)

        assert actions.expire_proposals(now=proposal.starts_at - SECOND) == 0
        assert state_of(proposal) == ProposalState.AWAITING_HELPER
        assert proposal.answer_due_at == proposal.starts_at
        actions.expire_proposals(now=proposal.starts_at)

        assert state_of(proposal) == ProposalState.EXPIRED

    @pytest.mark.parametrize(("urgency", "within"), [(Urgency.SOON, 8 * HOUR), (Urgency.URGENT, HOUR)])
    def test_is_as_long_as_the_need_allows(self, town: SmallTown, urgency: Urgency, within: timedelta) -> None:
        proposal_for(town, need=need_in_five_days(town, urgency=urgency.value))
        heard_at = NOW + DAY
        read_notices(viewer=viewer_of(town.helper), now=heard_at)

        assert actions.expire_proposals(now=heard_at + within - SECOND) == 0
        assert actions.expire_proposals(now=heard_at + within) == 1

    def test_of_the_asker_begins_when_the_asker_heard_of_the_helper(self, town: SmallTown) -> None:
        proposal = asked(town)
        read_notices(viewer=viewer_of(town.helper), now=NOW)
        helper_says_yes(town, proposal, now=NOW + HOUR)
        heard_at = NOW + 40 * HOUR

        assert actions.expire_proposals(now=heard_at) == 0
        read_notices(viewer=viewer_of(town.asker), now=heard_at)
        assert actions.expire_proposals(now=heard_at + DAY - SECOND) == 0
        assert actions.expire_proposals(now=heard_at + DAY) == 1

        assert state_of(proposal) == ProposalState.EXPIRED


class TestWaysToHear:
    def heard(self, town: SmallTown, proposal: Proposal, heard_at: datetime) -> None:
        assert actions.expire_proposals(now=heard_at + DAY - SECOND) == 0
        assert actions.expire_proposals(now=heard_at + DAY) == 1
        assert state_of(proposal) == ProposalState.EXPIRED

    def test_are_a_text_message_that_the_gateway_reports_as_delivered(self, town: SmallTown, gateway: Gateway) -> None:
        User.objects.filter(person=town.helper).update(sign_in_name=PHONE_NAME)
        proposal = asked(town)
        plan_deliveries(now=NOW + HOUR)
        assert actions.expire_proposals(now=NOW + 2 * DAY) == 0

        confirm_delivery(reference=Delivery.objects.get(person=town.helper).public_id, now=NOW + 2 * DAY)

        self.heard(town, proposal, NOW + 2 * DAY)

    def test_are_a_logged_call_to_who_has_no_account(self, town: SmallTown) -> None:
        proposal = asked(town)
        User.objects.filter(person=town.helper).delete()
        plan_deliveries(now=NOW + HOUR)
        call, worker = Call.objects.get(person=town.helper), viewer_of(town.grid_head)
        log_call(viewer=worker, call_id=call.public_id, result="NOT_REACHED", now=NOW + DAY)
        assert actions.expire_proposals(now=NOW + 3 * DAY) == 0

        log_call(viewer=worker, call_id=call.public_id, result="REACHED", now=NOW + 3 * DAY)

        self.heard(town, proposal, NOW + 3 * DAY)

    def test_are_any_one_clerk_of_an_organization(self, town: SmallTown) -> None:
        second = person(town.households[0], town.community, "第二位办事员")
        membership(second, town.organization, MembershipRole.CLERK)
        offer = open_offer_for(town, organization=town.organization)
        proposal = proposal_for(town, need=need_in_five_days(town), offer=offer)
        assert actions.expire_proposals(now=NOW + 2 * DAY) == 0

        read_notices(viewer=viewer_of(town.clerk), now=NOW + 2 * DAY)

        self.heard(town, proposal, NOW + 2 * DAY)

    def test_are_not_an_earlier_notice_of_the_other_side(self, town: SmallTown) -> None:
        proposal = asked(town)
        read_notices(viewer=viewer_of(town.helper), now=NOW)
        helper_says_yes(town, proposal, now=NOW + HOUR)
        read_notices(viewer=viewer_of(town.helper), now=NOW + HOUR)

        assert actions.expire_proposals(now=NOW + 4 * DAY) == 0

        assert state_of(proposal) == ProposalState.AWAITING_ASKER


class TestAnswering:
    def test_takes_the_person_off_the_call_list(self, town: SmallTown) -> None:
        proposal = asked(town)
        User.objects.filter(person=town.helper).delete()
        plan_deliveries(now=NOW + HOUR)

        actions.accept_proposal(
            viewer=viewer_of(town.grid_head), proposal_id=proposal.public_id, channel="PHONE", now=NOW + 2 * HOUR
        )

        assert Call.objects.get(person=town.helper).state == "SETTLED"
