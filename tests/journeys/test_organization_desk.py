"""A clerk's morning at the organization's desk in Chromium: answers several at once, pauses an offer, looks at a month.

On a phone and on a desk, in both languages, held against WCAG 2.2 AA. MATCHMAKER_SCREENS names a folder for pictures.
"""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
import time_machine
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from matchmaker.matches.actions import publish_score_cards
from matchmaker.matches.models import Proposal
from matchmaker.needs.drafts import Window
from tests.journeys.neighbour import Neighbour, enter
from tests.journeys.test_tours import _looked_at
from tests.towns import NOW, SmallTown, load_service_types_once, open_need_for, open_offer_for, proposal_for, small_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def town() -> Iterator[SmallTown]:
    with time_machine.travel(NOW, tick=True):
        load_service_types_once()
        publish_score_cards(now=NOW)
        made = small_town()
        offer = open_offer_for(made, organization=made.organization, external_id="F-1", parallel_visits=5)
        for hour in (9, 14):
            window = Window((NOW + timedelta(days=1)).date(), time(hour), time(hour + 1))
            proposal_for(made, need=open_need_for(made, windows=(window,)), offer=offer)
        yield made


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_the_desk_answers_pauses_and_looks_back(
    browser: Browser,
    live_server: LiveServer,
    town: SmallTown,
    language: str,
) -> None:
    clerk = Neighbour(browser, live_server, scripts=True, language=language)
    chinese = language == "zh-CN"
    enter(clerk, town.clerk)
    faults: list[str] = []

    clerk.open("/mine")
    faults += _looked_at(clerk, f"{language[:2]}-mine-clerk")
    clerk.press(town.organization.name if chinese else town.organization.name_en)
    faults += _looked_at(clerk, f"{language[:2]}-organization")
    clerk.press("勾选的都答应" if chinese else "Say yes to those ticked")
    faults += _looked_at(clerk, f"{language[:2]}-organization-faults")
    for box in clerk.page.locator("[name=proposals]").all():
        box.check()
    clerk.page.locator("[name=helper_id]").select_option(str(town.member.public_id))
    clerk.press("勾选的都答应" if chinese else "Say yes to those ticked")
    faults += _looked_at(clerk, f"{language[:2]}-organization-answered")
    assert {proposal.state for proposal in Proposal.objects.all()} == {"AWAITING_ASKER"}
    clerk.press("暂停一下" if chinese else "Pause")
    clerk.sees("暂停中" if chinese else "Paused")
    clerk.page.locator("[name=month]").first.select_option("2026-02")
    clerk.press("看这个月" if chinese else "Show it")
    faults += _looked_at(clerk, f"{language[:2]}-organization-february")
    clerk.open("/systems")
    clerk.fill(name="日历")
    clerk.page.locator("[name=scopes][value=CALENDAR]").check()
    clerk.press("生成令牌" if chinese else "Make the token")
    faults += _looked_at(clerk, f"{language[:2]}-calendar-token")

    assert faults == []
    assert clerk.asked_elsewhere == []
