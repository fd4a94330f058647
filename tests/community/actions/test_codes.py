"""One-time codes: few, short-lived, a few attempts, and one refusal whatever was wrong."""

from datetime import timedelta

import pytest

from matchmaker.community.actions import make_sign_in_code, sign_in_with_code
from matchmaker.community.actions.codes import ATTEMPTS, CODES_PER_SPAN, GOOD_FOR, SPAN, CodeNotValid
from matchmaker.community.models import Person, SignInCode, User
from tests.towns import NOW, SmallTown, small_town, user_of

pytestmark = pytest.mark.django_db

NAME = "helper@town.invalid"


@pytest.fixture
def town() -> SmallTown:
    return small_town()


def code_for(name: str = NAME, after: timedelta = timedelta()) -> str:
    made = make_sign_in_code(sign_in_name=name, now=NOW + after)
    assert made is not None
    return made[1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


class TestMakeSignInCode:
    def test_keeps_a_hash_and_tells_six_digits_once(self, town: SmallTown) -> None:
        made = make_sign_in_code(sign_in_name=" Helper@Town.invalid ", now=NOW)

        assert made is not None
        user, code = made
        stored = SignInCode.objects.get()
        assert user == stored.user == user_of(town.helper)
        assert len(code) == 6
        assert code.isdigit()
        assert code not in stored.code_hash
        assert (stored.created_at, stored.expires_at, stored.attempts) == (NOW, NOW + GOOD_FOR, 0)

    @pytest.mark.parametrize("name", ["nobody@town.invalid", "no name at all", ""])
    def test_makes_none_for_a_name_without_account(self, town: SmallTown, name: str) -> None:
        assert make_sign_in_code(sign_in_name=name, now=NOW) is None

        assert SignInCode.objects.count() == 0

    def test_makes_none_for_an_inactive_account_or_a_person_who_left(self, town: SmallTown) -> None:
        User.objects.filter(person=town.helper).update(is_active=False)
        Person.objects.filter(pk=town.asker.pk).update(left_at=NOW)

        assert make_sign_in_code(sign_in_name=NAME, now=NOW) is None
        assert make_sign_in_code(sign_in_name="asker@town.invalid", now=NOW) is None
        assert SignInCode.objects.count() == 0

    def test_makes_three_in_a_quarter_of_an_hour(self, town: SmallTown) -> None:
        for minute in range(CODES_PER_SPAN):
            code_for(after=timedelta(minutes=minute))

        assert make_sign_in_code(sign_in_name=NAME, now=NOW + SPAN - timedelta(seconds=1)) is None
        assert SignInCode.objects.count() == CODES_PER_SPAN
        assert make_sign_in_code(sign_in_name=NAME, now=NOW + SPAN) is not None
        assert make_sign_in_code(sign_in_name="asker@town.invalid", now=NOW) is not None


class TestSignInWithCode:
    def test_lets_in_whose_code_it_is_and_spends_it(self, town: SmallTown) -> None:
        code = code_for()

        user = sign_in_with_code(sign_in_name="HELPER@town.invalid", code=f" {code} ", now=NOW)

        assert user == user_of(town.helper)
        assert SignInCode.objects.get().used_at == NOW
        with pytest.raises(CodeNotValid):
            sign_in_with_code(sign_in_name=NAME, code=code, now=NOW)

    def test_counts_a_wrong_attempt_and_stops_at_five(self, town: SmallTown) -> None:
        code = code_for()

        for attempt in range(1, ATTEMPTS + 1):
            with pytest.raises(CodeNotValid):
                sign_in_with_code(sign_in_name=NAME, code=wrong(code), now=NOW)
            assert SignInCode.objects.get().attempts == attempt

        with pytest.raises(CodeNotValid):
            sign_in_with_code(sign_in_name=NAME, code=code, now=NOW)
        assert SignInCode.objects.get().used_at is None

    def test_lets_in_at_the_last_attempt(self, town: SmallTown) -> None:
        code = code_for()
        for _ in range(ATTEMPTS - 1):
            with pytest.raises(CodeNotValid):
                sign_in_with_code(sign_in_name=NAME, code=wrong(code), now=NOW)

        assert sign_in_with_code(sign_in_name=NAME, code=code, now=NOW) == user_of(town.helper)

    def test_holds_for_ten_minutes(self, town: SmallTown) -> None:
        code = code_for()

        with pytest.raises(CodeNotValid):
            sign_in_with_code(sign_in_name=NAME, code=code, now=NOW + GOOD_FOR)

        in_time = NOW + GOOD_FOR - timedelta(seconds=1)
        assert sign_in_with_code(sign_in_name=NAME, code=code, now=in_time) == user_of(town.helper)

    def test_holds_for_the_latest_code_alone(self, town: SmallTown) -> None:
        first, second = code_for(), code_for(after=timedelta(seconds=30))
        at = NOW + timedelta(minutes=1)

        if first != second:
            with pytest.raises(CodeNotValid):
                sign_in_with_code(sign_in_name=NAME, code=first, now=at)

        assert sign_in_with_code(sign_in_name=NAME, code=second, now=at) == user_of(town.helper)

    def test_says_the_same_whatever_was_wrong(self, town: SmallTown) -> None:
        code = code_for()
        attempts = [
            ("nobody@town.invalid", code, NOW),
            ("asker@town.invalid", code, NOW),
            ("no name at all", code, NOW),
            (NAME, wrong(code), NOW),
            (NAME, "不是数字", NOW),
            (NAME, code, NOW + GOOD_FOR),
        ]

        said = set()
        for name, told, now in attempts:
            with pytest.raises(CodeNotValid) as refusal:
                sign_in_with_code(sign_in_name=name, code=told, now=now)
            said.add((refusal.value.code, str(refusal.value), refusal.value.sentence("zh"), refusal.value.field))

        assert len(said) == 1
        assert SignInCode.objects.get().used_at is None

    def test_is_refused_once_the_person_left(self, town: SmallTown) -> None:
        code = code_for()
        Person.objects.filter(pk=town.helper.pk).update(left_at=NOW)

        with pytest.raises(CodeNotValid):
            sign_in_with_code(sign_in_name=NAME, code=code, now=NOW)

        assert SignInCode.objects.get().used_at is None
