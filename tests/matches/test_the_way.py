"""The way from a need to a tie, by the actions alone."""

from datetime import timedelta

import pytest

from matchmaker.community.models import Tie, TieKind
from matchmaker.matches import actions, queries
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import BookedQuarter, LedgerEntry, MatchState, ProposalState, VisitState
from matchmaker.needs.models import NeedState
from matchmaker.notices.models import Notice, NoticeKind
from matchmaker.records.models import Record
from tests.towns import match_for, open_need_for, open_offer_for, small_town, viewer_of, vouch

pytestmark = pytest.mark.django_db

WELL = OutcomeDraft(happened=True, went_well=1, greet_again=True, minutes=60)


class TestTheWay:
    def test_leads_from_a_need_to_a_tie(self) -> None:
        town = small_town()
        vouch(town.coordinator, town.helper)
        open_offer_for(town)
        need = open_need_for(town)
        asker, helper = viewer_of(town.asker), viewer_of(town.helper)

        proposal = actions.propose_next(need_id=need.pk, now=town.now)
        assert proposal is not None
        assert proposal.state == ProposalState.AWAITING_HELPER
        actions.accept_proposal(viewer=helper, proposal_id=proposal.public_id, now=town.now)
        actions.accept_proposal(viewer=asker, proposal_id=proposal.public_id, now=town.now)

        match = queries.matches_for(asker).get()
        need.refresh_from_db()
        assert (need.state, need.helpers_found) == (NeedState.MET, 1)
        assert match.helper == town.helper
        assert queries.contact_of(helper, match, town.asker).phone == town.asker.phone
        visit = match.visits.get()
        assert visit.ends_at - visit.starts_at == timedelta(minutes=60)
        assert BookedQuarter.objects.count() == 8

        over = visit.ends_at
        actions.record_outcome(viewer=helper, visit_id=visit.public_id, draft=WELL, now=over)
        assert queries.own_outcome(asker, queries.visit_by_id(asker, visit.public_id)) is None
        actions.record_outcome(viewer=asker, visit_id=visit.public_id, draft=WELL, now=over)

        visit.refresh_from_db()
        match.refresh_from_db()
        assert (visit.state, match.state) == (VisitState.DONE, MatchState.DONE)
        entry = LedgerEntry.objects.get()
        assert (entry.giver, entry.receiver, entry.minutes) == (town.helper, town.asker, 60)
        tie = Tie.objects.get(kind=TieKind.HELPED)
        assert {tie.low_id, tie.high_id} == {town.asker.pk, town.helper.pk}
        kinds = list(Record.objects.order_by("pk").values_list("kind", flat=True))
        assert kinds[-3::2] == ["match.agreed", "visit.closed"]

    def test_tells_each_side_in_its_turn(self) -> None:
        town = small_town()

        match_for(town)

        told = set(Notice.objects.exclude(kind=NoticeKind.NEED_VERIFIED).values_list("kind", "person_id"))
        assert told == {
            (NoticeKind.PROPOSAL_TO_HELP, town.helper.pk),
            (NoticeKind.HELPER_FOUND, town.asker.pk),
            (NoticeKind.MATCH_AGREED, town.helper.pk),
            (NoticeKind.MATCH_AGREED, town.asker.pk),
        }
