"""Not to meet again: silent, in both directions, and calm about what is under way."""

from datetime import datetime, timedelta

import pytest

from matchmaker.community import queries as community
from matchmaker.community.models import Person, PersonBlock
from matchmaker.engine.sentences import REFUSALS, sentence
from matchmaker.errors import NotFound
from matchmaker.jobs import names
from matchmaker.jobs.models import OutboxJob
from matchmaker.matches import actions, queries
from matchmaker.matches.actions.blocking import BlockOfOneself
from matchmaker.matches.actions.rechecks import PairNoLongerFits
from matchmaker.matches.models import (
    BookedQuarter,
    Match,
    MatchState,
    Proposal,
    ProposalState,
    UnmetNeed,
    VisitState,
)
from matchmaker.needs.models import Need, NeedState
from matchmaker.notices.models import Notice
from matchmaker.records.models import Record
from tests.towns import (
    SmallTown,
    helper_says_yes,
    match_for,
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


def block(town: SmallTown, who: Person, other: Person, now: datetime | None = None, **more: object) -> None:
    """The wish stands, and the work that it asked for is done."""
    at = now or town.now
    actions.block_person(viewer=viewer_of(who), person_id=other.public_id, now=at, **more)
    for block_id in OutboxJob.objects.filter(name=names.PART_PEOPLE).values_list("payload__block_id", flat=True):
        actions.part_people(block_id=block_id, now=at)


def notices_of(person: Person) -> list[str]:
    return sorted(Notice.objects.filter(person=person).values_list("kind", flat=True))


class TestBlockPerson:
    @pytest.mark.parametrize(("who", "other"), [("asker", "helper"), ("helper", "asker")])
    def test_keeps_the_two_apart_in_either_direction(self, town: SmallTown, who: str, other: str) -> None:
        block(town, getattr(town, who), getattr(town, other))
        for helper, asker in ((town.helper, town.asker), (town.asker, town.helper)):
            vouch(town.coordinator, helper)
            open_offer_for(town, person=helper)
            need = open_need_for(town, person=asker)

            assert actions.propose_next(need_id=need.pk, now=town.now) is None
        assert not Proposal.objects.exists()

    def test_says_no_more_than_that_nobody_is_free(self, town: SmallTown) -> None:
        """The one who is not wished for reads what an asker reads whose helpers have no hour for them."""
        open_offer_for(town)
        block(town, town.helper, town.asker)
        need = open_need_for(town)
        actions.propose_next(need_id=need.pk, now=town.now)

        said = queries.why_nobody(viewer_of(town.asker), need, "en")

        assert said == [
            "Nobody who could help is available at these times.",
            "With one more offer of “Shopping and errands” in 第1网格 at these times, somebody could come.",
        ]
        assert said[0] == sentence(REFUSALS, "TIME", {}, "en")
        assert queries.rule_said_of(UnmetNeed.objects.get(need=need)) == "TIME"

    def test_is_not_told_by_the_first_answer_either(self, town: SmallTown) -> None:
        open_offer_for(town)
        block(town, town.helper, town.asker)
        answer = queries.first_answer(viewer_of(town.asker), open_need_for(town, verified=False), now=town.now)

        assert answer is not None
        assert queries.say_first_answer(answer, "en")[1] == sentence(REFUSALS, "TIME", {}, "en")

    def test_refuses_a_yes_that_was_on_its_way(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)
        actions.block_person(viewer=viewer_of(town.helper), person_id=town.asker.public_id, now=town.now)

        with pytest.raises(PairNoLongerFits):
            actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=town.now)

        assert not Match.objects.exists()

    @pytest.mark.parametrize("state", [ProposalState.AWAITING_HELPER, ProposalState.AWAITING_ASKER])
    def test_takes_back_what_was_proposed_with_a_neutral_word(self, town: SmallTown, state: ProposalState) -> None:
        proposal = proposal_for(town, state=state)
        before = notices_of(town.asker)

        block(town, town.asker, town.helper)

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.WITHDRAWN
        assert "PROPOSAL_WITHDRAWN" in notices_of(town.helper)
        assert notices_of(town.asker) == before
        assert OutboxJob.objects.filter(name=names.PROPOSE_NEXT, payload__need_id=proposal.need_id).exists()

    def test_of_a_member_takes_back_what_the_organization_was_asked(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization)
        proposal = proposal_for(town, offer=offer, state=ProposalState.AWAITING_ASKER)

        block(town, town.asker, town.member)

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.WITHDRAWN

    def test_leaves_proposals_with_others_alone(self, town: SmallTown) -> None:
        proposal = proposal_for(town)

        block(town, town.asker, town.neighbour)

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.AWAITING_HELPER

    def test_calls_off_what_was_agreed_and_says_no_more_than_that(self, town: SmallTown) -> None:
        match = match_for(town)

        block(town, town.helper, town.asker)

        match.refresh_from_db()
        assert (match.state, match.visits.get().state) == (MatchState.CANCELLED, VisitState.CANCELLED)
        assert (Need.objects.get().state, BookedQuarter.objects.count()) == (NeedState.OPEN, 0)
        assert notices_of(town.asker) == ["HELPER_FOUND", "MATCH_AGREED", "MATCH_CANCELLED", "NEED_VERIFIED"]
        assert not queries.may_see_contacts(viewer_of(town.asker), match)

    def test_ends_a_match_whose_visits_have_begun_without_a_word(self, town: SmallTown) -> None:
        match = match_for(town)
        visit = match.visits.get()
        before = notices_of(town.helper)

        block(town, town.asker, town.helper, now=visit.starts_at + timedelta(minutes=10))

        match.refresh_from_db()
        visit.refresh_from_db()
        assert (match.state, visit.state) == (MatchState.DONE, VisitState.PLANNED)
        assert notices_of(town.helper) == before
        assert not queries.may_see_contacts(viewer_of(town.helper), match)

    def test_keeps_watch_over_whoever_is_inside(self, town: SmallTown) -> None:
        visit = match_for(town).visits.get()
        actions.arrive(viewer=viewer_of(town.helper), visit_id=visit.public_id, now=visit.starts_at)
        block(town, town.helper, town.asker, now=visit.starts_at + timedelta(minutes=10))

        assert actions.watch_visits(now=visit.ends_at + timedelta(minutes=30)) == 1
        actions.leave(viewer=viewer_of(town.helper), visit_id=visit.public_id, now=visit.ends_at)

    def test_twice_is_once(self, town: SmallTown) -> None:
        match_for(town)

        for _ in range(2):
            block(town, town.asker, town.helper)

        assert PersonBlock.objects.count() == 1
        assert Need.objects.get().helpers_found == 0

    def test_leaves_no_trace_for_the_other(self, town: SmallTown) -> None:
        records = Record.objects.count()

        block(town, town.asker, town.helper)

        assert Record.objects.count() == records
        assert notices_of(town.helper) == []
        assert not community.people_blocked_by(viewer_of(town.helper)).exists()
        assert list(community.people_blocked_by(viewer_of(town.asker))) == [town.helper]

    def test_is_written_down_by_a_worker_after_a_call(self, town: SmallTown) -> None:
        block(town, town.coordinator, town.helper, for_person_id=town.elder.public_id)

        assert list(PersonBlock.objects.values_list("person_id", "blocked_id")) == [(town.elder.pk, town.helper.pk)]
        assert not community.people_blocked_by(viewer_of(town.coordinator)).exists()

    @pytest.mark.parametrize("who", ["neighbour", "other_coordinator", "auditor"])
    def test_is_for_nobody_else_to_wish(self, town: SmallTown, who: str) -> None:
        with pytest.raises(NotFound):
            block(town, getattr(town, who), town.helper, for_person_id=town.elder.public_id)

        assert not PersonBlock.objects.exists()

    def test_is_not_taken_down_by_the_worker_it_is_about(self, town: SmallTown) -> None:
        for act in (actions.block_person, actions.unblock_person):
            more = {"now": town.now} if act is actions.block_person else {}
            with pytest.raises(NotFound):
                act(
                    viewer=viewer_of(town.coordinator),
                    person_id=town.coordinator.public_id,
                    for_person_id=town.elder.public_id,
                    **more,
                )

        assert not PersonBlock.objects.exists()

    def test_is_of_somebody_known_here(self, town: SmallTown) -> None:
        with pytest.raises(NotFound):
            block(town, town.asker, town.other_coordinator)
        with pytest.raises(BlockOfOneself):
            block(town, town.asker, town.asker)

        assert not PersonBlock.objects.exists()

    def test_reaches_a_helper_from_the_next_community(self, town: SmallTown) -> None:
        match = match_for(town, offer=open_offer_for(town, person=town.other_coordinator, reach_m=5000))
        assert match.helper == town.other_coordinator

        block(town, town.asker, town.other_coordinator)

        match.refresh_from_db()
        assert match.state == MatchState.CANCELLED


class TestUnblockPerson:
    def test_lets_them_meet_again(self, town: SmallTown) -> None:
        block(town, town.asker, town.helper)

        actions.unblock_person(viewer=viewer_of(town.asker), person_id=town.helper.public_id)

        assert proposal_for(town).helper == town.helper

    def test_does_not_touch_the_wish_of_the_other(self, town: SmallTown) -> None:
        block(town, town.asker, town.helper)
        block(town, town.helper, town.asker)

        actions.unblock_person(viewer=viewer_of(town.asker), person_id=town.helper.public_id)

        open_offer_for(town)
        assert actions.propose_next(need_id=open_need_for(town).pk, now=town.now) is None

    def test_before_the_work_was_done_takes_nothing_back(self, town: SmallTown) -> None:
        match = match_for(town)
        actions.block_person(viewer=viewer_of(town.asker), person_id=town.helper.public_id, now=town.now)
        block_id = PersonBlock.objects.get().pk
        actions.unblock_person(viewer=viewer_of(town.asker), person_id=town.helper.public_id)

        actions.part_people(block_id=block_id, now=town.now)

        match.refresh_from_db()
        assert match.state == MatchState.AGREED


class TestDoorWord:
    def test_is_two_different_words_shown_to_the_two_sides(self, town: SmallTown) -> None:
        match = match_for(town)
        first, second = match.door_word.split()

        shown = {
            who: queries.door_word_of(viewer_of(getattr(town, who)), match, "en")
            for who in ("asker", "helper", "coordinator", "neighbour")
        }

        assert first != second
        assert shown == {"asker": match.door_word, "helper": match.door_word, "coordinator": None, "neighbour": None}

    def test_is_read_out_by_a_worker_to_somebody_without_an_account(self, town: SmallTown) -> None:
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
        proposal = proposal_for(town, need=need)
        helper_says_yes(town, proposal)
        actions.accept_proposal(
            viewer=viewer_of(town.coordinator), proposal_id=proposal.public_id, channel="PHONE", now=town.now
        )
        match = Match.objects.get()

        assert queries.door_word_of(viewer_of(town.coordinator), match, "en") == match.door_word
        assert queries.door_word_of(viewer_of(town.auditor), match, "en") is None

    def test_is_gone_once_the_match_closes(self, town: SmallTown) -> None:
        match = match_for(town)
        actions.cancel_match(viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now)
        match.refresh_from_db()

        assert queries.door_word_of(viewer_of(town.asker), match, "zh") is None
