"""Checks of one field each: what does not hold is one clear sentence that names the field."""

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from matchmaker.community.texts import check_length, check_line, check_paragraphs, check_shown, shows_something
from matchmaker.errors import InvalidInput

_LANGUAGE: Final = re.compile(
    r"(?P<language>[a-z]{2,3})(-(?P<script>[a-z]{4}))?(-(?P<region>[a-z]{2}|[0-9]{3}))?(-[a-z0-9]{5,8})*", re.IGNORECASE
)
LANGUAGES_AT_MOST: Final = 10
SKILLS_AT_MOST: Final = 20
SKILL_LENGTH: Final = 40


def check_text(value: Any, field: str, *, longest: int) -> None:
    """Text of at most so many characters, in as many lines as it likes."""
    check_paragraphs(_text(value, field, longest=longest), field)


def check_code(value: Any, field: str, *, longest: int) -> None:
    """One line that is not shown: a code, or the number that another system gave; it may be left empty."""
    check_line(_text(value, field, longest=longest), field)


def check_title(value: Any, field: str, *, longest: int) -> None:
    """One line that is shown among the words of others; not blank."""
    text = _text(value, field, longest=longest)
    check_shown(text, field)
    if not shows_something(text):
        raise _missing(field)


def check_given(value: Any, field: str) -> None:
    """Something stands here."""
    if not isinstance(value, str) or not value.strip():
        raise _missing(field)


def check_whole_number(value: Any, field: str, *, least: int, most: int) -> None:
    """A whole number within bounds; True and 2.0 are not whole numbers."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidInput(
            f"Please give a whole number from {least} to {most}.",
            message_zh=f"请填写{least}到{most}之间的整数。",
            field=field,
        )


def check_money(value: Any, field: str, *, most: Decimal) -> None:
    """An amount in yuan and fen, not below zero."""
    known = isinstance(value, Decimal) and value.is_finite()
    if not known or not 0 <= value <= most or value != round(value, 2):
        raise InvalidInput(
            f"Please give an amount from 0 to {most} yuan, in yuan and fen.",
            message_zh=f"请填写0到{most}元之间的金额，精确到分。",
            field=field,
        )


def check_yes_or_no(value: Any, field: str) -> None:
    if not isinstance(value, bool):
        raise InvalidInput("Please answer yes or no.", message_zh="请选择是或否。", field=field)


def check_choice(value: Any, field: str, choices: frozenset[str]) -> None:
    if not isinstance(value, str) or value not in choices:
        raise InvalidInput(
            "Please choose one of the answers offered.", message_zh="请从给出的选项中选择。", field=field
        )


def check_id(value: Any, field: str) -> None:
    """An id, or nothing."""
    if value is not None and not isinstance(value, UUID):
        raise InvalidInput("This is not an id.", message_zh="这个编号不对。", field=field)


def check_list(value: Any, field: str, *, most: int, least: int = 0) -> None:
    if not isinstance(value, tuple | list) or not least <= len(value) <= most:
        raise InvalidInput(
            f"Please give {least} to {most} entries.", message_zh=f"请填写{least}到{most}项。", field=field
        )


def check_languages(value: Any, field: str) -> None:
    """Language tags such as zh, en, mn-Mong (BCP 47)."""
    check_list(value, field, most=LANGUAGES_AT_MOST)
    for tag in value:
        if not isinstance(tag, str) or _LANGUAGE.fullmatch(tag) is None:
            raise InvalidInput(
                "Please give languages as tags such as zh, en or mn-Mong.",
                message_zh="请用语言代码填写，例如 zh、en、mn-Mong。",
                field=field,
            )


def check_skills(value: Any, field: str) -> None:
    check_list(value, field, most=SKILLS_AT_MOST)
    for skill in value:
        check_title(skill, field, longest=SKILL_LENGTH)


def check_moment(value: Any, field: str) -> None:
    """A moment with its offset from UTC, or nothing."""
    if value is not None and (not isinstance(value, datetime) or value.tzinfo is None):
        raise InvalidInput(
            "Please give a date and time with its zone.", message_zh="请填写带时区的日期和时间。", field=field
        )


def check_date(value: Any, field: str) -> None:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InvalidInput("Please give a date.", message_zh="请填写日期。", field=field)


def check_clock(value: Any, field: str) -> None:
    """A reading of the local clock."""
    if not isinstance(value, time) or value.tzinfo is not None:
        raise InvalidInput("Please give a time of day.", message_zh="请填写钟点。", field=field)


def tidy_languages(tags: tuple[str, ...]) -> list[str]:
    """Each tag once, in its usual spelling: zh-hans becomes zh-Hans."""
    return sorted({_tidy_language(tag) for tag in tags})


def tidy_skills(skills: tuple[str, ...]) -> list[str]:
    return sorted({skill.strip() for skill in skills})


def _text(value: Any, field: str, *, longest: int) -> str:
    if not isinstance(value, str):
        raise InvalidInput("Please write text here.", message_zh="请在这里填写文字。", field=field)
    check_length(value, field, longest=longest)
    return value


def _missing(field: str) -> InvalidInput:
    return InvalidInput("Please fill this in.", message_zh="请填写这一项。", field=field)


def _tidy_language(tag: str) -> str:
    parts = tag.split("-")
    return "-".join([parts[0].lower(), *(_tidy_subtag(part) for part in parts[1:])])


def _tidy_subtag(part: str) -> str:
    if len(part) == 4:
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()
