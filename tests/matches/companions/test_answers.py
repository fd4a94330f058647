"""The two answers, the door, and what ends it."""

import pytest

from matchmaker.community.actions import keep_apart
from matchmaker.errors import NotAllowed, NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.actions.companions.answers import (
    CompanionNoLongerFits,
    CompanionNotOpen,
    NotAtTheDoorYet,
)
from matchmaker.matches.models import (
    BookedQuarter,
    CompanionBudget,
    CompanionProposal,
    CompanionState,
    CompanionWish,
    VisitState,
    Willingness,
)
from matchmaker.notices.models import Notice
from matchmaker.privacy.actions import leave
from matchmaker.records.models import Record
from tests.company import Company, agreed, asked, named, willing
from tests.town_rows import NOW
from tests.towns import viewer_of

pytestmark = pytest.mark.django_db


def told(made: Company, name: str, kind: str) -> int:
    return Notice.objects.filter(person=getattr(made.town, name), kind=kind).count()


def seen(made: Company, name: str) -> list[CompanionProposal]:
    return list(queries.companion_proposals_for(made.viewer(name)))


class TestAcceptCompanionship:
    def test_names_the_companion_to_whoever_is_helped(self) -> None:
        made = asked()
        assert seen(made, "asker") == seen(made, "helper") == []

        actions.accept_companionship(viewer=made.viewer("newcomer"), proposal_id=made.proposal.public_id, now=NOW)

        assert made.proposal.state == CompanionState.AWAITING_ASKER
        assert seen(made, "asker") == [made.proposal]
        assert seen(made, "helper") == []
        assert told(made, "asker", "COMPANION_FOUND") == 1

    def test_is_not_for_anybody_else(self) -> None:
        made = asked()

        for name in ("asker", "helper", "stranger"):
            with pytest.raises(NotFound):
                actions.accept_companionship(viewer=made.viewer(name), proposal_id=made.proposal.public_id, now=NOW)

        assert made.proposal.state == CompanionState.AWAITING_COMPANION

    def test_is_refused_once_the_visit_has_begun(self) -> None:
        made = asked()

        with pytest.raises(CompanionNotOpen):
            actions.accept_companionship(
                viewer=made.viewer("newcomer"), proposal_id=made.proposal.public_id, now=made.during
            )

        assert made.proposal.companion_answered_at is None


class TestDeclineCompanionship:
    def test_is_known_to_nobody_else_and_leaves_no_record(self) -> None:
        made = asked()
        records = Record.objects.count()

        actions.decline_companionship(viewer=made.viewer("newcomer"), proposal_id=made.proposal.public_id, now=NOW)

        assert made.proposal.state == CompanionState.DECLINED
        assert seen(made, "asker") == seen(made, "helper") == []
        assert Record.objects.count() == records
        assert not Notice.objects.filter(kind__in=("COMPANION_FOUND", "COMPANION_GONE")).exists()
        assert Willingness.objects.get(person=made.town.newcomer).paused_at is None

    def test_is_not_asked_again_for_the_same_match(self) -> None:
        made = asked()
        actions.decline_companionship(viewer=made.viewer("newcomer"), proposal_id=made.proposal.public_id, now=NOW)

        assert actions.propose_companions(now=NOW) == 0


class TestApproveCompanion:
    def test_promises_the_time_and_tells_where_and_with_whom(self) -> None:
        made = agreed()

        assert made.proposal.state == CompanionState.AGREED
        assert BookedQuarter.objects.filter(person=made.town.newcomer).count() == 4
        assert told(made, "helper", "COMPANION_AGREED") == told(made, "newcomer", "COMPANION_AGREED") == 1
        assert seen(made, "helper") == [made.proposal]
        assert Record.objects.filter(kind="companion.agreed").count() == 1

    def test_is_not_for_the_companion_or_the_helper(self) -> None:
        made = named()

        with pytest.raises(NotAllowed):
            actions.approve_companion(viewer=made.viewer("newcomer"), proposal_id=made.proposal.public_id, now=NOW)
        with pytest.raises(NotFound):
            actions.approve_companion(viewer=made.viewer("helper"), proposal_id=made.proposal.public_id, now=NOW)

        assert made.proposal.state == CompanionState.AWAITING_ASKER

    @pytest.mark.parametrize("how", ["blocked", "booked", "unwilling"])
    def test_is_refused_where_something_has_changed(self, how: str) -> None:
        made = named()
        newcomer = made.town.newcomer
        if how == "blocked":
            keep_apart(person_id=newcomer.pk, blocked_id=made.town.helper.pk, now=NOW)
        elif how == "booked":
            taken = BookedQuarter.objects.filter(person=made.town.helper)[0]
            BookedQuarter.objects.create(person=newcomer, quarter=taken.quarter, visit=taken.visit, need=taken.need)
        else:
            Willingness.objects.update(paused_at=NOW)

        with pytest.raises(CompanionNoLongerFits):
            actions.approve_companion(viewer=made.viewer("asker"), proposal_id=made.proposal.public_id, now=NOW)

        assert made.proposal.state == CompanionState.AWAITING_ASKER
        assert told(made, "newcomer", "COMPANION_AGREED") == 0


class TestRefuseCompanion:
    def test_reads_like_a_visit_without_company_and_is_not_proposed_again(self) -> None:
        made = named()

        actions.refuse_companion(viewer=made.viewer("asker"), proposal_id=made.proposal.public_id, now=NOW)

        proposal = made.proposal
        assert proposal.state == CompanionState.REFUSED
        assert queries.company_state(made.viewer("newcomer"), proposal) == CompanionState.WITHDRAWN
        assert queries.company_names(made.viewer("newcomer"), proposal) == []
        assert told(made, "newcomer", "COMPANION_GONE") == 1
        assert seen(made, "helper") == []
        assert actions.propose_companions(now=NOW) == 0

    def test_names_no_other_neighbour_for_this_visit(self) -> None:
        made = named()
        willing(made, made.town.member)

        actions.refuse_companion(viewer=made.viewer("asker"), proposal_id=made.proposal.public_id, now=NOW)

        assert actions.propose_companions(now=NOW) == 0


class TestWithdrawCompanion:
    def test_by_the_companion_lets_another_be_asked(self) -> None:
        made = agreed()
        willing(made, made.town.member)

        actions.withdraw_companion(viewer=made.viewer("newcomer"), proposal_id=made.proposal.public_id, now=NOW)

        assert actions.propose_companions(now=NOW) == 1
        assert CompanionProposal.objects.latest("pk").companion == made.town.member

    def test_by_whoever_is_helped_takes_the_wish_along(self) -> None:
        made = agreed()
        willing(made, made.town.member)

        actions.withdraw_companion(viewer=made.viewer("asker"), proposal_id=made.proposal.public_id, now=NOW)

        assert not CompanionWish.objects.exists()
        assert actions.propose_companions(now=NOW) == 0
        assert told(made, "helper", "COMPANION_GONE") == told(made, "newcomer", "COMPANION_GONE") == 1

    def test_is_refused_once_the_visit_has_begun(self) -> None:
        made = agreed()

        with pytest.raises(CompanionNotOpen):
            actions.withdraw_companion(
                viewer=made.viewer("newcomer"), proposal_id=made.proposal.public_id, now=made.during
            )

        assert made.proposal.state == CompanionState.AGREED


class TestTurnCompanionAway:
    def test_needs_no_reason_at_the_door_and_the_visit_stands(self) -> None:
        made = agreed()

        actions.turn_companion_away(viewer=made.viewer("asker"), proposal_id=made.proposal.public_id, now=made.during)

        assert made.proposal.state == CompanionState.TURNED_AWAY
        assert made.visit.state == VisitState.PLANNED
        assert not BookedQuarter.objects.filter(person=made.town.newcomer).exists()

    def test_is_refused_long_before(self) -> None:
        made = agreed()

        with pytest.raises(NotAtTheDoorYet):
            actions.turn_companion_away(viewer=made.viewer("asker"), proposal_id=made.proposal.public_id, now=NOW)

        assert made.proposal.state == CompanionState.AGREED


class TestEndings:
    def test_go_with_the_match(self) -> None:
        made = agreed()

        actions.cancel_match(viewer=made.viewer("helper"), match_id=made.match.public_id, now=NOW)

        assert made.proposal.state == CompanionState.WITHDRAWN
        assert not BookedQuarter.objects.exists()
        assert told(made, "newcomer", "COMPANION_GONE") == 1

    def test_go_with_a_pause(self) -> None:
        made = agreed()

        actions.report_concern(viewer=made.viewer("asker"), match_id=made.match.public_id, words="不放心", now=NOW)

        assert made.proposal.state == CompanionState.WITHDRAWN
        assert told(made, "newcomer", "COMPANION_GONE") == 1

    def test_go_with_a_companion_who_leaves(self) -> None:
        made = agreed()

        leave(viewer=made.viewer("newcomer"), now=NOW)

        assert made.proposal.state == CompanionState.WITHDRAWN
        assert made.visit.state == VisitState.PLANNED
        assert told(made, "asker", "COMPANION_GONE") == told(made, "helper", "COMPANION_GONE") == 1
        assert not Willingness.objects.exists()

    def test_go_quietly_where_two_would_rather_not_meet(self) -> None:
        made = agreed()
        block = keep_apart(person_id=made.town.newcomer.pk, blocked_id=made.town.asker.pk, now=NOW)

        actions.part_people(block_id=block.pk, now=NOW)

        assert made.proposal.state == CompanionState.WITHDRAWN
        assert made.visit.state == VisitState.PLANNED

    def test_come_by_themselves_where_nobody_answered_in_time(self) -> None:
        made = asked()

        actions.tend_companions(now=made.visit.starts_at)

        assert made.proposal.state == CompanionState.EXPIRED
        assert not Notice.objects.filter(kind="COMPANION_GONE").exists()

    def test_stop_with_the_hours_of_the_community(self) -> None:
        made = named()

        actions.set_companion_budget(
            viewer=made.viewer("coordinator"),
            community_id=made.town.community.public_id,
            hours_per_week=0,
            now=NOW,
        )

        assert made.proposal.state == CompanionState.WITHDRAWN
        assert CompanionBudget.objects.get().hours_per_week == 0


class TestSetCompanionBudget:
    def test_is_for_the_coordinator_alone(self) -> None:
        made = asked()

        for person in (made.town.grid_head, made.town.asker, made.town.other_coordinator):
            with pytest.raises(NotAllowed):
                actions.set_companion_budget(
                    viewer=viewer_of(person), community_id=made.town.community.public_id, hours_per_week=3, now=NOW
                )

        assert CompanionBudget.objects.get().hours_per_week == 10


class TestNeed:
    """What the help is, is nowhere before the companion."""

    def test_is_not_found_through_anything_that_a_companion_sees(self) -> None:
        made = agreed()
        viewer = made.viewer("newcomer")

        assert not queries.matches_for(viewer).exists()
        assert not queries.visits_for(viewer).exists()
        assert queries.need_ids_asked(viewer).count() == 0

    def test_is_a_grid_and_no_name_before_the_yes(self) -> None:
        made = named()
        viewer, proposal = made.viewer("newcomer"), made.proposal

        assert queries.company_place(viewer, proposal) == made.town.grid
        assert queries.company_names(viewer, proposal) == []
        actions.approve_companion(viewer=made.viewer("asker"), proposal_id=proposal.public_id, now=NOW)
        found = queries.companion_proposal_by_id(viewer, proposal.public_id)
        assert queries.company_place(viewer, found) == made.match.need.place
        assert queries.company_names(viewer, found) == ["陈助民", "王晓晴"]
