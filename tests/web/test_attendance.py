"""Who went to which visit, as the clerk of an organization reads it and takes it along."""

import csv
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Membership, Person
from matchmaker.matches.models import Visit
from matchmaker.needs.models import ServiceType
from matchmaker.records.models import Record
from matchmaker.web.views import attendance
from tests.town_rows import NOW
from tests.towns import SmallTown, match_for, open_offer_for
from tests.web.conftest import SignedIn

GOOD = {"happened": "yes", "how": "well", "greet_again": "yes"}


@pytest.fixture
def visit(town: SmallTown) -> Visit:
    """A member is to go in the name of the organization."""
    return match_for(town, offer=open_offer_for(town, organization=town.organization)).visits.get()


def page_of(town: SmallTown) -> str:
    return f"/organizations/{town.organization.public_id}/attendance"


def again(visit: Visit, days: int) -> Visit:
    span = timedelta(days=days)
    copied = Visit(
        match=visit.match, starts_at=visit.starts_at + span, ends_at=visit.ends_at + span, minutes=visit.minutes
    )
    copied.save()
    return copied


def cells(html: str) -> list[str]:
    """The words of the only row."""
    row = html[html.index("<tbody>") : html.index("</tbody>")]
    parts = row.replace("</th>", "</td>").split("</td>")[:-1]
    return ["".join(bit.partition(">")[2] for bit in part.split("<")).strip() for part in parts]


class TestAttendance:
    def test_says_when_they_came_when_they_left_and_what_was_confirmed(
        self, town: SmallTown, signed_in: SignedIn, visit: Visit, traveller: time_machine.Traveller
    ) -> None:
        member, asker, clerk = (signed_in(one) for one in (town.member, town.asker, town.clerk))
        traveller.move_to(visit.starts_at + timedelta(minutes=5))
        member.post(f"/visits/{visit.public_id}/arrive")
        begun = clerk.get(page_of(town)).content.decode()
        traveller.move_to(visit.ends_at)
        member.post(f"/visits/{visit.public_id}/leave")
        for one in (member, asker):
            one.post(f"/visits/{visit.public_id}/outcome", GOOD)

        held = clerk.get(page_of(town)).content.decode()

        when, name = "3月3日（周二） 09:00–10:00", town.member.name
        assert cells(begun) == [when, "代购跑腿", name, "09:05", "", "", "双方还没有都说"]
        assert cells(held) == [when, "代购跑腿", name, "09:05", "10:00", "55分钟", "见过了"]

    @pytest.mark.parametrize(
        ("state", "zh", "en"),
        [
            ("NOT_HELD", "没有见到", "Nobody came"),
            ("CANCELLED", "取消了", "Called off"),
            ("UNCONFIRMED", "有一方一直没有说", "One side never said"),
        ],
    )
    def test_says_how_it_stands_in_both_languages(
        self, town: SmallTown, signed_in: SignedIn, visit: Visit, state: str, zh: str, en: str
    ) -> None:
        Visit.objects.update(state=state, closed_at=NOW)
        client = signed_in(town.clerk)

        chinese = client.get(page_of(town)).content.decode()
        client.post("/language", {"language": "en", "next": "/"})
        english = client.get(page_of(town)).content.decode()

        assert cells(chinese)[-1] == zh
        assert cells(english)[-1] == en

    def test_holds_nothing_of_whoever_is_helped(self, town: SmallTown, signed_in: SignedIn, visit: Visit) -> None:
        html = signed_in(town.clerk).get(page_of(town)).content.decode()

        secrets = (town.asker.name, "1号楼", "101", "买菜", town.asker.phone, str(visit.match.public_id))
        assert [word for word in secrets if word in html] == []

    def test_does_not_say_what_sensitive_help_is(self, town: SmallTown, signed_in: SignedIn, visit: Visit) -> None:
        ServiceType.objects.filter(code="SHOPPING").update(sensitive=True)
        client = signed_in(town.clerk)

        html = client.get(page_of(town)).content.decode()
        file = client.post(f"{page_of(town)}.csv").content.decode()

        assert cells(html)[1] == "约好的见面"
        assert "代购跑腿" not in html + file

    def test_names_no_member_whom_the_organization_does_not_know(
        self, town: SmallTown, signed_in: SignedIn, visit: Visit
    ) -> None:
        Membership.objects.filter(person=town.member).update(named=False)
        client = signed_in(town.clerk)

        html = client.get(page_of(town)).content.decode()
        file = client.post(f"{page_of(town)}.csv").content.decode()

        assert cells(html)[2] == "一位成员（组织还不认识，或已离开）"
        assert town.member.name not in html + file

    def test_is_not_found_by_others(self, town: SmallTown, signed_in: SignedIn, visit: Visit) -> None:
        for someone in (town.member, town.asker, town.coordinator, town.auditor):
            client = signed_in(someone)
            assert client.get(page_of(town)).status_code == 404
            assert client.post(f"{page_of(town)}.csv").status_code == 404
        assert signed_in(town.clerk).get(f"/organizations/{town.station.public_id}/attendance").status_code == 404
        assert Client().get(page_of(town)).status_code == 302
        assert not Record.objects.filter(kind="attendance.listed").exists()

    def test_is_found_from_the_desk_for_the_month_chosen(
        self, town: SmallTown, signed_in: SignedIn, visit: Visit, traveller: time_machine.Traveller
    ) -> None:
        traveller.move_to(NOW + timedelta(days=40))
        client = signed_in(town.clerk)

        desk = client.get(f"/organizations/{town.organization.public_id}?month=2026-03").content.decode()
        this, then = (client.get(f"{page_of(town)}{month}").content.decode() for month in ("", "?month=2026-03"))

        assert f'href="{page_of(town)}?month=2026-03"' in desk
        assert "没有约好的见面" in this
        assert cells(then)[2] == town.member.name
        assert this.count('<option value="20') == 12

    def test_leads_a_clerk_who_goes_to_where_it_is_said(
        self, town: SmallTown, signed_in: SignedIn, visit: Visit, traveller: time_machine.Traveller
    ) -> None:
        client, address = signed_in(town.clerk), f'href="/visits/{visit.public_id}"'
        traveller.move_to(visit.starts_at)
        as_others_go = client.get(page_of(town)).content.decode()
        visit.match.helper = town.clerk
        visit.match.save(update_fields=["helper"])

        assert address not in as_others_go
        assert address in client.get(page_of(town)).content.decode()

    def test_takes_as_many_queries_for_many_visits_as_for_one(
        self, town: SmallTown, signed_in: SignedIn, visit: Visit
    ) -> None:
        client = signed_in(town.clerk)

        def queries() -> int:
            with CaptureQueriesContext(connection) as caught:
                html = client.get(page_of(town)).content.decode()
            assert html.count('<th scope="row">') == Visit.objects.count()
            return len(caught)

        before = queries()
        for days in range(1, 5):
            again(visit, days)

        assert queries() == before

    def test_stands_on_several_pages_where_it_is_long(
        self, town: SmallTown, signed_in: SignedIn, visit: Visit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(attendance, "ON_A_PAGE", 2)
        for days in range(1, 5):
            again(visit, days)
        client = signed_in(town.clerk)

        last = client.get(f"{page_of(town)}?month=2026-03&page=3").content.decode()

        assert last.count('<th scope="row">') == 1
        assert "5次见面" in last
        assert f'href="{page_of(town)}?month=2026-03&amp;page=2#table"' in last
        assert "page=4" not in last


class TestFile:
    def test_has_the_month_and_is_recorded(
        self, town: SmallTown, signed_in: SignedIn, visit: Visit, traveller: time_machine.Traveller
    ) -> None:
        client = signed_in(town.clerk)
        traveller.move_to(visit.starts_at + timedelta(minutes=5))
        signed_in(town.member).post(f"/visits/{visit.public_id}/arrive")

        assert client.get(f"{page_of(town)}.csv").status_code == 302
        answer = client.post(f"{page_of(town)}.csv", {"month": "2026-03"})

        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="attendance-2026-03.csv"'
        header, row = csv.reader(answer.content.decode("utf-8-sig").splitlines())
        assert dict(zip(header, row, strict=True)) == {
            "日期": "2026-03-03",
            "约好的开始": "09:00",
            "约好的结束": "10:00",
            "成员": town.member.name,
            "服务内容": "代购跑腿",
            "社区": "测试社区",
            "到了": "09:05",
            "离开": "",
            "服务时长（分钟）": "",
            "情况": "双方还没有都说",
        }
        assert town.asker.name not in answer.content.decode()
        assert Record.objects.filter(kind="attendance.listed").count() == 1

    def test_runs_in_no_spreadsheet(self, town: SmallTown, signed_in: SignedIn, visit: Visit) -> None:
        Person.objects.filter(pk=town.member.pk).update(name="=1+1")

        answer = signed_in(town.clerk).post(f"{page_of(town)}.csv")

        assert ",'=1+1," in answer.content.decode("utf-8-sig").splitlines()[1]
