"""The log of decisions on its page and as a file."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse

from matchmaker.matches import actions
from matchmaker.matches.models import Decision, ProposalState
from matchmaker.needs.models import Need
from matchmaker.web.views import decisions
from tests.towns import NOW, SmallTown, open_need_for, open_offer_for, proposal_for, viewer_of
from tests.web.conftest import SignedIn


@pytest.fixture
def decided(town: SmallTown) -> SmallTown:
    """A proposal that was refused, and a look around the same case."""
    need = open_need_for(town, service_type="CLINIC_COMPANY", consent="IN_APP")
    offer = open_offer_for(town, service_types=("CLINIC_COMPANY",))
    proposal = proposal_for(town, need=need, offer=offer, state=ProposalState.IN_REVIEW)
    worker = viewer_of(town.coordinator)
    actions.look_around(viewer=worker, need_id=need.public_id, reason="想知道谁能陪", now=NOW)
    actions.refuse_proposal(viewer=worker, proposal_id=proposal.public_id, reason="=时间太紧", now=NOW)
    return town


def main_of(page: HttpResponse) -> str:
    assert page.status_code == 200
    return page.content.decode().partition("<main")[2].partition("</main>")[0]


def cells_of(answer: HttpResponse) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


class TestDecisions:
    def test_are_led_to_from_the_desk_and_say_who_and_why(self, decided: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(decided.coordinator)
        assert 'href="/decisions"' in main_of(browser.get("/review"))

        shown = main_of(browser.get("/decisions"))

        assert "2条，新的在前" in shown
        assert shown.index("=时间太紧") < shown.index("想知道谁能陪")
        assert decided.coordinator.name in shown
        assert f"/needs/{Need.objects.get().public_id}" in shown

    def test_lead_an_auditor_to_no_request(self, decided: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(decided.auditor)
        assert 'href="/decisions"' in main_of(browser.get("/"))

        shown = main_of(browser.get("/decisions"))

        assert "想知道谁能陪" in shown
        assert "/needs/" not in shown
        assert decided.asker.name not in shown
        assert decided.helper.name not in shown

    def test_speak_english(self, decided: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(decided.coordinator)
        browser.cookies["django_language"] = "en"

        shown = main_of(browser.get("/decisions"))

        assert "2 decisions, the newest first" in shown
        assert "Looked around a case" in shown

    @pytest.mark.parametrize(
        ("asked", "shown", "hidden"),
        [
            ("kind=LOOK", "想知道谁能陪", "=时间太紧"),
            ("month=2026-03", "=时间太紧", "没有这一句"),
            ("kind=garbage&month=garbage&page=garbage", "=时间太紧", "没有这一句"),
            ("page=99999", "=时间太紧", "没有这一句"),
        ],
    )
    def test_are_narrowed_by_the_address(
        self, decided: SmallTown, signed_in: SignedIn, asked: str, shown: str, hidden: str
    ) -> None:
        page = main_of(signed_in(decided.coordinator).get(f"/decisions?{asked}"))

        assert shown in page
        assert hidden not in page

    def test_of_another_month_are_none_and_say_what_will_appear(self, decided: SmallTown, signed_in: SignedIn) -> None:
        page = main_of(signed_in(decided.coordinator).get("/decisions?month=2026-02"))

        assert "这里还没有决定" in page
        assert "<table" not in page

    def test_are_paged_and_keep_what_was_asked(
        self, decided: SmallTown, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(decisions, "ROWS_ON_A_PAGE", 1)
        browser = signed_in(decided.coordinator)

        first, second = (main_of(browser.get(f"/decisions?month=2026-03&page={number}")) for number in (1, 2))

        assert ("=时间太紧" in first, "想知道谁能陪" in first) == (True, False)
        assert ("=时间太紧" in second, "想知道谁能陪" in second) == (False, True)
        assert "?month=2026-03&amp;page=2" in first
        assert "?month=2026-03&amp;page=1" in second

    @pytest.mark.parametrize("role", ["asker", "clerk", "police"])
    def test_are_not_found_by_others(self, decided: SmallTown, signed_in: SignedIn, role: str) -> None:
        browser = signed_in(getattr(decided, role))

        assert browser.get("/decisions").status_code == 404
        assert browser.get("/decisions.csv").status_code == 404


class TestDecisionsFile:
    def test_has_a_line_for_each_and_no_formula(self, decided: SmallTown, signed_in: SignedIn) -> None:
        answer = signed_in(decided.coordinator).get("/decisions.csv")

        header, newest, oldest = cells_of(answer)
        assert answer.headers["Content-Disposition"] == 'attachment; filename="decisions.csv"'
        assert header[0] == "时间"
        assert newest[0] == "2026-03-02 09:00"
        assert newest[1:2] + newest[4:] == ["不同意推荐", "第1网格", decided.coordinator.name, "'=时间太紧"]
        assert oldest[1] == "查看周围的邻居"

    def test_is_narrowed_like_the_page(self, decided: SmallTown, signed_in: SignedIn) -> None:
        browser = signed_in(decided.coordinator)

        assert [line[1] for line in cells_of(browser.get("/decisions.csv?kind=LOOK"))[1:]] == ["查看周围的邻居"]
        assert len(cells_of(browser.get("/decisions.csv?month=2026-02"))) == 1

    def test_is_on_the_clock_of_the_community(self, decided: SmallTown, signed_in: SignedIn) -> None:
        late = NOW.replace(month=3, day=31, hour=17)
        Decision.objects.update(decided_at=late)

        with time_machine.travel(late + timedelta(days=1), tick=False):
            lines = cells_of(signed_in(decided.coordinator).get("/decisions.csv?month=2026-04"))

        assert [line[0] for line in lines[1:]] == ["2026-04-01 01:00"]
