"""What changed between a proposal and its answer: nobody is bound to what they were not asked."""

from datetime import timedelta

import pytest

from matchmaker.community.actions import end_membership
from matchmaker.jobs.models import OutboxJob
from matchmaker.jobs.names import OFFER_MOVED, PROPOSE_NEXT
from matchmaker.matches import actions
from matchmaker.matches.actions.rechecks import NeedWasChanged, PairNoLongerFits
from matchmaker.matches.actions.reviews import OfferOutOfReach, OwnCase
from matchmaker.matches.models import Match, Proposal, ProposalState
from matchmaker.needs.actions import change_need, pause_offer, resume_offer
from matchmaker.needs.models import ServiceType
from tests.towns import (
    SmallTown,
    helper_says_yes,
    need_draft,
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


def looked_for(proposal: Proposal) -> int:
    return OutboxJob.objects.filter(name=PROPOSE_NEXT, payload={"need_id": proposal.need_id}).count()


class TestAYesToOldWords:
    def test_is_refused_and_the_need_looked_at_again(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)
        at = town.now + timedelta(minutes=1)
        draft = need_draft(town.now, minutes=45)
        change_need(viewer=viewer_of(town.asker), need_id=proposal.need.public_id, draft=draft, now=at)
        before = looked_for(proposal)

        with pytest.raises(NeedWasChanged):
            actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=at)

        assert Match.objects.count() == 0
        assert looked_for(proposal) == before + 1


class TestAMemberWhoIsSent:
    def test_must_still_belong_when_the_asker_agrees(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization)
        proposal = proposal_for(town, offer=offer, state=ProposalState.AWAITING_ASKER)
        end_membership(
            viewer=viewer_of(town.clerk),
            organization_id=town.organization.public_id,
            person_id=town.member.public_id,
            now=town.now,
        )

        with pytest.raises(PairNoLongerFits):
            actions.accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=town.now)

        assert Match.objects.count() == 0

    def test_does_not_borrow_a_colleagues_skill(self, town: SmallTown) -> None:
        town.clerk.skills = ["driving"]
        town.clerk.save(update_fields=["skills"])
        offer = open_offer_for(town, organization=town.organization)
        proposal = proposal_for(town, offer=offer, need=open_need_for(town, skills=("driving",)))

        with pytest.raises(PairNoLongerFits):
            helper_says_yes(town, proposal)

        assert Proposal.objects.get().state == ProposalState.AWAITING_HELPER

    def test_may_bring_what_the_offer_states_of_whoever_is_sent(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization, skills=("driving",))
        proposal = proposal_for(town, offer=offer, need=open_need_for(town, skills=("driving",)))

        assert helper_says_yes(town, proposal).state == ProposalState.AWAITING_ASKER


class TestLookAtOffer:
    def test_brings_a_new_offer_to_needs_that_wait(self, town: SmallTown) -> None:
        need = open_need_for(town)
        vouch(town.coordinator, town.helper)
        offer = open_offer_for(town)
        assert OutboxJob.objects.filter(name=OFFER_MOVED, payload={"offer_id": offer.pk}).count() == 1

        assert actions.look_at_offer(offer_id=offer.pk, now=town.now) == 1

        proposal = actions.propose_next(need_id=need.pk, now=town.now)
        assert proposal is not None
        assert proposal.offer == offer

    def test_passes_by_needs_of_another_kind(self, town: SmallTown) -> None:
        open_need_for(town)
        other = ServiceType.objects.exclude(code="SHOPPING").filter(parent__isnull=False, public_duty=False).first()
        assert other is not None
        offer = open_offer_for(town, service_types=(other.code,))

        assert actions.look_at_offer(offer_id=offer.pk, now=town.now) == 0

    def test_takes_back_what_a_paused_offer_cannot_hold(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        offer = pause_offer(viewer=viewer_of(town.helper), offer_id=proposal.offer.public_id, now=town.now)

        assert actions.look_at_offer(offer_id=offer.pk, now=town.now) == 1
        actions.propose_next(need_id=proposal.need_id, now=town.now)
        assert Proposal.objects.get().state == ProposalState.WITHDRAWN

        resume_offer(viewer=viewer_of(town.helper), offer_id=offer.public_id, now=town.now)
        assert actions.look_at_offer(offer_id=offer.pk, now=town.now) == 1


class TestOverrideMatch:
    def override(self, town: SmallTown, who: str, need_id: object, offer_id: object) -> Proposal:
        return actions.override_match(
            viewer=viewer_of(getattr(town, who)), need_id=need_id, offer_id=offer_id, reason="都认识", now=town.now
        )

    def test_is_not_for_the_worker_who_asked(self, town: SmallTown) -> None:
        draft = {"person": town.elder, "asked_by": town.coordinator, "consent": "SPOKEN"}
        need = open_need_for(town, **draft)
        offer = open_offer_for(town)

        with pytest.raises(OwnCase):
            self.override(town, "coordinator", need.public_id, offer.public_id)

        assert Proposal.objects.count() == 0

    def test_says_so_where_the_organization_has_nobody_to_send(self, town: SmallTown) -> None:
        need = open_need_for(town)
        offer = open_offer_for(town, organization=town.organization)
        town.organization.memberships.update(until_date=town.now.date())

        with pytest.raises(OfferOutOfReach):
            self.override(town, "coordinator", need.public_id, offer.public_id)

        assert Proposal.objects.count() == 0
