"""The public page of a community: for visitors, in both languages, the same whoever looks; exact counts for workers."""

import csv
import re
from datetime import date, timedelta
from typing import Final

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import Area, Person
from matchmaker.matches.actions import publish_month
from matchmaker.matches.models import PublicMonth
from matchmaker.needs.models import ServiceType
from matchmaker.web.views import public
from tests.matches.crowds import crowd
from tests.month_rows import asked
from tests.towns import NOW, SmallTown
from tests.web.conftest import SignedIn

HOUR: Final = timedelta(hours=1)
CLOSED: Final = NOW + timedelta(days=7)


@pytest.fixture
def told(town: SmallTown, traveller: time_machine.Traveller) -> SmallTown:
    """February with thirty who asked, twenty of them met; told on 9 March."""
    for at, one in enumerate(crowd(town, 30)):
        code = ("DIGITAL_HELP", "NURSING")[at % 3 == 0]
        asked(town, one, code, met_after=30 * HOUR if at % 3 else None)
    traveller.move_to(CLOSED)
    publish_month(area_id=town.community.pk, month="2026-02-01", now=CLOSED)
    return town


def visitor(language: str = "zh") -> Client:
    return Client(headers={"Accept-Language": language})


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def address(town: SmallTown, rest: str = "") -> str:
    return f"/public/{town.community.public_id}{rest}"


class TestPublicMonth:
    def test_is_read_by_a_visitor_from_the_first_page_on(self, told: SmallTown) -> None:
        browser = visitor()

        assert 'href="/public"' in read(browser, "/")
        assert f'href="{address(told)}"' in read(browser, "/public")
        shown = read(browser, address(told))

        assert "测试社区：2026年2月" in shown
        assert shown.count("<table") == shown.count("<caption") == 4
        assert (
            '<th scope="row">手机电脑使用帮助</th><td data-label="问的人">20</td><td data-label="有人来的">20</td>'
            '<td data-label="一半人等到答应">三天以内</td>'
        ) in shown
        assert (
            '<th scope="row">上门护理</th><td data-label="问的人">10</td><td data-label="有人来的">不到5</td>' in shown
        )
        assert '<td data-label="手机电脑使用帮助">10 / 10</td>' in shown
        assert "不到5个人问的：求职帮助、手艺与技能交流" in shown
        assert '<th scope="row">求职帮助</th>' not in shown
        assert "上门护理" not in shown.partition('id="grids"')[2]
        assert '<th scope="row">增进熟识</th><td data-label="占多少">50%</td>' in shown
        assert "岗位都有人" in shown
        assert re.findall(r'<script(?! src="/static/web/)', shown) == []
        assert "style=" not in shown

    def test_speaks_english(self, told: SmallTown) -> None:
        shown = read(visitor("en"), address(told))

        assert "February 2026" in shown
        assert "Health, care, assistance, safety and children are told of the whole community alone." in shown
        assert '<td data-label="Met">under 5</td>' in shown
        assert "That neighbours get to know each other" in shown

    def test_names_nobody(self, told: SmallTown) -> None:
        told.auditor.post_terms.update(ended_at=CLOSED)
        PublicMonth.objects.all().delete()
        publish_month(area_id=told.community.pk, month="2026-02-01", now=CLOSED)

        shown = read(visitor(), address(told)) + read(visitor(), address(told, "/2026-02.csv"))

        assert '<td data-label="岗位">监督员</td>' in shown
        assert [name for name in Person.objects.values_list("name", flat=True) if name in shown] == []

    def test_is_the_same_for_everybody(self, told: SmallTown, signed_in: SignedIn) -> None:
        mains = {
            read(browser, address(told)).partition("<main")[2].partition("</main>")[0]
            for browser in (visitor(), signed_in(told.asker), signed_in(told.police), signed_in(told.auditor))
        }

        assert len(mains) == 1

    def test_leads_to_earlier_months(self, told: SmallTown) -> None:
        row = PublicMonth.objects.get()
        PublicMonth.objects.create(
            community=told.community,
            month=date(2026, 1, 1),
            published_at=NOW,
            score_card=row.score_card,
            figures=row.figures,
        )

        assert f'href="{address(told, "/2026-01")}">2026年1月' in read(visitor(), address(told))
        assert "测试社区：2026年1月" in read(visitor(), address(told, "/2026-01"))

    @pytest.mark.parametrize("rest", ["/2026-01", "/2026-13", "/nothing", "/0000-00", "/2026-02-01", "/2026-01.csv"])
    def test_is_not_found_where_nothing_was_told(self, told: SmallTown, rest: str) -> None:
        assert visitor().get(address(told, rest)).status_code == 404

    def test_says_when_there_will_be_something(self, town: SmallTown) -> None:
        assert "每月8日" in read(visitor(), "/public")
        assert visitor().get(address(town)).status_code == 404

    def test_is_a_file_too(self, told: SmallTown) -> None:
        Area.objects.filter(pk=told.grid.pk).update(name='=HYPERLINK("x")')
        PublicMonth.objects.all().delete()
        publish_month(area_id=told.community.pk, month="2026-02-01", now=CLOSED)

        answer = visitor().get(address(told, "/2026-02.csv"))

        rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
        assert answer.headers["Content-Disposition"] == 'attachment; filename="2026-02.csv"'
        assert rows[:2] == [["帮助", "网格", "问的人", "有人来的"], ["全部", "", "30", "20"]]
        assert ["上门护理", "", "10", "<5"] in rows
        assert ["手机电脑使用帮助", '\'=HYPERLINK("x")', "10", "10"] in rows

    def test_names_in_its_file_what_was_given_up_since(self, told: SmallTown) -> None:
        ServiceType.objects.filter(code="DIGITAL_HELP").update(retired=True)

        file = visitor("en").get(address(told, "/2026-02.csv")).content.decode("utf-8-sig")

        assert ["Help with phone and computer", "", "20", "20"] in list(csv.reader(file.splitlines()))
        assert "DIGITAL_HELP" not in file

    def test_asks_as_often_however_much_is_told(self, told: SmallTown) -> None:
        counts = []
        for people in (0, 30):
            PublicMonth.objects.all().delete()
            for one in Person.objects.filter(name__startswith="居民")[:people]:
                asked(told, one, "SPORTS", met_after=HOUR)
            publish_month(area_id=told.community.pk, month="2026-02-01", now=CLOSED)
            with CaptureQueriesContext(connection) as queries:
                read(visitor(), address(told))
            counts.append(len(queries))

        assert counts == [3, 3]


class TestCommunities:
    def test_begin_with_ones_own_however_many_there_are(
        self, told: SmallTown, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _tell_elsewhere(told)
        first, last = sorted((told.community, told.other_community), key=lambda one: one.name)
        at_home = signed_in(told.asker if last == told.community else told.other_coordinator)

        assert _listed(visitor()) == [first, last]
        assert _listed(at_home) == [last, first]
        monkeypatch.setattr(public, "COMMUNITIES_SHOWN", 1)

        assert _listed(visitor()) == [first]
        assert _listed(at_home) == [last]


class TestNextMonth:
    def test_is_exact_and_for_workers_of_the_whole_community(
        self, told: SmallTown, signed_in: SignedIn, traveller: time_machine.Traveller
    ) -> None:
        asked(told, told.asker, "FESTIVAL", at=CLOSED - HOUR)
        browser = signed_in(told.coordinator)

        assert f'href="{address(told, "/next")}"' in read(browser, "/public")
        assert f'href="{address(told, "/next")}"' in read(browser, address(told))
        shown = read(browser, address(told, "/next"))

        assert "测试社区：2026年3月" in shown
        assert "请不要转给别人" in shown
        assert '<th scope="row">节庆与文化活动</th><td data-label="问的人">1</td>' in shown
        assert "4月8日（周三） 00:00" in shown

    @pytest.mark.parametrize("role", ["asker", "grid_head", "clerk", "police", "auditor", "other_coordinator"])
    def test_is_not_found_by_others(self, told: SmallTown, signed_in: SignedIn, role: str) -> None:
        browser = signed_in(getattr(told, role))

        assert browser.get(address(told, "/next")).status_code == 404
        assert address(told, "/next") not in read(browser, "/public") + read(browser, address(told))

    def test_leads_a_visitor_to_sign_in(self, told: SmallTown) -> None:
        assert visitor().get(address(told, "/next")).headers["Location"].startswith("/sign-in")


def _tell_elsewhere(told: SmallTown) -> None:
    """The other community told of the same month."""
    row = PublicMonth.objects.get()
    PublicMonth.objects.create(
        community=told.other_community,
        month=row.month,
        published_at=CLOSED,
        score_card=row.score_card,
        figures=row.figures,
    )


def _listed(browser: Client) -> list[Area]:
    ids = re.findall(r'href="/public/([0-9a-f-]{36})"', read(browser, "/public"))
    return [Area.objects.get(public_id=one) for one in ids]
