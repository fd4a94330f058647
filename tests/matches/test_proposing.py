"""The next candidates for one need, and a worker's look at them."""

from datetime import datetime, timedelta

import pytest

from matchmaker.community.models import Person, Qualification
from matchmaker.errors import DomainError, InvalidInput, NotAllowed, NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.actions.rechecks import NeedNoLongerOpen, NeedWasChanged, OfferNoLongerOpen, TimeIsPast
from matchmaker.matches.actions.reviews import (
    HardRuleBroken,
    NobodyMissing,
    NotInReview,
    OwnCase,
    ReasonMissing,
    SecondLookNeeded,
)
from matchmaker.matches.models import Decision, DecisionKind, Proposal, ProposalState, UnmetNeed
from matchmaker.needs.models import Need, NeedState, Offer, OfferState
from tests.towns import (
    SmallTown,
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


class TestProposeNext:
    def test_asks_the_next_after_a_decline_and_never_the_same(self, town: SmallTown) -> None:
        need = open_need_for(town)
        for person in (town.helper, town.neighbour):
            vouch(town.coordinator, person)
            open_offer_for(town, person=person)
        asked = []
        while (proposal := actions.propose_next(need_id=need.pk, now=town.now)) is not None:
            asked.append(proposal.helper_id)
            actions.decline_proposal(
                viewer=viewer_of(proposal.offer.person), proposal_id=proposal.public_id, now=town.now
            )

        assert sorted(asked) == sorted([town.helper.pk, town.neighbour.pk])

    def test_does_nothing_the_second_time(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        open_offer_for(town, person=town.neighbour)

        assert actions.propose_next(need_id=proposal.need_id, now=town.now) is None

        assert Proposal.objects.count() == 1

    def test_proposes_as_many_as_are_wanted_at_one_hour(self, town: SmallTown) -> None:
        need = open_need_for(town, helpers_wanted=2)
        for person in (town.helper, town.neighbour, town.newcomer):
            open_offer_for(town, person=person)

        actions.propose_next(need_id=need.pk, now=town.now)

        assert Proposal.objects.count() == 2
        assert Proposal.objects.values("starts_at").distinct().count() == 1

    def test_proposes_nobody_for_a_need_that_is_not_verified(self, town: SmallTown) -> None:
        open_offer_for(town)
        need = open_need_for(town, verified=False)

        assert actions.propose_next(need_id=need.pk, now=town.now) is None

    def test_takes_back_a_proposal_whose_hour_was_promised_elsewhere(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        Proposal.objects.update(made_at=town.now, starts_at=proposal.starts_at, ends_at=proposal.ends_at)
        match_for(town, need=open_need_for(town, person=town.stranger), offer=proposal.offer)
        blocked = Proposal.objects.get(pk=proposal.pk)
        Proposal.objects.filter(pk=blocked.pk).update(
            starts_at=Proposal.objects.latest("pk").starts_at, ends_at=Proposal.objects.latest("pk").ends_at
        )

        actions.propose_next(need_id=proposal.need_id, now=town.now)

        blocked.refresh_from_db()
        assert blocked.state == ProposalState.WITHDRAWN
        assert Proposal.objects.filter(need_id=proposal.need_id, state=ProposalState.AWAITING_HELPER).count() == 1

    def test_says_why_nobody_could_come(self, town: SmallTown) -> None:
        open_offer_for(town, reach_m=50)
        need = open_need_for(town)

        actions.propose_next(need_id=need.pk, now=town.now)

        row = UnmetNeed.objects.get()
        assert (row.rule_code, row.helpers_missing, row.round) == ("REACH", 1, None)
        said = queries.why_nobody(viewer_of(town.asker), need, "en")
        assert said[0] == "Everyone who could help is too far away."
        assert said[1].startswith("If a helper went ")
        assert queries.why_nobody(viewer_of(town.stranger), need, "en") == []

    def test_says_nothing_more_once_someone_was_found(self, town: SmallTown) -> None:
        need = open_need_for(town)
        actions.propose_next(need_id=need.pk, now=town.now)
        open_offer_for(town)

        actions.propose_next(need_id=need.pk, now=town.now)

        need.refresh_from_db()
        assert queries.why_nobody(viewer_of(town.asker), need, "zh") == []

    def test_stores_the_score_with_its_reasons(self, town: SmallTown) -> None:
        proposal = proposal_for(town)

        assert proposal.score == 10_000 + sum(term["weight"] * term["points"] for term in proposal.terms)
        assert {term["term"] for term in proposal.terms} >= {"fit", "walk", "reliance", "identity_gain"}
        assert queries.why_this(viewer_of(town.coordinator), proposal, "en")


class TestReviewIsDue:
    def test_for_a_helper_nobody_knows_yet(self, town: SmallTown) -> None:
        open_offer_for(town, person=town.stranger)
        need = open_need_for(town)

        proposal = actions.propose_next(need_id=need.pk, now=town.now)

        assert proposal is not None
        assert (proposal.state, proposal.review_reasons) == (ProposalState.IN_REVIEW, ["HELPER_NOT_KNOWN_YET"])
        assert proposal.helper_asked_at is None
        assert town.stranger.notices.count() == 0

    def test_for_a_first_visit_at_an_elders_home(self, town: SmallTown) -> None:
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")

        proposal = proposal_for(town, need=need, state=ProposalState.IN_REVIEW)

        assert proposal.review_reasons == ["FIRST_HOME_VISIT_TO_AN_ELDER"]

    def test_for_a_high_risk(self, town: SmallTown) -> None:
        need = open_need_for(town, risk_class=2, risks="冰面很滑")
        open_offer_for(town, organization=town.organization)
        qualify(town.member, "INSURANCE", "ACCIDENT", town)

        proposal = actions.propose_next(need_id=need.pk, now=town.now)

        assert proposal is not None
        assert proposal.review_reasons == ["HIGH_RISK"]

    def test_not_for_a_verified_organization(self, town: SmallTown) -> None:
        open_offer_for(town, organization=town.organization)

        proposal = actions.propose_next(need_id=open_need_for(town).pk, now=town.now)

        assert proposal is not None
        assert (proposal.state, proposal.helper) == (ProposalState.AWAITING_HELPER, None)
        assert town.clerk.notices.filter(kind="PROPOSAL_TO_HELP").count() == 1


class TestApproveProposal:
    def test_asks_the_helper(self, town: SmallTown) -> None:
        proposal = in_review(town)

        actions.approve_proposal(viewer=viewer_of(town.coordinator), proposal_id=proposal.public_id, now=town.now)

        proposal.refresh_from_db()
        assert (proposal.state, proposal.helper_asked_at) == (ProposalState.AWAITING_HELPER, town.now)
        assert not town.stranger.notices.exists()  # the decision can be taken back before anybody is told
        actions.tell_helper(proposal_id=proposal.pk, now=town.now)
        assert town.stranger.notices.filter(kind="PROPOSAL_TO_HELP").count() == 1
        decision = queries.decisions_for(viewer_of(town.coordinator)).get()
        assert (decision.kind, decision.decided_by) == (DecisionKind.APPROVE, town.coordinator)

    @pytest.mark.parametrize("who", ["stranger", "asker", "neighbour", "police", "auditor", "other_coordinator"])
    def test_is_hidden_from_everyone_else(self, town: SmallTown, who: str) -> None:
        proposal = in_review(town)

        with pytest.raises(NotFound):
            actions.approve_proposal(viewer=viewer_of(getattr(town, who)), proposal_id=proposal.public_id, now=town.now)

        assert Decision.objects.count() == 0

    def test_is_not_for_the_worker_who_would_help(self, town: SmallTown) -> None:
        open_offer_for(town, person=town.grid_head)
        need = open_need_for(town, risk_class=2, risks="冰面很滑")
        qualify(town.grid_head, "INSURANCE", "ACCIDENT", town)
        proposal = actions.propose_next(need_id=need.pk, now=town.now)
        assert proposal is not None

        with pytest.raises(OwnCase):
            actions.approve_proposal(viewer=viewer_of(town.grid_head), proposal_id=proposal.public_id, now=town.now)

        assert Decision.objects.count() == 0

    def test_is_refused_where_nothing_waits_for_review(self, town: SmallTown) -> None:
        proposal = proposal_for(town)

        with pytest.raises(NotInReview):
            actions.approve_proposal(viewer=viewer_of(town.coordinator), proposal_id=proposal.public_id, now=town.now)

        assert Decision.objects.count() == 0

    def test_is_refused_once_the_need_is_closed(self, town: SmallTown) -> None:
        proposal = in_review(town)
        Need.objects.update(state=NeedState.WITHDRAWN, closed_at=town.now)

        with pytest.raises(NeedNoLongerOpen):
            actions.approve_proposal(viewer=viewer_of(town.coordinator), proposal_id=proposal.public_id, now=town.now)

        assert Decision.objects.count() == 0

    def test_is_refused_where_the_need_says_something_else_by_now(self, town: SmallTown) -> None:
        proposal = in_review(town)
        Need.objects.update(changed_at=town.now + timedelta(minutes=1))

        refused(NeedWasChanged, town, proposal, town.now + timedelta(minutes=2))

    def test_is_refused_where_the_offer_is_paused(self, town: SmallTown) -> None:
        proposal = in_review(town)
        Offer.objects.update(state=OfferState.PAUSED)

        refused(OfferNoLongerOpen, town, proposal, town.now)

    def test_is_refused_once_the_hour_has_come(self, town: SmallTown) -> None:
        proposal = in_review(town)

        refused(TimeIsPast, town, proposal, proposal.starts_at)


def refused(refusal: type[DomainError], town: SmallTown, proposal: Proposal, now: datetime) -> None:
    """It still waits for a look, no helper was asked and no decision stands."""
    with pytest.raises(refusal):
        actions.approve_proposal(viewer=viewer_of(town.coordinator), proposal_id=proposal.public_id, now=now)

    proposal.refresh_from_db()
    assert (proposal.state, proposal.helper_asked_at) == (ProposalState.IN_REVIEW, None)
    assert Decision.objects.count() == 0


class TestRefuseProposal:
    def test_ends_it_before_anybody_was_asked(self, town: SmallTown) -> None:
        proposal = in_review(town)

        actions.refuse_proposal(
            viewer=viewer_of(town.coordinator), proposal_id=proposal.public_id, reason="路太滑", now=town.now
        )

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.REFUSED
        assert town.stranger.notices.count() == 0
        assert queries.proposals_for(viewer_of(town.stranger)).count() == 0

    def test_needs_a_reason(self, town: SmallTown) -> None:
        proposal = in_review(town)

        with pytest.raises(ReasonMissing):
            actions.refuse_proposal(
                viewer=viewer_of(town.coordinator), proposal_id=proposal.public_id, reason="  ", now=town.now
            )

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.IN_REVIEW


class TestOverrideMatch:
    def test_proposes_this_very_pair_for_another_worker_to_approve(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        other = open_offer_for(town, person=town.newcomer)

        made = override(town, proposal.need, other)

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.WITHDRAWN
        assert (made.state, made.helper_id) == (ProposalState.IN_REVIEW, town.newcomer.pk)
        assert "OVERRIDE" in made.review_reasons
        with pytest.raises(SecondLookNeeded):
            actions.approve_proposal(viewer=viewer_of(town.coordinator), proposal_id=made.public_id, now=town.now)
        actions.approve_proposal(viewer=viewer_of(town.grid_head), proposal_id=made.public_id, now=town.now)
        made.refresh_from_db()
        assert made.state == ProposalState.AWAITING_HELPER

    def test_is_refused_where_a_hard_rule_forbids_it(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        far = open_offer_for(town, person=town.newcomer, reach_m=10)

        with pytest.raises(HardRuleBroken):
            override(town, proposal.need, far)

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.AWAITING_HELPER
        assert Decision.objects.count() == 0

    def test_is_refused_once_a_helper_said_yes(self, town: SmallTown) -> None:
        proposal = proposal_for(town, state=ProposalState.AWAITING_ASKER)
        other = open_offer_for(town, person=town.newcomer)

        with pytest.raises(NobodyMissing):
            override(town, proposal.need, other)

        assert Proposal.objects.count() == 1

    def test_is_not_for_those_who_do_not_work_there(self, town: SmallTown) -> None:
        need = open_need_for(town)
        offer = open_offer_for(town, organization=town.organization)

        with pytest.raises(NotAllowed):
            actions.override_match(
                viewer=viewer_of(town.asker),
                need_id=need.public_id,
                offer_id=offer.public_id,
                reason="就请他们",
                now=town.now,
            )

        assert Proposal.objects.count() == 0

    def test_needs_a_short_reason(self, town: SmallTown) -> None:
        need = open_need_for(town)
        offer = open_offer_for(town)

        with pytest.raises(InvalidInput):
            override(town, need, offer, reason="长" * 501)

        assert Proposal.objects.count() == 0


def in_review(town: SmallTown) -> Proposal:
    """The stranger, whom nobody knows yet, is proposed to the asker."""
    open_offer_for(town, person=town.stranger)
    proposal = actions.propose_next(need_id=open_need_for(town).pk, now=town.now)
    assert proposal is not None
    return proposal


def override(town: SmallTown, need: Need, offer: Offer, reason: str = "住得近") -> Proposal:
    return actions.override_match(
        viewer=viewer_of(town.coordinator),
        need_id=need.public_id,
        offer_id=offer.public_id,
        reason=reason,
        now=town.now,
    )


def qualify(person: Person, kind: str, code: str, town: SmallTown) -> None:
    Qualification.objects.create(person=person, kind=kind, code=code, valid_from_date=town.now.date())
