"""The pages of a second look in Chromium, in both languages: the doubt, the coordinator's page, the answer."""

from collections.abc import Iterator

import pytest
import time_machine
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from matchmaker.matches import actions
from matchmaker.matches.models import SecondLook
from tests.journeys.neighbour import Neighbour, enter, faults_on, small_targets_on
from tests.look_rows import Spoken, spoken_of, taken
from tests.towns import NOW, small_town, viewer_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REASON = "那天的地址确实临时改了，不算您的"


@pytest.fixture
def spoken() -> Iterator[Spoken]:
    made = spoken_of(small_town(now=NOW))
    with time_machine.travel(made.later, tick=True):
        yield made


def pages_of(person: Neighbour, spoken: Spoken) -> Iterator[tuple[str, str]]:
    """Each page as whoever reads it, and what happens between them."""
    town = spoken.town
    enter(person, town.helper)
    yield from (("how-known", "/how-i-am-known"), ("look-ask", "/how-i-am-known/HELP_FOUND/again"))
    address = f"/second-looks/{taken(spoken).public_id}"
    yield from (("look-waits", address), ("how-known-waits", "/how-i-am-known"))
    enter(person, town.coordinator)
    yield from (("looks", "/second-looks"), ("look-in-hand", address))
    yield ("look-heard", f"/desk/people/{town.elder.public_id}/second-look")
    viewer = viewer_of(town.coordinator, now=spoken.later)
    answered = {"answer": "SET_ASIDE", "reason": REASON, "set_aside": [spoken.visits[0].public_id]}
    look = SecondLook.objects.get()
    actions.answer_second_look(viewer=viewer, look_id=look.public_id, now=spoken.later, **answered)
    yield ("look-to-lift", address)
    enter(person, town.helper)
    yield from (("look-answered", address), ("how-known-after", "/how-i-am-known"), ("look-notices", "/notices"))


class TestSecondLookPages:
    @pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
    def test_break_no_rule_of_wcag(
        self,
        browser: Browser,
        live_server: LiveServer,
        spoken: Spoken,
        language: str,
    ) -> None:
        person = Neighbour(browser, live_server, scripts=True, language=language)
        faults: list[str] = []
        for name, path in pages_of(person, spoken):
            person.open(path)
            person.keep_picture(f"{language[:2]}-{name}")
            faults += faults_on(person.page, name)
            faults += small_targets_on(person.page, name)

        assert faults == []
        assert person.asked_elsewhere == []
