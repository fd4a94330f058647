"""Taking back at the same moment as somebody else acts: one of the two, whole, and nobody is told of what is undone."""

from collections import Counter

import pytest

from matchmaker.jobs import relay
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import actions
from matchmaker.matches.models import Decision, Proposal, ProposalState
from matchmaker.notices.models import Notice
from matchmaker.records.models import Record
from tests.matches.test_at_once import all_at_once
from tests.matches.test_undoing import LATE, SOON, approved, in_review, undone, work
from tests.towns import NOW, SmallTown, small_town, viewer_of

THREADS = 6


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestManyAtOnce:
    def test_press_undo_and_it_is_done_once(self, town: SmallTown) -> None:
        proposal = in_review(town)
        approved(town, proposal)

        said = all_at_once([lambda: undone(town.coordinator, proposal).state] * THREADS)

        assert said == Counter({"IN_REVIEW": 1, "TOO_LATE_TO_UNDO": THREADS - 1})
        assert Record.objects.filter(kind="decision.undone").count() == 1

    def test_undo_and_a_worker_never_both_have_it(self, town: SmallTown) -> None:
        proposal = in_review(town)
        OutboxJob.objects.all().delete()
        approved(town, proposal)

        def tell() -> str:
            return f"worked {work(LATE)}"

        said = all_at_once([lambda: undone(town.coordinator, proposal).state, tell, tell])

        was_undone = said["IN_REVIEW"] == 1
        assert said["TOO_LATE_TO_UNDO"] == (0 if was_undone else 1)
        assert Notice.objects.filter(kind="PROPOSAL_TO_HELP").count() == (0 if was_undone else 1)
        assert Decision.objects.count() == (0 if was_undone else 1)

    def test_undo_and_a_helpers_yes_never_both_hold(self, town: SmallTown) -> None:
        proposal = in_review(town)
        approved(town, proposal)

        def say_yes() -> str:
            viewer = viewer_of(town.stranger)
            return actions.accept_proposal(viewer=viewer, proposal_id=proposal.public_id, now=SOON).state

        said = all_at_once([lambda: undone(town.coordinator, proposal).state, say_yes])

        state = Proposal.objects.get().state
        assert state in (ProposalState.IN_REVIEW, ProposalState.AWAITING_ASKER)
        assert said[state] == 1
        assert sum(said.values()) == 2
        assert said["IN_REVIEW"] + said["AWAITING_ASKER"] == 1


@pytest.mark.django_db
class TestWorkerThatDied:
    def test_leaves_its_work_to_the_next_and_nothing_to_undo(self, town: SmallTown) -> None:
        proposal = in_review(town)
        OutboxJob.objects.all().delete()
        approved(town, proposal)
        assert relay.claim(now=LATE) is not None  # and is killed

        assert relay.release_lost(now=LATE) == 1
        assert work(LATE + relay.wait_after(1)) == 1

        assert Notice.objects.filter(kind="PROPOSAL_TO_HELP", made_at__gt=NOW).count() == 1
