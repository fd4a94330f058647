"""The duty post's page: alarms loud first, taken and closed; emergencies looked back at; the phone."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaker.needs.models import Emergency, Urgency
from matchmaker.notices.actions import raise_alarm, set_duty_phone
from matchmaker.notices.models import DutyAlarm, DutyPhone
from matchmaker.web.notice_pages import page_of
from tests.duty_rows import asked_at_once
from tests.towns import NOW, SmallTown, open_need_for, viewer_of
from tests.web.conftest import SignedIn, leads_to

UNTAKEN = "还没有人接手"


def urgent(town: SmallTown) -> DutyAlarm:
    open_need_for(town, verified=False, urgency=Urgency.URGENT)
    return DutyAlarm.objects.get()


class TestDutyPage:
    def test_shows_what_nobody_took_and_whom_it_rang(self, town: SmallTown, signed_in: SignedIn) -> None:
        alarm = urgent(town)

        page = signed_in(town.coordinator).get("/duty").content.decode()

        assert UNTAKEN in page
        assert "代购跑腿：有人急需帮忙，还没有人答应。" in page
        assert "刚通知了：周格长" in page
        assert "第1网格 · 3月2日（周一） 09:00" in page
        assert f"/duty/alarms/{alarm.public_id}/take" in page
        assert f'href="/needs/{alarm.about}"' in page

    def test_is_where_the_notice_of_an_alarm_leads(self, town: SmallTown, signed_in: SignedIn) -> None:
        alarm = urgent(town)
        address = page_of("DUTY_ALARM", alarm.public_id)

        answer = signed_in(town.grid_head).get(address)

        assert answer.headers["Location"] == f"/duty#alarm-{alarm.public_id}"
        assert f'id="alarm-{alarm.public_id}"' in signed_in(town.grid_head).get("/duty").content.decode()
        assert signed_in(town.asker).get(address).status_code == 404

    def test_speaks_english(self, town: SmallTown) -> None:
        urgent(town)
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(town.coordinator.account)
        client.cookies["django_language"] = "en"

        page = client.get("/duty").content.decode()

        assert "Somebody needs help urgently, and nobody has said yes yet." in page

    def test_names_the_kind_of_help_that_waited_too_long(self, town: SmallTown) -> None:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(town.coordinator.account)
        client.cookies["django_language"] = "en"
        client.get("/duty")
        for service_type in ("SHOPPING", "DIGITAL_HELP", "SHOPPING"):
            need = open_need_for(town, service_type=service_type)
            raise_alarm(area_id=town.grid.pk, kind="NEED_OVERDUE", about=need.public_id, key=str(need.pk), now=NOW)
        with CaptureQueriesContext(connection) as for_three:
            page = client.get("/duty").content.decode()
        for _ in range(3):
            need = open_need_for(town)
            raise_alarm(area_id=town.grid.pk, kind="NEED_OVERDUE", about=need.public_id, key=str(need.pk), now=NOW)
        with CaptureQueriesContext(connection) as for_six:
            client.get("/duty")

        assert page.count("Shopping and errands: A request has waited for longer than it should.") == 2
        assert page.count("Help with phone and computer: A request has waited for longer than it should.") == 1
        assert len(for_six) == len(for_three)

    def test_puts_the_loud_one_first(self, town: SmallTown, signed_in: SignedIn) -> None:
        client, first = signed_in(town.coordinator), urgent(town)
        client.post(f"/duty/alarms/{first.public_id}/take")
        raise_alarm(area_id=town.grid.pk, kind="CONCERN", about=uuid4(), key="later", now=NOW)

        page = client.get("/duty").content.decode()

        assert page.index("让人不放心") < page.index("有人急需帮忙")

    def test_puts_what_may_be_about_safety_above_what_waited(self, town: SmallTown, signed_in: SignedIn) -> None:
        for kind, now in (("NEED_OVERDUE", NOW), ("CONCERN", NOW + timedelta(minutes=5))):
            raise_alarm(area_id=town.grid.pk, kind=kind, about=uuid4(), key=kind, now=now)

        page = signed_in(town.coordinator).get("/duty").content.decode()

        assert page.index("让人不放心") < page.index("等得太久了")
        assert 'href="/concerns"' in page

    @pytest.mark.parametrize("role", ["asker", "helper", "clerk", "police", "auditor"])
    def test_is_for_workers_only(self, town: SmallTown, signed_in: SignedIn, role: str) -> None:
        alarm, client = urgent(town), signed_in(getattr(town, role))

        assert client.get("/duty").status_code == 403
        assert client.post(f"/duty/alarms/{alarm.public_id}/take").status_code == 404
        assert client.post(f"/duty/alarms/{alarm.public_id}/close").status_code == 404
        alarm.refresh_from_db()
        assert (alarm.taken_at, alarm.closed_at) == (None, None)

    def test_is_loud_on_every_page_of_a_worker(self, town: SmallTown, signed_in: SignedIn) -> None:
        urgent(town)

        assert "1 条值班提醒还没有人接手" in signed_in(town.coordinator).get("/").content.decode()
        assert "值班提醒" not in signed_in(town.asker).get("/").content.decode()


class TestTakeAndClose:
    def test_are_two_buttons(self, town: SmallTown, signed_in: SignedIn) -> None:
        alarm, client = urgent(town), signed_in(town.coordinator)

        taken = client.post(f"/duty/alarms/{alarm.public_id}/take")
        page = client.get("/duty").content.decode()
        assert leads_to(taken) == "/duty"
        assert UNTAKEN not in page
        assert "接手：孙协调" in page

        client.post(f"/duty/alarms/{alarm.public_id}/close", {f"{alarm.public_id}-words": "已经送到"})
        page = client.get("/duty").content.decode()
        alarm.refresh_from_db()
        assert (alarm.words, alarm.closed_by) == ("已经送到", town.coordinator)
        assert "已经送到" in page

    def test_say_when_a_colleague_was_first(self, town: SmallTown, signed_in: SignedIn) -> None:
        alarm = urgent(town)
        signed_in(town.grid_head).post(f"/duty/alarms/{alarm.public_id}/take")

        answer = signed_in(town.coordinator).post(f"/duty/alarms/{alarm.public_id}/take")

        assert answer.status_code == 409
        assert "已经有同事接手了" in answer.content.decode()

    def test_keep_what_was_typed_when_it_is_too_long(self, town: SmallTown, signed_in: SignedIn) -> None:
        alarm, client = urgent(town), signed_in(town.coordinator)

        answer = client.post(f"/duty/alarms/{alarm.public_id}/close", {f"{alarm.public_id}-words": "长" * 501})

        assert answer.status_code == 200
        assert "<details open>" in answer.content.decode()
        alarm.refresh_from_db()
        assert alarm.closed_at is None

    def test_do_nothing_when_only_looked_at(self, town: SmallTown, signed_in: SignedIn) -> None:
        alarm, client = urgent(town), signed_in(town.coordinator)

        for path in ("take", "close"):
            assert client.get(f"/duty/alarms/{alarm.public_id}/{path}").headers["Location"] == "/duty"

        alarm.refresh_from_db()
        assert alarm.taken_at is None


class TestOverdue:
    def test_stands_on_the_page_and_first_on_the_review_page(self, town: SmallTown, signed_in: SignedIn) -> None:
        calm = open_need_for(town, verified=False, now=NOW - timedelta(hours=2), urgency=Urgency.SOON)
        late = open_need_for(town, verified=False, now=NOW - timedelta(hours=1), urgency=Urgency.URGENT)

        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            client = signed_in(town.coordinator)
            duty, review = (client.get(path).content.decode() for path in ("/duty", "/review"))

        overdue = duty[duty.index('id="overdue"') : duty.index('id="emergencies"')]
        assert str(late.public_id) in overdue
        assert str(calm.public_id) not in overdue
        assert review.index(str(late.public_id)) < review.index(str(calm.public_id))
        assert review.count("等得太久了") == 1


class TestEmergencies:
    def test_are_looked_back_at(self, town: SmallTown, signed_in: SignedIn) -> None:
        need, client = asked_at_once(town), signed_in(town.coordinator)
        assert "没有先核实需求；没有等集中安排" in client.get("/duty").content.decode()

        client.post(f"/duty/emergencies/{need.public_id}/review", {f"{need.public_id}-words": "处理得当"})

        assert Emergency.objects.get().words == "处理得当"
        assert "没有先核实需求" not in client.get("/duty").content.decode()


class TestDutyPhone:
    def test_is_set_here_and_shown_to_the_neighbours(self, town: SmallTown, signed_in: SignedIn) -> None:
        area = town.community.public_id

        signed_in(town.coordinator).post(f"/duty/phones/{area}", {f"{area}-phone": "0471 1234567"})

        assert DutyPhone.objects.get().phone == "+864711234567"
        assert 'href="tel:+864711234567"' in signed_in(town.asker).get("/").content.decode()
        assert "+864711234567" not in signed_in(town.other_coordinator).get("/").content.decode()

    def test_says_what_is_no_number_and_keeps_it(self, town: SmallTown, signed_in: SignedIn) -> None:
        area = town.community.public_id

        answer = signed_in(town.coordinator).post(f"/duty/phones/{area}", {f"{area}-phone": "没有号码"})

        assert "这不是电话号码。" in answer.content.decode()
        assert 'value="没有号码"' in answer.content.decode()
        assert DutyPhone.objects.count() == 0

    def test_is_offered_to_coordinators_alone(self, town: SmallTown, signed_in: SignedIn) -> None:
        assert 'id="phones"' in signed_in(town.coordinator).get("/duty").content.decode()
        assert 'id="phones"' not in signed_in(town.grid_head).get("/duty").content.decode()

    def test_stands_on_the_page_of_a_need(self, town: SmallTown, signed_in: SignedIn) -> None:
        set_duty_phone(viewer=viewer_of(town.coordinator), area_id=town.grid.public_id, phone="0471 1234567", now=NOW)
        need = open_need_for(town)

        assert "+864711234567" in signed_in(town.asker).get(f"/needs/{need.public_id}").content.decode()
