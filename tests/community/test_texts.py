"""What a text may hold, by its kind."""

import pytest

from matchmaker.community.texts import check_line, check_paragraphs, check_shown, shows_something
from matchmaker.errors import InvalidInput

NEVER = ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800"]
BREAKS = ["\n", "\r\n", "\t"]
TURNS = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
NAMES = [
    "王晓晴",
    "ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ",
    "ᠰᠠᠷᠠ\u180eᠠ",
    "علی\u200cرضا",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "Anne\u00a0Marie",
    "王\u3000晓晴",
    "𰻝\U00031350",
]


class TestCheckParagraphs:
    @pytest.mark.parametrize("sign", BREAKS + TURNS)
    def test_lets_lines_and_every_script_pass(self, sign: str) -> None:
        check_paragraphs(f"买菜{sign}两袋米", "details")

    @pytest.mark.parametrize("sign", NEVER)
    def test_refuses_control_characters(self, sign: str) -> None:
        with pytest.raises(InvalidInput) as refusal:
            check_paragraphs(f"买菜{sign}两袋米", "details")

        assert refusal.value.field == "details"


class TestCheckLine:
    @pytest.mark.parametrize("sign", [*NEVER, *BREAKS, "\u2028", "\u2029"])
    def test_refuses_control_characters_and_breaks(self, sign: str) -> None:
        with pytest.raises(InvalidInput):
            check_line(f"SHOP{sign}PING", "service_type")

    def test_lets_a_number_pass_as_a_telephone_copies_it(self) -> None:
        check_line("\u202d+86 139 1234 5678\u202c", "phone")


class TestCheckShown:
    @pytest.mark.parametrize("name", NAMES)
    def test_lets_names_of_every_script_pass(self, name: str) -> None:
        check_shown(name, "name")

    @pytest.mark.parametrize("sign", [*NEVER, *BREAKS, *TURNS, "\u200b", "\ufeff", "\u2028"])
    def test_refuses_what_cannot_be_seen_and_what_turns_the_reading(self, sign: str) -> None:
        with pytest.raises(InvalidInput, match="invisible"):
            check_shown(f"王{sign}晓晴", "name")


class TestShowsSomething:
    @pytest.mark.parametrize("name", NAMES)
    def test_is_so_of_names(self, name: str) -> None:
        assert shows_something(name)

    @pytest.mark.parametrize("blank", ["", " ", "\u200d\u180e", "\u3000\u00a0"])
    def test_is_not_so_of_spaces_and_joiners(self, blank: str) -> None:
        assert not shows_something(blank)
