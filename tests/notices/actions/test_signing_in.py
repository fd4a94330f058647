"""Sending the code: after commit, to the account's own address, and with the same answer for everybody."""

import re
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from matchmaker.community.actions import new_challenge, sign_in_with_code
from matchmaker.community.actions.codes import CODES_PER_SPAN
from matchmaker.community.models import SignInCode
from matchmaker.errors import TooManyTries
from matchmaker.notices import delivery
from matchmaker.notices.actions import send_sign_in_code
from matchmaker.notices.actions.signing_in import OF_ONE_NAME
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
            challenge = send_sign_in_code(sign_in_name=NAME, now=NOW)

        user = user_of(town.asker)
        told = re.fullmatch(rf"Sign-in code for account {user.pk}: (\d{{6}})\n", capsys.readouterr().out)
        assert told is not None
        assert sign_in_with_code(sign_in_name=NAME, challenge=challenge, code=told[1], now=NOW) == user

    def test_hands_over_nothing_before_commit(self, town: SmallTown, capsys: pytest.CaptureFixture[str]) -> None:
        send_sign_in_code(sign_in_name=NAME, now=NOW)

        assert SignInCode.objects.count() == 1
        assert capsys.readouterr().out == ""

    def test_hands_nothing_over_when_the_transaction_is_undone(
        self,
        town: SmallTown,
        capsys: pytest.CaptureFixture[str],
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            send_sign_in_code(sign_in_name=NAME, now=NOW)
            transaction.set_rollback(True)

        assert capsys.readouterr().out == ""
        assert not SignInCode.objects.exists()

    @pytest.mark.parametrize("name", ["nobody@town.invalid", "+8613800000000", "no name at all", ""])
    def test_says_the_same_where_there_is_no_account(
        self,
        town: SmallTown,
        name: str,
        capsys: pytest.CaptureFixture[str],
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            challenge = send_sign_in_code(sign_in_name=name, now=NOW)

        assert len(challenge) == len(new_challenge())
        assert not SignInCode.objects.filter(user__isnull=False).exists()
        assert capsys.readouterr().out == ""

    def test_says_the_same_after_too_many_codes(
        self,
        town: SmallTown,
        capsys: pytest.CaptureFixture[str],
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            challenges = {send_sign_in_code(sign_in_name=NAME, now=NOW) for _ in range(CODES_PER_SPAN + 2)}

        assert len(capsys.readouterr().out.splitlines()) == CODES_PER_SPAN
        assert len(challenges) == CODES_PER_SPAN + 2

    @pytest.mark.parametrize("name", [NAME, "nobody@town.invalid"])
    def test_leaves_the_owner_half_of_the_codes_whoever_else_asks_in_that_name(
        self,
        town: SmallTown,
        name: str,
        settings: Settings,
        capsys: pytest.CaptureFixture[str],
        django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    ) -> None:
        settings.TRIES_PER_ADDRESS = 60
        cache.clear()
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(OF_ONE_NAME):
                send_sign_in_code(sign_in_name=name, now=NOW, address="203.0.113.7")
            with pytest.raises(TooManyTries):
                send_sign_in_code(sign_in_name=f" {name.upper()}", now=NOW, address="203.0.113.7")
        capsys.readouterr()

        with django_capture_on_commit_callbacks(execute=True):
            send_sign_in_code(sign_in_name=name, now=NOW, address="203.0.113.8")
            send_sign_in_code(sign_in_name="helper@town.invalid", now=NOW, address="203.0.113.7")

        assert len(capsys.readouterr().out.splitlines()) == (2 if name == NAME else 1)

    def test_lets_one_address_have_half_of_what_an_account_is_sent(self) -> None:
        assert 2 * OF_ONE_NAME == CODES_PER_SPAN

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
            challenge = send_sign_in_code(sign_in_name=NAME, now=NOW)

        [letter] = mail.outbox
        assert (letter.subject, letter.to) == (subject, [NAME])
        code = re.search(r"\d{6}", letter.body)
        assert code is not None
        assert sign_in_with_code(sign_in_name=NAME, challenge=challenge, code=code[0], now=NOW) == user
