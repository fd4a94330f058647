"""Two languages side by side: every sentence of the pages stands in the code once, Chinese first."""

from typing import Final

from django.utils.functional import lazy
from django.utils.translation import get_language

CHINESE: Final = "zh-hans"
ENGLISH: Final = "en"
LANGUAGES: Final = (CHINESE, ENGLISH)


def say(zh: str, en: str) -> str:
    """The sentence in the language of this request."""
    return zh if reads_chinese() else en


say_later = lazy(say, str)
"""The same, for labels that are written down before anybody asks."""


def reads_chinese() -> bool:
    return (get_language() or CHINESE).startswith("zh")


def language() -> str:
    """`zh` or `en`, as the queries that make sentences want it."""
    return "zh" if reads_chinese() else "en"
