"""The days of the three front doors, in both languages, on a phone and at a desk.

Each day goes in Chinese by thumb on a phone and in English at a desk; `tests/journeys/days.py` tells it.
"""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from matchmaker.matches.actions import publish_score_cards
from tests.journeys.days import from_ask_to_thanks, from_offer_to_report, from_queue_to_decision
from tests.journeys.keyboard import KeyboardNeighbour
from tests.journeys.neighbour import Neighbour
from tests.towns import NOW, SmallTown, load_service_types_once, small_town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Day = Callable[[Neighbour, SmallTown, time_machine.Traveller], None]

DAYS = [from_ask_to_thanks, from_offer_to_report, from_queue_to_decision]
READERS = [("zh-CN", "phone"), ("en-GB", "desk"), ("zh-CN", "desk"), ("en-GB", "phone")]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as travelled:
        yield travelled


@pytest.fixture
def town(clock: time_machine.Traveller) -> SmallTown:
    load_service_types_once()
    publish_score_cards(now=NOW)
    return small_town()


class TestDays:
    @pytest.mark.parametrize("day", DAYS, ids=lambda day: day.__name__)
    @pytest.mark.parametrize(("language", "screen"), READERS)
    def test_go_by_thumb_and_by_mouse(
        self,
        browser: Browser,
        live_server: LiveServer,
        town: SmallTown,
        clock: time_machine.Traveller,
        day: Day,
        language: str,
        screen: str,
    ) -> None:
        person = Neighbour(browser, live_server, language=language, screen=screen)

        day(person, town, clock)

        assert person.asked_elsewhere == []

    @pytest.mark.parametrize("day", DAYS, ids=lambda day: day.__name__)
    @pytest.mark.parametrize(("language", "screen"), READERS[:2])
    def test_go_by_keyboard_alone(
        self,
        browser: Browser,
        live_server: LiveServer,
        town: SmallTown,
        clock: time_machine.Traveller,
        day: Day,
        language: str,
        screen: str,
    ) -> None:
        person = KeyboardNeighbour(browser, live_server, scripts=True, language=language, screen=screen)

        day(person, town, clock)

        assert person.asked_elsewhere == []
