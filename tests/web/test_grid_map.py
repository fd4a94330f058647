"""The map of grids on its page, as a picture and as a table."""

import csv
import io
import re

import pytest
from django.http import HttpResponse

from matchmaker.matches.models import Round, RoundState, ScoreCard, UnmetNeed
from tests.towns import NOW, SmallTown, open_need_for
from tests.way import ONE_MORE
from tests.web.conftest import SignedIn


@pytest.fixture
def searched(town: SmallTown) -> SmallTown:
    """The search found nobody for the asker."""
    done = Round.objects.create(
        community=town.community, score_card=ScoreCard.objects.earliest("pk"), state=RoundState.DONE, seed=7,
        horizon_start_at=NOW, requested_at=NOW, finished_at=NOW, requested_by=town.coordinator,
    )  # fmt: skip
    UnmetNeed.objects.create(
        round=done, need=open_need_for(town), helpers_missing=1, rule_code="SKILLS", reasons=[ONE_MORE]
    )
    return town


def main_of(page: HttpResponse) -> str:
    assert page.status_code == 200
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


class TestGridMap:
    def test_is_led_to_from_the_desk_and_has_a_row_for_each_tile(
        self, searched: SmallTown, signed_in: SignedIn
    ) -> None:
        browser = signed_in(searched.coordinator)
        assert 'href="/grids"' in main_of(browser.get("/review"))

        shown = main_of(browser.get("/grids"))

        assert "第1网格：1项需求还没有人" in shown
        assert 'href="#grid-0"' in shown
        assert '<tr id="grid-0"><th scope="row">第1网格</th><td>1</td><td>6</td>' in shown
        assert '<tr id="grid-1"><th scope="row">第2网格</th><td>0</td><td>6</td>' in shown

    def test_is_of_one_kind_of_help_where_the_address_says_so(self, searched: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(searched.coordinator)

        tutoring, garbage = (main_of(browser.get(f"/grids?kind={kind}")) for kind in ("TUTORING", "garbage"))

        assert '<tr id="grid-0"><th scope="row">第1网格</th><td>0</td>' in tutoring
        assert "map.svg?kind=TUTORING" in tutoring
        assert '<tr id="grid-0"><th scope="row">第1网格</th><td>1</td>' in garbage

    def test_speaks_english(self, searched: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(searched.coordinator)
        browser.cookies["django_language"] = "en"

        assert "requests with nobody yet 1" in main_of(browser.get(f"/grids/{searched.community.public_id}"))

    @pytest.mark.parametrize("role", ["asker", "clerk", "police", "auditor"])
    def test_is_not_found_by_others(self, searched: SmallTown, signed_in: SignedIn, role: str) -> None:
        browser = signed_in(getattr(searched, role))

        assert browser.get("/grids").status_code == 404
        assert browser.get(f"/grids/{searched.community.public_id}/map.svg").status_code == 404


class TestGridMapFile:
    def test_is_a_picture_that_stands_by_itself(self, searched: SmallTown, signed_in: SignedIn) -> None:
        answer = signed_in(searched.coordinator).get(f"/grids/{searched.community.public_id}/map.svg")

        drawn = answer.content.decode()
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert drawn.startswith('<svg class="plan" xmlns="http://www.w3.org/2000/svg"')
        assert re.findall("<title>(.*?)</title>", drawn) == ["第1网格", "第2网格"]
        assert "<a " not in drawn

    def test_is_a_table(self, searched: SmallTown, signed_in: SignedIn) -> None:
        answer = signed_in(searched.coordinator).get(f"/grids/{searched.community.public_id}/map.csv")

        lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert lines[0] == ["网格", "还没有人的需求", "居民", "十五分钟走得到（%）"]
        assert [line[:3] for line in lines[1:]] == [["第1网格", "1", "6"], ["第2网格", "0", "6"]]

    def test_is_nothing_else(self, searched: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(searched.coordinator)

        assert browser.get(f"/grids/{searched.community.public_id}/map.exe").status_code == 404
