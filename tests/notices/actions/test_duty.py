"""Alarms of the duty post: whom they ring, how they climb, who takes them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from matchmaker.community.actions import end_term
from matchmaker.community.models import Person, PostKind, PostTerm
from matchmaker.errors import InvalidInput, NotFound
from matchmaker.jobs import names
from matchmaker.notices.actions import (
    climb_alarms,
    close_alarm,
    raise_alarm,
    settle_alarms,
    take_alarm,
)
from matchmaker.notices.actions.duty import AlarmClosed, AlarmTakenAlready
from matchmaker.notices.models import DutyAlarm, Notice
from matchmaker.notices.queries import alarms_for, rung_lately
from matchmaker.records.models import Record
from tests.town_rows import NOW, appoint
from tests.towns import SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
FIVE = 5 * MINUTE


def rung(alarm: DutyAlarm | None = None) -> list[tuple[int, str]]:
    """Each ring and whom it was for, in order."""
    calls = (alarm or DutyAlarm.objects.get()).calls.order_by("ring", "person__name")
    return [(call.ring, call.person.name) for call in calls]


def raised(town: SmallTown, kind: str = "URGENT_NEED", key: str = "k", not_for: tuple[Person, ...] = ()) -> DutyAlarm:
    raise_alarm(
        area_id=town.households[0].pk,
        kind=kind,
        about=uuid4(),
        key=key,
        now=NOW,
        not_person_ids=[person.pk for person in not_for],
    )
    return DutyAlarm.objects.get(key=key)


def vacate(person: Person) -> None:
    end_term(viewer=None, term=PostTerm.objects.get(person=person), now=NOW)


class TestRaiseAlarm:
    def test_rings_the_lowest_post_at_once(self) -> None:
        town = small_town()

        alarm = raised(town)

        assert rung() == [(1, "周格长")]
        assert (alarm.rings_at, alarm.climbs_at) == (town.grid, NOW + FIVE)
        notice = Notice.objects.get()
        assert (notice.person, notice.kind, notice.about) == (town.grid_head, "DUTY_ALARM", alarm.public_id)

    def test_rings_once_however_often_it_is_raised(self) -> None:
        town = small_town()

        raised(town)
        raised(town)

        assert DutyAlarm.objects.count() == 1
        assert rung() == [(1, "周格长")]

    def test_rings_everybody_who_holds_a_post_of_that_area(self) -> None:
        town = small_town()
        appoint(town.neighbour, PostKind.FULL_TIME_MEMBER, town.grid, now=NOW)
        appoint(town.helper, PostKind.RESIDENT_REPRESENTATIVE, town.grid, now=NOW)

        raised(town)

        assert rung() == [(1, "周格长"), (1, "李邻芳")]

    def test_skips_a_vacant_post(self) -> None:
        town = small_town()
        vacate(town.grid_head)

        alarm = raised(town)

        assert rung() == [(1, "孙协调")]
        assert alarm.rings_at == town.community

    def test_skips_a_post_whose_term_is_over(self) -> None:
        town = small_town()
        yesterday = (NOW - timedelta(days=1)).date()
        PostTerm.objects.filter(person=town.grid_head).update(starts_date=yesterday, ends_date=yesterday)

        raised(town)

        assert rung() == [(1, "孙协调")]

    def test_skips_whoever_is_part_of_the_matter(self) -> None:
        town = small_town()

        raised(town, "CONCERN", not_for=(town.grid_head,))

        assert rung() == [(1, "孙协调")]
        assert not Notice.objects.filter(person=town.grid_head).exists()

    def test_rings_the_nearest_coordinator_where_nobody_above_holds_a_post(self) -> None:
        town = small_town()
        vacate(town.grid_head)
        vacate(town.coordinator)

        alarm = raised(town)

        assert rung() == [(1, "冯远志")]
        assert (alarm.rings_at, alarm.climbs_at) == (None, NOW + FIVE)

    def test_stays_loud_where_the_whole_region_is_vacant(self) -> None:
        town = small_town()
        for person in (town.grid_head, town.coordinator, town.other_coordinator):
            vacate(person)
        alarm = raised(town)
        appoint(town.helper, PostKind.COORDINATOR, town.other_community, now=NOW)

        climb_alarms(now=NOW + FIVE)

        assert rung(alarm) == [(2, "陈助民")]

    def test_leaves_nothing_when_the_caller_fails(self) -> None:
        town = small_town()

        with transaction.atomic():
            raised(town)
            transaction.set_rollback(True)

        assert (DutyAlarm.objects.count(), Notice.objects.count()) == (0, 0)

    def test_refuses_a_kind_that_there_is_not(self) -> None:
        town = small_town()

        with pytest.raises(ValueError, match="NOISE"):
            raised(town, "NOISE")

        assert DutyAlarm.objects.count() == 0


class TestClimbAlarms:
    def test_waits_five_minutes(self) -> None:
        raised(small_town())

        assert climb_alarms(now=NOW + FIVE - timedelta(seconds=1)) == 0
        assert rung() == [(1, "周格长")]

    def test_rings_the_next_post_above(self) -> None:
        town = small_town()
        raised(town)

        assert climb_alarms(now=NOW + FIVE) == 1
        assert climb_alarms(now=NOW + FIVE) == 0

        assert rung() == [(1, "周格长"), (2, "孙协调")]
        assert DutyAlarm.objects.get().climbs_at == NOW + 2 * FIVE

    def test_goes_on_to_the_sub_district(self) -> None:
        town = small_town()
        appoint(town.helper, PostKind.COORDINATOR, town.sub_district, now=NOW)
        raised(town)

        for step in (1, 2):
            climb_alarms(now=NOW + step * FIVE)

        assert rung() == [(1, "周格长"), (2, "孙协调"), (3, "陈助民")]
        assert DutyAlarm.objects.get().rings_at == town.sub_district

    def test_rings_everybody_again_from_the_top(self) -> None:
        raised(small_town())

        for step in (1, 2, 3):
            climb_alarms(now=NOW + step * FIVE)

        assert rung()[2:] == [(3, "周格长"), (3, "孙协调"), (4, "周格长"), (4, "孙协调")]

    def test_rings_more_rarely_after_an_hour_but_never_falls_silent(self) -> None:
        raised(small_town())
        for step in range(1, 13):
            assert climb_alarms(now=NOW + step * FIVE) == 1

        assert climb_alarms(now=NOW + 13 * FIVE) == 0
        assert climb_alarms(now=NOW + 90 * MINUTE) == 1
        assert DutyAlarm.objects.get().climbs_at == NOW + 120 * MINUTE

    def test_climbs_a_level_a_day_and_once_for_what_is_only_overdue(self) -> None:
        raised(small_town(), "NEED_OVERDUE")

        assert climb_alarms(now=NOW + FIVE) == 0
        assert climb_alarms(now=NOW + timedelta(days=1)) == 1
        assert climb_alarms(now=NOW + timedelta(days=30)) == 0

        assert rung() == [(1, "周格长"), (2, "孙协调")]
        assert set(Notice.objects.values_list("kind", flat=True)) == {"DUTY_OVERDUE"}

    def test_rings_again_what_was_taken_by_somebody_whose_post_has_ended(self) -> None:
        town = small_town()
        alarm, other = raised(town), raised(town, key="other")
        take_alarm(viewer=viewer_of(town.grid_head), alarm_id=alarm.public_id, now=NOW)
        take_alarm(viewer=viewer_of(town.coordinator), alarm_id=other.public_id, now=NOW)
        vacate(town.grid_head)

        assert climb_alarms(now=NOW + MINUTE) == 1

        assert list(DutyAlarm.objects.order_by("pk").values_list("taken_by", flat=True)) == [None, town.coordinator.pk]
        assert rung(alarm) == [(1, "周格长"), (2, town.coordinator.name)]

    @pytest.mark.parametrize(("kind", "rings"), [("URGENT_NEED", 0), ("CONCERN", 1), ("MONEY_ASKED", 1)])
    def test_lets_nothing_ring_that_was_taken_long_ago_but_a_worry(self, kind: str, rings: int) -> None:
        town = small_town()
        alarm = raised(town, kind)
        take_alarm(viewer=viewer_of(town.grid_head), alarm_id=alarm.public_id, now=NOW)
        vacate(town.grid_head)

        assert climb_alarms(now=NOW + timedelta(days=8)) == rings
        assert rung(alarm) == [(1, "周格长"), (2, "孙协调")][: 1 + rings]

    def test_is_asked_for_every_half_minute(self) -> None:
        assert names.PERIODIC[names.CLIMB_ALARMS] == 30


class TestTakeAlarm:
    def test_ends_the_climbing(self) -> None:
        town = small_town()
        alarm = raised(town)

        taken = take_alarm(viewer=viewer_of(town.grid_head), alarm_id=alarm.public_id, now=NOW + MINUTE)

        assert (taken.taken_by, taken.taken_at, taken.climbs_at) == (town.grid_head, NOW + MINUTE, None)
        assert climb_alarms(now=NOW + timedelta(days=1)) == 0
        record = Record.objects.get(kind="duty.taken")
        assert (record.chain.key, record.body) == (f"community:{town.community.pk}", {"alarm": alarm.pk})

    def test_twice_by_the_same_person_is_once(self) -> None:
        town = small_town()
        alarm = raised(town)
        viewer = viewer_of(town.grid_head)
        take_alarm(viewer=viewer, alarm_id=alarm.public_id, now=NOW + MINUTE)

        again = take_alarm(viewer=viewer, alarm_id=alarm.public_id, now=NOW + FIVE)

        assert again.taken_at == NOW + MINUTE

    def test_is_open_to_posts_above_that_were_not_rung_yet(self) -> None:
        town = small_town()
        alarm = raised(town)

        assert take_alarm(viewer=viewer_of(town.coordinator), alarm_id=alarm.public_id, now=NOW).taken_by_id

    def test_is_refused_once_a_colleague_has_it(self) -> None:
        town = small_town()
        alarm = raised(town)
        take_alarm(viewer=viewer_of(town.grid_head), alarm_id=alarm.public_id, now=NOW)

        with pytest.raises(AlarmTakenAlready):
            take_alarm(viewer=viewer_of(town.coordinator), alarm_id=alarm.public_id, now=NOW)

        alarm.refresh_from_db()
        assert alarm.taken_by == town.grid_head

    @pytest.mark.parametrize("role", ["asker", "police", "auditor", "other_coordinator"])
    def test_is_not_found_for_whoever_does_not_work_there(self, role: str) -> None:
        town = small_town()
        alarm = raised(town)

        with pytest.raises(NotFound):
            take_alarm(viewer=viewer_of(getattr(town, role)), alarm_id=alarm.public_id, now=NOW)

        alarm.refresh_from_db()
        assert alarm.taken_at is None

    def test_is_not_found_for_a_worker_who_is_part_of_it(self) -> None:
        town = small_town()
        alarm = raised(town, "CONCERN", not_for=(town.grid_head,))

        with pytest.raises(NotFound):
            take_alarm(viewer=viewer_of(town.grid_head), alarm_id=alarm.public_id, now=NOW)

        alarm.refresh_from_db()
        assert alarm.taken_at is None

    def test_falls_to_a_coordinator_of_the_region_where_nobody_else_is(self) -> None:
        town = small_town()
        vacate(town.grid_head)
        vacate(town.coordinator)
        alarm = raised(town)

        taken = take_alarm(viewer=viewer_of(town.other_coordinator), alarm_id=alarm.public_id, now=NOW)

        assert taken.taken_by == town.other_coordinator


class TestCloseAlarm:
    def test_keeps_the_words_and_who_said_them(self) -> None:
        town = small_town()
        alarm = raised(town)

        closed = close_alarm(
            viewer=viewer_of(town.coordinator), alarm_id=alarm.public_id, words=" 去看过了 ", now=NOW + MINUTE
        )

        assert (closed.words, closed.closed_by, closed.taken_by) == ("去看过了", town.coordinator, town.coordinator)
        assert climb_alarms(now=NOW + timedelta(days=1)) == 0
        assert Record.objects.filter(kind="duty.closed").count() == 1

    def test_leaves_it_with_whoever_took_it(self) -> None:
        town = small_town()
        alarm = raised(town)
        take_alarm(viewer=viewer_of(town.grid_head), alarm_id=alarm.public_id, now=NOW)

        closed = close_alarm(viewer=viewer_of(town.coordinator), alarm_id=alarm.public_id, now=NOW + MINUTE)

        assert (closed.taken_by, closed.closed_by) == (town.grid_head, town.coordinator)

    def test_is_refused_the_second_time(self) -> None:
        town = small_town()
        alarm = raised(town)
        viewer = viewer_of(town.coordinator)
        close_alarm(viewer=viewer, alarm_id=alarm.public_id, now=NOW)

        with pytest.raises(AlarmClosed):
            close_alarm(viewer=viewer, alarm_id=alarm.public_id, words="再来", now=NOW + MINUTE)
        with pytest.raises(AlarmClosed):
            take_alarm(viewer=viewer, alarm_id=alarm.public_id, now=NOW + MINUTE)

        alarm.refresh_from_db()
        assert (alarm.words, alarm.closed_at) == ("", NOW)

    @pytest.mark.parametrize("words", ["长" * 501, "空\x00"])
    def test_refuses_words_that_cannot_be_kept(self, words: str) -> None:
        town = small_town()
        alarm = raised(town)

        with pytest.raises(InvalidInput):
            close_alarm(viewer=viewer_of(town.coordinator), alarm_id=alarm.public_id, words=words, now=NOW)

        alarm.refresh_from_db()
        assert alarm.closed_at is None


class TestSettleAlarms:
    def test_ends_those_about_the_matter_and_no_others(self) -> None:
        town = small_town()
        alarm, other = raised(town, key="a"), raised(town, key="b")
        concern = raised(town, "CONCERN", key="c")
        DutyAlarm.objects.filter(pk=concern.pk).update(about=alarm.about)

        assert settle_alarms(about=alarm.about, kinds=["URGENT_NEED"], now=NOW + MINUTE) == 1

        assert climb_alarms(now=NOW + FIVE) == 2
        assert {row.key for row in DutyAlarm.objects.filter(closed_at=None)} == {other.key, concern.key}


class TestAlarmsFor:
    def test_show_the_loud_ones_first_and_the_closed_ones_last(self) -> None:
        town = small_town()
        viewer = viewer_of(town.coordinator)
        closed, taken, loud = (raised(town, key=key) for key in "abc")
        close_alarm(viewer=viewer, alarm_id=closed.public_id, now=NOW)
        take_alarm(viewer=viewer, alarm_id=taken.public_id, now=NOW)

        assert [alarm.key for alarm in alarms_for(viewer)] == ["c", "b", "a"]
        assert [alarm.key for alarm in alarms_for(viewer, loud=True)] == ["c"]
        assert [alarm.key for alarm in alarms_for(viewer, loud=False)] == ["b", "a"]
        assert [call.person for call in rung_lately(loud)] == [town.grid_head]

    def test_forget_closed_ones_after_a_week(self) -> None:
        town = small_town()
        alarm = raised(town)
        close_alarm(viewer=viewer_of(town.coordinator), alarm_id=alarm.public_id, now=NOW)

        later = NOW + timedelta(days=8)

        assert list(alarms_for(viewer_of(town.coordinator, now=later))) == []

    def test_take_two_queries_however_many_there_are(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        town = small_town()
        for key in "abc":
            raised(town, key=key)
        viewer = viewer_of(town.coordinator)

        with django_assert_num_queries(2):
            rows = list(alarms_for(viewer))
            assert [len(rung_lately(alarm)) for alarm in rows] == [1, 1, 1]


class TestRows:
    def test_cannot_ring_on_once_closed(self) -> None:
        alarm = raised(small_town())

        with pytest.raises(IntegrityError), transaction.atomic():
            DutyAlarm.objects.filter(pk=alarm.pk).update(closed_at=NOW)
