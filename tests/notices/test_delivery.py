"""Ports: where a code goes, and what is told of it on the way."""

import smtplib
import threading
from unittest.mock import patch

import pytest
from django.core import mail
from pytest_django import Settings

from matchmaker.notices import delivery
from matchmaker.notices.delivery import CodeLetter, ConsolePort, MailPort

LETTER = CodeLetter(account_id=7, address="someone@town.invalid", code="012345")


def delivered(letter: CodeLetter) -> None:
    """The mail port has sent the letter, or given up."""
    MailPort().send(letter)
    for thread in threading.enumerate():
        if thread.name == f"code-{letter.account_id}":
            thread.join(timeout=10)


class TestPort:
    @pytest.mark.parametrize(("name", "port"), [("console", ConsolePort), ("mail", MailPort)])
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
