"""Ports: where a code goes, and what is told of it on the way."""

import smtplib
import threading
from unittest.mock import patch

import pytest
from django.core import mail
from pytest_django import Settings

from matchmaker.notices import delivery
from matchmaker.notices.delivery import AutoPort, CodeLetter, ConsolePort, MailPort, SmsPort
from tests.notices.servers import Gateway

LETTER = CodeLetter(account_id=7, address="someone@town.invalid", code="012345")


def delivered(letter: CodeLetter) -> None:
    """The mail port has sent the letter, or given up."""
    MailPort().send(letter)
    for thread in threading.enumerate():
        if thread.name == f"code-{letter.account_id}":
            thread.join(timeout=10)


class TestPort:
    @pytest.mark.parametrize(
        ("name", "port"), [("console", ConsolePort), ("mail", MailPort), ("sms", SmsPort), ("auto", AutoPort)]
    )
    def test_is_the_one_the_settings_name(self, settings: Settings, name: str, port: type) -> None:
        settings.CODE_DELIVERY = name

        assert type(delivery.port()) is port


class TestConsolePort:
    def test_writes_the_code_and_the_account_but_no_address(self, capsys: pytest.CaptureFixture[str]) -> None:
        ConsolePort().send(LETTER)

        written = capsys.readouterr()
        assert (written.out, written.err) == ("Sign-in code for account 7: 012345\n", "")


class TestMailPort:
    def test_sends_one_mail_to_the_address(self) -> None:
        delivered(LETTER)

        sent = mail.outbox[0]
        assert len(mail.outbox) == 1
        assert (sent.to, sent.subject) == (["someone@town.invalid"], "邻里搭桥登录验证码")
        assert "012345" in sent.body
        assert "012345" not in sent.subject

    def test_logs_a_failure_without_the_address_and_does_not_raise(self) -> None:
        failure = smtplib.SMTPRecipientsRefused({"someone@town.invalid": (550, b"no such someone@town.invalid")})

        with patch.object(delivery, "send_mail", side_effect=failure), patch.object(delivery, "log") as log:
            MailPort()._send(LETTER)

        log.error.assert_called_once_with("code.not_delivered", account_id=7, error="SMTPRecipientsRefused")

    def test_says_where_there_is_no_mail_address(self) -> None:
        letter = CodeLetter(account_id=7, address="+8619900000000", code="123456")

        with patch.object(delivery, "log") as log:
            MailPort()._send(letter)

        log.warning.assert_called_once_with("code.no_way_to_deliver", account_id=7)
        assert mail.outbox == []


class TestCodeLetter:
    def test_shows_neither_address_nor_code_where_it_is_printed(self) -> None:
        assert repr(LETTER) == "CodeLetter(account_id=7, language='zh-hans')"


class TestSmsPort:
    def test_sends_the_code_to_the_phone_and_tries_again_under_one_reference(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery, "SMS_WAITS_SECONDS", (0.01, 0.01))
        gateway.answers = [500, 503]

        SmsPort()._send(CodeLetter(account_id=7, address="+8613900000001", code="012345"))

        assert [asked["to"] for asked in gateway.asked] == ["+8613900000001"] * 3
        assert len({asked["reference"] for asked in gateway.asked}) == 1
        assert gateway.asked[0]["text"] == "【邻里搭桥】验证码012345，十分钟内有效，请不要告诉别人。"

    @pytest.mark.parametrize(("answers", "code"), [([400], "HTTP_400"), ([500, 500, 500], "HTTP_500")])
    def test_logs_a_failure_without_the_number(
        self, gateway: Gateway, monkeypatch: pytest.MonkeyPatch, answers: list[int | float], code: str
    ) -> None:
        monkeypatch.setattr(delivery, "SMS_WAITS_SECONDS", (0.01, 0.01))
        gateway.answers = answers

        with patch.object(delivery, "log") as log:
            SmsPort()._send(CodeLetter(account_id=7, address="+8613900000001", code="012345"))

        log.error.assert_called_once_with("code.not_delivered", account_id=7, error=code)
        assert gateway.sent == {}

    def test_says_where_there_is_no_phone(self, gateway: Gateway) -> None:
        with patch.object(delivery, "log") as log:
            SmsPort()._send(LETTER)

        log.warning.assert_called_once_with("code.no_way_to_deliver", account_id=7)
        assert gateway.asked == []


class TestAutoPort:
    @pytest.mark.parametrize(("address", "texts", "mails"), [("+8613900000001", 1, 0), ("someone@town.invalid", 0, 1)])
    def test_follows_the_name(self, gateway: Gateway, address: str, texts: int, mails: int) -> None:
        AutoPort().send(CodeLetter(account_id=7, address=address, code="012345"))
        for thread in threading.enumerate():
            if thread.name == "code-7":
                thread.join(timeout=10)

        assert (len(gateway.asked), len(mail.outbox)) == (texts, mails)
