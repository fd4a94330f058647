"""The small town, and servers that a message really goes to."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.notices.servers import Gateway, Mailbox, mail_server, sms_gateway


@pytest.fixture
def gateway(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """An SMS gateway that listens, and settings that name it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with sms_gateway(Gateway()) as listening:
        settings.SMS_GATEWAY_URL = listening.address
        settings.SMS_GATEWAY_KEY = "a-key-that-both-know"
        settings.NOTICE_CHANNELS = ["sms"]
        yield listening


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A mail server that listens, and settings that name it."""
    box = Mailbox()
    with mail_server(box) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.NOTICE_CHANNELS = ["mail"]
        yield box
