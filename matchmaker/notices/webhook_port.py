"""The way out to organizations' systems: Standard Webhooks over HTTPS, and never into our own network.

A name is looked up once, every address it has is looked at, and the connection goes to one of those: a name that points
elsewhere a moment later is not asked again. Redirects are not followed, no proxy of the environment is used, and
nothing of the answer is kept but its status.
"""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import httpx
from django.conf import settings
from django.utils.crypto import salted_hmac

TIMEOUT: Final = httpx.Timeout(10.0, connect=5.0)
WHOLE_SECONDS: Final = 20.0
"""How long all of it may take: who sends one byte every nine seconds never makes anybody wait for ten."""
_OPENED: Final = ("connection.connect_tcp.complete", "connection.start_tls.complete")
SALT_OF_SECRETS: Final = "matchmaker.notices.webhook_secret"
SHOWN_WITH: Final = "whsec_"
HTTPS_PORT: Final = 443
NAT64: Final = ip_network("64:ff9b::/96")
_WITHIN_V4: Final = 0xFFFFFFFF


class NotTaken(Exception):
    """The message was not taken; it may be tried again. The text is a status or an error's class."""


class GoneForGood(Exception):
    """The other side says that nobody listens there any more (410)."""


class NotOutside(NotTaken):
    """The address does not lead to a place outside our network."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is posted: the same id however often it is tried. The address shows in no log."""

    message_id: str
    secrets: tuple[bytes, ...] = field(repr=False)
    url: str = field(repr=False)
    body: bytes = field(repr=False)


def secret_of(webhook_id: str) -> str:
    """The secret of this webhook as its clerk is told it."""
    return SHOWN_WITH + base64.b64encode(_secrets(webhook_id)[0]).decode()


def secrets_of(webhook_id: str) -> tuple[bytes, ...]:
    """The secrets that sign: today's, and those of earlier keys for systems that were told them then."""
    return _secrets(webhook_id)


def body_of(*, event: str, at: datetime, about: Mapping[str, str]) -> bytes:
    """The message in the form of Standard Webhooks; ids are those of the API."""
    told: dict[str, Any] = {"type": event, "timestamp": at.isoformat(), "data": dict(about)}
    return json.dumps(told, separators=(",", ":"), sort_keys=True).encode()


def signature_of(secret: bytes, *, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and HMAC-SHA256 of `id.timestamp.body`, in base64."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()


def fault_of_url(url: str) -> str | None:
    """Why this cannot be the address of a webhook, as a code; None where it can. Nothing is looked up."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
        (host or "").encode("idna")
    except ValueError:  # also a name that cannot be looked up, such as one with 64 letters between two dots
        return "NO_ADDRESS"
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        return "NO_ADDRESS"
    if not url.isascii() or any(sign.isspace() or not sign.isprintable() for sign in url):
        return "NO_ADDRESS"
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_for_tests(host, port or 80)):
        return "NOT_HTTPS"
    return None


def post(parcel: Parcel, *, now: datetime) -> str:
    """The other side has taken it; its status. NotTaken where it may be tried again, GoneForGood where it may not."""
    if fault := fault_of_url(parcel.url):
        raise NotOutside(fault)
    parts = urlsplit(parcel.url)
    timestamp = int(now.timestamp())
    signatures = [
        signature_of(secret, message_id=parcel.message_id, timestamp=timestamp, body=parcel.body)
        for secret in parcel.secrets
    ]
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "User-Agent": "matchmaker-webhooks",
        "webhook-id": parcel.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
    try:
        status = _status_of(parts, parcel.body, headers)
    except (httpx.HTTPError, OSError) as error:
        raise NotTaken(type(error).__name__) from None
    if status == httpx.codes.GONE:
        raise GoneForGood
    if not 200 <= status < 300:
        raise NotTaken(f"HTTP_{status}")
    return f"HTTP_{status}"


def is_outside(address: IPv4Address | IPv6Address) -> bool:
    """A public address; one that carries another inside is as good as that one."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in NAT64:
            inner = IPv4Address(int(address) & _WITHIN_V4)
        if inner is not None:
            return is_outside(inner)
        if address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _status_of(parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> int:
    """The status that the checked address answers; what else it answers is not read."""
    host, port = str(parts.hostname), parts.port or (HTTPS_PORT if parts.scheme == "https" else 80)
    address = _checked_address(host, port)
    shown = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    url = httpx.URL(parts._replace(netloc=f"{shown}:{port}").geturl())
    with _line_for_so_long(WHOLE_SECONDS) as line:
        extensions = {"sni_hostname": host, "trace": line.heard}
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=body, headers=dict(headers), extensions=extensions) as answer,
        ):
            return answer.status_code


class _Line:
    """The connection in use; once it is cut, whoever reads from it reads its end."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._is_cut = False

    def heard(self, event: str, told: Mapping[str, Any]) -> None:
        """What httpx says of its connection while it works."""
        if event in _OPENED:
            self._socket = told["return_value"].get_extra_info("socket")
            if self._is_cut:
                self.cut()

    def cut(self) -> None:
        self._is_cut = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


@contextmanager
def _line_for_so_long(seconds: float) -> Iterator[_Line]:
    line = _Line()
    cutting = threading.Timer(seconds, line.cut)
    cutting.daemon = True
    cutting.start()
    try:
        yield line
    finally:
        cutting.cancel()


def _checked_address(host: str, port: int) -> IPv4Address | IPv6Address:
    """One address of the name; refused where any of them lies inside, for the next look might give that one."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not (_is_for_tests(host, port) or all(is_outside(address) for address in addresses)):
        raise NotOutside("NOT_OUTSIDE")
    return addresses[0]


def _is_for_tests(host: str, port: int) -> bool:
    """Named by the setting that production refuses."""
    return f"{host}:{port}" in settings.WEBHOOK_TEST_HOSTS


def _secrets(webhook_id: str) -> tuple[bytes, ...]:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return tuple(salted_hmac(SALT_OF_SECRETS, webhook_id, secret=key, algorithm="sha256").digest() for key in keys)
