"""More requests than the gate lets through: no more are at work than the bound, some wait, the others are told so."""

import asyncio
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.urls import path

from matchmaker import gate, tally
from matchmaker.serving import AGAIN_AFTER_SECONDS, GatedHandler, busy, is_always_answered
from matchmaker.urls import urlpatterns as pages

AT_ONCE, WAITING = 2, 3
CALLERS = 12


class Room:
    """A view in which everybody stays until the door is opened, and how many were in it at most."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.inside, self.most, self.came = 0, 0, 0
        self._lock = threading.Lock()

    def view(self, request: HttpRequest) -> HttpResponse:
        with self._lock:
            self.came += 1
            self.inside += 1
            self.most = max(self.most, self.inside)
        assert self.opened.wait(timeout=30)
        with self._lock:
            self.inside -= 1
        return HttpResponse("done")


room = Room()
urlpatterns = [
    path("work", lambda request: room.view(request)),
    path("graphql", lambda request: room.view(request)),
    path("livez", lambda _request: HttpResponse("alive")),
    path("stream", lambda _request: StreamingHttpResponse(iter(["one", "two"]))),
    *pages,  # which the page that says so leads to
]


@pytest.fixture(autouse=True)
def few_places(settings: Any) -> Iterator[None]:
    global room
    room = Room()
    settings.ROOT_URLCONF = __name__
    settings.REDIS_URL = ""
    settings.REQUESTS_AT_ONCE, settings.REQUESTS_WAITING, settings.REQUESTS_WAIT_SECONDS = AT_ONCE, WAITING, 20.0
    settings.ALLOWED_HOSTS = ["*"]
    tally.forget()
    yield
    room.opened.set()
    tally.forget()


def run(act: Callable[[httpx.AsyncClient], Awaitable[Any]]) -> Any:
    """What came of it, with a handler and a browser of its own."""

    async def begin() -> Any:
        transport = httpx.ASGITransport(app=GatedHandler())
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=60) as browser:
            return await act(browser)

    return asyncio.run(begin())


async def all_settled() -> None:
    """So many are at work and wait as there is room for."""
    async with asyncio.timeout(30):
        while (gate.here[gate.AT_WORK], gate.here[gate.WAITING], room.came) != (AT_ONCE, WAITING, AT_ONCE):
            await asyncio.sleep(0.01)


class TestGatedHandler:
    def test_works_on_no_more_at_once_and_turns_away_whom_it_has_no_room_for(self) -> None:
        async def crowd(browser: httpx.AsyncClient) -> list[httpx.Response]:
            asked = [asyncio.create_task(browser.get("/work")) for _ in range(CALLERS)]
            await all_settled()
            room.opened.set()
            return await asyncio.gather(*asked)

        answers = run(crowd)

        statuses = Counter(answer.status_code for answer in answers)
        assert statuses == {200: AT_ONCE + WAITING, 503: CALLERS - AT_ONCE - WAITING}
        assert room.most == AT_ONCE
        assert room.came == AT_ONCE + WAITING
        assert tally.refusals() == {gate.BUSY: CALLERS - AT_ONCE - WAITING}
        assert gate.here[gate.AT_WORK] == gate.here[gate.WAITING] == 0

    def test_tells_of_its_health_while_it_is_full(self) -> None:
        async def crowd(browser: httpx.AsyncClient) -> int:
            asked = [asyncio.create_task(browser.get("/work")) for _ in range(CALLERS)]
            await all_settled()
            health = await browser.get("/livez")
            room.opened.set()
            await asyncio.gather(*asked)
            return health.status_code

        assert run(crowd) == 200

    def test_turns_away_who_waited_too_long(self, settings: Any) -> None:
        settings.REQUESTS_WAIT_SECONDS = 0.2

        async def crowd(browser: httpx.AsyncClient) -> tuple[list[int], list[int]]:
            first = [asyncio.create_task(browser.get("/work")) for _ in range(AT_ONCE)]
            while room.came < AT_ONCE:
                await asyncio.sleep(0.01)
            late = [(await browser.get("/work")).status_code]
            room.opened.set()
            return [answer.status_code for answer in await asyncio.gather(*first)], late

        assert run(crowd) == ([200, 200], [503])

    def test_keeps_the_place_of_who_left_until_their_work_is_through(self) -> None:
        async def crowd() -> tuple[int, int, int]:
            handler, leave = GatedHandler(), asyncio.Event()
            asked = [asyncio.create_task(_asked_and_left(handler, leave)) for _ in range(AT_ONCE)]
            while room.came < AT_ONCE:
                await asyncio.sleep(0.01)
            leave.set()
            late = asyncio.create_task(_asked_and_left(handler, asyncio.Event()))
            await asyncio.sleep(0.3)
            at_work, came = gate.here[gate.AT_WORK], room.came
            room.opened.set()
            await asyncio.gather(*asked)
            late.cancel()
            return at_work, came, room.most

        assert asyncio.run(crowd()) == (AT_ONCE, AT_ONCE, AT_ONCE)

    def test_gives_the_place_back_after_a_fault(self) -> None:
        async def faulty(browser: httpx.AsyncClient) -> list[int]:
            return [(await browser.get("/nowhere")).status_code for _ in range(2 * AT_ONCE + WAITING)]

        assert set(run(faulty)) == {404}
        assert gate.here[gate.AT_WORK] == 0

    def test_hands_streams_on(self) -> None:
        async def stream(browser: httpx.AsyncClient) -> str:
            return (await browser.get("/stream")).text

        assert run(stream) == "onetwo"


class TestBusy:
    @pytest.mark.parametrize(
        ("language", "sentence"), [("zh", "现在用的人很多"), ("en", "Many people are using this right now")]
    )
    def test_says_so_on_a_page_and_in_the_api_without_asking_the_database(self, language: str, sentence: str) -> None:
        asked = RequestFactory(headers={"Accept-Language": language})

        page, told = busy(asked.get("/mine")), busy(asked.post("/graphql"))

        assert (page.status_code, told.status_code) == (503, 503)
        assert page.headers["Retry-After"] == told.headers["Retry-After"] == str(AGAIN_AFTER_SECONDS)
        assert f"<h1>{sentence}" in page.content.decode()
        assert sentence in told.content.decode("unicode-escape") or sentence in told.content.decode()
        assert b'"code": "BUSY"' in told.content

    def test_says_that_a_form_was_not_sent(self) -> None:
        asked = RequestFactory(headers={"Accept-Language": "en"})

        assert "was not sent yet" in busy(asked.post("/ask/what")).content.decode()
        assert "was not sent yet" not in busy(asked.get("/ask/what")).content.decode()


class TestAlwaysAnswered:
    @pytest.mark.parametrize(
        ("address", "always"),
        [("/livez", True), ("/readyz", True), ("/metrics", True), ("/static/web/house.css", True), ("/", False)],
    )
    def test_are_health_figures_and_static_files(self, address: str, always: bool) -> None:
        assert is_always_answered(address) is always


async def _asked_and_left(handler: GatedHandler, leaves: asyncio.Event) -> None:
    """A request whose sender goes away as soon as the event is set."""
    told = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if told:
            return told.pop()
        await leaves.wait()
        return {"type": "http.disconnect"}

    async def send(_message: Any) -> None:
        return None

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": "/work",
        "raw_path": b"/work", "query_string": b"", "root_path": "", "scheme": "http", "server": ("localhost", 80),
        "client": ("127.0.0.1", 1), "headers": [(b"host", b"localhost")],
    }  # fmt: skip
    await handler(scope, receive, send)
