"""A coordinator's first ten minutes: from an empty install and a spreadsheet to approved proposals and a call sheet.

An operator starts the community; its coordinator brings in forty people and what they need, is told which rows are
faulty, takes down two offers, plans, and finds three piles: to approve, to call, and nobody, with the smallest change
that would help. The call sheet is printed, and the month so far says who still has nobody.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from matchmaker.community.models import Area, Person, User
from matchmaker.jobs import names
from matchmaker.jobs.actions import enqueue
from matchmaker.matches.held import UNDO_WITHIN
from matchmaker.matches.models import Decision, Proposal, ProposalState
from matchmaker.needs.models import Need
from matchmaker.notices.actions.planning import MERGED_WITHIN
from matchmaker.notices.models import Call
from tests.journeys.neighbour import Neighbour, enter_with, faults_on, wider_than_the_screen, work_through_jobs
from tests.lists.sheets import xlsx_file
from tests.town_rows import NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMMUNITY = {
    "region": "示例区",
    "sub_district": "示例街道",
    "joint_community": "示例联合社区",
    "name": "示例社区",
    "latitude": "41.2",
    "longitude": "111.3",
    "buildings": "第1网格, 1号楼, 2, 6, 2, 41.2, 111.3\n第2网格, 2号楼, 2, 6, 2, 41.2, 111.302",
    "stations": "便民服务站, 便民服务, 示例居委会, 1-5 08:30-17:30, 0471 1234567",
    "workers": "高协调, 13800138000, 协调员\n林网格, grid-1@town.invalid, 网格长, 第1网格\n"
    "苏网格, grid-2@town.invalid, 网格长, 第2网格",
}
PEOPLE_COLUMNS = ("编号", "姓名", "电话", "出生年份", "楼号", "单元", "房号", "同意方式", "同意日期")
NEED_COLUMNS = ("编号", "居民编号", "服务类型", "日期", "开始时间", "结束时间", "时长（分钟）", "同意方式", "同意日期")
AGREED = ("口头", "2026-03-01")
NAMELESS, SHORTENED, HOMELESS = 12, 25, 33
"""Three of the forty rows of people, each with a fault of its own; the header is row 1."""
HELPERS = {"名单居民2": "代购跑腿", "名单居民4": "陪同就医"}
ASKED = {"代购跑腿": (5, 6), "陪同就医": (7, 8), "小修小补": (9, 10)}
"""Kinds of help, and the numbers of the people in the list who want each; for repairs there is nobody."""


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as travelled:
        yield travelled


@pytest.fixture
def operator(transactional_db: None, clock: time_machine.Traveller) -> User:
    """The account of an operator on an install with the kinds of help, and with nothing else."""
    call_command("load_service_types", stdout=io.StringIO())
    return User.objects.create_user("operator@town.invalid", is_staff=True, created_at=NOW)


@pytest.mark.parametrize(("language", "screen"), [("zh-CN", "phone"), ("en-GB", "desk")])
def test_a_spreadsheet_becomes_three_piles_and_a_call_sheet(
    browser: Browser,
    live_server: LiveServer,
    operator: User,
    clock: time_machine.Traveller,
    tmp_path: Path,
    language: str,
    screen: str,
) -> None:
    starter, coordinator, colleague = (
        Neighbour(browser, live_server, scripts=True, language=language, screen=screen) for _ in range(3)
    )
    kept = f"ten-{language[:2]}-{screen}"

    enter_with(starter, operator)
    _starts_the_community(starter)
    enter_with(coordinator, User.objects.get(sign_in_name="+8613800138000"))
    faults = _brings_in_people(coordinator, tmp_path, kept)
    faults += _brings_in_needs(coordinator, tmp_path)
    for name, kind in HELPERS.items():
        _takes_an_offer(coordinator, name, kind)
    _plans(coordinator)
    faults += _finds_three_piles(coordinator, kept)
    for number in (1, 2):
        _a_colleague_approves(colleague, User.objects.get(sign_in_name=f"grid-{number}@town.invalid"))
    _notices_are_planned(clock)
    faults += _prints_the_call_sheet(coordinator, kept)
    faults += _reads_the_month_so_far(coordinator, kept)

    assert faults == []
    assert starter.asked_elsewhere == coordinator.asked_elsewhere == []


def _starts_the_community(starter: Neighbour) -> None:
    starter.open("/")
    starter.press("启用新社区")
    starter.fill(**COMMUNITY)
    starter.press("看一看会建成什么")
    starter.press("没问题，启用")
    starter.sees("社区已启用。")


def _brings_in_people(coordinator: Neighbour, folder: Path, kept: str) -> list[str]:
    rows = [_person(number) for number in range(1, 41)]
    _uploads(coordinator, "人员名单", PEOPLE_COLUMNS, rows, folder)
    coordinator.sees("人员名单：等您确认")
    faulty = coordinator.page.locator("#faults ~ table tbody th").all_inner_texts()
    faults = _looked_at(coordinator, f"{kept}-people")
    coordinator.press("确认，导入没有问题的")
    work_through_jobs()
    coordinator.press("看看现在到哪了")
    coordinator.sees("人员名单：已导入")

    assert [int(number) for number in faulty] == [NAMELESS + 1, SHORTENED + 1, HOMELESS + 1]
    assert Person.objects.filter(external_id__startswith="L-").count() == 37
    return faults


def _brings_in_needs(coordinator: Neighbour, folder: Path) -> list[str]:
    asked = [(kind, number) for kind, numbers in ASKED.items() for number in numbers]
    rows = [_need(at, kind, f"L-{number}") for at, (kind, number) in enumerate(asked, start=1)]
    rows.append(_need(len(rows) + 1, "代购跑腿", "L-99"))
    _uploads(coordinator, "需求名单", NEED_COLUMNS, rows, folder)
    coordinator.sees("需求名单：等您确认")
    faulty = coordinator.page.locator("#faults ~ table tbody th").all_inner_texts()
    coordinator.press("确认，导入没有问题的")
    work_through_jobs()
    coordinator.press("看看现在到哪了")
    coordinator.sees("需求名单：已导入")

    assert [int(number) for number in faulty] == [len(rows) + 1]
    assert Need.objects.count() == len(asked)
    return []


def _uploads(
    coordinator: Neighbour, kind: str, columns: tuple[str, ...], rows: list[tuple[str, ...]], folder: Path
) -> None:
    file = folder / "list.xlsx"
    file.write_bytes(xlsx_file(columns, rows))
    coordinator.open("/review")
    coordinator.press("导入人员或需求名单")
    coordinator.choose(kind)
    coordinator.page.locator("[name=file]").set_input_files(file)
    coordinator.press("检查这份名单")


def _person(number: int) -> tuple[str, ...]:
    at = number - 1
    name = "" if number == NAMELESS else f"名单居民{number}"
    phone = "1.38E+10" if number == SHORTENED else f"1380000{number:04d}"
    building = "9号楼" if number == HOMELESS else f"{at % 2 + 1}号楼"
    room = f"{at // 4 % 6 + 1}0{at // 2 % 2 + 1}"
    return (f"L-{number}", name, phone, "1980", building, "1单元", room, *AGREED)


def _need(at: int, kind: str, person: str) -> tuple[str, ...]:
    return (f"N-{at}", person, kind, f"2026-03-{4 + at:02d}", "09:00", "11:00", "60", *AGREED)


def _takes_an_offer(coordinator: Neighbour, name: str, kind: str) -> None:
    coordinator.press("服务台")
    coordinator.fill(q=name)
    coordinator.press("找")
    coordinator.press(name)
    coordinator.press("登记能帮的事")
    coordinator.choose(kind, "口头同意，我听到了", "走路15分钟以内")
    for day in range(7):
        coordinator.page.locator(f"[name=weekdays][value='{day}']").check()
    coordinator.pick("visits_per_week", 2)
    coordinator.fill(starts="08:00", ends="12:00")
    coordinator.press("登记")
    coordinator.sees("能帮的事")


def _plans(coordinator: Neighbour) -> None:
    coordinator.press("待审核")
    coordinator.press("开始集中安排")
    work_through_jobs()
    coordinator.open("/review")


def _finds_three_piles(coordinator: Neighbour, kept: str) -> list[str]:
    """Each line says why in a sentence; where there is nobody, also the smallest change that would help."""
    piles = coordinator.page
    looks = piles.locator("#look ~ table").first.locator("tbody tr")
    nobody = piles.locator("#nobody ~ table").first.locator("tbody tr")

    assert looks.count() == Proposal.objects.filter(state=ProposalState.IN_REVIEW).count() == 4
    assert nobody.count() == len(ASKED["小修小补"])
    for row in looks.all():
        assert row.locator("td").nth(1).inner_text().strip()
        assert row.locator("td").nth(2).inner_text().strip()
    for row in nobody.all():
        assert row.locator("li").count() >= 2
    coordinator.sees("今天要打的电话", "请由一位同事决定。")
    assert coordinator.pressable("同意").count() == 0
    return _looked_at(coordinator, f"{kept}-piles")


def _a_colleague_approves(colleague: Neighbour, account: User) -> None:
    """Whoever brought the list in does not decide on it alone: the head of each grid looks at theirs."""
    enter_with(colleague, account)
    colleague.open("/review")
    while colleague.pressable("同意").count():
        colleague.press("同意")
        colleague.does_not_see("现在不能这样做")


def _notices_are_planned(clock: time_machine.Traveller) -> None:
    """Notices to one person wait for each other; then whoever has no account is put on the call list."""
    work_through_jobs()
    clock.move_to(timezone.now() + UNDO_WITHIN + MERGED_WITHIN)
    enqueue(names.PLAN_DELIVERIES, {}, now=timezone.now())
    work_through_jobs()


def _prints_the_call_sheet(coordinator: Neighbour, kept: str) -> list[str]:
    """On paper stand whom to ring, the number, and boxes to tick; nothing to press."""
    assert set(Decision.objects.values_list("kind", flat=True)) == {"APPROVE"}
    assert Proposal.objects.filter(state=ProposalState.AWAITING_HELPER).count() == 4
    coordinator.open("/review")
    coordinator.press("今天要打的电话")
    faults = _looked_at(coordinator, f"{kept}-calls")
    paper = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(coordinator.page.pdf())).pages)
    coordinator.page.emulate_media(media="print")
    pressable = coordinator.page.locator("main form").filter(visible=True).count()
    coordinator.page.emulate_media(media="screen")

    assert {call.person.name for call in Call.objects.select_related("person")} == set(HELPERS)
    squeezed = re.sub(r"\s", "", paper)
    for person in Person.objects.filter(name__in=HELPERS):
        coordinator.sees(person.name)
        assert person.phone in squeezed
    assert "□" in squeezed
    assert pressable == 0
    return faults


def _reads_the_month_so_far(coordinator: Neighbour, kept: str) -> list[str]:
    """How many asked and how many have somebody, before the month is over: of six nobody yet, as nobody said yes."""
    coordinator.open("/")
    coordinator.press("社区每月公开")
    coordinator.press(Area.objects.exclude(time_zone="").get().name)
    coordinator.press(_this_month(coordinator))
    coordinator.sees("请人帮忙和有人来")
    cells = coordinator.page.locator("table.figures").first.locator("tbody tr").first.locator("td")

    assert _this_month(coordinator) in coordinator.page.locator("h1").inner_text()
    assert [cells.nth(at).inner_text().strip() for at in (0, 1)] == ["6", "0"]
    return _looked_at(coordinator, f"{kept}-month")


def _this_month(coordinator: Neighbour) -> str:
    return "March 2026" if coordinator.language == "en" else "2026年3月"


def _looked_at(person: Neighbour, name: str) -> list[str]:
    person.keep_picture(name)
    return faults_on(person.page, name) + wider_than_the_screen(person.page, name)
