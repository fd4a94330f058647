"""The texts of a request, each checked before anything is done with it: a field that nobody named is one plain line."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from typing import Any, Final

from matchmaker.community.texts import check_line, check_paragraphs, check_shown
from matchmaker.errors import InvalidInput


def _left_to_the_action(_text: str, _field: str) -> None:
    """A file is decoded and read with checks of its own; to look at each of its millions of signs here is slow."""


CHECKS: Final[Mapping[str, Callable[[str, str], None]]] = {
    "comment": check_paragraphs,
    "content": _left_to_the_action,
    "details": check_paragraphs,
    "evidence": check_paragraphs,
    "reason": check_paragraphs,
    "risks": check_paragraphs,
    "words": check_paragraphs,
    "name": check_shown,
    "name_en": check_shown,
    "skills": check_shown,
    "title": check_shown,
}
"""How a text that is more than a code, an id or a number is checked, by the name of its field."""


def check_texts(asked: Mapping[str, Any]) -> None:
    """Every text in these fields, ids too, can be stored, every time is a clock's and every moment has its zone; else
    one InvalidInput."""
    for field, value in asked.items():
        _check(value, field)


def _check(value: Any, field: str) -> None:
    if isinstance(value, str):
        CHECKS.get(field, check_line)(value, field)
    elif isinstance(value, list):
        for part in value:
            _check(part, field)
    elif isinstance(value, Mapping):
        check_texts(value)
    elif isinstance(value, time) and value.tzinfo is not None:
        raise InvalidInput(
            "Please give the time by the clock there, without a zone.",
            message_zh="请按当地时间填写，不要带时区。",
            field=field,
        )
    elif isinstance(value, datetime) and not _is_a_moment(value):
        raise InvalidInput(
            "Please give a date and time with its zone.", message_zh="请填写带时区的日期和时间。", field=field
        )


def _is_a_moment(value: datetime) -> bool:
    """With its offset from UTC, and within the years that a calendar has there."""
    if value.tzinfo is None:
        return False
    try:
        value.astimezone(UTC)
    except OverflowError:
        return False
    return True
