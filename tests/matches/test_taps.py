"""Coming and leaving: who may say so, when, and what comes of it."""

from datetime import datetime, timedelta

import pytest

from matchmaker.errors import NotAllowed, NotFound
from matchmaker.matches import actions
from matchmaker.matches.actions import overdue
from matchmaker.matches.actions.taps import NothingToTakeBack, TooEarlyToArrive, TooLateToSay, VisitNotOpen
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.matches.models import LedgerEntry, Match, Visit
from matchmaker.needs.models import Offer
from matchmaker.notices.models import DutyAlarm
from tests.towns import SmallTown, match_for, open_need_for, open_offer_for, small_town, viewer_of

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.fixture
def match(town: SmallTown) -> Match:
    return match_for(town)


@pytest.fixture
def visit(match: Match) -> Visit:
    return match.visits.get()


def arrive(town: SmallTown, visit: Visit, who: str, now: datetime) -> Visit:
    return actions.arrive(viewer=viewer_of(getattr(town, who)), visit_id=visit.public_id, now=now)


def leave(town: SmallTown, visit: Visit, who: str, now: datetime) -> Visit:
    return actions.leave(viewer=viewer_of(getattr(town, who)), visit_id=visit.public_id, now=now)


def stored(visit: Visit) -> tuple[datetime | None, str, datetime | None, str]:
    visit.refresh_from_db()
    return visit.arrived_at, visit.arrived_said, visit.left_at, visit.left_said


class TestArrive:
    @pytest.mark.parametrize(
        ("who", "said"), [("helper", "HELPER"), ("asker", "ASKER"), ("coordinator", "CALL"), ("grid_head", "CALL")]
    )
    def test_is_said_by_either_side_or_by_a_worker_after_a_call(
        self, town: SmallTown, visit: Visit, who: str, said: str
    ) -> None:
        arrive(town, visit, who, visit.starts_at)

        assert stored(visit) == (visit.starts_at, said, None, "")
        assert visit.arrived_by == getattr(town, who)

    def test_said_twice_is_the_first(self, town: SmallTown, visit: Visit) -> None:
        arrive(town, visit, "helper", visit.starts_at)
        arrive(town, visit, "asker", visit.starts_at + 3 * MINUTE)

        assert stored(visit) == (visit.starts_at, "HELPER", None, "")

    def test_begins_half_an_hour_before_and_not_sooner(self, town: SmallTown, visit: Visit) -> None:
        with pytest.raises(TooEarlyToArrive):
            arrive(town, visit, "helper", visit.starts_at - 31 * MINUTE)
        assert stored(visit) == (None, "", None, "")

        arrive(town, visit, "helper", visit.starts_at - 30 * MINUTE)
        assert visit.starts_at - 30 * MINUTE == stored(visit)[0]

    def test_is_refused_once_the_time_is_over(self, town: SmallTown, visit: Visit) -> None:
        with pytest.raises(TooLateToSay):
            arrive(town, visit, "helper", visit.ends_at + MINUTE)

        assert stored(visit) == (None, "", None, "")

    def test_is_not_for_a_neighbour_nor_for_workers_elsewhere(self, town: SmallTown, visit: Visit) -> None:
        for who in ("neighbour", "other_coordinator", "auditor", "police"):
            with pytest.raises(NotFound):
                arrive(town, visit, who, visit.starts_at)

        assert stored(visit) == (None, "", None, "")

    def test_is_not_for_a_clerk_who_is_not_there(self, town: SmallTown) -> None:
        offer = open_offer_for(town, organization=town.organization)
        visit = match_for(town, offer=offer).visits.get()

        with pytest.raises(NotAllowed):
            arrive(town, visit, "clerk", visit.starts_at)

        assert stored(visit) == (None, "", None, "")

    def test_is_refused_while_the_match_is_paused(self, town: SmallTown, match: Match, visit: Visit) -> None:
        actions.report_concern(viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now)

        with pytest.raises(VisitNotOpen):
            arrive(town, visit, "helper", visit.starts_at)

        assert stored(visit) == (None, "", None, "")


class TestLeave:
    def test_is_said_after_coming(self, town: SmallTown, visit: Visit) -> None:
        arrive(town, visit, "helper", visit.starts_at)
        leave(town, visit, "asker", visit.starts_at + 40 * MINUTE)
        leave(town, visit, "helper", visit.starts_at + 50 * MINUTE)

        assert stored(visit) == (visit.starts_at, "HELPER", visit.starts_at + 40 * MINUTE, "ASKER")

    def test_needs_no_word_of_coming(self, town: SmallTown, visit: Visit) -> None:
        leave(town, visit, "helper", visit.ends_at)

        assert stored(visit) == (None, "", visit.ends_at, "HELPER")

    def test_is_refused_before_the_visit(self, town: SmallTown, visit: Visit) -> None:
        with pytest.raises(TooEarlyToArrive):
            leave(town, visit, "helper", visit.starts_at - MINUTE)

        assert stored(visit) == (None, "", None, "")

    def test_is_refused_half_a_day_later(self, town: SmallTown, visit: Visit) -> None:
        with pytest.raises(TooLateToSay):
            leave(town, visit, "helper", visit.ends_at + timedelta(hours=12, minutes=1))

        assert stored(visit) == (None, "", None, "")

    def test_is_heard_from_someone_inside_while_the_match_is_paused(
        self, town: SmallTown, match: Match, visit: Visit
    ) -> None:
        arrive(town, visit, "helper", visit.starts_at)
        actions.report_concern(viewer=viewer_of(town.helper), match_id=match.public_id, now=visit.starts_at + MINUTE)

        leave(town, visit, "helper", visit.starts_at + 2 * MINUTE)

        assert stored(visit)[2:] == (visit.starts_at + 2 * MINUTE, "HELPER")

    def test_ends_the_alarm_that_rang_for_it(self, town: SmallTown, visit: Visit) -> None:
        arrive(town, visit, "helper", visit.starts_at)
        late = visit.ends_at + 30 * MINUTE
        actions.watch_visits(now=late)

        leave(town, visit, "asker", late + MINUTE)

        assert DutyAlarm.objects.get().closed_at == late + MINUTE


class TestTakeBackTap:
    def test_unsays_the_latest_word_alone(self, town: SmallTown, visit: Visit) -> None:
        arrive(town, visit, "helper", visit.starts_at)
        leave(town, visit, "helper", visit.starts_at + 5 * MINUTE)

        actions.take_back_tap(
            viewer=viewer_of(town.helper), visit_id=visit.public_id, now=visit.starts_at + 15 * MINUTE
        )

        assert stored(visit) == (visit.starts_at, "HELPER", None, "")

    def test_is_refused_after_ten_minutes(self, town: SmallTown, visit: Visit) -> None:
        arrive(town, visit, "helper", visit.starts_at)

        with pytest.raises(NothingToTakeBack):
            actions.take_back_tap(
                viewer=viewer_of(town.helper), visit_id=visit.public_id, now=visit.starts_at + 11 * MINUTE
            )

        assert stored(visit) == (visit.starts_at, "HELPER", None, "")

    def test_is_for_nobody_else_than_who_said_it(self, town: SmallTown, visit: Visit) -> None:
        arrive(town, visit, "helper", visit.starts_at)

        with pytest.raises(NothingToTakeBack):
            actions.take_back_tap(viewer=viewer_of(town.asker), visit_id=visit.public_id, now=visit.starts_at)

        assert stored(visit) == (visit.starts_at, "HELPER", None, "")

    def test_is_refused_once_both_spoke_of_the_visit(self, town: SmallTown, visit: Visit) -> None:
        """The minutes stand in the ledger by then."""
        arrive(town, visit, "helper", visit.starts_at)
        leave(town, visit, "helper", visit.ends_at)
        for person in (town.helper, town.asker):
            actions.record_outcome(
                viewer=viewer_of(person), visit_id=visit.public_id, draft=OutcomeDraft(happened=True), now=visit.ends_at
            )

        with pytest.raises(NothingToTakeBack):
            actions.take_back_tap(viewer=viewer_of(town.helper), visit_id=visit.public_id, now=visit.ends_at)

        assert stored(visit) == (visit.starts_at, "HELPER", visit.ends_at, "HELPER")


class TestMinutes:
    @pytest.mark.parametrize(("stayed", "counted"), [(42, 42), (90, 90), (300, 90), (0, 1)])
    def test_are_those_between_coming_and_leaving_where_neither_states_any(
        self, town: SmallTown, visit: Visit, stayed: int, counted: int
    ) -> None:
        arrive(town, visit, "helper", visit.starts_at)
        leave(town, visit, "helper", visit.starts_at + stayed * MINUTE)

        for person in (town.helper, town.asker):
            draft, now = OutcomeDraft(happened=True), visit.starts_at + timedelta(hours=6)
            actions.record_outcome(viewer=viewer_of(person), visit_id=visit.public_id, draft=draft, now=now)

        assert LedgerEntry.objects.get().minutes == counted


class TestWatchVisits:
    def test_rings_once_where_nobody_came_to_a_home(self, town: SmallTown, visit: Visit) -> None:
        assert actions.watch_visits(now=visit.starts_at + 29 * MINUTE) == 0
        assert not DutyAlarm.objects.exists()

        actions.watch_visits(now=visit.starts_at + 30 * MINUTE)
        actions.watch_visits(now=visit.starts_at + 31 * MINUTE)

        alarm = DutyAlarm.objects.get()
        assert (alarm.kind, alarm.about, alarm.area) == ("VISIT_OVERDUE", visit.public_id, town.households[0])
        assert {town.helper, town.asker} <= set(alarm.not_for.all())

    def test_rings_for_the_next_however_many_it_rang_for_before(
        self, town: SmallTown, visit: Visit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """In a city nobody says a word of hundreds of visits a day; they must not hide the one that begins now."""
        monkeypatch.setattr(overdue, "WATCHED_AT_ONCE", 1)
        need = open_need_for(town, person=town.neighbour)
        later = match_for(town, need=need, offer=open_offer_for(town, person=town.stranger)).visits.get()
        Visit.objects.filter(pk=later.pk).update(starts_at=visit.starts_at + MINUTE)
        late = visit.starts_at + 40 * MINUTE

        assert [actions.watch_visits(now=late) for _ in range(3)] == [1, 1, 0]

        assert set(DutyAlarm.objects.values_list("about", flat=True)) == {visit.public_id, later.public_id}

    def test_rings_again_where_they_came_late_and_did_not_leave(self, town: SmallTown, visit: Visit) -> None:
        actions.watch_visits(now=visit.starts_at + 30 * MINUTE)
        arrive(town, visit, "helper", visit.starts_at + 35 * MINUTE)

        assert actions.watch_visits(now=visit.ends_at + 30 * MINUTE) == 1

    def test_rings_nobody_who_speaks_for_the_organization_that_was_to_come(
        self, town: SmallTown, match: Match, visit: Visit
    ) -> None:
        Offer.objects.filter(pk=match.offer_id).update(person=None, organization=town.organization)

        actions.watch_visits(now=visit.starts_at + 30 * MINUTE)

        assert town.clerk in DutyAlarm.objects.get().not_for.all()

    def test_rings_where_nobody_said_that_they_left(self, town: SmallTown, visit: Visit) -> None:
        arrive(town, visit, "helper", visit.starts_at)

        assert actions.watch_visits(now=visit.ends_at + 29 * MINUTE) == 0
        assert actions.watch_visits(now=visit.ends_at + 30 * MINUTE) == 1
        assert DutyAlarm.objects.get().kind == "VISIT_OVERDUE"

    def test_waits_for_whoever_is_inside_though_the_match_was_paused(
        self, town: SmallTown, match: Match, visit: Visit
    ) -> None:
        arrive(town, visit, "helper", visit.starts_at)
        actions.report_concern(viewer=viewer_of(town.asker), match_id=match.public_id, now=visit.starts_at + MINUTE)

        assert actions.watch_visits(now=visit.ends_at + 30 * MINUTE) == 1

    def test_does_not_ring_for_a_meeting_elsewhere_nor_once_somebody_spoke(self, town: SmallTown) -> None:
        outside = open_need_for(town, at_home=False, place=town.corridors[0].public_id)
        visit = match_for(town, need=outside).visits.get()
        assert actions.watch_visits(now=visit.starts_at + 30 * MINUTE) == 0

        arrive(town, visit, "helper", visit.starts_at)
        draft = OutcomeDraft(happened=True)
        actions.record_outcome(viewer=viewer_of(town.helper), visit_id=visit.public_id, draft=draft, now=visit.ends_at)

        assert actions.watch_visits(now=visit.ends_at + 30 * MINUTE) == 0
        assert not DutyAlarm.objects.exists()

    def test_is_over_once_a_side_says_how_it_went(self, town: SmallTown, visit: Visit) -> None:
        late = visit.starts_at + 40 * MINUTE
        actions.watch_visits(now=late)

        draft = OutcomeDraft(happened=True)
        actions.record_outcome(viewer=viewer_of(town.asker), visit_id=visit.public_id, draft=draft, now=late)

        assert DutyAlarm.objects.get().closed_at == late

    def test_does_not_ring_for_a_match_that_is_paused_before_anybody_went(
        self, town: SmallTown, match: Match, visit: Visit
    ) -> None:
        actions.report_concern(viewer=viewer_of(town.asker), match_id=match.public_id, now=town.now)

        assert actions.watch_visits(now=visit.starts_at + 30 * MINUTE) == 0
        assert set(DutyAlarm.objects.values_list("kind", flat=True)) == {"CONCERN"}
