"""A van comes: an organization plans a tour, a resident signs up, the tour is late, the sheet goes along.

On a phone and on a desk, in both languages, held against WCAG 2.2 AA. MATCHMAKER_SCREENS names a folder for pictures.
"""

from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from matchmaker.community.models import Person
from matchmaker.matches.actions import publish_score_cards
from matchmaker.needs.models import Tour, TourSignUp, TourStop
from tests.journeys.neighbour import Neighbour, faults_on, small_targets_on
from tests.towns import NOW, SmallTown, load_service_types_once, open_need_for, small_town, user_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {"phone": {"width": 412, "height": 915}, "desk": {"width": 1280, "height": 900}}


@pytest.fixture
def town() -> Iterator[SmallTown]:
    with time_machine.travel(NOW, tick=True):
        load_service_types_once()
        publish_score_cards(now=NOW)
        yield small_town()


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_a_tour_is_planned_signed_up_for_late_and_on_paper(
    browser: Browser,
    live_server: LiveServer,
    town: SmallTown,
    language: str,
) -> None:
    clerk, asker = (Neighbour(browser, live_server, scripts=True, language=language) for _ in range(2))
    for neighbour, person in ((clerk, town.clerk), (asker, town.asker)):
        _sign_in(neighbour, person, language[:2])
    need = open_need_for(town)
    faults: list[str] = []

    clerk.open("/tours/new")
    faults += _looked_at(clerk, f"{language[:2]}-tour-plan")
    clerk.page.locator("[name=organization]").select_option(str(town.organization.public_id))
    clerk.fill(title="流动医疗车")
    clerk.page.locator("[name=service_types][value=SHOPPING]").check()
    clerk.page.locator("[name=stop0-place]").select_option(str(town.corridors[0].public_id))
    for name, value in {"meeting_point": "供销社门口", "date": "2026-03-04", "capacity": "8"}.items():
        clerk.page.locator(f"[name=stop0-{name}]").fill(value)
    for name, value in {"starts": "09:00", "ends": "12:00"}.items():
        clerk.page.locator(f"[name=stop0-{name}]").fill(value)
    clerk.press("预告这次巡回服务" if language == "zh-CN" else "Announce this tour")

    tour = Tour.objects.get()
    stop = TourStop.objects.get()
    asker.open("/tours")
    faults += _looked_at(asker, f"{language[:2]}-tours")
    asker.open(f"/tours/{tour.public_id}")
    faults += _looked_at(asker, f"{language[:2]}-tour-to-sign-up")
    asker.page.locator(f"[name=need][value='{need.public_id}']").check()
    asker.press("报名到这里来" if language == "zh-CN" else "I will come here")
    assert TourSignUp.objects.get().need == need

    clerk.open(f"/tours/{tour.public_id}")
    clerk.page.locator("[name=minutes]").select_option("45")
    clerk.press("告诉大家晚到" if language == "zh-CN" else "Tell all that it is late")
    faults += _looked_at(clerk, f"{language[:2]}-tour-in-care")
    clerk.open(f"/tours/{tour.public_id}/sheet")
    clerk.sees(town.asker.name)
    faults += _looked_at(clerk, f"{language[:2]}-tour-sheet")
    clerk.open(f"/tours/stops/{stop.public_id}/change")
    faults += _looked_at(clerk, f"{language[:2]}-tour-stop")

    asker.open(f"/tours/{tour.public_id}")
    asker.sees("09:45")
    assert faults == []
    assert clerk.asked_elsewhere == asker.asked_elsewhere == []


def _sign_in(neighbour: Neighbour, person: Person, language: str) -> None:
    client = Client()
    client.force_login(user_of(person))
    name = settings.SESSION_COOKIE_NAME
    kept = {name: client.cookies[name].value, "django_language": {"zh": "zh-hans"}.get(language, language)}
    cookies = [{"name": name, "value": value, "url": neighbour.address} for name, value in kept.items()]
    neighbour.context.add_cookies(cookies)  # type: ignore[list-item]  # a plain dictionary does


def _looked_at(neighbour: Neighbour, name: str) -> list[str]:
    """The faults of the page in both sizes: of WCAG, of targets too small for a thumb, and of what does not fit."""
    faults = []
    for size, viewport in SIZES.items():
        neighbour.page.set_viewport_size(viewport)  # type: ignore[arg-type]  # a plain dictionary does
        neighbour.keep_picture(f"{name}-{size}")
        faults += faults_on(neighbour.page, name)
        faults += small_targets_on(neighbour.page, name)
        if neighbour.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{name} is wider than the {size}")
    return faults
