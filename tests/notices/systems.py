"""An organization's system that listens: keeps what it was sent and answers as a test wants."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from matchmaker.notices.actions import open_webhook, tell_systems
from matchmaker.notices.models import Webhook, WebhookEvent, WebhookMessage
from tests.towns import NOW, SmallTown, viewer_of

EVERYTHING: Final = tuple(WebhookEvent.values)


@dataclass
class System:
    """Where it listens, what it answers next, and what came."""

    port: int = 0
    says: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def listening(*, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[System]:
    system = System()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the server's own name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            system.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(system.says)
            for name, value in system.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_said: Any) -> None:
            """Nothing is written while tests run."""

    server = ThreadingHTTPServer((address, 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    system.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def dripping() -> Iterator[System]:
    """A system that answers a byte at a time and never comes to an end."""
    over = threading.Event()

    def drip(server: socket.socket) -> None:
        line, _ = server.accept()
        with line, suppress(OSError):
            line.sendall(b"HTTP/1.1 200 OK\r\nx: ")
            while not over.wait(0.05):
                line.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,), daemon=True)
        thread.start()
        try:
            yield System(port=server.getsockname()[1])
        finally:
            over.set()
            thread.join()


def opened(town: SmallTown, url: str = "https://system.example.org/in", events: Any = EVERYTHING) -> Webhook:
    organization_id = town.organization.public_id
    return open_webhook(viewer=viewer_of(town.clerk), organization_id=organization_id, url=url, events=events, now=NOW)[
        0
    ]


def told(town: SmallTown, key: str = "one", event: WebhookEvent = WebhookEvent.MATCH_AGREED) -> WebhookMessage | None:
    tell_systems(
        organization_id=town.organization.pk,
        event=event,
        about={"Organization": town.organization.public_id},
        key=key,
        now=NOW,
    )
    return WebhookMessage.objects.order_by("pk").last()


def listened_to(town: SmallTown, system: System) -> WebhookMessage:
    opened(town, f"http://localhost:{system.port}/in?from=us")
    message = told(town)
    assert message is not None
    return message
