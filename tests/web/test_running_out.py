"""The page of what is vacant and runs out: every line says what to do next."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from matchmaker.community.models import AreaLevel, Mandate, MandateKind, PostTerm, Qualification
from tests.town_rows import area
from tests.towns import NOW, SmallTown
from tests.web.conftest import SignedIn

TODAY = NOW.date()


def main_of(page: HttpResponse) -> str:
    assert page.status_code == 200
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


@pytest.fixture
def ending(town: SmallTown) -> SmallTown:
    """A grid is vacant; a term, a mandate and a clearance end within the week, and a licence is over."""
    soon = TODAY + timedelta(days=7)
    PostTerm.objects.filter(person=town.grid_head).update(ends_date=soon)
    _mandate(town)
    for kind, last in (("CLEARANCE", soon), ("LICENCE", TODAY - timedelta(days=2))):
        Qualification.objects.create(
            person=town.helper, kind=kind, code="MINORS", valid_from_date=TODAY - timedelta(days=99),
            valid_until_date=last,
        )  # fmt: skip
    return town


class TestRunningOut:
    def test_is_counted_at_the_desk_and_names_each_next_step(self, ending: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(ending.coordinator)
        # a grid, the community's phone, a term, a mandate, two papers
        assert "缺岗和到期 <strong>6</strong>" in main_of(browser.get("/review"))

        main = main_of(browser.get("/running-out"))

        assert main.count("下一步：") == 5
        assert f"值班提醒现在打给：{ending.coordinator.name}" in main
        assert 'href="/duty#phones"' in main
        assert f"{ending.grid_head.name}，到3月9日（周一）" in main
        assert f"/desk/people/{ending.elder.public_id}" in main
        assert main.count(f"/desk/people/{ending.helper.public_id}") == 2
        assert "已经过期：2月28日（周六）" in main

    def test_asks_as_often_for_many_lines_as_for_few(self, ending: SmallTown, signed_in: SignedIn) -> None:
        browser, counts = signed_in(ending.coordinator), []
        browser.get("/running-out")
        for many in (0, 4):
            for number in range(many):
                _mandate(ending)
                area(AreaLevel.GRID, ending.community, f"又一网格{number}")
            with CaptureQueriesContext(connection) as queries:
                shown = main_of(browser.get("/running-out"))
            counts.append((len(queries), shown.count("下一步：")))

        assert counts[0][0] == counts[1][0]
        assert counts[1][1] == counts[0][1] + 8

    def test_speaks_english(self, ending: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(ending.coordinator)
        browser.cookies["django_language"] = "en"

        main = main_of(browser.get("/running-out"))

        assert f"Alarms ring meanwhile: {ending.coordinator.name}." in main
        assert "Clearance" in main

    def test_says_that_nothing_is_missing(self, town: SmallTown, signed_in: SignedIn) -> None:
        main = main_of(signed_in(town.grid_head).get("/running-out"))

        assert "每个网格都有人" in main
        assert "下一步：" not in main

    @pytest.mark.parametrize("role", ["asker", "clerk", "police", "auditor"])
    def test_is_refused_to_others(self, ending: SmallTown, signed_in: SignedIn, role: str) -> None:
        assert signed_in(getattr(ending, role)).get("/running-out").status_code == 403


def _mandate(town: SmallTown) -> None:
    """The neighbour speaks for the elder, for a week still."""
    Mandate.objects.create(
        kind=MandateKind.PROXY, holder=town.neighbour, for_person=town.elder, scope=[], evidence="一张纸",
        starts_date=TODAY, ends_date=TODAY + timedelta(days=7),
    )  # fmt: skip
