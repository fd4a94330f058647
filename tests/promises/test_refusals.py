"""Every refusal has a code of its own, a sentence in both languages, and a place in the API's enum."""

import re

import pytest

from api.schema import schema
from matchmaker.errors import DomainError, all_refusals
from tests.promises.repository import files, text

CODES = [refusal.code for refusal in all_refusals()]
IN_TESTS = {word for path in files("tests/*.py") for word in re.findall(r"\w+", text(path))}


class TestRefusals:
    def test_have_codes_of_their_own(self) -> None:
        assert sorted(CODES) == sorted(set(CODES))
        assert DomainError.code not in CODES

    def test_stand_in_the_error_enum_and_nothing_else_does(self) -> None:
        enum = schema.graphql_schema.type_map["ErrorCode"]

        assert set(enum.values) == set(CODES)

    def test_are_each_met_in_a_test(self) -> None:
        unmet = [refusal.code for refusal in all_refusals() if not {refusal.__name__, refusal.code} & IN_TESTS]

        assert unmet == []

    @pytest.mark.parametrize("refusal", all_refusals(), ids=lambda refusal: refusal.code)
    def test_speak_both_languages(self, refusal: type[DomainError]) -> None:
        assert re.fullmatch(r"[A-Z][A-Z_]*[A-Z]", refusal.code)
        assert {"code", "message", "message_zh"} <= vars(refusal).keys()
        assert re.search(r"[\u4e00-\u9fff].*[。！？]$", refusal.message_zh)
        assert re.fullmatch(r"[A-Z0-9].*[.!?]", refusal.message)
