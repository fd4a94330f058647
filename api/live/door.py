"""The door of live updates: a POST to /graphql that accepts `text/event-stream`, answered as long as somebody listens.

It stands before Django's own handler, which would keep a thread for every listener. Here a listener is a coroutine that
waits; a few threads look, when there is news, every minute besides, and send a comment in between so that no proxy
takes the line for dead.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, Final, TypeVar

import orjson
import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest

from api.asked import JSON, NotAccepted, from_ourselves, in_body
from api.limits import MAX_BODY_BYTES
from api.live.listening import Event, Listener, Over, Refused
from matchmaker import news

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Told = TypeVar("Told")

PATH: Final = "/graphql"
STREAM: Final = "text/event-stream"
LOOKERS: Final = 4
LISTENERS_AT_MOST: Final = 2_000
LISTENERS_OF_AN_ACCOUNT: Final = 10
LOOK_SECONDS: Final = 60.0
COMMENT_SECONDS: Final = 15.0
TOGETHER_SECONDS: Final = 0.2
"""News that come close after each other are looked at together."""
BETWEEN_LOOKS_SECONDS: Final = 1.0
HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"same-origin"),
)

log = structlog.get_logger("matchmaker.live")
_threads: Final = ThreadPoolExecutor(max_workers=LOOKERS, thread_name_prefix="live")
listeners: Final[Counter[int | None]] = Counter()
"""How many listen here, by their account."""


def is_asked(scope: Scope) -> bool:
    """The request asks for a stream at our address."""
    if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != PATH:
        return False
    accepts = (value for name, value in scope["headers"] if name == b"accept")
    return any(STREAM.encode() in value.lower() for value in accepts)


async def live(scope: Scope, receive: Receive, send: Send) -> None:
    """The stream, from the first event until the listener leaves or may not know any more."""
    try:
        listener = await _listener(scope, receive)
        events = await _in_thread(listener.begin)
        if listeners.total() >= LISTENERS_AT_MOST or listeners[listener.account] >= LISTENERS_OF_AN_ACCOUNT:
            raise NotAccepted(429, "Too many streams are open. Close one first.")
    except NotAccepted as refusal:
        error = {"message": refusal.message, "extensions": {"code": "BAD_REQUEST"}}
        await _answer(send, refusal.status, {"errors": [error]})
    except Refused as refusal:
        await _answer(send, refusal.status, refusal.body)
    else:
        await _stream(listener, events, receive, send)


async def _stream(listener: Listener, events: list[Event], receive: Receive, send: Send) -> None:
    loop, woken = asyncio.get_running_loop(), asyncio.Event()

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    gone = asyncio.ensure_future(_gone(receive))
    listeners[listener.account] += 1
    try:
        with news.heard(listener.topics, wake):
            await send({"type": "http.response.start", "status": 200, "headers": _headers(STREAM)})
            await _say(send, f"id: {listener.last_id}\n\n" if not events else "")
            await _tell(send, events)
            await _tell_on(listener, woken, gone, send)
    except (OSError, RuntimeError) as error:
        log.info("live.broken", error=type(error).__name__)
    finally:
        gone.cancel()
        listeners[listener.account] -= 1
        if not listeners[listener.account]:
            del listeners[listener.account]


async def _tell_on(listener: Listener, woken: asyncio.Event, gone: "asyncio.Future[Any]", send: Send) -> None:
    """Looks when woken, and once a minute; comments in between. It ends with the listener, or with their right."""
    loop = asyncio.get_running_loop()
    look_at = loop.time() + LOOK_SECONDS * random.uniform(0.5, 1)  # noqa: S311  # so that not all look at once
    while not gone.done():
        waiting: asyncio.Future[Any] = asyncio.ensure_future(woken.wait())
        patience = min(COMMENT_SECONDS, max(0.0, look_at - loop.time()))
        await asyncio.wait({waiting, gone}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if gone.done():
            return
        if not woken.is_set() and loop.time() < look_at:
            await _say(send, ":\n\n")
            continue
        await asyncio.sleep(TOGETHER_SECONDS)
        woken.clear()
        try:
            await _tell(send, await _in_thread(listener.look))
        except Over:
            await _say(send, "event: complete\ndata: \n\n")
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        look_at = loop.time() + LOOK_SECONDS
        await asyncio.sleep(BETWEEN_LOOKS_SECONDS)


async def _tell(send: Send, events: list[Event]) -> None:
    for event in events:
        await _say(send, f"event: next\nid: {event.id}\ndata: {event.body.decode()}\n\n")


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _listener(scope: Scope, receive: Receive) -> Listener:
    """Who asks for what; NotAccepted where the request is none that is answered, by the rules of `api/asked.py`."""
    body = await _body(receive)
    request = ASGIRequest(dict(scope), BytesIO(body))
    try:
        request.get_host()
    except DisallowedHost as error:
        raise NotAccepted(400, "This host is not ours.") from error
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise NotAccepted(403, "Only over HTTPS.")
    if request.content_type != JSON:
        raise NotAccepted(415, f"The body must be {JSON}.")
    if not from_ourselves(request):
        raise NotAccepted(403, "Requests from other sites are not answered.")
    return Listener(request, in_body(body), last_event_id=request.headers.get("Last-Event-ID", ""))


async def _body(receive: Receive) -> bytes:
    body = b""
    while True:
        part = await receive()
        if part["type"] == "http.disconnect":
            raise NotAccepted(400, "The request ended early.")
        body += part.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            raise NotAccepted(413, f"The body has at most {MAX_BODY_BYTES} bytes.")
        if not part.get("more_body"):
            return body


async def _in_thread(work: Callable[[], Told]) -> Told:
    return await asyncio.get_running_loop().run_in_executor(_threads, work)


async def _answer(send: Send, status: int, body: Any) -> None:
    await send({"type": "http.response.start", "status": status, "headers": _headers(JSON)})
    await send({"type": "http.response.body", "body": orjson.dumps(body)})


def _headers(content_type: str) -> list[tuple[bytes, bytes]]:
    return [(b"content-type", f"{content_type}; charset=utf-8".encode()), *HEADERS]
