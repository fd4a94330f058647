"""A word of worry: pauses at once, calls the duty post, is read by two people and answered with a reason."""

from datetime import timedelta

import pytest

from matchmaker.community.models import Tie
from matchmaker.errors import InvalidInput, NotAllowed, NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.actions import leaving
from matchmaker.matches.actions.concerns import ConcernAnswered, ConcernInHand, ConcernNotInHand
from matchmaker.matches.actions.outcomes import MatchPaused
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.inputs import town_of
from matchmaker.matches.models import (
    BookedQuarter,
    Concern,
    ConcernState,
    LedgerEntry,
    Match,
    MatchState,
    VisitState,
)
from matchmaker.needs.models import Need, NeedState
from matchmaker.notices.models import DutyAlarm, DutyCall, Notice
from matchmaker.records.models import Record
from tests.towns import SmallTown, match_for, open_need_for, open_offer_for, small_town, viewer_of

pytestmark = pytest.mark.django_db

WORDS = "他总是问我家里有没有人"
REASON = "两边都谈过了，是误会"


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.fixture
def match(town: SmallTown) -> Match:
    return match_for(town)


def report(town: SmallTown, match: Match, who: str = "asker", **said: object) -> Concern:
    said.setdefault("now", town.now + timedelta(hours=1))
    return actions.report_concern(viewer=viewer_of(getattr(town, who)), match_id=match.public_id, **said)


def take(town: SmallTown, concern: Concern, who: str = "coordinator") -> Concern:
    return actions.take_concern(viewer=viewer_of(getattr(town, who)), concern_id=concern.public_id, now=town.now)


def resolve(
    town: SmallTown, concern: Concern, resolution: str, who: str = "coordinator", after: timedelta = timedelta(hours=2)
) -> Concern:
    return actions.resolve_concern(
        viewer=viewer_of(getattr(town, who)),
        concern_id=concern.public_id,
        resolution=resolution,
        reason=REASON,
        now=town.now + after,
    )


def state_of(match: Match) -> str:
    match.refresh_from_db()
    return match.state


def told(person: object, kind: str) -> int:
    return Notice.objects.filter(person=person, kind=kind).count()


class TestReportConcern:
    def test_pauses_the_match_and_calls_the_duty_post_at_once(self, town: SmallTown, match: Match) -> None:
        concern = report(town, match, words=WORDS)

        assert state_of(match) == MatchState.SUSPENDED
        assert match.suspended_at == town.now + timedelta(hours=1)
        assert (concern.state, concern.side, concern.said_by, concern.words) == ("OPEN", "ASKER", town.asker, WORDS)
        alarm = DutyAlarm.objects.get()
        assert (alarm.kind, alarm.about, alarm.area) == ("CONCERN", match.public_id, town.households[0])
        assert [call.person for call in DutyCall.objects.all()] == [town.grid_head]
        assert (told(town.helper, "MATCH_PAUSED"), told(town.asker, "MATCH_PAUSED")) == (1, 1)

    def test_of_money_pauses_likewise(self, town: SmallTown, match: Match) -> None:
        concern = report(town, match, kind="MONEY")

        assert (concern.kind, state_of(match)) == ("MONEY", MatchState.SUSPENDED)
        assert DutyAlarm.objects.get().kind == "MONEY_ASKED"

    def test_hides_the_contacts_the_door_word_and_the_details(self, town: SmallTown, match: Match) -> None:
        asker, helper = viewer_of(town.asker), viewer_of(town.helper)
        assert queries.may_see_contacts(helper, match)
        assert queries.door_word_of(helper, match, "zh")
        assert queries.agreed_need_ids(helper) == {match.need_id}

        report(town, match)

        seen = queries.match_by_id(helper, match.public_id)
        with pytest.raises(NotFound):
            queries.contact_of(helper, seen, town.asker)
        with pytest.raises(NotFound):
            queries.contact_of(asker, seen, town.helper)
        assert queries.door_word_of(helper, seen, "zh") is None
        assert queries.agreed_need_ids(helper) == frozenset()
        assert not queries.may_see_person(helper, seen.proposal)
        assert list(queries.own_matches(helper)) == list(queries.own_matches(asker)) == [match]

    def test_holds_visits_words_minutes_and_the_series(self, town: SmallTown) -> None:
        weekly = match_for(town, need=open_need_for(town, repeat="WEEKLY"))
        report(town, weekly)
        visit = weekly.visits.all()[0]
        long_after = visit.ends_at + timedelta(days=20)

        with pytest.raises(MatchPaused):
            actions.record_outcome(
                viewer=viewer_of(town.asker),
                visit_id=visit.public_id,
                draft=OutcomeDraft(happened=True, greet_again=True),
                now=visit.ends_at,
            )
        assert actions.ask_for_outcomes(now=visit.ends_at) == 0
        assert actions.extend_series(now=long_after) == 0
        assert actions.close_unconfirmed_visits(now=long_after) == 0

        assert set(weekly.visits.values_list("state", flat=True)) == {VisitState.PLANNED}
        assert not queries.visits_to_speak_of(viewer_of(town.asker), now=visit.ends_at).exists()
        assert (LedgerEntry.objects.count(), Tie.objects.filter(kind="HELPED").count()) == (0, 0)

    def test_said_twice_is_one(self, town: SmallTown, match: Match) -> None:
        first = report(town, match, words=WORDS)
        again = report(town, match, words=WORDS)
        other = report(town, match, "helper", words=WORDS)

        assert (again, Concern.objects.count()) == (first, 2)
        assert other.side == "HELPER"
        assert DutyAlarm.objects.count() == 2
        assert told(town.helper, "MATCH_PAUSED") == 1

    def test_of_a_match_that_is_over_stands_and_changes_nothing_there(self, town: SmallTown, match: Match) -> None:
        actions.cancel_match(viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now)

        report(town, match, words=WORDS)

        assert state_of(match) == MatchState.CANCELLED
        assert DutyAlarm.objects.get().kind == "CONCERN"

    def test_is_logged_by_a_worker_for_the_side_that_rang(self, town: SmallTown, match: Match) -> None:
        concern = report(town, match, "coordinator", side="ASKER", words=WORDS)
        own = report(town, match, "grid_head", words="我看到他们在吵")

        assert (concern.said_by, concern.heard_by, concern.side) == (town.asker, town.coordinator, "ASKER")
        assert (own.said_by, own.heard_by, own.side) == (town.grid_head, None, "")

    def test_is_for_a_side_or_a_worker_alone(self, town: SmallTown, match: Match) -> None:
        for who in ("neighbour", "other_coordinator", "auditor", "police"):
            with pytest.raises(NotFound):
                report(town, match, who)
        with pytest.raises(NotAllowed):
            report(town, match, "helper", side="ASKER")

        assert (state_of(match), Concern.objects.count(), DutyAlarm.objects.count()) == (MatchState.AGREED, 0, 0)

    @pytest.mark.parametrize("said", [{"kind": "GOSSIP"}, {"words": "长" * 2001}, {"words": "a\x00b"}, {"side": "X"}])
    def test_refuses_what_cannot_be_stored(self, town: SmallTown, match: Match, said: dict[str, str]) -> None:
        with pytest.raises(InvalidInput):
            report(town, match, **said)

        assert (state_of(match), Concern.objects.count()) == (MatchState.AGREED, 0)

    def test_of_a_visit_of_another_match_is_not_found(self, town: SmallTown, match: Match) -> None:
        other = match_for(town, need=open_need_for(town, person=town.neighbour), offer=match.offer)

        with pytest.raises(NotFound):
            report(town, match, visit_id=other.visits.get().public_id)

        assert (state_of(match), Concern.objects.count()) == (MatchState.AGREED, 0)

    def test_leaves_no_word_in_records_and_notices(self, town: SmallTown, match: Match) -> None:
        concern = take(town, report(town, match, words=WORDS))
        resolve(town, concern, "END")

        kept = repr(list(Record.objects.values_list("kind", "body"))) + repr(list(Notice.objects.values()))
        assert "concern.reported" in kept
        assert WORDS not in kept
        assert REASON not in kept
        assert match.door_word not in kept

    def test_changes_nothing_that_the_engine_knows_of_who_said_it(self, town: SmallTown, match: Match) -> None:
        before = town_of(town.community, now=town.now)

        report(town, match, words=WORDS)

        assert town_of(town.community, now=town.now) == before


class TestWhoKnows:
    def test_of_a_concern_are_who_said_it_and_workers_who_are_no_part(self, town: SmallTown, match: Match) -> None:
        concern = report(town, match, words=WORDS)

        def known(who: str) -> bool:
            return queries.concerns_for(viewer_of(getattr(town, who))).filter(pk=concern.pk).exists()

        assert {who for who in ("asker", "helper", "grid_head", "coordinator", "auditor", "police") if known(who)} == {
            "asker",
            "grid_head",
            "coordinator",
        }

    def test_its_words_are_who_said_it_and_who_took_it(self, town: SmallTown, match: Match) -> None:
        concern = report(town, match, words=WORDS)
        everyone = ("asker", "helper", "grid_head", "coordinator")

        def readers() -> set[str]:
            return {who for who in everyone if queries.may_read_concern(viewer_of(getattr(town, who)), concern)}

        assert readers() == {"asker"}
        concern = take(town, concern)
        assert readers() == {"asker", "coordinator"}

    def test_is_not_the_worker_it_is_about_and_the_next_post_is_rung(self, town: SmallTown) -> None:
        offer = open_offer_for(town, person=town.grid_head)
        match = match_for(town, offer=offer)

        concern = report(town, match, words=WORDS)

        assert [call.person for call in DutyCall.objects.all()] == [town.coordinator]
        assert not queries.concerns_for(viewer_of(town.grid_head)).exists()
        with pytest.raises(NotFound):
            take(town, concern, "grid_head")
        concern.refresh_from_db()
        assert concern.state == ConcernState.OPEN


class TestTakeConcern:
    def test_puts_it_into_one_pair_of_hands(self, town: SmallTown, match: Match) -> None:
        concern = take(town, report(town, match))
        take(town, concern)

        with pytest.raises(ConcernInHand):
            take(town, concern, "grid_head")

        concern.refresh_from_db()
        assert (concern.state, concern.taken_by) == (ConcernState.IN_HAND, town.coordinator)
        assert DutyAlarm.objects.get().closed_at is not None

    def test_passes_on_where_whoever_had_it_holds_the_post_no_longer(self, town: SmallTown, match: Match) -> None:
        concern = take(town, report(town, match), "grid_head")
        town.grid_head.post_terms.update(ended_at=town.now)

        take(town, concern)

        concern.refresh_from_db()
        assert concern.taken_by == town.coordinator

    def test_is_not_for_who_said_it(self, town: SmallTown, match: Match) -> None:
        concern = report(town, match)

        with pytest.raises(NotAllowed):
            take(town, concern, "asker")

        concern.refresh_from_db()
        assert concern.state == ConcernState.OPEN

    def test_is_for_the_worker_who_wrote_it_down(self, town: SmallTown, match: Match) -> None:
        concern = report(town, match, "coordinator", side="HELPER")

        take(town, concern)

        concern.refresh_from_db()
        assert concern.heard_by == concern.taken_by == town.coordinator


class TestResolveConcern:
    def test_lets_the_match_go_on(self, town: SmallTown, match: Match) -> None:
        concern = take(town, report(town, match, words=WORDS))

        resolve(town, concern, "RESUME")

        concern.refresh_from_db()
        assert (state_of(match), match.suspended_at) == (MatchState.AGREED, None)
        assert (concern.state, concern.resolution, concern.reason) == (ConcernState.RESOLVED, "RESUME", REASON)
        assert (told(town.helper, "MATCH_RESUMED"), told(town.asker, "CONCERN_ANSWERED")) == (1, 1)
        assert told(town.helper, "CONCERN_ANSWERED") == 0
        assert match.visits.get().state == VisitState.PLANNED

    def test_ends_the_match_and_looks_for_the_next(self, town: SmallTown, match: Match) -> None:
        resolve(town, take(town, report(town, match)), "END")

        need = Need.objects.get()
        assert (state_of(match), match.visits.get().state) == (MatchState.CANCELLED, VisitState.CANCELLED)
        assert (need.state, need.helpers_found, BookedQuarter.objects.count()) == (NeedState.OPEN, 0, 0)
        assert actions.propose_next(need_id=need.pk, now=town.now + timedelta(hours=2)) is None

    def test_waits_for_every_concern_of_the_match(self, town: SmallTown, match: Match) -> None:
        first = take(town, report(town, match))
        second = take(town, report(town, match, "helper"))

        resolve(town, first, "RESUME")
        assert state_of(match) == MatchState.SUSPENDED

        resolve(town, second, "RESUME")
        assert state_of(match) == MatchState.AGREED

    def test_calls_visits_off_that_fell_into_the_pause(self, town: SmallTown) -> None:
        weekly = match_for(town, need=open_need_for(town, repeat="WEEKLY"))
        concern = take(town, report(town, weekly))

        resolve(town, concern, "RESUME", after=timedelta(days=9))

        assert state_of(weekly) == MatchState.AGREED
        assert [visit.state for visit in weekly.visits.all()] == ["CANCELLED", "CANCELLED", "PLANNED", "PLANNED"]
        assert BookedQuarter.objects.filter(person=town.helper).count() == 2 * 4

    def test_ends_a_match_whose_only_visit_fell_into_the_pause(self, town: SmallTown, match: Match) -> None:
        concern = take(town, report(town, match))

        resolve(town, concern, "RESUME", after=timedelta(days=2))

        assert (state_of(match), match.visits.get().state) == (MatchState.CANCELLED, VisitState.CANCELLED)
        assert Need.objects.get().helpers_found == 0

    def test_is_for_whoever_has_it_in_hand(self, town: SmallTown, match: Match) -> None:
        concern = report(town, match)
        with pytest.raises(ConcernNotInHand):
            resolve(town, concern, "END")
        take(town, concern)
        with pytest.raises(ConcernNotInHand):
            resolve(town, concern, "END", "grid_head")

        assert state_of(match) == MatchState.SUSPENDED

    def test_needs_a_reason_and_happens_once(self, town: SmallTown, match: Match) -> None:
        concern = take(town, report(town, match))
        worker = viewer_of(town.coordinator)
        for resolution, reason in (("END", "  "), ("END", "长" * 501), ("SHRUG", REASON)):
            with pytest.raises(InvalidInput):
                actions.resolve_concern(
                    viewer=worker, concern_id=concern.public_id, resolution=resolution, reason=reason, now=town.now
                )
        assert state_of(match) == MatchState.SUSPENDED

        resolve(town, concern, "RESUME")
        with pytest.raises(ConcernAnswered):
            resolve(town, concern, "END")
        assert state_of(match) == MatchState.AGREED


class TestLeaving:
    def test_ends_what_is_paused_too(self, town: SmallTown, match: Match) -> None:
        report(town, match)
        assert list(leaving.matches_to_cancel_of(town.helper.pk, now=town.now)) == [match]

        after = match.visits.get().ends_at
        leaving.stop_waiting_for_words_of(person_id=town.helper.pk, now=after)

        assert (state_of(match), match.suspended_at) == (MatchState.DONE, None)
        assert match.visits.get().state == VisitState.UNCONFIRMED


class TestCancelMatch:
    def test_is_open_to_both_sides_while_it_is_paused(self, town: SmallTown, match: Match) -> None:
        concern = report(town, match)

        actions.cancel_match(viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now)
        resolve(town, take(town, concern), "RESUME")

        assert (state_of(match), match.suspended_at) == (MatchState.CANCELLED, None)
        assert Need.objects.get().state == NeedState.OPEN
