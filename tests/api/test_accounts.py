"""Signing in and joining through the API: by one's own code alone, and without telling who has an account."""

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from matchmaker.community import actions
from matchmaker.community.models import User
from matchmaker.notices import delivery
from tests.graphql_client import client_for, do
from tests.towns import NOW, small_town, viewer_of

pytestmark = pytest.mark.django_db

Asking = Callable[[Client, str], str]


@pytest.fixture
def asking(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Asking:
    """Asks for a code in this browser; the challenge that was answered."""

    def ask_for_code(client: Client, name: str) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            answer = do(client, "requestSignInCode", "challenge", signInName=name)
        assert answer["errors"] == []
        return str(answer["challenge"])

    return ask_for_code


class TestJoinByInvitation:
    def test_answers_the_same_where_the_name_has_an_account(self) -> None:
        town, answers = small_town(), []
        accounts = User.objects.count()
        worker, area_id = viewer_of(town.coordinator), town.grid.public_id
        _, code = actions.invite(viewer=worker, area_id=area_id, uses=2, now=NOW)

        for name in ("asker@town.invalid", "ding@town.invalid"):
            given = {"code": code, "name": "丁新邻", "signInName": name}
            with time_machine.travel(NOW, tick=False):
                answers.append(do(client_for(), "joinByInvitation", "joined", **given))

        assert answers == [{"joined": True, "errors": []}] * 2
        assert User.objects.count() == accounts + 1

    def test_takes_an_empty_household_for_none(self) -> None:
        town = small_town()
        worker, area_id = viewer_of(town.coordinator), town.grid.public_id
        _, code = actions.invite(viewer=worker, area_id=area_id, now=NOW)
        given = {"code": code, "name": "丁新邻", "signInName": "ding@town.invalid", "householdId": ""}

        with time_machine.travel(NOW, tick=False):
            answer = do(client_for(), "joinByInvitation", "joined", **given)

        assert answer == {"joined": True, "errors": []}
        joined = User.objects.get(sign_in_name="ding@town.invalid").person
        assert joined is not None
        assert joined.household is None


class TestSignIn:
    @pytest.fixture
    def letters(self, monkeypatch: pytest.MonkeyPatch) -> list[delivery.CodeLetter]:
        small_town()
        kept: list[delivery.CodeLetter] = []
        monkeypatch.setattr(delivery.ConsolePort, "send", lambda _port, letter: kept.append(letter))
        return kept

    @pytest.mark.parametrize("by_session", [True, False])
    def test_takes_the_code_with_its_challenge_or_in_the_session_that_asked(
        self, letters: list[delivery.CodeLetter], asking: Asking, by_session: bool
    ) -> None:
        client = client_for()
        challenge = asking(client, "asker@town.invalid")
        given = {"signInName": "asker@town.invalid", "code": letters[0].code}

        stranger = do(client_for(), "signIn", "viewer { person { name } }", **given)
        if by_session:
            owner = do(client, "signIn", "viewer { person { name } }", **given)
        else:
            owner = do(client_for(), "signIn", "viewer { person { name } }", **given, challenge=challenge)

        assert stranger == {"viewer": None, "errors": [{"code": "CODE_NOT_VALID", "field": "code"}]}
        assert owner["errors"] == []
        assert owner["viewer"]["person"]["name"]

    def test_is_answered_with_a_challenge_whether_or_not_there_is_an_account(
        self, letters: list[delivery.CodeLetter], asking: Asking
    ) -> None:
        challenges = [asking(client_for(), name) for name in ("asker@town.invalid", "nobody@town.invalid")]

        assert len({len(challenge) for challenge in challenges}) == 1
        assert len(letters) == 1
