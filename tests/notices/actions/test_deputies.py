"""Deputies are told that they stand in, are rung beside the holder, and keep no alarm when their days are over."""

from datetime import timedelta

import pytest

from matchmaker.community.actions import end_deputy, name_deputy
from matchmaker.community.models import Deputy, PostTerm
from matchmaker.notices.actions import climb_alarms, take_alarm, tell_of_deputy, tell_of_ended_deputy
from matchmaker.notices.models import DutyAlarm, Notice
from tests.deputy_rows import stand_in
from tests.notices.actions.test_duty import MINUTE, raised, rung, vacate
from tests.town_rows import NOW
from tests.towns import SmallTown, small_town, viewer_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestAlarms:
    def test_ring_the_holder_and_the_deputy(self, town: SmallTown) -> None:
        stand_in(town.grid_head, town.helper)

        raised(town)

        assert sorted(rung()) == sorted([(1, town.grid_head.name), (1, town.helper.name)])

    def test_ring_no_deputy_before_their_days_or_of_a_post_nobody_holds(self, town: SmallTown) -> None:
        stand_in(town.grid_head, town.helper, days=(1, 5))
        assert rung(raised(town, key="before")) == [(1, town.grid_head.name)]
        Deputy.objects.update(starts_date=NOW.date())
        vacate(town.grid_head)

        assert rung(raised(town, key="vacant")) == [(1, town.coordinator.name)]

    def test_ring_no_deputy_who_is_part_of_it(self, town: SmallTown) -> None:
        stand_in(town.grid_head, town.helper)

        assert rung(raised(town, not_for=(town.helper,))) == [(1, town.grid_head.name)]

    def test_stay_with_a_deputy_who_took_them_until_their_days_are_over(self, town: SmallTown) -> None:
        deputy = stand_in(town.grid_head, town.helper)
        alarm = raised(town, "VISIT_OVERDUE")
        take_alarm(viewer=viewer_of(town.helper), alarm_id=alarm.public_id, now=NOW)
        assert climb_alarms(now=NOW + MINUTE) == 0

        end_deputy(viewer=viewer_of(town.helper), deputy=deputy, now=NOW)

        assert climb_alarms(now=NOW + MINUTE) == 1
        assert (2, town.grid_head.name) in rung(alarm)
        assert DutyAlarm.objects.get().taken_by is None

    def test_stay_with_a_deputy_of_a_coordinator_elsewhere(self, town: SmallTown) -> None:
        """Above the place nobody holds a post; the deputy of the next community's coordinator took it."""
        for person in (town.grid_head, town.coordinator):
            vacate(person)
        stand_in(town.other_coordinator, town.helper)
        alarm = raised(town)
        take_alarm(viewer=viewer_of(town.helper), alarm_id=alarm.public_id, now=NOW)

        assert climb_alarms(now=NOW + MINUTE) == 0

        assert DutyAlarm.objects.get().taken_by == town.helper


class TestTellOfDeputy:
    def test_tells_each_once(self, town: SmallTown) -> None:
        deputy = name_deputy(
            viewer=viewer_of(town.coordinator),
            term=PostTerm.objects.get(person=town.grid_head),
            person=town.helper,
            starts_date=NOW.date(),
            ends_date=NOW.date() + timedelta(days=5),
            now=NOW,
        )

        for to in ("deputy", "holder", "deputy"):
            tell_of_deputy(deputy_id=deputy.pk, to=to, now=NOW)

        told = {(notice.person, notice.kind, notice.about) for notice in Notice.objects.all()}
        about = deputy.public_id
        assert told == {(town.helper, "DEPUTY_NAMED", about), (town.grid_head, "DEPUTY_NAMED", about)}
        assert Notice.objects.count() == 2

    def test_is_silent_of_what_was_ended_meanwhile(self, town: SmallTown) -> None:
        deputy = stand_in(town.grid_head, town.helper, ended_at=NOW)

        tell_of_deputy(deputy_id=deputy.pk, to="deputy", now=NOW)
        assert not Notice.objects.exists()
        tell_of_ended_deputy(deputy_id=deputy.pk, to="holder", now=NOW)

        notice = Notice.objects.get()
        assert (notice.person, notice.kind) == (town.grid_head, "DEPUTY_ENDED")

    def test_is_silent_of_rows_that_are_gone(self, town: SmallTown) -> None:
        tell_of_deputy(deputy_id=1, to="deputy", now=NOW)
        tell_of_ended_deputy(deputy_id=1, to="deputy", now=NOW)

        assert not Notice.objects.exists()
