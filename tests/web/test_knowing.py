"""The page "how well we know each other": figures, pictures with tables, and names for workers alone."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from matchmaker.matches.actions import measure_communities
from matchmaker.matches.models import GroupWatch, LedgerEntry
from tests.known_town import know_the_town
from tests.load_rows import minutes_given
from tests.matches.crowds import crowd
from tests.towns import NOW, SmallTown
from tests.web.conftest import SignedIn


@pytest.fixture
def known(town: SmallTown) -> SmallTown:
    """Measured on a day four weeks ago and today."""
    crowd(town, 20)
    measure_communities(now=NOW - timedelta(days=28))
    know_the_town(town)
    counts = {"needs": 12, "met": 9, "others_needs": 20, "others_met": 18}
    GroupWatch.objects.create(
        community=town.community, date=NOW.date(), kind="NEWCOMERS", group="newcomers", **counts, wait_hours=20.0
    )
    return town


def main_of(page: HttpResponse) -> str:
    assert page.status_code == 200
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


class TestFirst:
    def test_leads_each_to_the_greatest_of_their_areas(self, known: SmallTown, signed_in: SignedIn) -> None:
        for person, area in ((known.coordinator, known.community), (known.grid_head, known.grid)):
            assert signed_in(person).get("/knowing").headers["Location"] == f"/knowing/{area.public_id}"
        assert signed_in(known.auditor).get("/knowing").headers["Location"] == f"/knowing/{known.community.public_id}"

    def test_says_when_to_come_back(self, town: SmallTown, signed_in: SignedIn) -> None:
        assert "明天再来看看" in main_of(signed_in(town.coordinator).get("/knowing"))

    @pytest.mark.parametrize("role", ["asker", "clerk", "police"])
    def test_is_not_found_by_others(self, known: SmallTown, signed_in: SignedIn, role: str) -> None:
        browser = signed_in(getattr(known, role))

        assert browser.get("/knowing").status_code == 404
        assert browser.get(f"/knowing/{known.community.public_id}").status_code == 404
        assert "/knowing" not in browser.get("/").content.decode()

    def test_is_linked_where_a_worker_would_look(self, known: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(known.coordinator)

        assert 'href="/knowing"' in browser.get("/review").content.decode()
        assert 'href="/knowing"' in browser.get("/").content.decode()
        assert 'href="/knowing"' in signed_in(known.auditor).get("/").content.decode()


class TestLoad:
    @pytest.fixture
    def given(self, known: SmallTown) -> SmallTown:
        """Five gave half an hour each, five gave six hours each."""
        minutes_given(known, crowd(known, 10), [30] * 5 + [360] * 5)
        return known

    def test_is_shown_in_bands_with_a_table_and_without_names(self, given: SmallTown, signed_in: SignedIn) -> None:
        browser, path = signed_in(given.coordinator), f"/knowing/{given.community.public_id}"

        main = main_of(browser.get(path))

        assert "十三周里见了10次面，10位帮手，一共32小时" in main
        assert "担子最重的一档（6小时及以上）有5位，占全部时长的92%" in main
        assert '<tr><th scope="row">不到6小时</th><td>5</td><td>8%</td></tr>' in main
        assert "基尼系数 0.42" in main
        assert browser.get(f"{path}/load.svg").content.startswith(b'<svg class="chart"')

    def test_is_not_told_to_an_auditor_or_of_few(self, given: SmallTown, signed_in: SignedIn) -> None:
        path = f"/knowing/{given.community.public_id}"
        assert 'id="load"' not in main_of(signed_in(given.auditor).get(path))
        LedgerEntry.objects.filter(minutes=30).delete()
        LedgerEntry.objects.earliest("pk").delete()

        assert 'id="load"' not in main_of(signed_in(given.coordinator).get(path))
        assert signed_in(given.coordinator).get(f"{path}/load.svg").status_code == 404


class TestArea:
    def test_of_a_community_says_all_of_it(self, known: SmallTown, signed_in: SignedIn) -> None:
        main = main_of(signed_in(known.coordinator).get(f"/knowing/{known.community.public_id}"))

        assert "这里登记了68人" in main
        assert "与2月2日（周一）相比" in main or "比2月2日（周一）" in main
        assert re.findall(r'<svg class="chart"[^>]*aria-label="([^"]*)"', main) == [
            "邻里生疏度，按日期",
            "各种往来有几份",
            "需求有人来的比例",
            "等多久（中位数）",
            "谁在参与",
        ]
        assert main.count("<table") == 6
        assert "第1网格" in main
        assert "新邻居（搬来不到一年）和老住户" in main
        assert "要留意" in main
        assert "50% (5/10)" in main
        for name in (known.neighbour.name, known.newcomer.name, known.elder.name):
            assert name in main
        assert "style=" not in main
        assert "<script" not in main

    def test_gives_each_chart_of_a_community_as_a_file(self, known: SmallTown, signed_in: SignedIn) -> None:
        browser, path = signed_in(known.coordinator), f"/knowing/{known.community.public_id}"

        for chart in ("ties", "met", "wait", "part"):
            answer = browser.get(f"{path}/{chart}.svg")
            assert answer.headers["Content-Disposition"] == f'attachment; filename="{chart}-2026-03-02.svg"'
            assert answer.content.startswith(b'<svg class="chart" xmlns="http://www.w3.org/2000/svg"')
        assert browser.get(f"{path}/nothing.svg").status_code == 404
        assert browser.get(f"/knowing/{known.grid.public_id}/ties.svg").status_code == 404
        assert signed_in(known.asker).get(f"{path}/ties.svg").status_code == 404

    def test_of_a_grid_shows_its_corridors_and_leads_back(self, known: SmallTown, signed_in: SignedIn) -> None:
        main = main_of(signed_in(known.coordinator).get(f"/knowing/{known.grid.public_id}"))

        assert f'class="back" href="/knowing/{known.community.public_id}"' in main
        assert "1号楼1单元" in main
        assert "3号楼1单元" not in main
        assert known.newcomer.name not in main

    def test_names_people_to_a_grid_head_on_the_page_of_the_grid(self, known: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(known.grid_head)

        assert known.newcomer.name in main_of(browser.get(f"/knowing/{known.grid.public_id}"))
        assert browser.get(f"/knowing/{known.community.public_id}").status_code == 404
        assert browser.get(f"/knowing/{known.other_grid.public_id}").status_code == 404

    def test_names_nobody_to_an_auditor(self, known: SmallTown, signed_in: SignedIn) -> None:
        main = main_of(signed_in(known.auditor).get(f"/knowing/{known.community.public_id}"))

        assert "这里登记了68人" in main
        assert [name for name in (known.neighbour.name, known.newcomer.name, known.elder.name) if name in main] == []
        assert "可以做什么" not in main

    def test_speaks_english(self, known: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(known.coordinator)
        browser.post("/language", {"language": "en", "next": "/"})

        main = main_of(browser.get(f"/knowing/{known.community.public_id}"))

        assert "68 people are known here" in main
        assert "Newcomers (here less than a year) and Settled neighbours" in main
        assert "Please look" in main

    def test_of_a_community_of_few_says_that_nothing_is_known_yet(self, town: SmallTown, signed_in: SignedIn) -> None:
        measure_communities(now=NOW)

        main = main_of(signed_in(town.coordinator).get(f"/knowing/{town.community.public_id}"))

        assert "现在还说不准" in main
        assert '<svg class="chart"' not in main
        assert "<table" not in main

    def test_asks_as_often_however_many_days_and_people_there_are(self, known: SmallTown, signed_in: SignedIn) -> None:
        browser, counts = signed_in(known.coordinator), []
        browser.get(f"/knowing/{known.community.public_id}")  # what scores rest on is measured once a day
        for day in range(2):
            for earlier in range(1, 1 + day * 6):
                measure_communities(now=NOW - timedelta(days=earlier))
            with CaptureQueriesContext(connection) as queries:
                browser.get(f"/knowing/{known.community.public_id}")
            counts.append(len(queries))

        assert counts[0] == counts[1] <= 48
