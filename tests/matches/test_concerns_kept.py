"""A concern is kept from workers who are part of it: on the call list, in the list of concerns, at the duty post."""

from datetime import timedelta

import pytest

from matchmaker.community.models import Mandate, MandateKind, PostKind
from matchmaker.errors import NotAllowed, NotFound
from matchmaker.jobs import names
from matchmaker.matches import actions, queries
from matchmaker.matches.models import Concern, Match
from matchmaker.needs.models import Offer
from matchmaker.notices.actions import log_call, plan_deliveries
from matchmaker.notices.models import DutyAlarm, DutyCall, Notice
from matchmaker.notices.queries import calls_for, seen_calls_for, told_in
from matchmaker.records.models import Record
from tests.town_rows import appoint, change
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


class TestReturnConcerns:
    """Whoever had it in hand works there no longer: it waits for a worker again, and rings."""

    LATER = timedelta(days=10)

    def in_hand(self, town: SmallTown, kind: str = "WORRY") -> Concern:
        said = actions.report_concern(
            viewer=viewer_of(town.asker), match_id=match_for(town).public_id, words=WORDS, kind=kind, now=town.now
        )
        return actions.take_concern(viewer=viewer_of(town.grid_head), concern_id=said.public_id, now=town.now)

    def ends_post(self, town: SmallTown) -> None:
        town.grid_head.post_terms.update(ended_at=town.now)

    def is_over(self, town: SmallTown) -> None:
        town.grid_head.post_terms.update(ends_date=town.now.date() + timedelta(days=9))

    def works_elsewhere(self, town: SmallTown) -> None:
        self.ends_post(town)
        appoint(town.grid_head, PostKind.FULL_TIME_MEMBER, town.other_community)

    def leaves(self, town: SmallTown) -> None:
        change(town.grid_head, left_at=town.now)

    def is_forgotten(self, town: SmallTown) -> None:
        Notice.objects.filter(person=town.grid_head).delete()
        town.grid_head.delete()

    @pytest.mark.parametrize("kind", ["WORRY", "MONEY"])
    @pytest.mark.parametrize("how", ["ends_post", "is_over", "works_elsewhere", "leaves", "is_forgotten"])
    def test_rings_the_duty_post_again(self, town: SmallTown, how: str, kind: str) -> None:
        concern = self.in_hand(town, kind)
        assert not DutyAlarm.objects.filter(closed_at=None).exists()
        getattr(self, how)(town)

        assert actions.return_concerns(now=town.now + self.LATER) == 1

        concern.refresh_from_db()
        assert (concern.state, concern.taken_by, concern.taken_at) == ("OPEN", None, None)
        alarm = DutyAlarm.objects.get(closed_at=None)
        assert (alarm.about, alarm.raised_at) == (concern.match.public_id, town.now + self.LATER)
        assert alarm.kind == {"WORRY": "CONCERN", "MONEY": "MONEY_ASKED"}[kind]
        assert [call.person for call in alarm.calls.all()] == [town.coordinator]
        assert not queries.may_read_concern(viewer_of(town.coordinator), concern)
        assert Record.objects.order_by("pk").values_list("kind", flat=True).last() == "concern.returned"

    def test_happens_once_and_ends_when_a_colleague_takes_it(self, town: SmallTown) -> None:
        concern = self.in_hand(town)
        self.ends_post(town)
        actions.return_concerns(now=town.now + self.LATER)

        assert actions.return_concerns(now=town.now + self.LATER) == 0
        actions.take_concern(
            viewer=viewer_of(town.coordinator), concern_id=concern.public_id, now=town.now + self.LATER
        )
        assert actions.return_concerns(now=town.now + self.LATER) == 0

        concern.refresh_from_db()
        assert (concern.state, concern.taken_by) == ("IN_HAND", town.coordinator)
        assert not DutyAlarm.objects.filter(closed_at=None).exists()
        assert DutyAlarm.objects.count() == 2

    def test_leaves_alone_what_is_in_good_hands_or_answered(self, town: SmallTown) -> None:
        concern = self.in_hand(town)

        assert actions.return_concerns(now=town.now + self.LATER) == 0
        actions.resolve_concern(
            viewer=viewer_of(town.grid_head),
            concern_id=concern.public_id,
            resolution="RESUME",
            reason="谈过了",
            now=town.now,
        )
        self.ends_post(town)

        assert actions.return_concerns(now=town.now + self.LATER) == 0
        assert not DutyAlarm.objects.filter(closed_at=None).exists()

    def test_is_not_rung_at_somebody_whom_it_is_about(self, town: SmallTown) -> None:
        appoint(town.helper, PostKind.FULL_TIME_MEMBER, town.grid)
        self.in_hand(town)
        self.ends_post(town)

        actions.return_concerns(now=town.now + self.LATER)

        calls = DutyCall.objects.filter(alarm__closed_at=None)
        assert [call.person for call in calls] == [town.coordinator]

    def test_is_looked_for_every_minute(self) -> None:
        assert names.PERIODIC[names.RETURN_CONCERNS] == 60
