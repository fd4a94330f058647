"""The evidence picture and the neighbourhood explorer in a real browser: drawn, followed by keys, and without scripts.

MATCHMAKER_SCREENS names a folder to keep a picture of each page; `-s` prints how long the explorer takes to draw.
"""

from collections.abc import Iterator

import pytest
import time_machine
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from matchmaker.matches.actions import look_around, publish_score_cards
from matchmaker.matches.models import CaseLook, Proposal, ProposalState
from matchmaker.needs.models import Need
from tests.journeys.neighbour import Neighbour, enter, faults_on, small_targets_on
from tests.matches.rows_explored import more_buildings, tie_at_random
from tests.towns import NOW, SmallTown, load_service_types_once, proposal_for, small_town, tie, viewer_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=True) as travelled:
        yield travelled


@pytest.fixture
def town(clock: time_machine.Traveller) -> SmallTown:
    load_service_types_once()
    publish_score_cards(now=NOW)
    return small_town()


def case_in_a_crowd(town: SmallTown, people: int, buildings: int) -> Proposal:
    """The helper is known to the asker by the neighbour; so many people more are around, all within three ties."""
    proposal = proposal_for(town, state=ProposalState.AWAITING_HELPER)
    tie(town.asker, town.neighbour)
    crowd = more_buildings(town, buildings, people)
    for one in crowd[:12]:
        tie(town.asker, one)
    near = max(12, people // 30)
    for one in crowd[12:near]:
        tie(town.neighbour, one)
    for at, one in enumerate(crowd[near:]):
        tie(crowd[at % near], one)
    tie_at_random(crowd, people * 2)
    return proposal


def opened(person: Neighbour, who: object, path: str) -> Page:
    enter(person, who)  # type: ignore[arg-type]  # a person of the town
    person.open(path)
    return person.page


class TestEvidencePicture:
    @pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
    @pytest.mark.parametrize("width", [390, 1280])
    def test_breaks_no_rule_and_is_followed_by_keys(
        self, browser: Browser, live_server: LiveServer, town: SmallTown, language: str, width: int
    ) -> None:
        proposal = case_in_a_crowd(town, 40, 4)
        person = Neighbour(browser, live_server, scripts=True, language=language)
        person.page.set_viewport_size({"width": width, "height": 900})
        page = opened(person, town.coordinator, f"/proposals/{proposal.public_id}")
        person.keep_picture(f"{language[:2]}-evidence-{width}")

        page.locator("svg.lanes a[data-n='0']").focus()
        reached = set()
        for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft"):
            before = page.evaluate("document.activeElement.dataset.n")
            page.keyboard.press(key)
            after = page.evaluate("document.activeElement.dataset.n")
            ties = page.locator(f"svg.lanes a[data-n='{before}']").get_attribute("data-ties")
            assert after == before or after in (ties or "").split()
            reached.add(after)

        assert len(reached) > 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert faults_on(page, "evidence") == []
        assert small_targets_on(page, "evidence") == []
        assert person.asked_elsewhere == []

    def test_is_there_without_scripts_and_leads_to_the_table(
        self, browser: Browser, live_server: LiveServer, town: SmallTown
    ) -> None:
        proposal = case_in_a_crowd(town, 40, 4)
        person = Neighbour(browser, live_server)
        page = opened(person, town.coordinator, f"/proposals/{proposal.public_id}")

        assert page.locator("svg.lanes").is_visible()
        page.locator("svg.lanes a[data-n='0']").focus()
        page.keyboard.press("Enter")

        assert page.url.endswith("#tie-0")


class TestExplorer:
    @pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
    @pytest.mark.parametrize("width", [390, 1280])
    def test_breaks_no_rule_by_building_and_by_person(
        self, browser: Browser, live_server: LiveServer, town: SmallTown, language: str, width: int
    ) -> None:
        case_in_a_crowd(town, 150, 9)
        person = Neighbour(browser, live_server, scripts=True, language=language)
        person.page.set_viewport_size({"width": width, "height": 900})
        broken: list[str] = []
        person.page.on("console", lambda said: broken.append(said.text) if said.type == "error" else None)
        paths = {
            "explorer": f"/explorer/{town.community.public_id}?start=1&goal=4",
            "explorer-ask": f"/needs/{Need.objects.get().public_id}/around",
            "explorer-people": f"/looks/{looked(town).public_id}?start=1&goal=9",
        }
        faults: list[str] = []
        for name, path in paths.items():
            page = opened(person, town.coordinator, path)
            if name != "explorer-ask":
                page.wait_for_selector("[data-drawn]")
            person.keep_picture(f"{language[:2]}-{name}-{width}")
            faults += faults_on(page, name) + small_targets_on(page, name)
            assert page.evaluate("document.documentElement.scrollWidth") <= width

        assert faults == []
        assert broken == []
        assert person.asked_elsewhere == []

    def test_filters_at_once_and_speaks_of_what_is_chosen(
        self, browser: Browser, live_server: LiveServer, town: SmallTown
    ) -> None:
        case_in_a_crowd(town, 60, 6)
        person = Neighbour(browser, live_server, scripts=True)
        page = opened(person, town.coordinator, f"/explorer/{town.community.public_id}")
        page.wait_for_selector("[data-drawn]")
        all_ties = page.locator("#explorer-seen").inner_text()
        page.locator("#kind-KIN").uncheck()
        fewer = page.locator("#explorer-seen").inner_text()
        page.locator("#until").fill(page.locator("#until").get_attribute("min") or "")
        fewest = page.locator("#explorer-seen").inner_text()
        page.locator("#explorer").focus()
        page.keyboard.press("ArrowRight")

        assert len({all_ties, fewer, fewest}) == 3
        assert "1. " in page.locator("#explorer-said").inner_text()

    def test_shows_without_scripts_the_buildings_and_the_table(
        self, browser: Browser, live_server: LiveServer, town: SmallTown
    ) -> None:
        case_in_a_crowd(town, 60, 6)
        person = Neighbour(browser, live_server)
        page = opened(person, town.coordinator, f"/looks/{looked(town).public_id}")

        assert page.locator("svg.plan").is_visible()
        assert page.locator("#explorer").is_hidden()
        assert page.locator("#table tbody tr").count() > 50

    @pytest.mark.parametrize("people", [1_000, 2_000])
    def test_draws_as_many_as_there_may_be(
        self,
        browser: Browser,
        live_server: LiveServer,
        town: SmallTown,
        people: int,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """How long it takes is printed and not held: that is the machine's affair."""
        case_in_a_crowd(town, people - 6, 40)
        look = looked(town)
        person = Neighbour(browser, live_server, scripts=True)
        person.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # a plain dictionary does
        times = []
        for _ in range(3):
            page = opened(person, town.coordinator, f"/looks/{look.public_id}")
            page.wait_for_selector("[data-drawn]")
            drawn_ms = page.evaluate("performance.getEntriesByName('explorer-drawn')[0].startTime")
            times.append((drawn_ms, page.evaluate("performance.getEntriesByType('navigation')[0].responseStart")))
        person.keep_picture(f"explorer-{people}")
        drawn = int(page.locator("#explorer").get_attribute("data-drawn") or 0)
        all_ms, server_ms = min(times)
        with capsys.disabled():
            print(f"\nexplorer: {drawn} people drawn in {all_ms:.0f} ms, {server_ms:.0f} of them the server")

        assert people - 20 <= drawn <= people


def looked(town: SmallTown) -> CaseLook:
    need_id = Need.objects.get().public_id
    return look_around(viewer=viewer_of(town.coordinator), need_id=need_id, reason="想知道谁能陪", now=NOW)
