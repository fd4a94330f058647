"""One-time codes: few, short-lived, a few attempts, and one refusal whatever was wrong."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from matchmaker.community.actions import make_sign_in_code, new_challenge, sign_in_with_code
from matchmaker.community.actions.codes import ATTEMPTS, CODE_SALT, CODES_PER_SPAN, GOOD_FOR, SPAN, CodeNotValid
from matchmaker.community.models import Person, SignInCode, User
from matchmaker.errors import TooManyTries
from matchmaker.keyed import keyed_hash
from tests.towns import NOW, SmallTown, small_town, user_of

pytestmark = pytest.mark.django_db

NAME = "helper@town.invalid"
OWN, STRANGERS = "the challenge of who owns the account", "the challenge of a stranger"


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def code_for(name: str = NAME, after: timedelta = timedelta(), challenge: str = OWN) -> str:
    made = make_sign_in_code(sign_in_name=name, challenge=challenge, now=NOW + after)
    assert made is not None
    return made[1]


def sign_in(code: str, *, name: str = NAME, after: timedelta = timedelta(), challenge: str = OWN) -> User:
    return sign_in_with_code(sign_in_name=name, challenge=challenge, code=code, now=NOW + after)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


class TestNewChallenge:
    def test_is_long_and_never_twice_the_same(self) -> None:
        made = {new_challenge() for _ in range(100)}

        assert len(made) == 100
        assert {len(challenge) for challenge in made} == {32}


class TestMakeSignInCode:
    def test_keeps_hashes_and_tells_six_digits_once(self, town: SmallTown) -> None:
        made = make_sign_in_code(sign_in_name=" Helper@Town.invalid ", challenge=OWN, now=NOW)

        assert made is not None
        user, code = made
        stored = SignInCode.objects.get()
        assert user == stored.user == user_of(town.helper)
        assert len(code) == 6
        assert code.isdigit()
        assert code not in stored.code_hash
        assert OWN not in stored.challenge_hash
        assert (stored.created_at, stored.expires_at, stored.attempts) == (NOW, NOW + GOOD_FOR, 0)

    @pytest.mark.parametrize("name", ["nobody@town.invalid", "no name at all", ""])
    def test_makes_none_for_a_name_without_account(self, town: SmallTown, name: str) -> None:
        assert make_sign_in_code(sign_in_name=name, challenge=OWN, now=NOW) is None

        assert SignInCode.objects.get().user is None

    def test_makes_none_for_an_inactive_account_or_a_person_who_left(self, town: SmallTown) -> None:
        User.objects.filter(person=town.helper).update(is_active=False)
        Person.objects.filter(pk=town.asker.pk).update(left_at=NOW)

        assert make_sign_in_code(sign_in_name=NAME, challenge=OWN, now=NOW) is None
        assert make_sign_in_code(sign_in_name="asker@town.invalid", challenge=new_challenge(), now=NOW) is None
        assert not SignInCode.objects.filter(user__isnull=False).exists()

    def test_makes_twelve_in_an_hour(self, town: SmallTown) -> None:
        for minute in range(CODES_PER_SPAN):
            code_for(after=timedelta(minutes=minute), challenge=new_challenge())

        almost = NOW + SPAN - timedelta(seconds=1)
        assert make_sign_in_code(sign_in_name=NAME, challenge=new_challenge(), now=almost) is None
        assert SignInCode.objects.filter(user__isnull=False).count() == CODES_PER_SPAN == 12
        assert make_sign_in_code(sign_in_name=NAME, challenge=new_challenge(), now=NOW + SPAN) is not None
        assert make_sign_in_code(sign_in_name="asker@town.invalid", challenge=new_challenge(), now=NOW) is not None


class TestSignInWithCode:
    def test_lets_in_whose_code_it_is_and_spends_it(self, town: SmallTown) -> None:
        code = code_for()

        user = sign_in(f" {code} ", name="HELPER@town.invalid")

        assert user == user_of(town.helper)
        assert SignInCode.objects.get().used_at == NOW
        with pytest.raises(CodeNotValid):
            sign_in(code)

    def test_counts_a_wrong_attempt_and_stops_at_five(self, town: SmallTown) -> None:
        code = code_for()

        for attempt in range(1, ATTEMPTS + 1):
            with pytest.raises(CodeNotValid):
                sign_in(wrong(code))
            assert SignInCode.objects.get().attempts == attempt

        with pytest.raises(CodeNotValid):
            sign_in(code)
        assert SignInCode.objects.get().used_at is None

    def test_lets_in_at_the_last_attempt(self, town: SmallTown) -> None:
        code = code_for()
        for _ in range(ATTEMPTS - 1):
            with pytest.raises(CodeNotValid):
                sign_in(wrong(code))

        assert sign_in(code) == user_of(town.helper)

    def test_holds_for_ten_minutes(self, town: SmallTown) -> None:
        code = code_for()

        with pytest.raises(CodeNotValid):
            sign_in(code, after=GOOD_FOR)

        assert sign_in(code, after=GOOD_FOR - timedelta(seconds=1)) == user_of(town.helper)

    def test_holds_for_whoever_asked_for_the_code_alone(self, town: SmallTown) -> None:
        code = code_for()
        code_for(challenge=STRANGERS)

        for challenge in ("", "made up", STRANGERS):
            with pytest.raises(CodeNotValid):
                sign_in(code, challenge=challenge)

    def test_is_not_kept_from_the_owner_by_a_stranger(self, town: SmallTown) -> None:
        """Five wrong guesses, and as many codes as there may be: the owner's own code still opens the account."""
        code = code_for()
        for _ in range(CODES_PER_SPAN - 1):
            strangers = new_challenge()
            theirs = code_for(after=timedelta(minutes=1), challenge=strangers)
            for _ in range(ATTEMPTS):
                with pytest.raises(CodeNotValid):
                    sign_in(wrong(theirs), challenge=strangers, after=timedelta(minutes=2))
        for _ in range(ATTEMPTS):
            with pytest.raises(CodeNotValid):
                sign_in(wrong(code), challenge="", after=timedelta(minutes=2))

        assert sign_in(code, after=timedelta(minutes=3)) == user_of(town.helper)

    def test_says_the_same_whatever_was_wrong(self, town: SmallTown) -> None:
        code = code_for()
        attempts: list[dict[str, Any]] = [
            {"code": code, "name": "nobody@town.invalid"},
            {"code": code, "name": "asker@town.invalid"},
            {"code": code, "name": "no name at all"},
            {"code": code, "challenge": STRANGERS},
            {"code": wrong(code)},
            {"code": "不是数字"},
            {"code": code, "after": GOOD_FOR},
        ]

        said = set()
        for attempt in attempts:
            with pytest.raises(CodeNotValid) as refusal:
                sign_in(**attempt)
            said.add((refusal.value.code, str(refusal.value), refusal.value.sentence("zh"), refusal.value.field))

        assert len(said) == 1
        assert SignInCode.objects.get().used_at is None

    def test_is_refused_once_the_person_left(self, town: SmallTown) -> None:
        code = code_for()
        Person.objects.filter(pk=town.helper.pk).update(left_at=NOW)

        with pytest.raises(CodeNotValid):
            sign_in(code)

        assert SignInCode.objects.get().used_at is None


class TestNoOracle:
    """A name with an account and one without take the same way: nobody learns from the time which is which."""

    NAMES = (NAME, "nobody@town.invalid")

    def statements(self, work: Callable[[], object]) -> list[str]:
        with CaptureQueriesContext(connection) as captured, suppress(CodeNotValid):
            work()
        texts = [re.sub(r'"s\d+_x\d+"', "", query["sql"]) for query in captured.captured_queries]
        return [" ".join(text.split()[:3]) for text in texts]

    def test_lies_in_asking_for_a_code(self, town: SmallTown) -> None:
        known, unknown = (
            self.statements(partial(make_sign_in_code, sign_in_name=name, challenge=new_challenge(), now=NOW))
            for name in self.NAMES
        )

        assert known == unknown
        assert any(statement.startswith("INSERT") for statement in known)

    def test_lies_in_trying_a_wrong_code(self, town: SmallTown) -> None:
        challenges = [new_challenge() for _ in self.NAMES]
        codes = []
        for name, challenge in zip(self.NAMES, challenges, strict=True):
            made = make_sign_in_code(sign_in_name=name, challenge=challenge, now=NOW)
            codes.append(wrong(made[1]) if made else "000000")

        known, unknown = (
            self.statements(partial(sign_in, code, name=name, challenge=challenge))
            for code, name, challenge in zip(codes, self.NAMES, challenges, strict=True)
        )

        assert known == unknown
        assert any(statement.startswith("UPDATE") for statement in known)
        assert list(SignInCode.objects.values_list("attempts", flat=True)) == [1, 1]

    def test_opens_nothing_by_a_row_without_an_account(self, town: SmallTown) -> None:
        make_sign_in_code(sign_in_name="later@town.invalid", challenge=OWN, now=NOW)
        SignInCode.objects.update(code_hash=keyed_hash(CODE_SALT, "0:123456"))
        User.objects.create_user("later@town.invalid", created_at=NOW)

        for name in ("later@town.invalid", "nobody@town.invalid"):
            with pytest.raises(CodeNotValid):
                sign_in("123456", name=name)


class TestTries:
    def test_of_an_address_are_refused_beyond_a_number_with_the_right_code_too(
        self, town: SmallTown, settings: Settings
    ) -> None:
        settings.TRIES_PER_ADDRESS = 3
        cache.clear()
        code = code_for()
        given = {"sign_in_name": NAME, "challenge": OWN, "now": NOW}

        for _ in range(3):
            with pytest.raises(CodeNotValid):
                sign_in_with_code(code=wrong(code), address="203.0.113.7", **given)
        with pytest.raises(TooManyTries):
            sign_in_with_code(code=code, address="203.0.113.7", **given)

        assert sign_in_with_code(code=code, address="203.0.113.8", **given) == user_of(town.helper)
