"""Every fault speaks both languages and says what to do."""

import re
from string import Formatter

import pytest

from matchmaker.errors import InvalidInput
from matchmaker.lists.faults import FAULTS, refused, said_of


class TestFaults:
    @pytest.mark.parametrize("code", sorted(set(FAULTS) - {"REFUSED"}))
    def test_say_in_both_languages_what_is_wrong_and_what_to_do(self, code: str) -> None:
        words = FAULTS[code]
        fields = {name for text in (words.zh, words.en, words.todo_zh, words.todo_en) for name in _fields(text)}

        for language, pattern in (("zh", r"[\u4e00-\u9fff].*[。？]$"), ("en", r"^[A-Z0-9].*[.?]$")):
            what, advice = said_of(code, dict.fromkeys(fields, "7"), language)
            assert re.search(pattern, what)
            assert re.search(pattern, advice)

    def test_from_a_form_say_what_the_form_would_have_said(self) -> None:
        fault = refused(3, "phone", InvalidInput("This is no phone number.", message_zh="这不是电话号码。"))

        assert (fault.row, fault.column, fault.code) == (3, "phone", "REFUSED")
        assert said_of(fault.code, fault.said, "en")[0] == "This is no phone number."
        assert said_of(fault.code, fault.said, "zh-hans")[0] == "这不是电话号码。"


def _fields(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]
