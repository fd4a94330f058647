"""The button that takes back what was pressed by mistake: there for ten seconds, kind when it is late."""

from datetime import timedelta

import time_machine

from matchmaker.matches.models import Decision, Proposal, ProposalState
from tests.graphql_client import client_for, do, global_id
from tests.matches.test_undoing import in_review
from tests.towns import NOW, SmallTown, proposal_for
from tests.web.conftest import SignedIn

SOON, LATE = NOW + timedelta(seconds=9), NOW + timedelta(seconds=10)


class TestUndoOnReview:
    def test_is_shown_after_an_approval_and_a_refusal(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = in_review(town), signed_in(town.coordinator)
        address = f"/proposals/{proposal.public_id}/undo-decision"
        assert address not in client.get("/review").content.decode()

        page = client.post(f"/proposals/{proposal.public_id}/approve", follow=True).content.decode()

        assert address in page
        assert f"{town.stranger.name} → {town.asker.name}" in page
        assert f"/proposals/{proposal.public_id}/approve" not in page
        back = client.post(address, follow=True).content.decode()
        assert f"/proposals/{proposal.public_id}/approve" in back
        assert address not in back
        reason = {f"{proposal.public_id}-reason": "太远了"}
        again = client.post(f"/proposals/{proposal.public_id}/refuse", reason, follow=True).content.decode()
        assert address in again
        assert "没有同意：" in again

    def test_is_gone_after_ten_seconds_and_then_says_so_kindly(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = in_review(town), signed_in(town.coordinator)
        client.post(f"/proposals/{proposal.public_id}/approve")

        with time_machine.travel(LATE, tick=False):
            page = client.get("/review").content.decode()
            late = client.post(f"/proposals/{proposal.public_id}/undo-decision")

        assert "undo-decision" not in page
        assert late.status_code == 409
        assert "已经来不及撤回了" in late.content.decode()
        assert Proposal.objects.get().state == ProposalState.AWAITING_HELPER

    def test_of_somebody_elses_decision_is_not_found(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = in_review(town)
        signed_in(town.coordinator).post(f"/proposals/{proposal.public_id}/approve")

        for other in (town.asker, town.stranger, town.member):
            answer = signed_in(other).post(f"/proposals/{proposal.public_id}/undo-decision")
            assert answer.status_code == 404
        assert Decision.objects.count() == 1


class TestUndoOnAProposal:
    def test_asks_again_whoever_said_no(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = proposal_for(town), signed_in(town.helper)
        address = f"/proposals/{proposal.public_id}/undo-answer"

        page = client.post(f"/proposals/{proposal.public_id}/decline", follow=True).content.decode()

        assert address in page
        assert address not in signed_in(town.coordinator).get(f"/proposals/{proposal.public_id}").content.decode()
        back = client.post(address, follow=True).content.decode()
        assert f"/proposals/{proposal.public_id}/accept" in back
        assert Proposal.objects.get().state == ProposalState.AWAITING_HELPER

    def test_is_not_offered_once_it_is_too_late(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = proposal_for(town), signed_in(town.helper)
        client.post(f"/proposals/{proposal.public_id}/decline")

        with time_machine.travel(LATE, tick=False):
            page = client.get(f"/proposals/{proposal.public_id}").content.decode()
            late = client.post(f"/proposals/{proposal.public_id}/undo-answer")

        assert "undo-answer" not in page
        assert late.status_code == 409

    def test_takes_back_what_a_worker_decided_there(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal, client = in_review(town), signed_in(town.coordinator)
        own = f"/proposals/{proposal.public_id}"
        page = client.post(f"{own}/approve", {"from": "proposal"}, follow=True).content.decode()

        assert f"{own}/undo-decision" in page
        assert f"{own}/undo-decision" not in signed_in(town.grid_head).get(own).content.decode()
        back = client.post(f"{own}/undo-decision", {"next": own}, follow=True)
        assert back.redirect_chain == [(own, 302)]
        assert f"{own}/approve" in back.content.decode()


class TestUndoInTheApi:
    def test_gives_the_proposal_as_it_stood_before(self, town: SmallTown) -> None:
        proposal = in_review(town)
        asked, worker = {"proposalId": global_id("Proposal", proposal)}, client_for(town.coordinator)
        do(worker, "approveProposal", "proposal { state }", **asked)

        answer = do(worker, "undoDecision", "proposal { state decisions { kind } }", **asked)
        again = do(worker, "undoDecision", "proposal { state }", **asked)

        assert answer == {"proposal": {"state": "IN_REVIEW", "decisions": []}, "errors": []}
        assert again["errors"] == [{"code": "TOO_LATE_TO_UNDO", "field": None}]

    def test_takes_back_a_no(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        asked, helper = {"proposalId": global_id("Proposal", proposal)}, client_for(town.helper)
        do(helper, "declineProposal", "proposal { state }", **asked)

        stranger = do(client_for(town.coordinator), "undoAnswer", "proposal { state }", **asked)
        answer = do(helper, "undoAnswer", "proposal { state }", **asked)

        assert stranger["errors"] == [{"code": "NOT_FOUND", "field": None}]
        assert answer == {"proposal": {"state": "AWAITING_HELPER"}, "errors": []}
