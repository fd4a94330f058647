"""Saying no, which costs nothing; and who speaks for a helper without an account."""

from datetime import time, timedelta

import pytest

from matchmaker.community.models import Membership, Tie, User, Vouch
from matchmaker.errors import NotAllowed
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import actions
from matchmaker.matches.actions.answers import (
    ProposalNotOpen,
)
from matchmaker.matches.models import Outcome, Proposal, ProposalState, Visit
from matchmaker.needs.availability import Window
from matchmaker.needs.models import Need, NeedState
from tests.towns import (
    SmallTown,
    open_need_for,
    proposal_for,
    small_town,
    viewer_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def state_of(proposal: Proposal) -> str:
    return Proposal.objects.values_list("state", flat=True).get(pk=proposal.pk)


class TestDeclineProposal:
    def test_by_the_helper_looks_for_the_next(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        OutboxJob.objects.all().delete()

        actions.decline_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=town.now)

        assert state_of(proposal) == ProposalState.DECLINED_BY_HELPER
        assert OutboxJob.objects.values_list("name", "payload").get() == (
            "matches.follow_decline",
            {"proposal_id": proposal.pk},
        )
        actions.follow_decline(proposal_id=proposal.pk, now=town.now)
        assert OutboxJob.objects.values_list("name", "payload").latest("pk") == (
            "matches.propose_next",
            {"need_id": proposal.need_id},
        )

    def test_by_the_asker_looks_for_the_next(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)
        OutboxJob.objects.all().delete()

        actions.decline_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=town.now)

        assert state_of(proposal) == ProposalState.DECLINED_BY_ASKER
        assert OutboxJob.objects.count() == 1

    def test_costs_nothing(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        before = _trust_rows()

        actions.decline_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=town.now)

        assert _trust_rows() == before

    def test_is_refused_once_the_need_is_closed(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        actions.close_need(need_id=_withdrawn(proposal.need, town), now=town.now)

        with pytest.raises(ProposalNotOpen):
            actions.decline_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=town.now)

        assert state_of(proposal) == ProposalState.WITHDRAWN

    def test_is_not_for_workers(self, town: SmallTown) -> None:
        proposal = proposal_for(town)

        with pytest.raises(NotAllowed):
            actions.decline_proposal(viewer=viewer_of(town.coordinator), proposal_id=proposal.public_id, now=town.now)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER


class TestHelperWithoutAccount:
    def test_is_answered_for_by_a_worker_who_rang_up(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        User.objects.filter(person=town.helper).delete()

        actions.accept_proposal(
            viewer=viewer_of(town.grid_head), proposal_id=proposal.public_id, now=town.now, channel="PHONE"
        )

        assert state_of(proposal) == ProposalState.AWAITING_ASKER

    def test_has_until_the_visit_to_be_rung_up(self, town: SmallTown) -> None:
        tomorrow = town.now.date() + timedelta(days=3)
        need = open_need_for(town, windows=(Window(tomorrow, time(9), time(11)),))
        proposal = proposal_for(town, need=need)
        User.objects.filter(person=town.helper).delete()

        actions.accept_proposal(
            viewer=viewer_of(town.grid_head),
            proposal_id=proposal.public_id,
            now=proposal.answer_due_at + timedelta(hours=1),
            channel="PHONE",
        )

        assert state_of(proposal) == ProposalState.AWAITING_ASKER


def _trust_rows() -> list[object]:
    tables = (Tie, Vouch, Membership, Outcome, Visit)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def _withdrawn(need: Need, town: SmallTown) -> int:
    Need.objects.filter(pk=need.pk).update(state=NeedState.WITHDRAWN, closed_at=town.now)
    return need.pk
