"""Emergencies: everybody near is asked at once, the first yes is enough, and every hard rule holds."""

from datetime import date, time, timedelta
from itertools import product
from typing import Any

import pytest

from matchmaker.community.models import Consent, Person, PersonBlock, Sex
from matchmaker.errors import NotAllowed, NotFound
from matchmaker.jobs.models import OutboxJob
from matchmaker.jobs.names import PROPOSE_NEXT
from matchmaker.matches import inputs
from matchmaker.matches.actions import (
    accept_proposal,
    cancel_match,
    decline_proposal,
    expire_proposals,
    propose_next,
    review_emergency,
)
from matchmaker.matches.actions.answers import ProposalNotOpen
from matchmaker.matches.actions.emergencies import (
    ASKED_AT_ONCE,
    MAKES_ROOM_AFTER,
    EmergencyReviewedAlready,
    OwnEmergency,
)
from matchmaker.matches.models import Match, Proposal, ProposalState, UnmetNeed
from matchmaker.matches.queries import emergencies_for, may_see_contacts
from matchmaker.needs.actions import change_need
from matchmaker.needs.actions.asking import ConsentNeeded
from matchmaker.needs.actions.emergencies import EmergencyStaysOne
from matchmaker.needs.drafts import Hours, Window
from matchmaker.needs.models import Emergency, Need, NeedState, Urgency
from matchmaker.notices.actions import raise_alarm, take_alarm
from matchmaker.notices.models import DutyAlarm, Notice
from matchmaker.records.models import Record
from matchmaker.records.queries import verify_chain
from tests.deputy_rows import stand_in
from tests.town_rows import change
from tests.towns import (
    NOW,
    SmallTown,
    load_service_types_once,
    need_draft,
    open_need_for,
    open_offer_for,
    small_town,
    viewer_of,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
TODAY = Window(date(2026, 3, 2), time(9), time(13))


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    return small_town()


def emergency(town: SmallTown, **draft: Any) -> Need:
    """The asker needs somebody now, until one o'clock."""
    usual: dict[str, Any] = {
        "urgency": Urgency.EMERGENCY,
        "windows": (TODAY,),
        "minutes": 30,
        "consent": "IN_APP",
        "verified": False,
    }
    return open_need_for(town, **usual | draft)


def asked(need: Need) -> list[Person | None]:
    """Whom it is proposed to now, in the order in which they were asked."""
    live = Proposal.objects.filter(need=need, state=ProposalState.AWAITING_HELPER).order_by("pk")
    return [proposal.helper for proposal in live]


def say_yes(helper: Person, need: Need, now: Any = NOW + MINUTE) -> Proposal:
    proposal = Proposal.objects.get(need=need, helper=helper)
    return accept_proposal(viewer=viewer_of(helper, now=now), proposal_id=proposal.public_id, now=now)


def consent_of(need: Need) -> Consent:
    """The consent that the need rests on: an emergency has one."""
    assert need.consent is not None
    return need.consent


class TestOpening:
    def test_begins_the_search_without_a_worker_and_rings_the_duty_post(self, town: SmallTown) -> None:
        need = emergency(town)

        assert (need.verified_at, need.verified_by) == (NOW, None)
        assert OutboxJob.objects.get(name=PROPOSE_NEXT).payload == {"need_id": need.pk}
        alarm = DutyAlarm.objects.get()
        assert (alarm.kind, alarm.about) == ("EMERGENCY", need.public_id)
        assert [call.person for call in alarm.calls.all()] == [town.grid_head]
        skipped = ["VERIFICATION", "ROUND", "PRICES", "TRUST", "ASKERS_ANSWER"]
        assert Emergency.objects.get(need=need).skipped == skipped

    def test_takes_the_yes_in_advance_or_is_refused(self, town: SmallTown) -> None:
        with pytest.raises(ConsentNeeded):
            emergency(town, consent="")
        assert (Need.objects.count(), DutyAlarm.objects.count()) == (0, 0)

        assert consent_of(emergency(town)).kind == "EMERGENCY"

    def test_is_for_now_and_once(self, town: SmallTown) -> None:
        tomorrow = (Window(date(2026, 3, 3), time(9), time(11)),)
        for draft in ({"windows": tomorrow}, {"repeat": "WEEKLY"}):
            with pytest.raises(Exception, match="emergency"):
                emergency(town, **draft)

        assert Need.objects.count() == 0

    def test_at_the_desk_skips_no_verification(self, town: SmallTown) -> None:
        need = emergency(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")

        assert need.verified_by == town.grid_head
        assert "VERIFICATION" not in Emergency.objects.get(need=need).skipped

    def test_can_neither_become_nor_cease_to_be_one(self, town: SmallTown) -> None:
        calm, at_once = open_need_for(town), emergency(town)
        for need, urgency in ((calm, Urgency.EMERGENCY), (at_once, Urgency.SOON)):
            draft = need_draft(urgency=urgency, windows=(TODAY,), consent="IN_APP")
            with pytest.raises(EmergencyStaysOne):
                change_need(viewer=viewer_of(town.asker), need_id=need.public_id, draft=draft, now=NOW)

        assert set(Need.objects.values_list("urgency", flat=True)) == {Urgency.WHENEVER, Urgency.EMERGENCY}


class TestAsking:
    def test_asks_all_the_nearest_side_by_side_without_review(self, town: SmallTown) -> None:
        """The newcomer is known to nobody, the stranger lives in the other grid: neither waits for a look."""
        for helper in (town.stranger, town.newcomer, town.neighbour):
            open_offer_for(town, person=helper)
        need = emergency(town)

        propose_next(need_id=need.pk, now=NOW)

        assert asked(need) == [town.neighbour, town.newcomer, town.stranger]
        first = Proposal.objects.filter(need=need).order_by("pk")[0]
        assert (first.review_reasons, first.starts_at) == ([], NOW + 15 * MINUTE)
        assert (first.score_card.name, first.answer_due_at) == ("nearest", NOW + 15 * MINUTE)
        told = Notice.objects.filter(kind="EMERGENCY_TO_HELP")
        assert {notice.person for notice in told} == {town.neighbour, town.newcomer, town.stranger}
        row = Emergency.objects.get(need=need)
        assert (row.helpers_asked, row.asked_at) == (3, NOW)

    def test_keeps_the_looks_that_were_skipped(self, town: SmallTown) -> None:
        """Somebody over seventy is visited at home for the first time, for a sensitive kind of help."""
        Person.objects.filter(pk=town.asker.pk).update(birth_year=1940)
        open_offer_for(town, person=town.neighbour, service_types=("CLINIC_COMPANY",))
        need = emergency(town, service_type="CLINIC_COMPANY")

        propose_next(need_id=need.pk, now=NOW)

        assert asked(need) == [town.neighbour]
        skipped = Emergency.objects.get(need=need).skipped
        assert {"FIRST_HOME_VISIT_TO_AN_ELDER", "SENSITIVE_TYPE"} <= set(skipped)
        body = Record.objects.get(kind="emergency.asked").body
        assert body["asked"] == 1
        assert {key for key in body if key.startswith("skipped_")} == {f"skipped_{code.lower()}" for code in skipped}

    def test_asks_nobody_who_may_not_come(self, town: SmallTown) -> None:
        """Too young, blocked, of the other sex, not at home at this hour, without the licence."""
        for helper in (town.helper, town.newcomer, town.stranger, town.neighbour):
            open_offer_for(town, person=helper)
        PersonBlock.objects.create(person=town.asker, blocked=town.helper, made_at=NOW)
        change(town.newcomer, sex=Sex.MALE)
        change(town.stranger, birth_year=2015)
        town_hours = (Hours(5, time(9), time(12)),)
        open_offer_for(town, person=town.member, hours=town_hours)
        need = emergency(town, helper_sex="FEMALE")

        propose_next(need_id=need.pk, now=NOW)

        assert asked(need) == [town.neighbour]

    def test_asks_for_a_licence_as_ever(self, town: SmallTown) -> None:
        open_offer_for(town, person=town.helper, service_types=("NURSING",))
        need = emergency(town, service_type="NURSING")

        propose_next(need_id=need.pk, now=NOW)

        assert asked(need) == []
        assert UnmetNeed.objects.get(need=need).rule_code == "LICENCE"

    def test_is_no_matter_for_a_round(self, town: SmallTown) -> None:
        open_offer_for(town)
        emergency(town)
        calm = open_need_for(town)

        problem = inputs.problem_of_community(town.community, now=NOW)

        assert [need.need_id for need in problem.needs] == [calm.pk]

    def test_asks_no_more_than_five_at_once_and_the_next_for_each_no(self, town: SmallTown) -> None:
        people = (town.neighbour, town.helper, town.newcomer, town.stranger, town.member, town.clerk, town.police)
        for helper in people:
            open_offer_for(town, person=helper)
        need = emergency(town)
        propose_next(need_id=need.pk, now=NOW)
        assert len(asked(need)) == ASKED_AT_ONCE == 5

        propose_next(need_id=need.pk, now=NOW)
        assert len(asked(need)) == 5

        first = Proposal.objects.filter(need=need).order_by("pk")[0]
        decline_proposal(viewer=viewer_of(town.neighbour), proposal_id=first.public_id, now=NOW + MINUTE)
        propose_next(need_id=need.pk, now=NOW + MINUTE)

        assert len(asked(need)) == 5
        assert town.neighbour not in asked(need)

    def test_asks_the_next_when_those_who_were_asked_are_silent(self, town: SmallTown) -> None:
        people = (town.neighbour, town.helper, town.newcomer, town.stranger, town.member, town.clerk, town.police)
        for helper in people:
            open_offer_for(town, person=helper)
        need = emergency(town)
        propose_next(need_id=need.pk, now=NOW)
        again = OutboxJob.objects.get(name="matches.propose_next", due_at=NOW + MAKES_ROOM_AFTER)

        propose_next(need_id=need.pk, now=NOW + MAKES_ROOM_AFTER - MINUTE)
        assert len(asked(need)) == 5
        propose_next(need_id=need.pk, now=again.due_at)

        assert len(asked(need)) == 7

    def test_goes_on_when_nobody_answered_in_time(self, town: SmallTown) -> None:
        """Who had not heard of it by the hour it was for is asked once more, beside those who offer help since."""
        open_offer_for(town, person=town.neighbour)
        need = emergency(town)
        propose_next(need_id=need.pk, now=NOW)
        open_offer_for(town, person=town.helper)

        later = NOW + 16 * MINUTE
        expire_proposals(now=later)
        propose_next(need_id=need.pk, now=later)

        assert asked(need) == [town.neighbour, town.helper]
        assert Proposal.objects.get(helper=town.helper).starts_at == NOW + 45 * MINUTE


class TestAnswers:
    def with_two_asked(self, town: SmallTown) -> Need:
        for helper in (town.neighbour, town.newcomer):
            open_offer_for(town, person=helper)
        need = emergency(town)
        propose_next(need_id=need.pk, now=NOW)
        return need

    def test_make_the_match_with_the_first_yes(self, town: SmallTown) -> None:
        need = self.with_two_asked(town)

        proposal = say_yes(town.newcomer, need)

        match = Match.objects.get()
        need.refresh_from_db()
        assert (proposal.state, match.helper, need.state) == (ProposalState.ACCEPTED, town.newcomer, NeedState.MET)
        assert (proposal.helper_answered_at, proposal.asker_answered_at) == (NOW + MINUTE, NOW + MINUTE)
        assert verify_chain(f"community:{town.community.pk}") == []

    def test_passed_on_by_a_worker_stand_in_the_chain(self, town: SmallTown) -> None:
        need = self.with_two_asked(town)
        proposal = Proposal.objects.get(need=need, helper=town.newcomer)

        accept_proposal(
            viewer=viewer_of(town.coordinator), proposal_id=proposal.public_id, channel="PHONE", now=NOW + MINUTE
        )

        proposal.refresh_from_db()
        assert (proposal.helper_answered_by, proposal.helper_answer_channel) == (town.coordinator, "PHONE")
        assert Match.objects.get().helper == town.newcomer
        kinds = list(Record.objects.order_by("pk").values_list("kind", flat=True))
        assert kinds[-2:] == ["answer.given_for", "match.agreed"]

    def test_show_the_contact_to_that_helper_alone(self, town: SmallTown) -> None:
        need = self.with_two_asked(town)
        say_yes(town.newcomer, need)

        match = Match.objects.get()
        assert may_see_contacts(viewer_of(town.newcomer), match)
        assert not may_see_contacts(viewer_of(town.neighbour), match)

    def test_tell_the_others_that_somebody_goes(self, town: SmallTown) -> None:
        need = self.with_two_asked(town)
        say_yes(town.newcomer, need)

        assert Notice.objects.get(kind="EMERGENCY_ANSWERED").person == town.neighbour
        assert not Notice.objects.filter(kind="PROPOSAL_WITHDRAWN").exists()
        with pytest.raises(ProposalNotOpen):
            say_yes(town.neighbour, need, NOW + 2 * MINUTE)
        assert Match.objects.count() == 1

    def test_tell_both_sides_in_quiet_hours_too(self, town: SmallTown) -> None:
        say_yes(town.newcomer, self.with_two_asked(town))

        assert set(Notice.objects.filter(kind="MATCH_AGREED").values_list("urgent", flat=True)) == {True}

    def test_leave_the_alarm_to_a_worker(self, town: SmallTown) -> None:
        need = self.with_two_asked(town)
        say_yes(town.newcomer, need)

        alarm = DutyAlarm.objects.get()
        assert alarm.closed_at is None
        take_alarm(viewer=viewer_of(town.grid_head), alarm_id=alarm.public_id, now=NOW + MINUTE)

    def test_wait_for_the_asker_where_the_consent_was_taken_back(self, town: SmallTown) -> None:
        need = self.with_two_asked(town)
        consent = consent_of(need)
        consent.withdrawn_at = NOW
        consent.save()

        proposal = say_yes(town.newcomer, need)

        assert (proposal.state, Match.objects.count()) == (ProposalState.AWAITING_ASKER, 0)
        assert Notice.objects.get(kind="HELPER_FOUND").urgent

    def test_are_asked_for_again_when_the_helper_falls_out(self, town: SmallTown) -> None:
        need = self.with_two_asked(town)
        say_yes(town.newcomer, need)

        later = NOW + 5 * MINUTE
        match = Match.objects.get()
        cancel_match(viewer=viewer_of(town.newcomer, now=later), match_id=match.public_id, now=later)
        propose_next(need_id=need.pk, now=later)

        assert asked(need) == [town.neighbour]
        assert DutyAlarm.objects.filter(kind="EMERGENCY").count() == 2


class TestReviewEmergency:
    def reviewed(self, who: Person, need: Need) -> Emergency:
        return review_emergency(viewer=viewer_of(who), need_id=need.public_id, words=" 处理得当 ", now=NOW + MINUTE)

    def test_is_a_coordinators_look_afterwards(self, town: SmallTown) -> None:
        need = emergency(town)
        viewer = viewer_of(town.coordinator)
        assert [row.need for row in emergencies_for(viewer, reviewed=False)] == [need]

        row = self.reviewed(town.coordinator, need)

        assert (row.words, row.reviewed_by, row.reviewed_at) == ("处理得当", town.coordinator, NOW + MINUTE)
        assert not emergencies_for(viewer, reviewed=False).exists()
        assert [found.need for found in emergencies_for(viewer, reviewed=True)] == [need]
        assert Record.objects.filter(kind="emergency.reviewed").count() == 1

    def test_happens_once(self, town: SmallTown) -> None:
        need = emergency(town)
        self.reviewed(town.coordinator, need)

        with pytest.raises(EmergencyReviewedAlready):
            self.reviewed(town.coordinator, need)

        assert Record.objects.filter(kind="emergency.reviewed").count() == 1

    def test_is_for_coordinators_of_the_area(self, town: SmallTown) -> None:
        need = emergency(town)
        with pytest.raises(NotAllowed):
            self.reviewed(town.grid_head, need)
        for stranger in (town.other_coordinator, town.asker, town.auditor):
            with pytest.raises(NotFound):
                self.reviewed(stranger, need)

        assert Emergency.objects.get().reviewed_at is None

    def test_is_not_for_whoever_had_a_part(self, town: SmallTown) -> None:
        open_offer_for(town, person=town.coordinator)
        need, own = emergency(town), emergency(town, person=town.coordinator)
        propose_next(need_id=need.pk, now=NOW)
        say_yes(town.coordinator, need)

        stand_in(town.coordinator, town.newcomer)
        for who, case in product((town.coordinator, town.newcomer), (need, own)):
            with pytest.raises(OwnEmergency):
                self.reviewed(who, case)

        assert Emergency.objects.filter(reviewed_at=None).count() == 2


class TestUrgentNeeds:
    def test_ring_no_more_once_a_helper_said_yes(self, town: SmallTown) -> None:
        open_offer_for(town, person=town.neighbour)
        need = open_need_for(town, urgency=Urgency.URGENT)
        propose_next(need_id=need.pk, now=NOW)
        raise_alarm(
            area_id=need.place_id, kind="NEED_OVERDUE", about=need.public_id, key="late", now=NOW, not_person_ids=()
        )

        proposal = say_yes(town.neighbour, need)

        assert proposal.state == ProposalState.AWAITING_ASKER
        assert set(DutyAlarm.objects.filter(closed_at=None).values_list("kind", flat=True)) == {"NEED_OVERDUE"}
        accept_proposal(viewer=viewer_of(town.asker), proposal_id=proposal.public_id, now=NOW + 2 * MINUTE)
        assert not DutyAlarm.objects.filter(closed_at=None).exists()
