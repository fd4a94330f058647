"""Somebody who listens to live updates, without a network: speaks to the door as a server would."""

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.test import Client

from api.live.door import live

PATIENCE_SECONDS: Final = 180.0


@dataclass
class Heard:
    """What the door said: a status first, then events as they come."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    said: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    async def event(self) -> dict[str, str]:
        """The next block that says something: its fields. Comments are passed over."""
        while True:
            block = await asyncio.wait_for(self.said.get(), PATIENCE_SECONDS)
            fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
            if fields:
                return fields

    async def row(self) -> Any:
        """The one field of the next event's data."""
        found = await self.event()
        assert found["event"] == "next", found
        (row,) = json.loads(found["data"])["data"].values()
        return row


def scope_of(client: Client | None = None, **headers: str) -> dict[str, Any]:
    sent = {"host": "localhost", "content-type": "application/json", "accept": "text/event-stream"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    if client is not None and (cookie := client.cookies.get(settings.SESSION_COOKIE_NAME)):
        sent["cookie"] = f"{settings.SESSION_COOKIE_NAME}={cookie.value}"
    return {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "scheme": "http",
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
    }


@asynccontextmanager
async def listening(
    document: str, *, client: Client | None = None, variables: dict[str, Any] | None = None, **headers: str
) -> AsyncIterator[Heard]:
    """The door has begun to answer; it is left at the end."""
    heard, begun, leave = Heard(), asyncio.Event(), asyncio.Event()
    body = json.dumps({"query": document, "variables": variables or {}}).encode()
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> MutableMapping[str, Any]:
        if waiting:
            return waiting.pop()
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            heard.status = message["status"]
            heard.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            return
        text = message["body"].decode()
        heard.text += text
        for block in filter(None, text.split("\n\n")):
            heard.said.put_nowait(block)
        begun.set()

    task = asyncio.ensure_future(live(scope_of(client, **headers), receive, send))
    await asyncio.wait_for(begun.wait(), PATIENCE_SECONDS)
    try:
        yield heard
    finally:
        leave.set()
        await asyncio.wait_for(task, PATIENCE_SECONDS)
