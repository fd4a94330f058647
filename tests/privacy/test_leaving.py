"""Leaving ends everything kindly; coming back undoes it; forgetting waits for its day and for the shred list."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from matchmaker.community.models import Mandate, Membership, Person, PostKind, PostTerm, Tie, Vouch
from matchmaker.errors import NotAllowed, NotFound, SignInRequired
from matchmaker.jobs.models import OutboxJob
from matchmaker.jobs.names import FORGET_DUE, PROPOSE_NEXT
from matchmaker.lists.models import ImportRun, ImportUpload
from matchmaker.matches.actions import (
    cancel_visit,
    propose_next,
    publish_score_cards,
    report_concern,
    resolve_concern,
    take_concern,
)
from matchmaker.matches.models import BookedQuarter, Concern, Match, Proposal, ProposalState, Visit, VisitState
from matchmaker.needs.models import Need, NeedState, Offer, OfferState
from matchmaker.notices.models import Notice
from matchmaker.privacy import shred_list
from matchmaker.privacy.actions import come_back, forget_due, leave, leave_for, take_back
from matchmaker.privacy.actions.leaving import PersonHasAccount, ReturnCodeNotValid
from matchmaker.privacy.models import Farewell
from matchmaker.records.queries import chain_keys, records_about, verify_chain
from tests.town_rows import appoint
from tests.towns import (
    NOW,
    SmallTown,
    helper_says_yes,
    match_for,
    open_need_for,
    open_offer_for,
    proposal_for,
    small_town,
    user_of,
    viewer_of,
    vouch,
)

LATER = NOW + timedelta(days=14)


@pytest.fixture
def town(db: None, settings: Any, tmp_path: Path) -> Iterator[SmallTown]:
    settings.SHRED_LIST = tmp_path / "kept" / "shred_list"
    publish_score_cards(now=NOW)
    return small_town()


def go(person: Person, **how: Any) -> Any:
    return leave(viewer=viewer_of(person), now=NOW, **how)


class TestLeave:
    def test_of_who_asked_withdraws_their_needs_and_calls_visits_off(self, town: SmallTown) -> None:
        match = match_for(town)
        other = open_need_for(town)

        go(town.asker)

        match.refresh_from_db()
        assert match.state == "CANCELLED"
        assert set(Need.objects.values_list("state", flat=True)) == {NeedState.WITHDRAWN}
        assert Visit.objects.get().state == VisitState.CANCELLED
        assert not BookedQuarter.objects.exists()
        assert Notice.objects.filter(person=town.helper, kind="MATCH_CANCELLED", about=match.public_id).count() == 1
        assert other.pk in Need.objects.values_list("pk", flat=True)

    def test_of_who_helps_lets_the_need_look_for_the_next(self, town: SmallTown) -> None:
        match = match_for(town)

        go(town.helper)

        match.refresh_from_db()
        need = match.need
        assert match.state == "CANCELLED"
        assert (need.state, need.helpers_found) == (NeedState.OPEN, 0)
        assert OutboxJob.objects.filter(name=PROPOSE_NEXT, payload__need_id=need.pk, done_at=None).exists()
        assert Notice.objects.filter(person=town.asker, kind="MATCH_CANCELLED").count() == 1
        assert Offer.objects.get().state == OfferState.CLOSED
        assert propose_next(need_id=need.pk, now=NOW) is None

    def test_takes_the_search_for_a_stand_in_along(self, town: SmallTown) -> None:
        match = match_for(town, need=open_need_for(town, repeat="WEEKLY"))
        absent = match.visits.order_by("starts_at")[1]
        cancel_visit(viewer=viewer_of(town.helper), visit_id=absent.public_id, now=NOW)

        go(town.asker)

        match.refresh_from_db()
        assert match.state == "CANCELLED"
        assert list(Need.objects.values_list("state", flat=True)) == [NeedState.WITHDRAWN, NeedState.WITHDRAWN]

    def test_withdraws_proposals_that_wait(self, town: SmallTown) -> None:
        proposal = proposal_for(town)

        go(town.helper)

        proposal.refresh_from_db()
        assert proposal.state == ProposalState.WITHDRAWN

    def test_leaves_nobody_to_be_rung_about_help_that_is_gone(self, town: SmallTown) -> None:
        proposal = proposal_for(town)
        helper_says_yes(town, proposal)

        go(town.helper)

        found = Notice.objects.get(person=town.asker, kind="HELPER_FOUND", about=proposal.public_id)
        assert found.settled_at == NOW

    def test_withdraws_the_proposal_of_an_organization_that_named_the_person(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization)
        proposal = proposal_for(town, offer=offer, state=ProposalState.AWAITING_ASKER)

        go(town.member)

        proposal.refresh_from_db()
        offer.refresh_from_db()
        assert proposal.state == ProposalState.WITHDRAWN
        assert offer.state == OfferState.OPEN

    def test_stops_waiting_for_what_nobody_will_say(self, town: SmallTown) -> None:
        match = match_for(town)
        afterwards = NOW + timedelta(days=2)

        leave(viewer=viewer_of(town.asker, now=afterwards), now=afterwards)

        match.refresh_from_db()
        assert (Visit.objects.get().state, match.state) == (VisitState.UNCONFIRMED, "DONE")

    def test_ends_posts_memberships_mandates_and_words(self, town: SmallTown) -> None:
        vouch(town.coordinator, town.grid_head)
        for holder, person in ((town.coordinator, town.elder), (town.neighbour, town.coordinator)):
            Mandate.objects.create(
                kind="PROXY",
                holder=holder,
                for_person=person,
                evidence="电话",
                starts_date=NOW.date(),
                ends_date=NOW.date() + timedelta(days=9),
            )

        go(town.coordinator)
        go(town.clerk)

        assert not PostTerm.objects.filter(person=town.coordinator, ended_at=None).exists()
        assert not Membership.objects.filter(person=town.clerk, until_date=None).exists()
        assert not Mandate.objects.filter(revoked_at=None).exists()
        assert not Vouch.objects.filter(voucher=town.coordinator, revoked_at=None).exists()
        assert viewer_of(town.coordinator).is_visitor

    def test_signs_every_browser_out(self, town: SmallTown) -> None:
        for person in (town.asker, town.asker, town.helper):
            Client().force_login(user_of(person))

        go(town.asker)

        assert [row.get_decoded()["_auth_user_id"] for row in Session.objects.all()] == [str(user_of(town.helper).pk)]

    def test_waits_two_weeks_unless_it_is_wished_at_once(self, town: SmallTown) -> None:
        go(town.asker)
        go(town.helper, at_once=True)

        assert [row.forget_at for row in Farewell.objects.order_by("person_id")] == [LATER, NOW]
        assert sorted(OutboxJob.objects.filter(name=FORGET_DUE).values_list("due_at", flat=True)) == [NOW, LATER]

    def test_is_recorded_without_a_word_about_who(self, town: SmallTown) -> None:
        go(town.asker)

        assert [fault for key in chain_keys() for fault in verify_chain(key)] == []

    def test_is_not_for_visitors_nor_twice(self, town: SmallTown) -> None:
        viewer = viewer_of(town.asker)
        leave(viewer=viewer, now=NOW)

        with pytest.raises(NotFound):
            leave(viewer=viewer, now=NOW)
        with pytest.raises(SignInRequired):
            go(town.asker)

        assert Farewell.objects.count() == 1

    def test_ends_a_match_that_is_paused(self, town: SmallTown) -> None:
        match = match_for(town)
        report_concern(viewer=viewer_of(town.asker), match_id=match.public_id, words="不放心", now=NOW)

        go(town.helper)

        match.refresh_from_db()
        assert (match.state, match.suspended_at) == ("CANCELLED", None)
        assert Visit.objects.get().state == VisitState.CANCELLED


class TestComeBack:
    def test_undoes_it_and_ties_are_as_they_were(self, town: SmallTown) -> None:
        ties = Tie.objects.filter(ended_at=None).count()
        code = go(town.neighbour).return_code

        come_back(return_code=f" {code.lower().replace('-', ' ')} ", now=LATER - timedelta(minutes=1))

        assert not viewer_of(town.neighbour).is_visitor
        assert Tie.objects.filter(ended_at=None).count() == ties
        assert forget_due(now=LATER) == 0
        assert Person.objects.filter(pk=town.neighbour.pk).exists()

    def test_outlives_a_new_secret_key(self, town: SmallTown, settings: Any) -> None:
        code = go(town.neighbour).return_code
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another" * 8

        come_back(return_code=code, now=NOW)

        assert not viewer_of(town.neighbour).is_visitor

    @pytest.mark.parametrize(("code", "at"), [("2222-2222-2222", NOW), (None, LATER)])
    def test_is_refused_for_another_code_and_too_late(self, town: SmallTown, code: str | None, at: Any) -> None:
        own = go(town.asker).return_code

        with pytest.raises(ReturnCodeNotValid):
            come_back(return_code=code or own, now=at)

        assert Farewell.objects.count() == 1
        assert viewer_of(town.asker).is_visitor

    def test_is_also_entered_by_a_worker_of_the_area(self, town: SmallTown) -> None:
        go(town.asker)

        for stranger in (town.helper, town.other_coordinator):
            with pytest.raises(NotFound):
                take_back(viewer=viewer_of(stranger), person_id=town.asker.public_id, now=NOW)
        assert Farewell.objects.count() == 1
        take_back(viewer=viewer_of(town.grid_head), person_id=town.asker.public_id, now=NOW)

        assert not viewer_of(town.asker).is_visitor


class TestLeaveFor:
    def test_enters_the_wish_of_a_person_without_an_account(self, town: SmallTown) -> None:
        left = leave_for(viewer=viewer_of(town.grid_head), person_id=town.elder.public_id, now=NOW)

        assert (left.farewell.heard_by, left.farewell.forget_at) == (town.grid_head, LATER)
        assert forget_due(now=LATER - timedelta(seconds=1)) == 0
        assert forget_due(now=LATER) == 1
        assert not Person.objects.filter(pk=town.elder.pk).exists()

    def test_stays_recorded_with_the_worker_who_heard_it(self, town: SmallTown) -> None:
        worker = viewer_of(town.grid_head)
        leave_for(viewer=worker, person_id=town.elder.public_id, now=NOW)
        take_back(viewer=worker, person_id=town.elder.public_id, now=NOW)
        leave_for(viewer=worker, person_id=town.elder.public_id, now=NOW)
        assert forget_due(now=LATER) == 1

        kinds = [record.kind for record in records_about(town.grid_head.pk)]

        about = [kind for kind in kinds if kind.startswith("person.")]
        assert about == ["person.left", "person.came_back", "person.left"]
        assert [fault for key in chain_keys() for fault in verify_chain(key)] == []

    def test_is_refused_to_others_and_for_others(self, town: SmallTown) -> None:
        for stranger in (town.asker, town.other_coordinator, town.auditor):
            with pytest.raises(NotFound):
                leave_for(viewer=viewer_of(stranger), person_id=town.elder.public_id, now=NOW)
        with pytest.raises(PersonHasAccount):
            leave_for(viewer=viewer_of(town.grid_head), person_id=town.asker.public_id, now=NOW)
        with pytest.raises(NotAllowed):
            leave_for(viewer=viewer_of(town.grid_head), person_id=town.grid_head.public_id, now=NOW)

        assert not Farewell.objects.exists()
        assert not Person.objects.exclude(left_at=None).exists()

    def test_is_refused_to_a_worker_whom_they_met(self, town: SmallTown) -> None:
        """Nobody has what was said of them forgotten by entering that the other side leaves."""
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN", channel="DOORSTEP")
        match = match_for(town, need=need)
        worker = viewer_of(town.coordinator)
        report_concern(viewer=worker, match_id=match.public_id, side="ASKER", words="不放心", now=NOW)
        appoint(town.helper, PostKind.FULL_TIME_MEMBER, town.community)

        with pytest.raises(NotAllowed):
            leave_for(viewer=viewer_of(town.helper), person_id=town.elder.public_id, now=NOW)

        assert forget_due(now=LATER) == 0
        assert Concern.objects.count() == 1


class TestForgetDue:
    def test_writes_the_list_before_the_rows_go(self, town: SmallTown, monkeypatch: pytest.MonkeyPatch) -> None:
        go(town.asker, at_once=True)
        monkeypatch.setattr("matchmaker.privacy.actions.forgetting._forget", _fail)

        with pytest.raises(RuntimeError):
            forget_due(now=NOW)

        assert Person.objects.filter(pk=town.asker.pk).exists()
        assert shred_list.read().names(town.asker.public_id)

    def test_forgets_nobody_where_the_list_cannot_be_written(self, town: SmallTown, settings: Any) -> None:
        go(town.asker, at_once=True)
        settings.SHRED_LIST.parent.parent.joinpath("in-the-way").write_text("")
        settings.SHRED_LIST = settings.SHRED_LIST.parent.parent / "in-the-way" / "shred_list"

        with pytest.raises(OSError, match="in-the-way"):
            forget_due(now=NOW)

        assert Person.objects.filter(pk=town.asker.pk).exists()

    def test_done_twice_does_nothing_the_second_time(self, town: SmallTown) -> None:
        go(town.asker, at_once=True)

        assert (forget_due(now=NOW), forget_due(now=NOW)) == (1, 0)

    def test_waits_while_a_concern_about_the_person_is_open(self, town: SmallTown) -> None:
        match = match_for(town)
        concern = report_concern(viewer=viewer_of(town.asker), match_id=match.public_id, words="不放心", now=NOW)
        go(town.helper, at_once=True)
        assert forget_due(now=NOW) == 0
        worker = viewer_of(town.coordinator)
        take_concern(viewer=worker, concern_id=concern.public_id, now=NOW)
        resolve_concern(viewer=worker, concern_id=concern.public_id, resolution="END", reason="谈过了", now=NOW)

        assert forget_due(now=NOW) == 1

        assert not Person.objects.filter(pk=town.helper.pk).exists()

    def test_waits_for_a_concern_no_longer_than_ninety_days(self, town: SmallTown) -> None:
        match = match_for(town)
        report_concern(viewer=viewer_of(town.asker), match_id=match.public_id, words="不放心", now=NOW)
        go(town.helper, at_once=True)

        assert forget_due(now=NOW + timedelta(days=90) - timedelta(seconds=1)) == 0
        assert forget_due(now=NOW + timedelta(days=90)) == 1

    def test_does_not_wait_for_ones_own_concern(self, town: SmallTown) -> None:
        match = match_for(town)
        report_concern(viewer=viewer_of(town.asker), match_id=match.public_id, words="不放心", now=NOW)
        go(town.asker, at_once=True)

        assert forget_due(now=NOW) == 1

    def test_hands_a_workers_concern_to_the_side_it_is_about_without_their_words(self, town: SmallTown) -> None:
        match = match_for(town)
        report_concern(viewer=viewer_of(town.coordinator), match_id=match.public_id, words="不放心", now=NOW)
        go(town.coordinator, at_once=True)

        forget_due(now=NOW)

        concern = Concern.objects.get()
        assert (concern.said_by, concern.match, concern.words) == (town.asker, match, "")

    def test_leaves_a_workers_own_words_to_the_colleague_who_looks_into_it(self, town: SmallTown) -> None:
        match = match_for(town)
        said = report_concern(viewer=viewer_of(town.coordinator), match_id=match.public_id, words="不放心", now=NOW)
        take_concern(viewer=viewer_of(town.grid_head), concern_id=said.public_id, now=NOW)
        go(town.coordinator, at_once=True)

        forget_due(now=NOW)

        concern = Concern.objects.get()
        assert (concern.said_by, concern.words) == (town.grid_head, "不放心")

    def test_erases_lists_that_wait_and_name_the_person(self, town: SmallTown) -> None:
        naming, other = (
            ImportRun.objects.create(
                kind="PEOPLE", community=town.community, checksum=sign * 64, rows_count=1, uploaded_at=NOW
            )
            for sign in "12"
        )
        spelled = town.asker.phone.removeprefix("+86")
        for run, cells in ((naming, ["某人", spelled]), (other, ["别人", "13800000000"])):
            ImportUpload.objects.create(run=run, columns=["name", "phone"], rows=[[2, cells]])
        go(town.asker, at_once=True)

        forget_due(now=NOW)

        naming.refresh_from_db()
        assert (naming.state, naming.finished_at) == ("WITHDRAWN", NOW)
        assert [upload.run for upload in ImportUpload.objects.all()] == [other]

    def test_leaves_the_others_match_alone(self, town: SmallTown) -> None:
        match = match_for(town)
        go(town.neighbour, at_once=True)

        forget_due(now=NOW)

        assert Match.objects.get() == match
        assert Proposal.objects.count() == 1


def _fail(*_: object) -> None:
    raise RuntimeError
