"""The page of all components at a phone and at a desk: clean, no wider than the screen, and a fault is seen as one.

MATCHMAKER_SCREENS names a folder to keep a picture of each.
"""

from typing import Final

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from matchmaker.web.style_tokens import tokens
from tests.journeys.every_page_walk import Seen, beyond_the_edge, faults_at
from tests.journeys.neighbour import Neighbour

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

COMPONENTS: Final = Seen("components", "visitor", "/components")
KINDS: Final = ("text", "number", "email", "tel", "date", "time", "file")


class TestComponents:
    @pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
    @pytest.mark.parametrize("screen", ["phone", "desk"])
    def test_are_clean(self, browser: Browser, live_server: LiveServer, screen: str, language: str) -> None:
        person = Neighbour(browser, live_server, scripts=True, language=language, screen=screen)
        person.open(COMPONENTS.path)
        person.keep_picture(f"components-{screen}-{language[:2]}")

        assert faults_at(person.page, COMPONENTS, lowest=44) + beyond_the_edge(person.page, COMPONENTS) == []
        assert person.asked_elsewhere == []

    def test_show_a_fault_at_boxes_of_every_kind(self, browser: Browser, live_server: LiveServer) -> None:
        person = Neighbour(browser, live_server)
        person.open(COMPONENTS.path)
        faulty = person.page.locator(".faulty")

        colours = {
            kind: faulty.locator(f"input[type={kind}]").first.evaluate("one => getComputedStyle(one).borderTopColor")
            for kind in KINDS
        }
        alarm = next(one.value for one in tokens() if one.name == "alarm")
        assert set(colours.values()) == {_as_browsers_say(alarm)}, colours


def _as_browsers_say(colour: str) -> str:
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgb({', '.join(map(str, parts))})"
