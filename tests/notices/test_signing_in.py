"""The one-time code as a port is handed it: after commit, for an account alone, three at most."""

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from matchmaker.community.models import SignInCode
from matchmaker.notices import delivery
from matchmaker.notices.actions import send_sign_in_code
from matchmaker.notices.delivery import CodeLetter, ConsolePort, MailPort
from tests.towns import NOW, SmallTown, small_town, user_of

NAME = "helper@town.invalid"
LETTER = CodeLetter(account_id=7, address="someone@town.invalid", code="012345")


class Letterbox:
    """A port that keeps what it is handed."""

    def __init__(self) -> None:
        self.letters: list[CodeLetter] = []

    def send(self, letter: CodeLetter) -> None:
        self.letters.append(letter)


@pytest.fixture
def town(db: None) -> SmallTown:
    return small_town()


@pytest.fixture
def letterbox(monkeypatch: pytest.MonkeyPatch) -> Letterbox:
    box = Letterbox()
    monkeypatch.setattr(delivery, "port", lambda: box)
    return box


def delivered(letter: CodeLetter) -> None:
    """The mail port has sent the letter, or given up."""
    MailPort().send(letter)
    for thread in threading.enumerate():
        if thread.name == f"code-{letter.account_id}":
            thread.join(timeout=10)


class TestSendSignInCode:
    def test_hands_the_code_over_after_commit(
        self,
        town: SmallTown,
        letterbox: Letterbox,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            send_sign_in_code(sign_in_name=NAME, now=NOW)
            assert letterbox.letters == []

        letter = letterbox.letters[0]
        account = user_of(town.helper)
        assert len(letterbox.letters) == 1
        assert (letter.account_id, letter.address, letter.language) == (account.pk, NAME, "zh-hans")
        assert (len(letter.code), letter.code.isdigit()) == (6, True)
        assert SignInCode.objects.get().user == account

    def test_hands_nothing_over_when_the_transaction_is_undone(
        self,
        town: SmallTown,
        letterbox: Letterbox,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            send_sign_in_code(sign_in_name=NAME, now=NOW)
            transaction.set_rollback(True)

        assert letterbox.letters == []
        assert SignInCode.objects.count() == 0

    def test_hands_over_three_codes_and_no_fourth(
        self,
        town: SmallTown,
        letterbox: Letterbox,
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        for minute in range(4):
            with django_capture_on_commit_callbacks(execute=True):
                send_sign_in_code(sign_in_name=NAME, now=NOW + timedelta(minutes=minute))

        assert len(letterbox.letters) == 3
        assert SignInCode.objects.count() == 3

    def test_answers_the_same_whether_or_not_a_code_was_made(self, town: SmallTown, letterbox: Letterbox) -> None:
        answers = [
            send_sign_in_code(sign_in_name=name, now=NOW)  # type: ignore[func-returns-value]  # the answer is meant
            for name in (NAME, NAME, NAME, NAME, "nobody@town.invalid", "no name at all")
        ]

        assert answers == [None] * 6


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
