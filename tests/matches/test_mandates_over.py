"""A mandate or a post that has ended: who asked on its word hears nothing more of the person."""

from datetime import time, timedelta

import pytest

from matchmaker.community.actions import revoke_mandate
from matchmaker.community.models import Mandate, MandateKind, Person, PostTerm
from matchmaker.matches import queries
from matchmaker.matches.actions import accept_proposal, expire_proposals
from matchmaker.matches.models import Match, ProposalState
from matchmaker.needs import queries as needs
from matchmaker.needs.actions import withdraw_need
from matchmaker.needs.drafts import Window
from matchmaker.needs.models import Need
from matchmaker.notices.actions import read_notices
from matchmaker.notices.models import Notice
from tests.towns import SmallTown, open_need_for, proposal_for, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.fixture
def mandate(town: SmallTown) -> Mandate:
    """The neighbour may speak for the asker."""
    return Mandate.objects.create(
        kind=MandateKind.PROXY,
        holder=town.neighbour,
        for_person=town.asker,
        told_at=town.now,
        evidence="一张签了字的纸",
        starts_date=town.now.date(),
        ends_date=town.now.date() + timedelta(days=30),
    )


@pytest.fixture
def need(town: SmallTown, mandate: Mandate) -> Need:
    return open_need_for(town, person=town.asker, asked_by=town.neighbour)


def kinds_told(person: Person) -> set[str]:
    return set(Notice.objects.filter(person=person).values_list("kind", flat=True))


def end(town: SmallTown, mandate: Mandate) -> None:
    revoke_mandate(viewer=viewer_of(town.asker), mandate_id=mandate.public_id, now=town.now)
    Notice.objects.all().delete()


class TestWhoAskedUnderAMandate:
    def test_is_told_while_it_holds(self, town: SmallTown, need: Need) -> None:
        proposal_for(town, need=need, state=ProposalState.ACCEPTED)

        assert {"HELPER_FOUND", "MATCH_AGREED"} <= kinds_told(town.neighbour)

    def test_is_told_nothing_once_it_was_taken_back(self, town: SmallTown, mandate: Mandate, need: Need) -> None:
        end(town, mandate)

        proposal_for(town, need=need, state=ProposalState.ACCEPTED)

        assert kinds_told(town.neighbour) == set()
        assert {"HELPER_FOUND", "MATCH_AGREED"} <= kinds_told(town.asker)

    def test_is_told_of_no_end_either(self, town: SmallTown, mandate: Mandate, need: Need) -> None:
        end(town, mandate)

        withdraw_need(viewer=viewer_of(town.grid_head), need_id=need.public_id, now=town.now)

        assert kinds_told(town.neighbour) == set()
        assert kinds_told(town.asker) == {"NEED_WITHDRAWN"}

    def test_is_told_nothing_once_it_has_run_out(self, town: SmallTown, mandate: Mandate, need: Need) -> None:
        Mandate.objects.update(starts_date=town.now.date() - timedelta(days=9), ends_date=town.now.date())
        Notice.objects.all().delete()
        proposal = proposal_for(town, need=need)
        tomorrow = town.now + timedelta(hours=16)

        accept_proposal(viewer=viewer_of(town.helper, now=tomorrow), proposal_id=proposal.public_id, now=tomorrow)

        assert kinds_told(town.neighbour) == set()
        assert "HELPER_FOUND" in kinds_told(town.asker)

    def test_hears_nothing_in_the_persons_place(self, town: SmallTown, mandate: Mandate) -> None:
        """The time to answer does not begin where somebody read of it who speaks for nobody any more."""
        later = Window(town.now.date() + timedelta(days=4), time(9), time(11))
        need = open_need_for(town, person=town.asker, asked_by=town.neighbour, windows=(later,))
        proposal = proposal_for(town, need=need, state=ProposalState.AWAITING_ASKER)
        revoke_mandate(viewer=viewer_of(town.asker), mandate_id=mandate.public_id, now=town.now)
        read_notices(viewer=viewer_of(town.neighbour), now=town.now)

        assert expire_proposals(now=town.now + timedelta(hours=30)) == 0

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.AWAITING_ASKER


class TestWhoTookItDownAtTheDesk:
    @pytest.fixture
    def match(self, town: SmallTown) -> Match:
        """The grid head took the elder's word; the post has ended since, and others saw to the rest."""
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
        proposal = proposal_for(town, need=need, state=ProposalState.AWAITING_ASKER)
        PostTerm.objects.filter(person=town.grid_head).update(ended_at=town.now)
        Notice.objects.all().delete()
        worker = viewer_of(town.coordinator)
        accept_proposal(viewer=worker, proposal_id=proposal.public_id, channel="PHONE", now=town.now)
        return Match.objects.get()

    def test_is_told_nothing_once_the_post_has_ended(self, town: SmallTown, match: Match) -> None:
        assert kinds_told(town.grid_head) == set()
        assert "MATCH_AGREED" in kinds_told(town.elder)

    def test_sees_nothing_of_it_any_more(self, town: SmallTown, match: Match) -> None:
        former = viewer_of(town.grid_head)

        assert list(needs.needs_for(former)) == []
        assert list(queries.proposals_for(former)) == list(queries.matches_for(former)) == []
        assert not needs.is_asker_side(former, match.need)

    def test_sees_it_while_they_work_where_the_person_lives(self, town: SmallTown, match: Match) -> None:
        """The help may be needed elsewhere."""
        Need.objects.update(place=town.corridors[2])
        PostTerm.objects.update(ended_at=None)
        worker = viewer_of(town.grid_head)

        assert list(queries.matches_for(worker)) == [match]
        assert needs.is_asker_side(worker, Need.objects.get())
