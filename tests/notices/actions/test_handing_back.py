"""Alarms that somebody took who no longer works there."""

import pytest

from matchmaker.community.models import PostKind
from matchmaker.notices.actions import climb_alarms, take_alarm
from matchmaker.notices.models import DutyAlarm
from tests.notices.actions.test_duty import MINUTE, raised, rung, vacate
from tests.town_rows import NOW, appoint
from tests.towns import small_town, viewer_of

pytestmark = pytest.mark.django_db


class TestClimbAlarms:
    def test_rings_again_what_was_taken_by_somebody_who_works_elsewhere_now(self) -> None:
        """Who moved to another grid does not see the alarm any more, so nobody would ever close it."""
        town = small_town()
        alarm = raised(town, "VISIT_OVERDUE")
        take_alarm(viewer=viewer_of(town.grid_head), alarm_id=alarm.public_id, now=NOW)
        vacate(town.grid_head)
        appoint(town.grid_head, PostKind.GRID_HEAD, town.other_grid, now=NOW)

        assert climb_alarms(now=NOW + MINUTE) == 1

        assert rung(alarm) == [(1, "周格长"), (2, "孙协调")]

    def test_leaves_with_a_coordinator_what_nobody_nearer_could_be_rung_for(self) -> None:
        town = small_town()
        for person in (town.grid_head, town.coordinator):
            vacate(person)
        alarm = raised(town)
        take_alarm(viewer=viewer_of(town.other_coordinator), alarm_id=alarm.public_id, now=NOW)

        assert climb_alarms(now=NOW + MINUTE) == 0

        assert DutyAlarm.objects.get().taken_by == town.other_coordinator
