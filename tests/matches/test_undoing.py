"""Taking back within ten seconds what was pressed by mistake: exactly, before anybody is told, and never twice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from matchmaker.errors import NotFound
from matchmaker.jobs import relay
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import actions
from matchmaker.matches.actions.answers import ProposalAlreadyAnswered
from matchmaker.matches.actions.undoing import TooLateToUndo
from matchmaker.matches.held import UNDO_WITHIN
from matchmaker.matches.models import Decision, Proposal, ProposalState
from matchmaker.needs.actions import change_need, close_offer, withdraw_need
from matchmaker.needs.models import Need
from matchmaker.notices.models import Notice, NoticeKind, WebhookMessage
from matchmaker.records.models import Record
from tests.towns import (
    NOW,
    SmallTown,
    need_draft,
    open_need_for,
    open_offer_for,
    proposal_for,
    small_town,
    viewer_of,
    vouch,
)

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(seconds=9)
LATE = NOW + timedelta(seconds=10)
Act = Callable[..., Proposal]


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def in_review(town: SmallTown) -> Proposal:
    """The stranger, whom nobody knows yet, is proposed to the asker."""
    open_offer_for(town, person=town.stranger)
    proposal = actions.propose_next(need_id=open_need_for(town).pk, now=NOW)
    assert proposal is not None
    assert proposal.state == ProposalState.IN_REVIEW
    return proposal


def row_of(proposal: Proposal) -> dict[str, Any]:
    return Proposal.objects.values().get(pk=proposal.pk)


def state_of(proposal: Proposal) -> str:
    return str(row_of(proposal)["state"])


def approved(town: SmallTown, proposal: Proposal, now: datetime = NOW) -> Proposal:
    return actions.approve_proposal(viewer=viewer_of(town.coordinator), proposal_id=proposal.public_id, now=now)


def refused(town: SmallTown, proposal: Proposal, now: datetime = NOW) -> Proposal:
    viewer = viewer_of(town.coordinator)
    return actions.refuse_proposal(viewer=viewer, proposal_id=proposal.public_id, reason="太远了", now=now)


def declined(town: SmallTown, proposal: Proposal, now: datetime = NOW) -> Proposal:
    return actions.decline_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=now)


def undone(who: Any, proposal: Proposal, now: datetime = SOON) -> Proposal:
    return actions.undo_decision(viewer=viewer_of(who), proposal_id=proposal.public_id, now=now)


def asked_again(who: Any, proposal: Proposal, now: datetime = SOON) -> Proposal:
    return actions.undo_answer(viewer=viewer_of(who), proposal_id=proposal.public_id, now=now)


def work(now: datetime) -> int:
    """A worker that looks at this moment and does all that is due."""
    return relay.run_due(clock=lambda: now, run=_run_at(now))


def _run_at(now: datetime) -> Callable[[str, Any], object]:
    by_name = {
        "matches.tell_helper": actions.tell_helper,
        "matches.follow_decline": actions.follow_decline,
        "matches.propose_next": actions.propose_next,
    }
    return lambda name, payload: by_name[name](**payload, now=now) if name in by_name else None


def told(kind: NoticeKind = NoticeKind.PROPOSAL_TO_HELP) -> int:
    return Notice.objects.filter(kind=kind).count()


class TestUndoDecision:
    @pytest.mark.parametrize("decide", [approved, refused])
    def test_brings_back_exactly_what_was_there(self, town: SmallTown, decide: Act) -> None:
        proposal = in_review(town)
        before, jobs = row_of(proposal), set(OutboxJob.objects.values_list("pk", flat=True))
        decide(town, proposal)

        undone(town.coordinator, proposal)

        assert row_of(proposal) == before
        assert set(OutboxJob.objects.values_list("pk", flat=True)) == jobs
        assert not Decision.objects.exists()
        work(LATE + timedelta(hours=1))
        assert row_of(proposal) == before
        assert told() == 0

    @pytest.mark.parametrize(("decide", "word"), [(approved, "approve"), (refused, "refuse")])
    def test_leaves_both_words_in_the_chain(self, town: SmallTown, decide: Act, word: str) -> None:
        proposal = in_review(town)
        decide(town, proposal)
        decision = Decision.objects.get()

        undone(town.coordinator, proposal)

        made, taken_back = Record.objects.filter(kind__startswith="decision.").order_by("pk")
        assert (made.kind, taken_back.kind) == (f"decision.{word}", "decision.undone")
        assert taken_back.body == made.body
        assert taken_back.body["decision"] == decision.pk

    @pytest.mark.parametrize("decide", [approved, refused])
    def test_is_too_late_once_ten_seconds_are_over(self, town: SmallTown, decide: Act) -> None:
        proposal = in_review(town)
        decide(town, proposal)
        after = row_of(proposal)

        with pytest.raises(TooLateToUndo):
            undone(town.coordinator, proposal, LATE)

        assert row_of(proposal) == after
        assert Decision.objects.count() == 1
        assert OutboxJob.objects.filter(due_at=LATE).exists()

    def test_tells_the_helper_only_after_ten_seconds(self, town: SmallTown) -> None:
        proposal = in_review(town)
        approved(town, proposal)

        work(SOON)
        assert (told(), WebhookMessage.objects.count()) == (0, 0)

        work(LATE)
        assert told() == 1
        work(LATE + timedelta(minutes=1))
        assert told() == 1

    def test_that_is_no_longer_wanted_meanwhile_is_never_told(self, town: SmallTown) -> None:
        proposal = in_review(town)
        approved(town, proposal)
        withdraw_need(viewer=viewer_of(town.asker), need_id=proposal.need.public_id, now=NOW)

        actions.close_need(need_id=proposal.need_id, now=SOON)
        work(LATE)

        assert state_of(proposal) == ProposalState.WITHDRAWN
        assert not Notice.objects.filter(person=town.stranger).exists()

    def test_looks_for_the_next_only_after_ten_seconds(self, town: SmallTown) -> None:
        proposal = in_review(town)
        vouch(town.coordinator, town.neighbour)
        open_offer_for(town, person=town.neighbour)
        OutboxJob.objects.all().delete()
        refused(town, proposal)

        work(SOON)
        assert Proposal.objects.count() == 1

        work(LATE)
        assert Proposal.objects.filter(need=proposal.need).count() == 2

    @pytest.mark.parametrize("decide", [approved, refused])
    def test_of_somebody_else_is_not_found(self, town: SmallTown, decide: Act) -> None:
        proposal = in_review(town)
        decide(town, proposal)
        after = row_of(proposal)

        for other in ("helper", "asker", "stranger", "other_coordinator", "auditor"):
            with pytest.raises(NotFound):
                undone(getattr(town, other), proposal)
        assert row_of(proposal) == after

    def test_is_too_late_once_the_helper_answered(self, town: SmallTown) -> None:
        proposal = in_review(town)
        approved(town, proposal)
        actions.accept_proposal(viewer=viewer_of(town.stranger), proposal_id=proposal.public_id, now=NOW)

        with pytest.raises(TooLateToUndo):
            undone(town.coordinator, proposal)

        assert state_of(proposal) == ProposalState.AWAITING_ASKER
        work(LATE)
        assert told() == 0  # who answered need not be asked

    @pytest.mark.parametrize("decide", [approved, refused])
    def test_is_done_once(self, town: SmallTown, decide: Act) -> None:
        proposal = in_review(town)
        decide(town, proposal)
        undone(town.coordinator, proposal)

        with pytest.raises(TooLateToUndo):
            undone(town.coordinator, proposal)

        assert state_of(proposal) == ProposalState.IN_REVIEW
        assert Record.objects.filter(kind="decision.undone").count() == 1

    def test_leaves_it_to_be_decided_again_and_taken_back_again(self, town: SmallTown) -> None:
        proposal = in_review(town)
        for decide in (approved, refused, approved):
            decide(town, proposal)
            undone(town.coordinator, proposal)

        approved(town, proposal, SOON)
        work(SOON + UNDO_WITHIN)

        assert told() == 1

    @pytest.mark.parametrize("decide", [approved, refused])
    def test_is_too_late_once_a_worker_has_the_work_in_hand(self, town: SmallTown, decide: Act) -> None:
        """Its clock may be ahead of ours; and it may die with it, which another worker makes good."""
        proposal = in_review(town)
        OutboxJob.objects.all().delete()
        decide(town, proposal)
        assert relay.claim(now=LATE) is not None

        with pytest.raises(TooLateToUndo):
            undone(town.coordinator, proposal, SOON)

        assert Decision.objects.count() == 1

    def test_of_a_refusal_is_too_late_once_somebody_else_is_asked(self, town: SmallTown) -> None:
        proposal = in_review(town)
        vouch(town.coordinator, town.neighbour)
        open_offer_for(town, person=town.neighbour)
        refused(town, proposal)
        actions.propose_next(need_id=proposal.need_id, now=NOW)

        with pytest.raises(TooLateToUndo):
            undone(town.coordinator, proposal)

        assert state_of(proposal) == ProposalState.REFUSED

    def test_of_a_refusal_is_too_late_once_the_need_or_the_offer_is_gone(self, town: SmallTown) -> None:
        for gone in (_withdrawn, _changed, _no_longer_offered):
            proposal = in_review(town)
            refused(town, proposal)
            gone(town, proposal)

            with pytest.raises(TooLateToUndo):
                undone(town.coordinator, proposal)

            assert state_of(proposal) == ProposalState.REFUSED


class TestUndoAnswer:
    def test_of_the_helper_brings_back_exactly_what_was_there(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        before, records = row_of(proposal), Record.objects.count()
        notices = list(Notice.objects.order_by("pk").values())
        declined(town, proposal)

        asked_again(town.helper, proposal)

        assert row_of(proposal) == before
        assert list(Notice.objects.order_by("pk").values()) == notices
        assert not OutboxJob.objects.filter(name="matches.follow_decline").exists()
        assert Record.objects.count() == records  # a "no" leaves no record, and neither does taking it back

    def test_of_the_asker_brings_back_exactly_what_was_there(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)
        before = row_of(proposal)
        actions.decline_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=NOW)

        asked_again(town.asker, proposal)

        assert row_of(proposal) == before

    def test_lets_the_helper_say_yes_after_all(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        declined(town, proposal)
        asked_again(town.helper, proposal)

        actions.accept_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=SOON)

        assert state_of(proposal) == ProposalState.AWAITING_ASKER

    def test_passed_on_by_a_worker_stands_in_the_chain(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)
        before = row_of(proposal)
        viewer = viewer_of(town.coordinator)
        actions.decline_proposal(viewer=viewer, proposal_id=proposal.public_id, channel="PHONE", now=NOW)

        asked_again(town.coordinator, proposal)

        assert row_of(proposal) == before
        kinds = list(Record.objects.filter(kind__startswith="answer.").order_by("pk").values_list("kind", flat=True))
        assert kinds == ["answer.given_for", "answer.undone"]
        with pytest.raises(TooLateToUndo):
            asked_again(town.coordinator, proposal)

    def test_is_too_late_once_ten_seconds_are_over(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        declined(town, proposal)

        with pytest.raises(TooLateToUndo):
            asked_again(town.helper, proposal, LATE)

        assert state_of(proposal) == ProposalState.DECLINED_BY_HELPER

    def test_is_followed_by_the_next_only_after_ten_seconds(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        vouch(town.coordinator, town.neighbour)
        open_offer_for(town, person=town.neighbour)
        OutboxJob.objects.all().delete()
        declined(town, proposal)

        work(SOON)
        assert Proposal.objects.count() == 1

        work(LATE)
        assert Proposal.objects.count() == 2
        assert not Notice.objects.filter(about=proposal.public_id, settled_at=None, reached_at=None).exists()

    def test_of_somebody_else_is_not_found(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        declined(town, proposal)

        for other in ("coordinator", "grid_head", "asker", "stranger", "other_coordinator"):
            with pytest.raises(NotFound):
                asked_again(getattr(town, other), proposal)
        assert state_of(proposal) == ProposalState.DECLINED_BY_HELPER

    def test_is_done_once_and_of_nothing_else(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        with pytest.raises(TooLateToUndo):
            asked_again(town.helper, proposal)
        declined(town, proposal)
        asked_again(town.helper, proposal)

        with pytest.raises(TooLateToUndo):
            asked_again(town.helper, proposal)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_is_too_late_once_somebody_else_is_asked(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        vouch(town.coordinator, town.neighbour)
        open_offer_for(town, person=town.neighbour)
        declined(town, proposal)
        actions.propose_next(need_id=proposal.need_id, now=NOW)

        with pytest.raises(TooLateToUndo):
            asked_again(town.helper, proposal)

        assert state_of(proposal) == ProposalState.DECLINED_BY_HELPER

    def test_is_not_possible_of_a_yes(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)

        with pytest.raises(TooLateToUndo):
            asked_again(town.helper, proposal)
        with pytest.raises(ProposalAlreadyAnswered):
            actions.decline_proposal(
                viewer=viewer_of(town.asker),
                proposal_id=_met(town, proposal).public_id,
                now=NOW,
            )

    def test_is_not_waited_for_in_an_emergency(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        Need.objects.filter(pk=proposal.need_id).update(urgency=3)
        declined(town, proposal)

        with pytest.raises(TooLateToUndo):
            asked_again(town.helper, proposal)

        assert OutboxJob.objects.get(name="matches.follow_decline").due_at == NOW


def _met(town: SmallTown, proposal: Proposal) -> Proposal:
    return actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=NOW)


def _withdrawn(town: SmallTown, proposal: Proposal) -> None:
    withdraw_need(viewer=viewer_of(town.asker), need_id=proposal.need.public_id, now=NOW)


def _changed(town: SmallTown, proposal: Proposal) -> None:
    later = NOW + timedelta(seconds=1)
    change_need(viewer=viewer_of(town.asker), need_id=proposal.need.public_id, draft=need_draft(minutes=90), now=later)


def _no_longer_offered(town: SmallTown, proposal: Proposal) -> None:
    close_offer(viewer=viewer_of(town.stranger), offer_id=proposal.offer.public_id, now=NOW)
