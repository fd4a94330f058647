"""An urgent need at night: the grid head is rung, five minutes later the coordinator, who takes it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from matchmaker.community.models import Person
from matchmaker.jobs.actions import enqueue_periodic
from matchmaker.jobs.relay import run_due
from matchmaker.matches.actions import publish_score_cards
from matchmaker.needs.drafts import Window
from matchmaker.needs.models import Urgency
from matchmaker.notices.models import DutyAlarm, Notice
from tests.towns import SmallTown, load_service_types_once, open_need_for, open_offer_for, small_town, user_of

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 3, 2, 18, 30, tzinfo=UTC)
"""Half past two in the morning of 3 March, on the clocks of the community."""


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    publish_score_cards(now=NIGHT)
    return small_town()


def browser(person: Person) -> Client:
    client = Client(headers={"Accept-Language": "zh"})
    client.force_login(user_of(person))
    return client


def told(person: Person) -> int:
    return Notice.objects.filter(person=person, kind="DUTY_ALARM").count()


class TestUrgentNeedAtNight:
    def test_climbs_to_the_coordinator_who_takes_it(self, town: SmallTown) -> None:
        with time_machine.travel(NIGHT, tick=False) as clock:
            open_offer_for(town, person=town.neighbour, now=NIGHT)
            window = Window((NIGHT + timedelta(hours=8)).date(), time(6), time(9))
            need = open_need_for(town, verified=False, now=NIGHT, urgency=Urgency.URGENT, windows=(window,))
            assert (told(town.grid_head), told(town.coordinator)) == (1, 0)

            self.half_minutes(clock, NIGHT, 9)  # four and a half minutes
            assert told(town.coordinator) == 0
            self.half_minutes(clock, NIGHT + timedelta(minutes=4.5), 2)  # and one more
            assert (told(town.grid_head), told(town.coordinator)) == (1, 1)

            desk = browser(town.coordinator)
            assert "1 条值班提醒还没有人接手" in desk.get("/").content.decode()
            alarm = DutyAlarm.objects.get(about=need.public_id)
            desk.post(f"/duty/alarms/{alarm.public_id}/take")

            self.half_minutes(clock, NIGHT + timedelta(minutes=5.5), 40)  # nobody is rung any more
            assert (told(town.grid_head), told(town.coordinator)) == (1, 1)
            alarm.refresh_from_db()
            assert alarm.taken_by == town.coordinator

    def half_minutes(self, clock: Any, begin: datetime, count: int) -> None:
        """The periodic work is asked for and done every half minute, so many times."""
        for number in range(1, count + 1):
            moment = begin + timedelta(seconds=30 * number)
            clock.move_to(moment)
            enqueue_periodic(now=moment)
            run_due(clock=timezone.now)


class TestEmergencyAtNight:
    def test_is_answered_by_the_first_neighbour_while_the_duty_post_rings(self, town: SmallTown) -> None:
        with time_machine.travel(NIGHT, tick=False) as clock:
            for helper in (town.neighbour, town.newcomer):
                open_offer_for(town, person=helper, now=NIGHT)
            need = open_need_for(
                town, verified=False, now=NIGHT, urgency=Urgency.EMERGENCY, windows=(), consent="IN_APP", minutes=30
            )
            run_due(clock=timezone.now)
            clock.shift(timedelta(minutes=2))

            asked = browser(town.newcomer).get("/mine").content.decode()
            proposal = need.proposals.get(helper=town.newcomer)
            assert str(proposal.public_id) in asked
            page = browser(town.newcomer).get(f"/proposals/{proposal.public_id}").content.decode()
            assert "这是紧急求助" in page
            browser(town.newcomer).post(f"/proposals/{proposal.public_id}/accept")

            match = need.matches.get()
            assert match.helper == town.newcomer
            shown = browser(town.newcomer).get(f"/matches/{match.public_id}").content.decode()
            assert town.asker.phone in shown
            other = need.proposals.get(helper=town.neighbour)
            assert "已经不需要答复了" in browser(town.neighbour).get(f"/proposals/{other.public_id}").content.decode()
            assert Notice.objects.filter(person=town.neighbour, kind="EMERGENCY_ANSWERED").count() == 1
            assert (told(town.grid_head), DutyAlarm.objects.get().closed_at) == (1, None)
