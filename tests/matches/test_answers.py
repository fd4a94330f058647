"""Answers to a proposal: the helper's side first, then the asker's."""

from datetime import timedelta

import pytest

from matchmaker.community.models import Mandate, MandateKind, Membership, Person, PersonBlock
from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.matches import actions
from matchmaker.matches.actions.answers import (
    HelperMustBeNamed,
    HelperNotAMember,
    ProposalAlreadyAnswered,
    ProposalExpired,
)
from matchmaker.matches.actions.booking import AskerAlreadyBooked, HelperAlreadyBooked
from matchmaker.matches.actions.rechecks import (
    NeedNoLongerOpen,
    OfferNoLongerOpen,
    PairNoLongerFits,
    WeekIsFull,
)
from matchmaker.matches.models import BookedQuarter, Match, Proposal, ProposalState, Visit
from matchmaker.needs.availability import quarter_number
from matchmaker.needs.models import Need, NeedState, Offer, OfferState
from tests.matches.crowds import two_asked
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


def state_of(proposal: Proposal) -> str:
    return Proposal.objects.values_list("state", flat=True).get(pk=proposal.pk)


class TestAcceptProposal:
    def test_by_the_helper_asks_the_asker(self, town: SmallTown) -> None:
        proposal = proposal_for(town)

        accepted = actions.accept_proposal(
            viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=town.now + timedelta(hours=1)
        )

        assert accepted.state == ProposalState.AWAITING_ASKER
        assert accepted.helper_answered_at == town.now + timedelta(hours=1)
        assert accepted.answer_due_at == accepted.starts_at
        assert Match.objects.count() == 0

    def test_by_the_asker_makes_one_match_and_books_both(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)

        actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=town.now)

        match = Match.objects.get()
        assert (match.helper, match.person, match.proposal) == (town.helper, town.asker, proposal)
        booked = BookedQuarter.objects.values_list("person_id", flat=True)
        assert sorted(booked) == sorted([town.helper.pk] * 4 + [town.asker.pk] * 4)

    def test_withdraws_the_proposals_that_are_no_longer_needed(self, town: SmallTown) -> None:
        need, first, second = two_asked(town)
        helper_says_yes(town, first)
        Need.objects.filter(pk=need.pk).update(helpers_wanted=1)

        actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=first.public_id, now=town.now)

        assert state_of(second) == ProposalState.WITHDRAWN
        assert Need.objects.get().state == NeedState.MET

    def test_lets_two_helpers_of_one_need_come_at_the_same_hour(self, town: SmallTown) -> None:
        need = open_need_for(town, helpers_wanted=2)
        for person in (town.helper, town.neighbour):
            vouch(town.coordinator, person)
            open_offer_for(town, person=person)
        actions.propose_next(need_id=need.pk, now=town.now)

        for proposal in Proposal.objects.order_by("pk"):
            helper_says_yes(town, proposal)
            actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=town.now)

        assert Match.objects.count() == 2
        assert Visit.objects.values("starts_at").distinct().count() == 1
        assert BookedQuarter.objects.filter(person=town.asker).count() == 4
        assert BookedQuarter.objects.count() == 12

    def test_is_refused_once_expired(self, town: SmallTown) -> None:
        proposal = proposal_for(town)

        with pytest.raises(ProposalExpired):
            actions.accept_proposal(
                viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=proposal.answer_due_at
            )

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_is_refused_a_second_time(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.ACCEPTED)

        with pytest.raises(ProposalAlreadyAnswered):
            actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=town.now)

        assert Match.objects.count() == 1

    def test_is_not_the_askers_while_the_helper_is_asked(self, town: SmallTown) -> None:
        proposal = proposal_for(town)

        with pytest.raises(NotAllowed):
            actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=town.now)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_is_not_the_helpers_while_the_asker_is_asked(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)

        with pytest.raises(NotAllowed, match=ProposalAlreadyAnswered.message):
            actions.accept_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=town.now)

        assert Match.objects.count() == 0

    @pytest.mark.parametrize("role", ["stranger", "neighbour", "police", "auditor", "other_coordinator", "member"])
    def test_is_not_found_by_others(self, town: SmallTown, role: str) -> None:
        proposal = proposal_for(town)

        with pytest.raises(NotFound):
            actions.accept_proposal(viewer=viewer_of(getattr(town, role)), proposal_id=proposal.public_id, now=town.now)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_is_not_a_workers_where_the_asker_has_an_account(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)

        with pytest.raises(NotAllowed):
            actions.accept_proposal(viewer=viewer_of(town.coordinator), proposal_id=proposal.public_id, now=town.now)

        assert Match.objects.count() == 0

    def test_may_be_a_workers_where_the_asker_has_no_account(self, town: SmallTown) -> None:
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
        proposal = proposal_for(town, need=need, state=ProposalState.AWAITING_ASKER)

        actions.accept_proposal(
            viewer=viewer_of(town.grid_head), proposal_id=proposal.public_id, now=town.now, channel="PHONE"
        )

        assert Match.objects.get().person == town.elder

    def test_may_be_a_live_proxys(self, town: SmallTown) -> None:
        mandate = _mandate(town)
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)

        actions.accept_proposal(viewer=viewer_of(town.neighbour), proposal_id=proposal.public_id, now=town.now)

        assert Match.objects.get().person == town.asker
        assert mandate.holder == town.neighbour

    def test_is_hidden_from_a_proxy_whose_mandate_was_revoked(self, town: SmallTown) -> None:
        mandate = _mandate(town)
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)
        Mandate.objects.filter(pk=mandate.pk).update(revoked_at=town.now)

        with pytest.raises(NotFound):
            actions.accept_proposal(viewer=viewer_of(town.neighbour), proposal_id=proposal.public_id, now=town.now)

        assert Match.objects.count() == 0

    def test_is_refused_where_the_need_was_withdrawn(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        Need.objects.update(state=NeedState.WITHDRAWN, closed_at=town.now)

        with pytest.raises(NeedNoLongerOpen):
            actions.accept_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=town.now)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_is_refused_where_the_offer_was_paused(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        Offer.objects.update(state=OfferState.PAUSED)

        with pytest.raises(OfferNoLongerOpen):
            actions.accept_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=town.now)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_is_refused_where_one_of_the_two_blocked_the_other(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        PersonBlock.objects.create(person=town.helper, blocked=town.asker, made_at=town.now)

        with pytest.raises(PairNoLongerFits):
            actions.accept_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=town.now)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_is_refused_where_the_helper_promised_the_hour_elsewhere(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        _promise_elsewhere(town, town.helper, proposal)

        with pytest.raises(HelperAlreadyBooked):
            actions.accept_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=town.now)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_is_refused_where_the_asker_promised_the_hour_elsewhere(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)
        _promise_elsewhere(town, town.asker, proposal)

        with pytest.raises(AskerAlreadyBooked):
            actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=town.now)

        assert Match.objects.count() == 1
        assert state_of(proposal) == ProposalState.AWAITING_ASKER

    def test_is_refused_where_the_helpers_week_is_full(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        Person.objects.filter(pk=town.helper.pk).update(visits_per_week_cap=0)

        with pytest.raises(WeekIsFull):
            actions.accept_proposal(viewer=viewer_of(town.helper), proposal_id=proposal.public_id, now=town.now)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER


class TestOrganization:
    def test_names_a_member_as_helper(self, town: SmallTown) -> None:
        proposal = proposal_for(town, offer=open_offer_for(town, organization=town.organization))
        assert proposal.helper is None

        helper_says_yes(town, proposal)

        proposal.refresh_from_db()
        assert (proposal.helper, proposal.state) == (town.member, ProposalState.AWAITING_ASKER)

    def test_has_to_name_somebody(self, town: SmallTown) -> None:
        proposal = proposal_for(town, offer=open_offer_for(town, organization=town.organization))

        with pytest.raises(HelperMustBeNamed):
            actions.accept_proposal(viewer=viewer_of(town.clerk), proposal_id=proposal.public_id, now=town.now)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_cannot_name_an_outsider(self, town: SmallTown) -> None:
        proposal = proposal_for(town, offer=open_offer_for(town, organization=town.organization))

        with pytest.raises(HelperNotAMember):
            _name(town, proposal, town.stranger)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_cannot_name_a_member_who_left(self, town: SmallTown) -> None:
        proposal = proposal_for(town, offer=open_offer_for(town, organization=town.organization))
        Membership.objects.filter(person=town.member).update(until_date=town.now.date() - timedelta(days=1))

        with pytest.raises(HelperNotAMember):
            _name(town, proposal, town.member)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_cannot_name_a_member_whom_the_asker_blocks(self, town: SmallTown) -> None:
        proposal = proposal_for(town, offer=open_offer_for(town, organization=town.organization))
        PersonBlock.objects.create(person=town.asker, blocked=town.member, made_at=town.now)

        with pytest.raises(PairNoLongerFits):
            _name(town, proposal, town.member)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_cannot_name_a_member_of_another_sex_than_was_asked_for(self, town: SmallTown) -> None:
        need = open_need_for(town, helper_sex="FEMALE")
        proposal = proposal_for(town, need=need, offer=open_offer_for(town, organization=town.organization))
        Person.objects.filter(pk=town.member.pk).update(sex="MALE")

        with pytest.raises(PairNoLongerFits):
            _name(town, proposal, town.member)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_cannot_send_a_neighbour_from_the_building_where_none_is_wished(self, town: SmallTown) -> None:
        need = open_need_for(town, nobody_from_building=True)
        proposal = proposal_for(town, need=need, offer=open_offer_for(town, organization=town.organization))
        Person.objects.filter(pk=town.member.pk).update(household=town.asker.household)

        with pytest.raises(PairNoLongerFits):
            _name(town, proposal, town.member)

        assert state_of(proposal) == ProposalState.AWAITING_HELPER

    def test_is_the_only_one_that_names(self, town: SmallTown) -> None:
        proposal = proposal_for(town)

        with pytest.raises(InvalidInput):
            actions.accept_proposal(
                viewer=viewer_of(town.helper),
                proposal_id=proposal.public_id,
                helper_id=town.member.public_id,
                now=town.now,
            )

        assert state_of(proposal) == ProposalState.AWAITING_HELPER


def _mandate(town: SmallTown) -> Mandate:
    return Mandate.objects.create(
        kind=MandateKind.PROXY,
        holder=town.neighbour,
        for_person=town.asker,
        told_at=town.now,
        evidence="a paper at the desk",
        starts_date=town.now.date(),
        ends_date=town.now.date() + timedelta(days=30),
    )


def _promise_elsewhere(town: SmallTown, person: Person, proposal: Proposal) -> None:
    """A quarter of this proposal is promised by the person to a third one."""
    other = match_for(town, need=open_need_for(town, person=town.stranger), offer=open_offer_for(town))
    quarter = quarter_number(proposal.starts_at)
    visit = other.visits.get()
    BookedQuarter.objects.filter(visit=visit).delete()
    BookedQuarter.objects.create(person=person, quarter=quarter, visit=visit, need=other.need)


def _name(town: SmallTown, proposal: Proposal, person: Person) -> Proposal:
    return actions.accept_proposal(
        viewer=viewer_of(town.clerk),
        proposal_id=proposal.public_id,
        helper_id=person.public_id,
        now=town.now,
    )
