"""A concern is kept from workers who are part of it: on the call list, in the list of concerns, at the duty post."""

from datetime import timedelta

import pytest

from matchmaker.community.models import Mandate, MandateKind, PostKind
from matchmaker.errors import NotAllowed, NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.models import Concern, Match
from matchmaker.needs.models import Offer
from matchmaker.notices.actions import log_call, plan_deliveries
from matchmaker.notices.models import DutyCall, Notice
from matchmaker.notices.queries import calls_for, seen_calls_for, told_in
from tests.town_rows import appoint
from tests.towns import SmallTown, match_for, open_need_for, small_town, viewer_of

pytestmark = pytest.mark.django_db

WORDS = "他总是问我家里有没有人"


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestTellingTheAnswer:
    """Who has no account is rung up; not by a worker whom it is about."""

    @pytest.fixture
    def elders(self, town: SmallTown) -> Match:
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN", channel="DOORSTEP")
        return match_for(town, need=need)

    def answered(self, town: SmallTown, match: Match) -> None:
        Notice.objects.update(settled_at=town.now)
        worker, now = viewer_of(town.coordinator), town.now
        said = actions.report_concern(viewer=worker, match_id=match.public_id, words=WORDS, side="ASKER", now=now)
        actions.take_concern(viewer=worker, concern_id=said.public_id, now=now)
        actions.resolve_concern(viewer=worker, concern_id=said.public_id, resolution="RESUME", reason="谈过了", now=now)
        plan_deliveries(now=town.now + timedelta(hours=3))

    def test_is_no_call_of_the_side_that_it_is_about(self, town: SmallTown, elders: Match) -> None:
        appoint(town.helper, PostKind.FULL_TIME_MEMBER, town.community)
        self.answered(town, elders)
        tomorrow = (town.now + timedelta(days=1)).date()

        (call,) = calls_for(viewer_of(town.coordinator), tomorrow)
        assert [told.kind for told in told_in(call, "zh")][-1] == "CONCERN_ANSWERED"
        assert list(seen_calls_for(viewer_of(town.helper))) == []
        with pytest.raises(NotFound):
            log_call(viewer=viewer_of(town.helper), call_id=call.public_id, result="REACHED", now=town.now)

    def test_is_again_theirs_once_it_was_told(self, town: SmallTown, elders: Match) -> None:
        appoint(town.helper, PostKind.FULL_TIME_MEMBER, town.community)
        self.answered(town, elders)
        (call,) = seen_calls_for(viewer_of(town.coordinator))

        log_call(viewer=viewer_of(town.coordinator), call_id=call.public_id, result="REACHED", now=town.now)

        (seen,) = seen_calls_for(viewer_of(town.helper))
        assert told_in(seen, "zh") == []


class TestAWorkerWhoSpeaksForTheAsker:
    def test_neither_sees_the_concern_nor_is_rung(self, town: SmallTown) -> None:
        match = match_for(town)
        Mandate.objects.create(
            kind=MandateKind.PROXY,
            holder=town.grid_head,
            for_person=town.asker,
            scope=["READING"],
            evidence="一张签了字的纸",
            starts_date=town.now.date(),
            ends_date=(town.now + timedelta(days=30)).date(),
            told_at=town.now,
        )

        actions.report_concern(viewer=viewer_of(town.helper), match_id=match.public_id, words=WORDS, now=town.now)

        assert not queries.concerns_for(viewer_of(town.grid_head)).exists()
        assert [call.person for call in DutyCall.objects.all()] == [town.coordinator]


class TestAWorkerWhoSpeaksForTheOrganization:
    def test_takes_no_word_of_the_other_side(self, town: SmallTown) -> None:
        match = match_for(town)
        Offer.objects.filter(pk=match.offer_id).update(person=None, organization=town.organization)
        appoint(town.clerk, PostKind.FULL_TIME_MEMBER, town.community)

        with pytest.raises(NotAllowed):
            actions.report_concern(
                viewer=viewer_of(town.clerk), match_id=match.public_id, words=WORDS, side="ASKER", now=town.now
            )

        assert not Concern.objects.exists()
