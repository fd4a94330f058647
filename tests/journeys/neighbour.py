"""One person at one screen: what they press, choose, write and read, and what is wrong with the page in front of them.

Journeys are told in Chinese; whoever reads English presses and sees the words of `tests/journeys/words.py` instead.
"""

import os
from pathlib import Path
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from pytest_django.live_server_helper import LiveServer

from matchmaker.community.models import Person
from matchmaker.jobs import relay
from matchmaker.matches.held import UNDO_WITHIN
from matchmaker.web.phrases import CHINESE, ENGLISH
from tests.journeys.words import IN_ENGLISH
from tests.towns import user_of

PHONE: Final = {"width": 390, "height": 844}
DESK: Final = {"width": 1280, "height": 900}
SCREENS_OF: Final = {"phone": PHONE, "desk": DESK}
WCAG: Final = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
SCREENS: Final = os.environ.get("MATCHMAKER_SCREENS", "")


class Neighbour:
    """One person with one phone, or at the screen of that name."""

    def __init__(
        self,
        browser: Browser,
        server: LiveServer,
        *,
        scripts: bool = False,
        language: str = "zh-CN",
        screen: str = "phone",
    ) -> None:
        self.language = ENGLISH if language.startswith("en") else CHINESE
        self.address = server.url.replace("127.0.0.1", "localhost")
        self.context: BrowserContext = browser.new_context(
            viewport=SCREENS_OF[screen],  # type: ignore[arg-type]  # a plain dictionary does
            locale=language,
            java_script_enabled=scripts,
            device_scale_factor=2 if screen == "phone" else 1,
        )
        self.page: Page = self.context.new_page()
        self.asked_elsewhere: list[str] = []
        self.page.on("request", lambda request: self._note(request.url))

    def open(self, path: str) -> None:
        self.page.goto(self.address + path)

    def sign_in_as(self, name: str) -> None:
        self.open("/")
        self.press(name)

    def press(self, name: str) -> None:
        """Presses the button or follows the link of this name; a page must come of it."""
        with self.page.expect_navigation():
            self.pressable(name).first.click()

    def unfold(self, name: str) -> None:
        """Opens the folded part of the page under this name."""
        self.page.locator("summary").filter(has_text=self.own(name)).first.click()

    def choose(self, *labels: str) -> None:
        for label in labels:
            self.page.get_by_label(self.own(label), exact=True).first.check()

    def tick(self, value: object) -> None:
        """The box or the button of a group that stands for this value."""
        self.page.locator(f"[value='{value}']").first.check()

    def pick(self, name: str, value: object) -> None:
        """From a list that unfolds."""
        self.page.locator(f"select[name={name}]").first.select_option(str(value))

    def fill(self, **values: str) -> None:
        for name, value in values.items():
            self.page.locator(f"[name={name}]").fill(value)

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(self.own(label)).first.fill(text)

    def download(self, name: str) -> bytes:
        """What the button or link of this name hands over."""
        with self.page.expect_download() as handed_over:
            self.pressable(name).first.click()
        return Path(handed_over.value.path()).read_bytes()

    def sees(self, *texts: str) -> None:
        for text in map(self.own, texts):
            assert self.page.get_by_text(text).first.is_visible(), f"{text!r} is not on {self.page.url}"

    def does_not_see(self, *texts: str) -> None:
        body = self.page.locator("body").inner_text()
        for text in map(self.own, texts):
            assert text not in body, body

    def own(self, text: str) -> str:
        """The text as this person reads it."""
        return IN_ENGLISH.get(text, text) if self.language == ENGLISH else text

    def pressable(self, name: str) -> Locator:
        said = self.own(name)
        return self.page.get_by_role("button", name=said).or_(self.page.get_by_role("link", name=said))

    def keep_picture(self, name: str) -> None:
        if SCREENS:
            self.page.screenshot(path=str(Path(SCREENS) / f"{name}.png"), full_page=True)

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "data:")):
            self.asked_elsewhere.append(url)


def enter(person: Neighbour, who: Person) -> None:
    """The browser holds a session of this person, as after a sign-in."""
    enter_with(person, user_of(who))


def enter_with(person: Neighbour, account: Any) -> None:
    """The browser holds a session of this account, in the language of whoever sits at it."""
    client = Client()
    client.force_login(account)
    cookies = {
        settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: person.language,
    }
    person.context.clear_cookies()
    person.context.add_cookies(
        [{"name": name, "value": value, "url": person.address} for name, value in cookies.items()]
    )


def work_through_jobs() -> None:
    """As a worker would, once there is no undoing any more."""
    relay.run_due(clock=lambda: timezone.now() + UNDO_WITHIN)


def faults_on(page: Page, name: str) -> list[str]:
    """What on the page breaks a rule of WCAG 2.2 AA."""
    found = Axe().run(page, options=WCAG)
    return [
        f"{name}: {fault['id']}: {node['html'][:200]}"
        for fault in found.response["violations"]
        for node in fault["nodes"]
    ]


def small_targets_on(page: Page, name: str, *, lowest: int = 44) -> list[str]:
    """Buttons, fields and links that are lower than a finger wants."""
    small = page.evaluate(
        """lowest => [...document.querySelectorAll('button, select, input[type=text], .choice, summary, a:not(.skip)')]
            .filter(one => one.offsetHeight > 0 && one.offsetHeight < lowest)
            .map(one => one.outerHTML.slice(0, 120))""",
        lowest,
    )
    return [f"{name}: lower than {lowest} px: {html}" for html in small]


def wider_than_the_screen(page: Page, name: str) -> list[str]:
    """The page must never scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return [f"{name} is wider than the screen"] if wide else []
