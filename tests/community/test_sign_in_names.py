"""One account has one name, however it is typed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matchmaker.community.sign_in_names import LONGEST, normal_phone, normal_sign_in_name

DIGITS = st.text("0123456789 -+()", max_size=20)


class TestNormalSignInName:
    @pytest.mark.parametrize(
        "text", ["13912345678", "+8613912345678", "139 1234 5678", " 0086-139-1234-5678 ", "+86 (139) 12345678"]
    )
    def test_is_one_for_every_way_to_write_a_number(self, text: str) -> None:
        assert normal_sign_in_name(text) == "+8613912345678"

    def test_keeps_the_country_that_is_named(self) -> None:
        assert normal_sign_in_name("+1 650 253 0000") == "+16502530000"

    def test_is_lower_case_for_mail(self) -> None:
        assert normal_sign_in_name("  Wang@Example.COM ") == "wang@example.com"

    @pytest.mark.parametrize("text", ["", "   ", "王晓晴", "12", "wang@", "@example.com", "a b@example.com", "1" * 400])
    def test_is_none_for_anything_else(self, text: str) -> None:
        assert normal_sign_in_name(text) is None

    @given(
        st.one_of(st.emails(), DIGITS, st.text(max_size=30), st.builds("{}@example.com".format, st.text(max_size=9)))
    )
    @example("İ@example.com")
    def test_of_a_normal_name_is_itself(self, text: str) -> None:
        name = normal_sign_in_name(text)

        if name is not None:
            assert normal_sign_in_name(name) == name
            assert len(name) <= LONGEST

    @given(st.emails())
    def test_does_not_tell_capitals_apart(self, mail: str) -> None:
        assert normal_sign_in_name(mail.upper()) == normal_sign_in_name(mail.lower())


class TestNormalPhone:
    @given(DIGITS)
    @example("004910000000000000")  # sixteen digits, which Germany's numbering plan allows
    def test_is_a_number_in_sixteen_characters_or_none(self, text: str) -> None:
        phone = normal_phone(text)

        assert phone is None or (phone.startswith("+") and phone[1:].isdigit() and len(phone) <= 16)
