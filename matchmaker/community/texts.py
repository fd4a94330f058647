"""What a text may hold: one check for each kind, used by every door and by the actions that store texts."""

import unicodedata
from typing import Final

from matchmaker.errors import InvalidInput

_BREAKS: Final = frozenset("\n\r\t")
_NEVER: Final = frozenset({"Cc", "Cs"})
"""Control characters, NUL among them, and halves of characters: a database cannot hold them or a page show them."""
_NEVER_IN_A_LINE: Final = _NEVER | {"Zl", "Zp"}
_NEVER_IN_A_NAME: Final = _NEVER_IN_A_LINE | {"Cf"}
_JOINERS: Final = frozenset("\u180e\u200c\u200d")
"""Format characters that names are spelled with: Mongolian, Persian, families of emoji."""
_SEEN: Final = frozenset("LNPS")
"""Letters, numbers, punctuation, symbols: without one of them a name shows nothing."""


def check_length(text: str, field: str, *, longest: int) -> None:
    """No longer than that."""
    if len(text) > longest:
        raise InvalidInput(
            f"Please use at most {longest} characters.", message_zh=f"请不要超过{longest}个字。", field=field
        )


def check_paragraphs(text: str, field: str) -> None:
    """A text of several lines: no control characters but line breaks and tabs."""
    if any(unicodedata.category(sign) in _NEVER and sign not in _BREAKS for sign in text):
        raise _cannot_be_stored(field)


def check_line(text: str, field: str) -> None:
    """A text of one line: no control characters, line breaks among them."""
    if any(unicodedata.category(sign) in _NEVER_IN_A_LINE for sign in text):
        raise _cannot_be_stored(field)


def check_shown(text: str, field: str) -> None:
    """A line that stands among the words of others, such as a name: nothing in it turns the order of reading either.

    Overrides and isolates (U+202A to U+202E, U+2066 to U+2069) and other invisible characters are refused; spaces of
    every width and the joiners that scripts are spelled with are not.
    """
    for sign in text:
        if unicodedata.category(sign) in _NEVER_IN_A_NAME and sign not in _JOINERS:
            raise InvalidInput(
                "There are invisible characters in this text. Please type it without them.",
                message_zh="文字里有看不见的特殊字符，请去掉后重新填写。",
                field=field,
            )


def shows_something(text: str) -> bool:
    """At least one character that can be seen."""
    return any(unicodedata.category(sign)[0] in _SEEN for sign in text)


def _cannot_be_stored(field: str) -> InvalidInput:
    return InvalidInput(
        "There are characters in this text that cannot be stored.",
        message_zh="文字里有无法保存的字符。",
        field=field,
    )
