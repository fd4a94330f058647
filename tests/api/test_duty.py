"""Alarms and overdue needs through the API."""

from datetime import timedelta

import pytest
import time_machine

from matchmaker.needs.models import Urgency
from matchmaker.notices.actions import raise_alarm
from matchmaker.notices.models import DutyAlarm
from tests.graphql_client import ask, client_for, do, global_id
from tests.towns import NOW, SmallTown, load_service_types_once, open_need_for, small_town

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def town() -> SmallTown:
    load_service_types_once()
    return small_town()


class TestOverdueNeeds:
    def test_are_sifted_for_workers_and_for_nobody_else(self, town: SmallTown) -> None:
        calm, late = open_need_for(town), open_need_for(town, urgency=Urgency.URGENT)
        document = "query ($overdue: Boolean) { needs(overdue: $overdue) { nodes { id isOverdue dueAt } } }"

        with time_machine.travel(LATER, tick=False):
            worker, asker = client_for(town.coordinator), client_for(town.asker)
            found = [ask(worker, document, overdue=overdue)["needs"]["nodes"] for overdue in (True, False)]
            own = ask(asker, document, overdue=True)["needs"]["nodes"]

        assert found[0] == [
            {"id": global_id("Need", late), "isOverdue": True, "dueAt": (NOW + timedelta(hours=1)).isoformat()}
        ]
        assert [node["id"] for node in found[1]] == [global_id("Need", calm)]
        assert own == []


class TestAlarms:
    def test_are_taken_and_closed(self, town: SmallTown) -> None:
        need = open_need_for(town, verified=False, urgency=Urgency.URGENT)
        alarm = DutyAlarm.objects.get()
        document = "{ dutyAlarms(loud: true) { nodes { id kind about area { name } calls { person { name } } } } }"

        with time_machine.travel(NOW, tick=False):
            worker = client_for(town.coordinator)
            loud = ask(worker, document)["dutyAlarms"]["nodes"]
            chosen = {"alarmId": global_id("DutyAlarm", alarm)}
            taken = do(worker, "takeAlarm", "alarm { takenBy { name } climbsAt }", **chosen)
            closed = do(worker, "closeAlarm", "alarm { words closedAt }", **chosen, words="已送到\n谢谢")
            again = do(worker, "closeAlarm", "alarm { id }", **chosen)

        assert loud == [
            {
                "id": global_id("DutyAlarm", alarm),
                "kind": "URGENT_NEED",
                "about": global_id("Need", need),
                "area": {"name": "第1网格"},
                "calls": [{"person": {"name": "周格长"}}],
            }
        ]
        assert taken == {"alarm": {"takenBy": {"name": "孙协调"}, "climbsAt": None}, "errors": []}
        assert closed["alarm"] == {"words": "已送到\n谢谢", "closedAt": NOW.isoformat()}
        assert again == {"alarm": None, "errors": [{"code": "ALARM_CLOSED", "field": None}]}

    def test_are_never_shown_to_a_worker_who_is_part_of_it(self, town: SmallTown) -> None:
        raise_alarm(
            area_id=town.grid.pk,
            kind="CONCERN",
            about=town.grid.public_id,
            key="k",
            now=NOW,
            not_person_ids=[town.grid_head.pk],
        )
        alarm = DutyAlarm.objects.get()

        with time_machine.travel(NOW, tick=False):
            part, other = client_for(town.grid_head), client_for(town.coordinator)
            document = f'{{ node(id: "{global_id("DutyAlarm", alarm)}") {{ id }} dutyAlarms {{ nodes {{ id }} }} }}'
            hidden, shown = ask(part, document), ask(other, document)

        assert hidden == {"node": None, "dutyAlarms": {"nodes": []}}
        assert len(shown["dutyAlarms"]["nodes"]) == 1
