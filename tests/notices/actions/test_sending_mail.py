"""Mails through a real mail server, carried by the real outbox."""

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from matchmaker.jobs.models import OutboxJob
from matchmaker.notices.actions import chase_unconfirmed
from matchmaker.notices.models import Call, Delivery, Notice
from tests.notices.messages import SOON, carry, told
from tests.notices.servers import Mailbox, certificate_in, mail_server
from tests.towns import NOW, SmallTown, small_town

pytestmark = pytest.mark.django_db

THEN = NOW + SOON


@pytest.fixture
def town() -> SmallTown:
    return small_town()


class TestSendDelivery:
    def test_sends_a_mail_that_says_little_and_has_a_link(
        self, town: SmallTown, mailbox: Mailbox, settings: Settings
    ) -> None:
        settings.PUBLIC_URL = "https://help.example.org/"
        told(town.helper)

        assert carry(THEN) == 1

        [mail] = mailbox.mails
        delivery = Delivery.objects.get()
        assert mailbox.recipients == ["helper@town.invalid"]
        assert mail["Subject"].strip() == "邻里搭桥：有一件事等您答复，行或不行都可以。"
        assert mail["Message-ID"] == f"<{delivery.public_id}@localhost>"
        body = mail.get_content()
        assert "https://help.example.org/notices/seen/" in body
        for person in (town.asker, town.helper):
            assert person.name not in body
        assert (delivery.state, delivery.sent_at, delivery.confirmed_at) == ("SENT", THEN, None)
        assert Notice.objects.get().reached_at is None

    def test_has_no_link_where_the_service_does_not_know_its_address(self, town: SmallTown, mailbox: Mailbox) -> None:
        told(town.helper)

        carry(THEN)

        assert "http" not in mailbox.mails[0].get_content()

    def test_puts_who_did_not_confirm_the_mail_on_the_call_list(self, town: SmallTown, mailbox: Mailbox) -> None:
        told(town.helper)
        carry(THEN)

        assert chase_unconfirmed(now=THEN + timedelta(hours=4) - timedelta(seconds=1)) == 0
        assert not Call.objects.exists()
        assert chase_unconfirmed(now=THEN + timedelta(hours=4)) == 1

        assert Call.objects.get().person == town.helper
        assert Delivery.objects.get().state == "UNCONFIRMED"

    def test_puts_whom_the_server_refuses_on_the_call_list(self, town: SmallTown, mailbox: Mailbox) -> None:
        mailbox.says = "550 no such person"
        told(town.helper)

        assert carry(THEN) == 1

        assert (Delivery.objects.get().state, Delivery.objects.get().failure_code) == ("FAILED", "SMTP_550")
        assert Call.objects.get().person == town.helper

    def test_is_tried_again_where_the_server_asks_for_patience(self, town: SmallTown, mailbox: Mailbox) -> None:
        mailbox.says = "451 not now"
        told(town.helper)

        carry(THEN)
        mailbox.says = "250 taken"
        carry(THEN + timedelta(seconds=5))

        assert len(mailbox.mails) == 1
        assert (Delivery.objects.get().state, Delivery.objects.get().attempts) == ("SENT", 2)

    def test_is_tried_again_where_no_server_answers(
        self, town: SmallTown, mailbox: Mailbox, settings: Settings
    ) -> None:
        port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9
        told(town.helper)

        carry(THEN)
        job = OutboxJob.objects.get(name="notices.send_delivery")
        assert (job.done_at, job.due_at, job.last_error_code) == (None, THEN + timedelta(seconds=5), "SendFailed")
        settings.EMAIL_PORT = port
        carry(THEN + timedelta(seconds=5))

        assert len(mailbox.mails) == 1

    def test_signs_in_where_the_server_asks_who_it_is(self, town: SmallTown, settings: Settings) -> None:
        box = Mailbox()
        with mail_server(box, asks_who=True) as port:
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
            settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "bridge", "wrong"
            settings.NOTICE_CHANNELS = ["mail"]
            told(town.helper)
            carry(THEN)
            assert (box.mails, Delivery.objects.get().state) == ([], "WAITING")

            settings.EMAIL_HOST_PASSWORD = "a-good-secret"
            carry(THEN + timedelta(seconds=5))

        assert (len(box.mails), box.signed_in) == (1, ["bridge"])
        assert Delivery.objects.get().state == "SENT"


class TestTls:
    def test_carries_the_mail_where_the_certificate_is_trusted_and_not_elsewhere(
        self, town: SmallTown, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        box, certificate = Mailbox(), certificate_in(tmp_path)
        with mail_server(box, certificate=certificate) as port:
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", port, True
            settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
            settings.NOTICE_CHANNELS = ["mail"]
            told(town.helper)
            carry(THEN)
            assert (box.mails, Delivery.objects.get().failure_code) == ([], "SSLCertVerificationError")

            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
            carry(THEN + timedelta(seconds=5))

        assert len(box.mails) == 1
        assert Delivery.objects.get().state == "SENT"


class TestConsole:
    def test_writes_what_would_be_sent_and_no_address(
        self, town: SmallTown, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        settings.NOTICE_CHANNELS = ["console"]
        told(town.helper)

        carry(THEN)

        written = capsys.readouterr().out
        assert written.startswith(f"SMS for delivery {Delivery.objects.get().pk}: 【邻里搭桥】有一件事等您答复")
        assert town.helper.phone not in written
        assert Delivery.objects.get().state == "SENT"

    def test_carries_nothing_that_was_switched_off_meanwhile(self, town: SmallTown, settings: Settings) -> None:
        settings.NOTICE_CHANNELS = ["mail"]
        told(town.helper)
        settings.NOTICE_CHANNELS = []

        carry(THEN)

        assert Delivery.objects.get().failure_code == "SWITCHED_OFF"
        assert Call.objects.get().person == town.helper
