"""The call list on the screen and on paper."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from matchmaker.community.models import User
from matchmaker.matches.door_words import in_words
from matchmaker.matches.models import Proposal, ProposalState
from matchmaker.notices.actions import plan_deliveries
from matchmaker.notices.models import Call
from matchmaker.web.wording import name_of, when
from tests.notices.messages import told
from tests.town_rows import person
from tests.towns import NOW, SmallTown, open_need_for, proposal_for
from tests.web.conftest import SignedIn, leads_to


@pytest.fixture
def proposal(town: SmallTown) -> Proposal:
    """Proposed to a helper who has no account."""
    proposal = proposal_for(town)
    User.objects.filter(person=town.helper).delete()
    plan_deliveries(now=NOW + timedelta(minutes=2))
    Call.objects.update(due_at=NOW)
    return proposal


class TestCalls:
    def test_tell_whom_how_and_what_to_say(self, town: SmallTown, signed_in: SignedIn, proposal: Proposal) -> None:
        page = signed_in(town.grid_head).get("/calls").content.decode()

        assert town.helper.name in page
        assert f'<a href="tel:{town.helper.phone}">{town.helper.phone}</a>' in page
        assert "有位邻居想请您帮忙，您方便吗？（可以答：方便；这次不方便）" in page
        assert f'href="/desk/people/{town.helper.public_id}"' in page
        zone = town.community.time_zone
        assert f"{name_of(proposal.need.service_type)} · {when(proposal.starts_at, proposal.ends_at, zone)}" in page
        assert "□ 联系到了" in page

    def test_say_in_which_grid_and_can_be_sorted_by_it(
        self, town: SmallTown, signed_in: SignedIn, proposal: Proposal
    ) -> None:
        for name, home in (("甲远", town.households[6]), ("乙近", town.households[0]), ("丙无", None)):
            told(person(home, town.community, name))
        Call.objects.update(due_at=NOW)
        Call.objects.filter(person__name="甲远").update(urgent=True)
        client = signed_in(town.coordinator)

        urgent_first = client.get("/calls").content.decode()
        by_grid = client.get("/calls", {"day": "2026-03-02", "order": "grid"}).content.decode()

        assert _listed(urgent_first) == [
            ("甲远", "第2网格"),
            ("陈助民", "第1网格"),
            ("乙近", "第1网格"),
            ("丙无", "测试社区"),
        ]
        assert [name for name, _ in _listed(by_grid)] == ["丙无", "乙近", "陈助民", "甲远"]
        assert '<option value="grid" selected>' in by_grid

    def test_keep_day_and_order_when_one_is_logged(
        self, town: SmallTown, signed_in: SignedIn, proposal: Proposal
    ) -> None:
        call, client = Call.objects.get(), signed_in(town.coordinator)
        shown = "?day=2026-03-02&order=grid"
        assert (
            f'action="/calls/{call.public_id}/log?day=2026-03-02&amp;order=grid"'
            in client.get(f"/calls{shown}").content.decode()
        )

        answer = client.post(f"/calls/{call.public_id}/log{shown}", {f"{call.public_id}-result": "REACHED"})
        plain = client.post(f"/calls/{call.public_id}/log?day=never&order=//elsewhere")

        assert leads_to(answer) == f"/calls{shown}"
        assert plain.status_code == 200

    def test_lead_to_the_door_of_who_has_no_phone(self, town: SmallTown, signed_in: SignedIn) -> None:
        told(town.elder)
        Call.objects.update(due_at=NOW)

        page = signed_in(town.grid_head).get("/calls").content.decode()

        assert "上门：1号楼1单元 103室" in page

    def test_are_shown_for_another_day(self, town: SmallTown, signed_in: SignedIn, proposal: Proposal) -> None:
        Call.objects.update(due_at=NOW + timedelta(days=1))
        client = signed_in(town.grid_head)

        assert "这一天没有要打的电话。" in client.get("/calls").content.decode()
        assert town.helper.name in client.get("/calls", {"day": "2026-03-03"}).content.decode()
        assert "这一天没有要打的电话。" in client.get("/calls", {"day": "never"}).content.decode()

    def test_tell_either_side_who_where_and_the_words_at_the_door(
        self, town: SmallTown, signed_in: SignedIn, django_assert_max_num_queries: Any
    ) -> None:
        """A paper that is carried from door to door leads to no page: what is told stands on it."""
        need = open_need_for(town, person=town.elder, asked_by=town.grid_head, consent="SPOKEN")
        match = proposal_for(town, need=need, state=ProposalState.ACCEPTED).match
        User.objects.filter(person=town.helper).delete()
        plan_deliveries(now=NOW + timedelta(minutes=2))
        Call.objects.update(due_at=NOW)
        visit, client = match.visits.get(), signed_in(town.grid_head)

        with django_assert_max_num_queries(40):
            page = client.get("/calls").content.decode()

        word = in_words(match.door_word, "zh")
        time = when(visit.starts_at, visit.ends_at, town.community.time_zone)
        kind = name_of(match.need.service_type)
        assert f"{kind} · {time} · 来的是 {town.helper.name} · 门口先说：{word}" in page
        assert f"{kind} · {time} · 去帮 {town.elder.name} · 1号楼1单元 103室 · 门口先说：{word}" in page
        client.post(f"/matches/{match.public_id}/cancel")
        assert word not in client.get("/calls").content.decode()

    def test_are_for_workers_of_the_area(self, town: SmallTown, signed_in: SignedIn, proposal: Proposal) -> None:
        for other in (town.asker, town.clerk, town.police, town.auditor):
            answer = signed_in(other).get("/calls")
            assert answer.status_code == 403
            assert town.helper.phone not in answer.content.decode()
        assert town.helper.name not in signed_in(town.other_coordinator).get("/calls").content.decode()


def _listed(page: str) -> list[tuple[str, str]]:
    """Name and grid of each line, in order."""
    return re.findall(r'<th scope="row">([^<]+)<br><span class="quiet"><svg.*?</svg> ([^<]+)</span>', page)


class TestLog:
    def test_notes_what_came_of_it(self, town: SmallTown, signed_in: SignedIn, proposal: Proposal) -> None:
        call = Call.objects.get()
        answer = signed_in(town.grid_head).post(
            f"/calls/{call.public_id}/log", {f"{call.public_id}-result": "REACHED", f"{call.public_id}-note": "好"}
        )

        assert leads_to(answer) == "/calls"
        call.refresh_from_db()
        assert (call.state, call.logged_by, call.note) == ("DONE", town.grid_head, "好")

    def test_asks_for_a_result(self, town: SmallTown, signed_in: SignedIn, proposal: Proposal) -> None:
        call = Call.objects.get()

        page = signed_in(town.grid_head).post(f"/calls/{call.public_id}/log", {}).content.decode()

        assert "请选一项结果。" in page
        call.refresh_from_db()
        assert call.tries == 0

    def test_is_not_found_elsewhere_and_refused_a_second_time(
        self, town: SmallTown, signed_in: SignedIn, proposal: Proposal
    ) -> None:
        call = Call.objects.get()
        address, said = f"/calls/{call.public_id}/log", {f"{call.public_id}-result": "REACHED"}

        assert signed_in(town.other_coordinator).post(address, said).status_code == 404
        with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
            worker = signed_in(town.grid_head)
            assert worker.post(address, said).status_code == 302
            assert worker.post(address, said).status_code == 409

        call.refresh_from_db()
        assert call.tries == 1
