"""A phone with a real browser, and the line between it and the server, which can be cut at a chosen moment."""

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from matchmaker.community.models import Person
from tests.conftest import CHROMIUM
from tests.processes import until
from tests.towns import user_of

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
SIZE = {"width": 390, "height": 844}


@contextmanager
def chromium() -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django takes that for an async view.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Line:
    """Everything to and from the server goes through here; it can break off just before an answer is delivered."""

    def __init__(self, port: int, server_port: int) -> None:
        self._server_port = server_port
        self._cut: tuple[bytes, Callable[[], None]] | None = None
        self.answers_lost = 0
        self._listening = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_before_the_answer_to(self, request: bytes, blow: Callable[[], None]) -> None:
        """The next request that begins so is handed on; once its answer is here the blow falls, and nobody hears it."""
        self._cut = (request, blow)

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                phone, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(phone,), daemon=True).start()

    def _carry(self, phone: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._server_port), timeout=60)
        except OSError:
            phone.close()
            return
        asked = [b""]
        threading.Thread(target=self._pump, args=(phone, server, asked), daemon=True).start()
        self._answer(server, phone, asked)

    def _pump(self, phone: socket.socket, server: socket.socket, asked: list[bytes]) -> None:
        with suppress(OSError):
            while some := phone.recv(65536):
                if some.startswith((b"GET ", b"POST ")):
                    asked[0] = some
                server.sendall(some)
        for one in (phone, server):
            one.close()

    def _answer(self, server: socket.socket, phone: socket.socket, asked: list[bytes]) -> None:
        with suppress(OSError):
            while some := server.recv(65536):
                if self._cut is not None and asked[0].startswith(self._cut[0]):
                    blow, self._cut = self._cut[1], None
                    self.answers_lost += 1
                    blow()
                    break
                phone.sendall(some)
        for one in (phone, server):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


class Phone:
    """One phone: whoever holds it, and its pages."""

    def __init__(self, browser: Browser, port: int, *, scripts: bool = True) -> None:
        self.address = f"http://localhost:{port}"
        self.context = browser.new_context(viewport=SIZE, locale="zh-CN", java_script_enabled=scripts)  # type: ignore[arg-type]  # a plain dictionary does
        self.page: Page = self.context.new_page()

    def sign_in(self, person: Person) -> None:
        """The phone holds a session of this person, as after a sign-in."""
        client = Client()
        client.force_login(user_of(person))
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": self.address}])

    def open(self, path: str, page: Page | None = None) -> None:
        (page or self.page).goto(self.address + path)

    def keep_pages(self) -> None:
        """A page was opened with signal, and the worker has kept what it keeps."""
        self.open("/mine")
        kept = "caches.match('/kept/for').then(found => Boolean(found) && navigator.serviceWorker.controller !== null)"
        assert until(lambda: self.page.evaluate(kept))

    def new_tab(self) -> Page:
        return self.context.new_page()

    def write_request(self, page: Page | None = None, details: str = "两袋米") -> None:
        """All that has to be answered of "I want help" on one page."""
        page = page or self.page
        tomorrow = timezone.localdate() + timedelta(days=1)
        page.locator("input[name=service_type][value=SHOPPING]").check()
        page.locator("[name=date]").fill(tomorrow.isoformat())
        page.locator("input[name=part][value=MORNING]").check()
        page.locator("input[name=where][value=home]").check()
        page.locator("input[name=minutes][value='60']").check()
        page.locator("[name=details]").fill(details)

    def sees(self, *texts: str, page: Page | None = None) -> None:
        for text in texts:
            (page or self.page).get_by_text(text).first.wait_for(state="visible", timeout=20_000)

    def waiting(self) -> list[str]:
        """The states of what lies in the outbox of this browser."""
        states: list[str] = self.page.evaluate("outbox.all().then(rows => rows.map(row => row.state))")
        return states
