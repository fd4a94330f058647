"""Over TLS: a certificate that is trusted and names the host, and no other."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import certifi
import pytest
from pytest_django import Settings

from matchmaker.notices.actions.posting import send_webhook
from matchmaker.notices.models import WebhookMessage
from tests.notices.certificates import Authority
from tests.notices.systems import System, listening, opened, told
from tests.towns import NOW, SmallTown, small_town

pytestmark = pytest.mark.django_db
HOST = "localhost"


@dataclass
class Line:
    """A system behind TLS on this machine, and what became of one message to it."""

    town: SmallTown
    authority: Authority
    settings: Settings

    def answered_with(self, certificate: Path) -> tuple[System, WebhookMessage]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        with listening(tls=context) as system:
            self.settings.WEBHOOK_TEST_HOSTS = [f"{HOST}:{system.port}"]
            opened(self.town, f"https://{HOST}:{system.port}/in")
            message = told(self.town)
            assert message is not None
            send_webhook(webhook_message_id=message.pk, now=NOW)
        message.refresh_from_db()
        return system, message


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Line]:
    """In place of the authorities of the world stands one of this test."""
    authority = Authority(tmp_path)
    monkeypatch.setattr(certifi, "where", lambda: str(authority.certificate))
    return Line(small_town(), authority, settings)


class TestOverTls:
    def test_is_taken_where_the_certificate_is_trusted_and_names_the_host(self, line: Line) -> None:
        system, message = line.answered_with(line.authority.signed("system", f"DNS:{HOST}"))

        assert (message.last_result, message.taken_at) == ("HTTP_200", NOW)
        assert system.came[0][0]["host"] == f"{HOST}:{system.port}"

    @pytest.mark.parametrize("names", ["DNS:elsewhere.example.org", "IP:127.0.0.1"])
    def test_is_not_sent_where_the_certificate_names_another_host(self, line: Line, names: str) -> None:
        """That of the address will not do either: the clerk entered a name."""
        system, message = line.answered_with(line.authority.signed("system", names))

        assert system.came == []
        assert (message.last_result, message.taken_at, message.attempts) == ("ConnectError", None, 1)

    def test_is_not_sent_where_nobody_else_signed_the_certificate(self, line: Line) -> None:
        system, message = line.answered_with(line.authority.signed_by_itself("system", f"DNS:{HOST}"))

        assert system.came == []
        assert (message.last_result, message.taken_at) == ("ConnectError", None)

    def test_is_not_sent_where_the_certificate_is_over(self, line: Line) -> None:
        system, message = line.answered_with(line.authority.signed("system", f"DNS:{HOST}", days=-1))

        assert system.came == []
        assert message.last_result == "ConnectError"
