"""The journey "a newcomer asks, a neighbour helps, both are better known", by thumb, on a phone, without scripts.

And every page on the way, in both languages, held against WCAG 2.2 AA. MATCHMAKER_SCREENS names a folder to keep a
picture of each page.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from matchmaker.community.models import Person, Tie, TieKind
from matchmaker.matches.actions import accept_proposal, approve_proposal, publish_score_cards
from matchmaker.matches.models import LedgerEntry, Match, ProposalState, Visit
from matchmaker.simulation.models import GeneratedCommunity, GeneratedLogin, SampleRole
from tests.duty_rows import asked_at_once
from tests.journeys.neighbour import Neighbour, enter, faults_on, small_targets_on, work_through_jobs
from tests.month_rows import a_month_told
from tests.towns import (
    NOW,
    SmallTown,
    helper_says_yes,
    load_service_types_once,
    open_need_for,
    open_offer_for,
    proposal_for,
    small_town,
    user_of,
    viewer_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as travelled:
        yield travelled


@pytest.fixture
def town(clock: time_machine.Traveller) -> SmallTown:
    """The small town, marked as generated, with one account for each role on the way."""
    load_service_types_once()
    publish_score_cards(now=NOW)
    town = small_town()
    generated = GeneratedCommunity.objects.create(community=town.community, seed=1, generated_at=NOW)
    roles = {
        SampleRole.NEWCOMER: town.newcomer,
        SampleRole.HELPER: town.helper,
        SampleRole.COORDINATOR: town.coordinator,
    }
    for role, person in roles.items():
        GeneratedLogin.objects.create(generated=generated, user=user_of(person), role=role)
    return town


class TestJourneyOfANewcomer:
    def test_ends_with_two_people_who_know_each_other(
        self, browser: Browser, live_server: LiveServer, town: SmallTown, clock: time_machine.Traveller
    ) -> None:
        newcomer, helper, coordinator = (Neighbour(browser, live_server) for _ in range(3))

        _offers_help(helper)
        _asks_for_help(newcomer)
        _verifies(coordinator)
        work_through_jobs()
        _approves_where_review_is_due(coordinator)
        work_through_jobs()
        _helper_says_yes(helper, town)
        _asker_says_yes(newcomer, town)
        match = Match.objects.get()
        assert (match.helper, match.person) == (town.helper, town.newcomer)
        _both_read_contacts(newcomer, helper, town)
        clock.move_to(Visit.objects.get().ends_at + timedelta(minutes=5))
        for person in (helper, newcomer):
            _says_it_went_well(person)

        assert LedgerEntry.objects.get().minutes == 60
        assert _know_each_other(town.helper, town.newcomer)
        for person in (newcomer, helper, coordinator):
            assert person.asked_elsewhere == []


class TestAccessibility:
    @pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
    def test_of_every_page_breaks_no_rule_of_wcag(
        self,
        browser: Browser,
        live_server: LiveServer,
        town: SmallTown,
        clock: time_machine.Traveller,
        language: str,
    ) -> None:
        """The way is walked once more, in one browser with scripts, for axe needs them; ours stand in files."""
        person = Neighbour(browser, live_server, scripts=True, language=language)
        faults: list[str] = []
        for name, path in _pages_of_the_way(person, town, clock):
            person.open(path)
            person.keep_picture(f"{language[:2]}-{name}")
            faults += faults_on(person.page, name)
            faults += small_targets_on(person.page, name)
            assert _scripts_not_ours(person.page) == []
            assert person.page.locator("html").get_attribute("lang") == {"zh": "zh-Hans", "en": "en"}[language[:2]]

        assert faults == []
        assert person.asked_elsewhere == []

    def test_survives_large_letters_on_a_narrow_phone(
        self, browser: Browser, live_server: LiveServer, town: SmallTown
    ) -> None:
        person = Neighbour(browser, live_server, scripts=True)
        person.page.set_viewport_size({"width": 320, "height": 700})
        person.sign_in_as("新邻居")
        person.press("长辈版")
        for name, path in (
            ("home", "/"),
            ("mine", "/mine"),
            ("what", "/ask/what"),
            ("when", "/ask/when"),
            ("in-one", "/ask/in-one"),
        ):
            person.open(path)
            person.keep_picture(f"elder-{name}")

            assert person.page.evaluate("document.documentElement.scrollWidth") <= 320
            assert person.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 18
            assert small_targets_on(person.page, name, lowest=60) == []
            assert _cut_off_on(person.page) == []
            assert faults_on(person.page, name) == []


def _offers_help(helper: Neighbour) -> None:
    helper.sign_in_as("帮忙的邻居")
    helper.open("/")
    helper.press("我能帮")
    helper.choose("手机电脑使用帮助", "星期二", "星期三", "走路10分钟以内")
    helper.fill(starts="09:00", ends="12:00")
    helper.press("我愿意帮")
    helper.sees("谢谢您愿意帮忙")


def _asks_for_help(newcomer: Neighbour) -> None:
    newcomer.sign_in_as("新邻居")
    newcomer.open("/")
    newcomer.press("我想请人帮忙")
    newcomer.press("继续")
    newcomer.sees("请看一下这里", "请选一项。")
    newcomer.choose("手机电脑使用帮助")
    newcomer.press("继续")
    newcomer.fill(date="2026-03-03")
    newcomer.choose("上午（8点到12点）")
    newcomer.press("继续")
    newcomer.choose("在家里")
    newcomer.press("继续")
    newcomer.choose("1小时")
    newcomer.press("继续")
    newcomer.fill(details="想学会用社保的小程序")
    newcomer.press("继续")
    newcomer.sees("这样对吗？", "手机电脑使用帮助", "3月3日（周二） 08:00–12:00", "想学会用社保的小程序")
    newcomer.press("对，帮我找人")
    newcomer.sees("收到了", "您的编号是")


def _verifies(coordinator: Neighbour) -> None:
    coordinator.sign_in_as("社区协调员")
    coordinator.press("待审核")
    coordinator.press("属实，开始找人")
    coordinator.sees("现在没有。新的需求会出现在这里。")


def _approves_where_review_is_due(coordinator: Neighbour) -> None:
    coordinator.open("/review")
    if coordinator.page.get_by_role("button", name="同意").count():
        coordinator.press("同意")


def _helper_says_yes(helper: Neighbour, town: SmallTown) -> None:
    helper.open("/mine")
    helper.press("看一看，再答复")
    helper.sees("您方便去帮忙吗？", "为什么问您", "第1网格")
    helper.does_not_see(town.newcomer.name, town.newcomer.phone, "想学会用社保的小程序")
    helper.press("好，我去")
    helper.sees("谢谢您答应。我们正在问对方。")


def _asker_says_yes(newcomer: Neighbour, town: SmallTown) -> None:
    newcomer.open("/mine")
    newcomer.press("看一看，再答复")
    newcomer.sees("请这位来帮忙，好吗？", town.helper.name)
    newcomer.does_not_see(town.helper.phone)
    newcomer.press("好，请来")
    newcomer.sees("已约好")


def _both_read_contacts(newcomer: Neighbour, helper: Neighbour, town: SmallTown) -> None:
    for person, other in ((newcomer, town.helper), (helper, town.newcomer)):
        person.open("/mine")
        person.press("时间、地点、电话")
        person.sees(other.name, other.phone)


def _says_it_went_well(person: Neighbour) -> None:
    person.open("/mine")
    person.press("说说怎么样")
    person.choose("见到了", "挺好", "愿意")
    person.press("好了")
    person.sees("谢谢您告诉我们")


def _know_each_other(one: Person, other: Person) -> bool:
    low, high = sorted((one.pk, other.pk))
    return Tie.objects.filter(low_id=low, high_id=high, kind=TieKind.HELPED, ended_at=None).exists()


def _pages_of_the_way(person: Neighbour, town: SmallTown, clock: time_machine.Traveller) -> Iterator[tuple[str, str]]:
    """Name and path of each page, at a moment at which it has something to show."""
    yield from (("home", "/"), ("sign-in", "/sign-in"), ("join", "/join/ABCD"), ("nothing", "/nowhere"))
    yield from (("come-back", "/come-back"), ("certificate-check", "/certificates/check"))
    told = a_month_told(town)
    yield from (("public", "/public"), ("public-month", told))
    enter(person, town.clerk)
    yield from (("mine-empty", "/mine"), ("ask-what", "/ask/what"), ("ask-when", "/ask/when"))
    yield from (("ask-where", "/ask/where"), ("ask-how-much", "/ask/how-much"), ("ask-wishes", "/ask/wishes"))
    yield ("offer", "/offers/new")
    waiting = open_need_for(town, verified=False)
    in_review = proposal_for(
        town,
        need=open_need_for(town, service_type="CLINIC_COMPANY", consent="IN_APP"),
        offer=open_offer_for(town, service_types=("CLINIC_COMPANY",)),
        state=ProposalState.IN_REVIEW,
    )
    asked_at_once(town)
    enter(person, town.coordinator)
    yield from (("review", "/review"), ("duty", "/duty"), ("calls", "/calls"), ("public-next", f"{told}/next"))
    yield from (
        ("need-worker", f"/needs/{waiting.public_id}"),
        ("proposal-worker", f"/proposals/{in_review.public_id}"),
    )
    yield from (("desk", "/desk?q=1号楼"), ("desk-person", f"/desk/people/{town.elder.public_id}"))
    yield from (("desk-need", "/desk/needs/new"), ("desk-person-new", "/desk/people/new"))
    yield ("desk-offer", f"/desk/people/{town.elder.public_id}/offer")
    approve_proposal(viewer=viewer_of(town.coordinator), proposal_id=in_review.public_id, now=NOW)
    enter(person, town.helper)
    yield from (("mine-helper", "/mine"), ("proposal-helper", f"/proposals/{in_review.public_id}"))
    helper_says_yes(town, in_review)
    yield ("proposal-waiting", f"/proposals/{in_review.public_id}")
    enter(person, town.asker)
    yield from (("mine-asker", "/mine"), ("proposal-asker", f"/proposals/{in_review.public_id}"))
    yield from (("need", f"/needs/{waiting.public_id}"), ("asked", f"/ask/done/{waiting.public_id}"))
    accept_proposal(viewer=viewer_of(town.asker), proposal_id=in_review.public_id, now=NOW)
    match = Match.objects.get(proposal=in_review)
    yield ("match", f"/matches/{match.public_id}")
    clock.move_to(match.visits.get().ends_at)
    visit = match.visits.get().public_id
    yield from (("mine-after", "/mine"), ("outcome", f"/visits/{visit}/outcome"), ("thanks", f"/visits/{visit}/thanks"))


def _scripts_not_ours(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        """() => [...document.scripts].filter(one => one.text || !one.src.startsWith(location.origin + '/static/web/'))
            .map(one => one.outerHTML.slice(0, 120))"""
    )
    return found


def _cut_off_on(page: Page) -> list[str]:
    """What reaches beyond the right edge, though the page does not scroll."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('main *, header *, .emergency *')]
            .filter(one => one.getClientRects().length && one.getBoundingClientRect().right > innerWidth + 1
                && getComputedStyle(one).position !== 'absolute').map(one => one.outerHTML.slice(0, 120))"""
        )
    )
