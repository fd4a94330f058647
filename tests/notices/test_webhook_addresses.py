"""Webhooks reach no place inside our own network, whatever a name says and when it says it."""

import socket
import time
from ipaddress import ip_address
from typing import Any

import pytest
from pytest_django import Settings

from matchmaker.notices import webhook_port
from matchmaker.notices.actions import send_webhook
from matchmaker.notices.models import WebhookMessage
from tests.notices.systems import dripping, listened_to, listening, opened, told
from tests.towns import NOW, SmallTown, small_town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestOutside:
    """Messages reach no place inside, whatever a name says and when it says it."""

    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",  # noqa: S104  # what must be refused
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "240.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fec0::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "2001:db8::1",
        ],
    )
    def test_is_none_of_these(self, address: str) -> None:
        assert not webhook_port.is_outside(ip_address(address))

    @pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::101:101"])
    def test_is_a_public_address(self, address: str) -> None:
        assert webhook_port.is_outside(ip_address(address))

    def test_is_looked_at_before_a_connection_is_made(self, town: SmallTown) -> None:
        with listening() as system:
            for host in ("localhost", "127.0.0.1", "[::1]"):
                opened(town, f"https://{host}:{system.port}/", events=["match.agreed"])
            told(town)

            for message in WebhookMessage.objects.all():
                send_webhook(webhook_message_id=message.pk, now=NOW)

        assert system.came == []
        assert set(WebhookMessage.objects.values_list("last_result", flat=True)) == {"NOT_OUTSIDE"}

    def test_is_refused_where_one_address_of_several_is_inside(
        self, town: SmallTown, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("1.1.1.1", "10.0.0.1")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: found)
        opened(town)
        message = told(town)
        assert message is not None

        send_webhook(webhook_message_id=message.pk, now=NOW)

        message.refresh_from_db()
        assert message.last_result == "NOT_OUTSIDE"

    def test_is_the_address_that_was_looked_at_whatever_the_name_says_next(
        self, town: SmallTown, monkeypatch: pytest.MonkeyPatch, settings: Settings
    ) -> None:
        asked: list[str] = []
        original = socket.getaddrinfo

        with listening(address="127.0.0.2") as outside, listening(address="127.0.0.3") as inside:
            settings.WEBHOOK_TEST_HOSTS = [f"moving.example.org:{outside.port}"]

            def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
                if host != "moving.example.org":
                    return original(host, port, *args, **kwargs)
                asked.append(host)
                address = "127.0.0.2" if len(asked) == 1 else "127.0.0.3"
                return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

            monkeypatch.setattr(socket, "getaddrinfo", look_up)
            opened(town, f"http://moving.example.org:{outside.port}/in")
            message = told(town)
            assert message is not None
            send_webhook(webhook_message_id=message.pk, now=NOW)

        assert asked == ["moving.example.org"]
        assert (len(outside.came), len(inside.came)) == (1, 0)
        assert outside.came[0][0]["host"] == f"moving.example.org:{outside.port}"


class TestSlowly:
    def test_nobody_holds_a_worker_by_answering_a_byte_at_a_time(
        self, town: SmallTown, monkeypatch: pytest.MonkeyPatch, settings: Settings
    ) -> None:
        monkeypatch.setattr(webhook_port, "WHOLE_SECONDS", 0.5)

        with dripping() as system:
            settings.WEBHOOK_TEST_HOSTS = [f"localhost:{system.port}"]
            message = listened_to(town, system)
            begun = time.monotonic()
            send_webhook(webhook_message_id=message.pk, now=NOW)
            taken_s = time.monotonic() - begun

        message.refresh_from_db()
        assert (message.taken_at, message.attempts, message.last_result) == (None, 1, "RemoteProtocolError")
        assert taken_s < webhook_port.TIMEOUT.read
