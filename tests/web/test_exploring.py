"""The explorer's pages and files: what the address asks for, whom they are for, and the policy they are served with."""

import json
import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaker.matches.actions import look_around
from matchmaker.matches.models import CaseLook
from matchmaker.web.views import exploring
from tests.matches.rows_explored import more_buildings, tie_at_random
from tests.towns import NOW, SmallTown, proposal_for, tie, viewer_of
from tests.web.conftest import SignedIn


def crowded(town: SmallTown, people: int = 40) -> None:
    tie_at_random(more_buildings(town, 4, people), people * 2)


def look_of(town: SmallTown) -> CaseLook:
    need = proposal_for(town).need
    tie(town.asker, town.neighbour)
    return look_around(viewer=viewer_of(town.coordinator), need_id=need.public_id, reason="想知道谁能陪", now=NOW)


def told_to_the_script(html: str) -> dict[str, object]:
    found = re.search(r'<script id="explorer-data" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    told: dict[str, object] = json.loads(found[1])
    return told


class TestExplorer:
    def test_leads_a_coordinator_to_their_area_and_nobody_else(self, town: SmallTown, signed_in: SignedIn) -> None:
        path = f"/explorer/{town.community.public_id}"

        assert signed_in(town.coordinator).get("/explorer").headers["Location"] == path
        for person in (town.asker, town.grid_head, town.auditor):
            assert signed_in(person).get("/explorer").status_code == 403
            assert signed_in(person).get(path).status_code == 404
        assert Client().get(path).status_code == 302

    def test_has_a_picture_a_table_and_a_script_of_ours_alone(self, town: SmallTown, signed_in: SignedIn) -> None:
        crowded(town)
        answer = signed_in(town.coordinator).get(f"/explorer/{town.community.public_id}")
        html = answer.content.decode()

        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert html.count('id="row-') == html.count('href="#row-') == 6
        scripts = re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL)
        assert all("src=" in told or "application/json" in told for told, _ in scripts)
        assert "居民" not in html  # nobody by name where no case is open

    def test_shows_what_the_address_asks_for(self, town: SmallTown, signed_in: SignedIn) -> None:
        crowded(town)
        browser, path = signed_in(town.coordinator), f"/explorer/{town.community.public_id}"

        way = browser.get(f"{path}?start=1&goal=2").content.decode()
        kin = told_to_the_script(browser.get(f"{path}?kinds=KIN").content.decode())

        assert "最短的往来：" in way
        assert 'stroke-width="5.0"' in way
        assert kin["kinds"] == [0]

    def test_leads_from_each_building_to_its_row_on_whatever_page_of_the_table(
        self, town: SmallTown, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(exploring, "ROWS_ON_A_PAGE", 4)
        crowded(town)
        browser, path = signed_in(town.coordinator), f"/explorer/{town.community.public_id}"

        first = browser.get(f"{path}?kinds=KIN").content.decode()
        led_to = [unescape(one) for one in re.findall(r'<a href="([^"]*#row-\d+)"', first)]
        second = browser.get(path + led_to[4]).content.decode()

        assert led_to[:4] == [f"#row-{number}" for number in range(4)]
        assert led_to[4:] == [f"?kinds=KIN&page=2#row-{number}" for number in (4, 5)]
        assert re.findall(r'id="(row-\d+)"', first) == [f"row-{number}" for number in range(4)]
        assert re.findall(r'id="(row-\d+)"', second) == ["row-4", "row-5"]
        assert 'data-rows="4"' in first

    @pytest.mark.parametrize("asked", ["start=0&goal=99", "until=x", "until=-5", "kinds=NOTHING", "page=99", "page=x"])
    def test_takes_nonsense_for_nothing(self, town: SmallTown, signed_in: SignedIn, asked: str) -> None:
        crowded(town)

        answer = signed_in(town.coordinator).get(f"/explorer/{town.community.public_id}?{asked}")

        assert answer.status_code == 200
        assert "最短的往来：" not in answer.content.decode()

    def test_says_so_where_there_is_nothing_to_draw(self, town: SmallTown, signed_in: SignedIn) -> None:
        town.asker.__class__.objects.update(household=None)

        html = signed_in(town.coordinator).get(f"/explorer/{town.community.public_id}").content.decode()

        assert "画不出图" in html
        assert '<svg class="plan"' not in html

    def test_asks_as_often_however_many_there_are(self, town: SmallTown, signed_in: SignedIn) -> None:
        browser, path, counts = signed_in(town.coordinator), f"/explorer/{town.community.public_id}", []
        for people in (0, 60):
            if people:
                crowded(town, people)
            browser.get(path)
            with CaptureQueriesContext(connection) as queries:
                browser.get(path)
            counts.append(len(queries))

        assert counts[0] == counts[1] <= 12


class TestFiles:
    def test_are_the_same_as_the_page(self, town: SmallTown, signed_in: SignedIn) -> None:
        crowded(town)
        browser, path = signed_in(town.coordinator), f"/explorer/{town.community.public_id}/picture"

        table = browser.get(f"{path}.csv").content.decode("utf-8-sig").splitlines()
        drawn = ET.fromstring(browser.get(f"{path}.svg").content)  # noqa: S314  # our own
        graph = ET.fromstring(browser.get(f"{path}.graphml").content)  # noqa: S314  # our own

        assert len(table) == 1 + 6
        assert table[1].startswith("1,11号楼,第1网格,10,")
        assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
        assert len(graph.findall(".//{*}node")) == 6
        assert browser.get(f"{path}.exe").status_code == 404

    def test_of_a_look_name_only_whom_it_names(self, town: SmallTown, signed_in: SignedIn) -> None:
        path = f"/looks/{look_of(town).public_id}/picture"

        for form in ("csv", "svg", "graphml"):
            text = signed_in(town.coordinator).get(f"{path}.{form}").content.decode()
            assert town.asker.name in text
            assert town.neighbour.name not in text
            assert signed_in(town.grid_head).get(f"{path}.{form}").status_code == 404


class TestLook:
    def test_begins_with_a_reason(self, town: SmallTown, signed_in: SignedIn) -> None:
        need = proposal_for(town).need
        browser, path = signed_in(town.coordinator), f"/needs/{need.public_id}/around"

        asked = browser.post(path, {"reason": " "})
        opened = browser.post(path, {"reason": "想知道谁能陪"})

        assert "请写明原因。" in asked.content.decode()
        look = CaseLook.objects.get()
        assert opened.headers["Location"] == f"/looks/{look.public_id}"
        assert look.reason == "想知道谁能陪"

    def test_leads_from_no_building_to_the_row_of_a_person(self, town: SmallTown, signed_in: SignedIn) -> None:
        look = look_of(town)
        for one in more_buildings(town, 2, 12):
            tie(town.asker, one)

        page = signed_in(town.coordinator).get(f"/looks/{look.public_id}").content.decode()

        drawn = page.partition('<svg class="plan"')[2].partition("</svg>")[0]
        assert "11号楼" in drawn
        assert "#row-" not in drawn
        assert 'id="row-0"' in page

    def test_is_not_found_by_anybody_else(self, town: SmallTown, signed_in: SignedIn) -> None:
        look = look_of(town)

        for person in (town.asker, town.grid_head, town.other_coordinator):
            assert signed_in(person).get(f"/looks/{look.public_id}").status_code == 404
        assert signed_in(town.grid_head).get(f"/needs/{look.need.public_id}/around").status_code == 404
        assert signed_in(town.coordinator).get(f"/looks/{look.public_id}").status_code == 200

    def test_asks_as_often_however_many_there_are(self, town: SmallTown, signed_in: SignedIn) -> None:
        look, browser, counts = look_of(town), signed_in(town.coordinator), []
        for people in (10, 60):
            for one in more_buildings(town, 2, people) if people == 10 else _more(town, people):
                tie(town.asker, one)
            with CaptureQueriesContext(connection) as queries:
                browser.get(f"/looks/{look.public_id}")
            counts.append(len(queries))

        assert counts[0] == counts[1] <= 32


class TestEvidencePicture:
    def test_stands_on_the_page_of_a_proposal_for_its_coordinator(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town)
        tie(town.asker, town.neighbour)
        path = f"/proposals/{proposal.public_id}"

        answer = signed_in(town.coordinator).get(path)
        html = answer.content.decode()

        assert "粗线是两人之间最短的往来，中间有1位邻居。" in html
        assert html.count('href="#tie-') == html.count('id="tie-') == 4
        assert "follow-ties.js" in html
        for person in (town.helper, town.grid_head):
            other = signed_in(person).get(path)
            assert '<svg class="lanes"' not in other.content.decode()
            assert "follow-ties.js" not in other.content.decode()
            assert signed_in(person).get(f"{path}/picture.svg").status_code == 404

    def test_can_be_taken_along(self, town: SmallTown, signed_in: SignedIn) -> None:
        proposal = proposal_for(town)

        answer = signed_in(town.coordinator).get(f"/proposals/{proposal.public_id}/picture.svg")

        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert ET.fromstring(answer.content).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314  # our own


def _more(town: SmallTown, count: int) -> list[object]:
    person = type(town.asker)
    told = {"household": town.households[0], "community": town.community, "joined_at": NOW}
    return [person.objects.create(name=f"又一位{number}", **told) for number in range(count)]
