"""Searching rows for words, in Chinese and English alike: a word is found wherever it stands in a text."""

from typing import Final

from django.db.models import Q

from matchmaker.errors import InvalidInput

WORDS_AT_MOST: Final = 6
LONGEST_WORD: Final = 40


class SearchTooLong(InvalidInput):
    code = "SEARCH_TOO_LONG"
    message = "Please search for at most six words of forty letters."
    message_zh = "一次最多搜索六个词，每个词不超过四十个字。"


def words_of(search: str) -> list[str]:
    """The words, parted by spaces; refused where they are too many or too long to be looked for."""
    words = search.split()
    if len(words) > WORDS_AT_MOST or any(len(word) > LONGEST_WORD for word in words):
        raise SearchTooLong(field="search")
    return words


def in_any(word: str, *columns: str) -> Q:
    """The word stands in one of these columns; Latin letters large or small."""
    found = Q()
    for column in columns:
        found |= Q(**{f"{column}__icontains": word})
    return found


def all_in_any(search: str, *columns: str) -> Q:
    """Every word stands in one of these columns."""
    found = Q()
    for word in words_of(search):
        found &= in_any(word, *columns)
    return found
