"""Real servers on this machine: a mail server and an SMS gateway, that answer as a test wants."""

import json
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

ACCEPTED = "250 taken"


@dataclass
class Mailbox:
    """What the mail server took, and what it says to each recipient."""

    says: str = ACCEPTED
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  # the server's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.says == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return self.says

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        mail = message_from_bytes(cast(bytes, envelope.content), policy=policy.default)
        self.mails.append(cast(EmailMessage, mail))
        self.recipients.extend(envelope.rcpt_tos)
        return ACCEPTED

    def authenticator(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and data.password == b"a-good-secret"
        if known:
            self.signed_in.append(data.login.decode())
        return AuthResult(success=known)


class _AnyPort(Controller):
    """Listens on a port that is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(mailbox: Mailbox, *, asks_who: bool = False, certificate: Path | None = None) -> Iterator[int]:
    """The port on which the server listens.

    `asks_who` takes mail only from who signs in; with a certificate it takes mail over TLS alone.
    """
    options: dict[str, Any] = {}
    if asks_who:
        options |= {"authenticator": mailbox.authenticator, "auth_required": True, "auth_require_tls": False}
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        options |= {"tls_context": context, "require_starttls": True}
    controller = _AnyPort(mailbox, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def certificate_in(folder: Path) -> Path:
    """A certificate for this machine that nobody else signed; its key lies beside it."""
    path = folder / "server.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    key = ["-newkey", "rsa:2048", "-nodes", "-keyout", str(path.with_suffix(".key"))]
    asked = ["openssl", "req", "-x509", "-days", "2", *key, "-out", str(path), *names]
    subprocess.run(asked, check=True, capture_output=True)
    return path


@dataclass
class Gateway:
    """What the gateway was sent and what it answers next; a reference that it has taken is not sent twice."""

    answers: list[int | float] = field(default_factory=list)
    """A number of HTTP, or seconds of silence as a float; used up one by one, then 200."""
    asked: list[dict[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    sent: dict[str, dict[str, str]] = field(default_factory=dict)
    look: Callable[[], None] = lambda: None
    address: str = ""

    def answer(self, body: dict[str, str], key: str) -> tuple[int, bytes]:
        self.look()
        self.asked.append(body)
        self.keys.append(key)
        wanted = self.answers.pop(0) if self.answers else 200
        if isinstance(wanted, float):
            time.sleep(wanted)
            wanted = 200
        if wanted < 300:
            self.sent.setdefault(body["reference"], body)
            return wanted, json.dumps({"id": f"g-{len(self.sent)}"}).encode()
        return wanted, b"no"


@contextmanager
def sms_gateway(gateway: Gateway) -> Iterator[Gateway]:
    """The gateway answers at its `address`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the server's own name
            length = int(self.headers["Content-Length"])
            status, body = gateway.answer(json.loads(self.rfile.read(length)), self.headers["Authorization"])
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except (BrokenPipeError, ConnectionResetError):
                return  # whoever asked did not wait

        def log_message(self, *_words: object) -> None:
            """Nothing is printed among the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    gateway.address = f"http://127.0.0.1:{server.server_address[1]}/messages"
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
