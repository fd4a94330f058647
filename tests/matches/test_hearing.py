"""A worker takes the word of somebody who gives it elsewhere: whose, by whom, how; and nobody speaks for both."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from matchmaker.community.actions import give_mandate, tell_of_mandate
from matchmaker.community.models import Membership, MembershipRole, Person, PostKind, Tie, TieKind, User
from matchmaker.errors import DomainError, InvalidInput, NotAllowed
from matchmaker.matches import actions, queries
from matchmaker.matches.actions.answers import ProposalAlreadyAnswered
from matchmaker.matches.actions.hearing import ChannelNeeded
from matchmaker.matches.actions.outcomes import OneVoiceForBothSides
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import LedgerEntry, Match, Outcome, Proposal, ProposalState, Visit, VisitState
from matchmaker.records.models import Record
from matchmaker.records.queries import chain_keys, verify_chain
from tests.town_rows import appoint
from tests.towns import SmallTown, open_need_for, open_offer_for, proposal_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def state_of(proposal: Proposal) -> str:
    return Proposal.objects.get(pk=proposal.pk).state


def elders_proposal(town: SmallTown, state: ProposalState = ProposalState.AWAITING_ASKER) -> Proposal:
    need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN", channel="DOORSTEP")
    return proposal_for(town, need=need, state=state)


def answer(verb: Any, who: Person, proposal: Proposal, town: SmallTown, channel: str = "PHONE") -> Proposal:
    answered: Proposal = verb(viewer=viewer_of(who), proposal_id=proposal.public_id, now=town.now, channel=channel)
    return answered


accept, decline = actions.accept_proposal, actions.decline_proposal


class TestAnswerForTheAsker:
    def test_stands_as_the_persons_and_names_who_took_it(self, town: SmallTown) -> None:
        proposal = elders_proposal(town)

        answer(accept, town.grid_head, proposal, town)

        proposal.refresh_from_db()
        assert proposal.match.person == town.elder
        assert (proposal.asker_answered_by, proposal.asker_answer_channel) == (town.grid_head, "PHONE")
        assert (proposal.helper_answered_by, proposal.helper_answer_channel) == (town.helper, "APP")
        record = Record.objects.get(kind="answer.given_for")
        assert record.body == {
            "proposal": proposal.pk,
            "need": proposal.need_id,
            "side": "ASKER",
            "channel": "PHONE",
        }
        assert len(record.commitments) == 2
        assert [fault for key in chain_keys() for fault in verify_chain(key)] == []

    def test_may_be_taken_of_someone_with_an_account_who_was_rung_up(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)

        self.refused(NotAllowed, town.coordinator, proposal, town, "")
        answer(accept, town.coordinator, proposal, town)

        assert Match.objects.get().person == town.asker

    def test_wants_to_know_how_it_was_said(self, town: SmallTown) -> None:
        proposal = elders_proposal(town)

        for channel, refusal in (("", ChannelNeeded), ("APP", ChannelNeeded), ("PIGEON", InvalidInput)):
            self.refused(refusal, town.grid_head, proposal, town, channel)

    def test_of_no_costs_nothing_and_says_nothing_more_in_the_chain(self, town: SmallTown) -> None:
        proposal = elders_proposal(town)

        answer(decline, town.grid_head, proposal, town, "DOORSTEP")

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.DECLINED_BY_ASKER
        assert (proposal.asker_answered_by, proposal.asker_answer_channel) == (town.grid_head, "DOORSTEP")
        assert set(Record.objects.get(kind="answer.given_for").body) == {"proposal", "need", "side", "channel"}

    def test_is_refused_to_a_worker_who_stands_with_the_helper(self, town: SmallTown) -> None:
        appoint(town.helper, PostKind.FULL_TIME_MEMBER, town.grid)
        proposal = elders_proposal(town)

        self.refused(NotAllowed, town.helper, proposal, town)

    def test_is_refused_to_the_clerk_who_sends_the_helper(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization)
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
        proposal = proposal_for(town, need=need, offer=offer, state=ProposalState.AWAITING_ASKER)
        Membership.objects.create(
            person=town.grid_head,
            organization=town.organization,
            role=MembershipRole.CLERK,
            since_date=town.now.date(),
            accepted_at=town.now,
        )

        self.refused(NotAllowed, town.grid_head, proposal, town)
        answer(accept, town.coordinator, proposal, town)

    @pytest.mark.parametrize("role", ["other_coordinator", "police", "auditor", "neighbour"])
    def test_is_not_for_others(self, town: SmallTown, role: str) -> None:
        self.refused(DomainError, getattr(town, role), elders_proposal(town), town)

    def test_is_not_given_by_oneself_as_if_heard(self, town: SmallTown) -> None:
        self.refused(InvalidInput, town.asker, proposal_for(town, state=ProposalState.AWAITING_ASKER), town)

    @staticmethod
    def refused(
        refusal: type[DomainError], who: Person, proposal: Proposal, town: SmallTown, channel: str = "PHONE"
    ) -> None:
        for verb in (accept, decline):
            with pytest.raises(refusal):
                answer(verb, who, proposal, town, channel)
        proposal.refresh_from_db()
        assert (proposal.state, proposal.asker_answered_by) == (ProposalState.AWAITING_ASKER, None)
        assert not Record.objects.filter(kind="answer.given_for").exists()


class TestAnswerForTheHelper:
    def test_stands_as_the_helpers(self, town: SmallTown) -> None:
        proposal = elders_proposal(town, ProposalState.AWAITING_HELPER)
        User.objects.filter(person=town.helper).delete()

        answer(accept, town.grid_head, proposal, town)

        proposal.refresh_from_db()
        assert (proposal.state, proposal.helper) == (ProposalState.AWAITING_ASKER, town.helper)
        assert (proposal.helper_answered_by, proposal.helper_answer_channel) == (town.grid_head, "PHONE")
        assert Record.objects.get(kind="answer.given_for").body["side"] == "HELPER"

    @pytest.mark.parametrize("verb", [accept, decline])
    def test_taken_twice_never_passes_for_the_askers(self, town: SmallTown, verb: Any) -> None:
        proposal = elders_proposal(town, ProposalState.AWAITING_HELPER)
        User.objects.filter(person=town.helper).delete()
        given = {"proposal_id": proposal.public_id, "channel": "PHONE", "now": town.now}
        accept(viewer=viewer_of(town.coordinator), person_id=town.helper.public_id, **given)

        with pytest.raises(ProposalAlreadyAnswered):
            verb(viewer=viewer_of(town.grid_head), person_id=town.helper.public_id, **given)

        proposal.refresh_from_db()
        assert (proposal.state, proposal.asker_answered_by) == (ProposalState.AWAITING_ASKER, None)
        accept(viewer=viewer_of(town.grid_head), person_id=town.elder.public_id, **given)
        assert state_of(proposal) == ProposalState.ACCEPTED

    def test_is_refused_in_the_name_of_anybody_else(self, town: SmallTown) -> None:
        proposal = elders_proposal(town, ProposalState.AWAITING_HELPER)
        User.objects.filter(person=town.helper).delete()
        given = {"proposal_id": proposal.public_id, "channel": "PHONE", "now": town.now}

        for person in (town.elder, town.neighbour):
            with pytest.raises(NotAllowed):
                accept(viewer=viewer_of(town.grid_head), person_id=person.public_id, **given)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_is_refused_to_the_asker_and_to_their_proxy(self, town: SmallTown) -> None:
        appoint(town.neighbour, PostKind.FULL_TIME_MEMBER, town.grid)
        mandate(town, town.neighbour)
        proposal = elders_proposal(town, ProposalState.AWAITING_HELPER)
        appoint(town.asker, PostKind.BRANCH_CONTACT, town.grid)

        for who in (town.neighbour, town.asker):
            with pytest.raises(DomainError):
                answer(accept, who, proposal, town)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_of_an_organization_is_its_clerks_alone(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization)
        proposal = proposal_for(town, offer=offer)

        with pytest.raises(NotAllowed):
            actions.accept_proposal(
                viewer=viewer_of(town.coordinator),
                proposal_id=proposal.public_id,
                helper_id=town.member.public_id,
                channel="PHONE",
                now=town.now,
            )

        assert state_of(proposal) == ProposalState.AWAITING_HELPER


class TestProxy:
    def test_answers_by_the_mandate_and_the_chain_knows(self, town: SmallTown) -> None:
        mandate(town, town.neighbour)
        proposal = elders_proposal(town)

        answer(accept, town.neighbour, proposal, town, "")

        proposal.refresh_from_db()
        assert (proposal.asker_answered_by, proposal.asker_answer_channel) == (town.neighbour, "APP")
        assert Record.objects.get(kind="answer.given_for").body["channel"] == "APP"

    def test_is_no_clerk_of_the_helpers_besides(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization)
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
        proposal = proposal_for(town, need=need, offer=offer)
        mandate(town, town.clerk)

        with pytest.raises(NotAllowed):
            actions.accept_proposal(
                viewer=viewer_of(town.clerk),
                proposal_id=proposal.public_id,
                helper_id=town.member.public_id,
                now=town.now,
            )

        assert state_of(proposal) == ProposalState.AWAITING_HELPER


WELL = {"happened": True, "went_well": 1, "greet_again": True}


def agreed(town: SmallTown) -> Match:
    """The elder and the helper, neither with an account; both yeses were taken by phone."""
    proposal = elders_proposal(town, ProposalState.AWAITING_HELPER)
    User.objects.filter(person=town.helper).delete()
    answer(accept, town.grid_head, proposal, town)
    answer(accept, town.grid_head, proposal, town)
    return Match.objects.get()


def said(match: Match, who: Person, **words: Any) -> Visit:
    visit = match.visits.get()
    draft = OutcomeDraft(**WELL | words)
    return actions.record_outcome(viewer=viewer_of(who), visit_id=visit.public_id, draft=draft, now=visit.ends_at)


class TestOutcomesByCall:
    def test_of_both_sides_taken_apart_close_the_visit(self, town: SmallTown) -> None:
        match = agreed(town)

        said(match, town.grid_head, side="HELPER", channel="PHONE", minutes=50)
        said(match, town.grid_head, side="ASKER", channel="DOORSTEP", heard_apart=True)

        assert match.visits.get().state == VisitState.DONE
        assert LedgerEntry.objects.get().minutes == 50
        assert {tie.kind for tie in Tie.objects.filter(low__in=(town.elder, town.helper))} >= {TieKind.HELPED}
        rows = list(Outcome.objects.order_by("pk").values_list("side", "given_by", "channel", "heard_apart"))
        assert rows == [
            ("HELPER", town.grid_head.pk, "PHONE", False),
            ("ASKER", town.grid_head.pk, "DOORSTEP", True),
        ]
        heard = [record.body["side"] for record in Record.objects.filter(kind="outcome.heard").order_by("seq")]
        assert heard == ["HELPER", "ASKER"]
        assert [fault for key in chain_keys() for fault in verify_chain(key)] == []

    def test_of_a_paused_visit_are_not_on_the_list(self, town: SmallTown) -> None:
        match = agreed(town)
        afterwards = match.visits.get().ends_at
        assert queries.words_to_take(viewer_of(town.grid_head), now=afterwards, at_most=9)

        actions.report_concern(viewer=viewer_of(town.grid_head), match_id=match.public_id, side="ASKER", now=town.now)

        assert queries.words_to_take(viewer_of(town.grid_head), now=afterwards, at_most=9) == []

    def test_of_both_sides_are_refused_until_said_to_be_apart(self, town: SmallTown) -> None:
        match = agreed(town)
        said(match, town.grid_head, side="HELPER", channel="PHONE")

        with pytest.raises(OneVoiceForBothSides) as caught:
            said(match, town.grid_head, side="ASKER", channel="PHONE")

        assert caught.value.field == "heard_apart"
        assert Outcome.objects.count() == 1

    def test_make_no_tie_without_the_persons_own_word(self, town: SmallTown) -> None:
        match = agreed(town)

        said(match, town.grid_head, side="HELPER", channel="PHONE")
        said(match, town.coordinator, side="ASKER", channel="PHONE", greet_again=None)

        assert not Tie.objects.filter(kind=TieKind.HELPED).exists()
        assert match.visits.get().state == VisitState.DONE

    @pytest.mark.parametrize(
        ("words", "refusal"),
        [
            ({"side": "ASKER"}, ChannelNeeded),
            ({"channel": "PHONE"}, InvalidInput),
            ({"side": "ASKER", "channel": "PIGEON"}, InvalidInput),
            ({"side": "ANYBODY", "channel": "PHONE"}, InvalidInput),
        ],
    )
    def test_say_whose_words_they_are_and_how_they_came(
        self, town: SmallTown, words: dict[str, str], refusal: type[DomainError]
    ) -> None:
        match = agreed(town)

        with pytest.raises(refusal):
            said(match, town.grid_head, **words)

        assert not Outcome.objects.exists()

    def test_are_not_taken_by_a_side_itself(self, town: SmallTown) -> None:
        match = agreed(town)
        appoint(town.helper, PostKind.FULL_TIME_MEMBER, town.grid)

        with pytest.raises(NotAllowed):
            said(match, town.helper, side="ASKER", channel="PHONE")

        assert not Outcome.objects.exists()

    def test_are_not_taken_of_both_by_a_proxy(self, town: SmallTown) -> None:
        match = agreed(town)
        appoint(town.neighbour, PostKind.FULL_TIME_MEMBER, town.grid)
        mandate(town, town.neighbour)
        said(match, town.neighbour)

        with pytest.raises(NotAllowed):
            said(match, town.neighbour, side="HELPER", channel="PHONE", heard_apart=True)

        assert [outcome.greet_again for outcome in Outcome.objects.all()] == [None]

    def test_are_not_read_by_the_worker_who_took_them(self, town: SmallTown) -> None:
        match = agreed(town)
        visit = said(match, town.grid_head, side="ASKER", channel="PHONE")

        worker = viewer_of(town.grid_head)
        assert queries.own_outcome(worker, queries.visit_by_id(worker, visit.public_id)) is None

    def test_of_both_sides_by_one_voice_are_refused_by_the_database(self, town: SmallTown) -> None:
        match = agreed(town)
        visit = said(match, town.grid_head, side="ASKER", channel="PHONE")

        with pytest.raises(IntegrityError), transaction.atomic():
            Outcome.objects.create(
                visit=visit, side="HELPER", given_by=town.grid_head, happened=True, given_at=town.now
            )

        assert Outcome.objects.count() == 1


def mandate(town: SmallTown, holder: Person) -> None:
    """The holder may speak for the elder, who was told of it."""
    given = give_mandate(
        viewer=viewer_of(town.coordinator),
        holder_id=holder.public_id,
        for_person_id=town.elder.public_id,
        evidence="当面口头委托",
        ends_date=town.now.date(),
        now=town.now,
    )
    tell_of_mandate(viewer=viewer_of(town.coordinator), mandate_id=given.public_id, channel="DOORSTEP", now=town.now)
