"""Sending the code: after commit, to the account's own address, and with the same answer for everybody."""

import re
import smtplib
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.core import mail
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from matchmaker.community.actions import sign_in_with_code
from matchmaker.community.models import SignInCode
from matchmaker.notices import delivery
from matchmaker.notices.actions import send_sign_in_code
from tests.towns import NOW, SmallTown, small_town, user_of

pytestmark = pytest.mark.django_db

NAME = "asker@town.invalid"


@pytest.fixture
def town() -> SmallTown:
    return small_town()


@pytest.fixture
def waiting() -> Iterator[None]:
    """Mails are sent at once: a thread of its own would outlive the test."""
    with patch.object(delivery.MailPort, "send", delivery.MailPort._send):
        yield


class TestSendSignInCode:
    def test_hands_a_code_that_opens_the_account_to_the_console(
        self,
        town: SmallTown,
        capsys: pytest.CaptureFixture[str],
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            send_sign_in_code(sign_in_name=NAME, now=NOW)

        user = user_of(town.asker)
        told = re.fullmatch(rf"Sign-in code for account {user.pk}: (\d{{6}})\n", capsys.readouterr().out)
        assert told is not None
        assert sign_in_with_code(sign_in_name=NAME, code=told[1], now=NOW) == user

    def test_hands_over_nothing_before_commit(self, town: SmallTown, capsys: pytest.CaptureFixture[str]) -> None:
        send_sign_in_code(sign_in_name=NAME, now=NOW)

        assert SignInCode.objects.count() == 1
        assert capsys.readouterr().out == ""

    @pytest.mark.parametrize("name", ["nobody@town.invalid", "+8613800000000", "no name at all", ""])
    def test_says_the_same_where_there_is_no_account(
        self,
        town: SmallTown,
        name: str,
        capsys: pytest.CaptureFixture[str],
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            send_sign_in_code(sign_in_name=name, now=NOW)

        assert not SignInCode.objects.exists()
        assert capsys.readouterr().out == ""

    def test_says_the_same_after_too_many_codes(
        self,
        town: SmallTown,
        capsys: pytest.CaptureFixture[str],
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(5):
                send_sign_in_code(sign_in_name=NAME, now=NOW)

        assert len(capsys.readouterr().out.splitlines()) == 3

    @pytest.mark.usefixtures("waiting")
    @pytest.mark.parametrize(("language", "subject"), [("zh-hans", "邻里搭桥登录验证码"), ("en", "Your sign-in code")])
    def test_sends_a_mail_in_the_language_of_the_account(
        self,
        town: SmallTown,
        settings: Settings,
        language: str,
        subject: str,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        settings.CODE_DELIVERY = "mail"
        user = user_of(town.asker)
        user.language = language
        user.save(update_fields=["language"])

        with django_capture_on_commit_callbacks(execute=True):
            send_sign_in_code(sign_in_name=NAME, now=NOW)

        [letter] = mail.outbox
        assert (letter.subject, letter.to) == (subject, [NAME])
        code = re.search(r"\d{6}", letter.body)
        assert code is not None
        assert sign_in_with_code(sign_in_name=NAME, code=code[0], now=NOW) == user


class TestMailPort:
    LETTER = delivery.CodeLetter(account_id=7, address="someone@town.invalid", code="123456")

    def test_logs_a_failure_without_the_address_and_does_not_raise(self, capsys: pytest.CaptureFixture[str]) -> None:
        failure = smtplib.SMTPRecipientsRefused({"someone@town.invalid": (550, b"no such someone@town.invalid")})

        with patch.object(delivery, "send_mail", side_effect=failure), patch.object(delivery, "log") as log:
            delivery.MailPort()._send(self.LETTER)

        log.error.assert_called_once_with("code.not_delivered", account_id=7, error="SMTPRecipientsRefused")

    def test_says_where_there_is_no_mail_address(self) -> None:
        letter = delivery.CodeLetter(account_id=7, address="+8619900000000", code="123456")

        with patch.object(delivery, "log") as log:
            delivery.MailPort()._send(letter)

        log.warning.assert_called_once_with("code.no_way_to_deliver", account_id=7)
        assert mail.outbox == []


class TestCodeLetter:
    def test_shows_neither_address_nor_code_where_it_is_printed(self) -> None:
        assert repr(TestMailPort.LETTER) == "CodeLetter(account_id=7, language='zh-hans')"
