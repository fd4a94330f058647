"""Entering people, and what they tell about themselves."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction
from django.utils.timezone import localdate

from matchmaker.community.actions.locking import chain_of, locked_person, person_in_care_of
from matchmaker.community.models import Area, Person, Sex
from matchmaker.community.sign_in_names import normal_phone
from matchmaker.community.texts import check_line, check_shown, shows_something
from matchmaker.community.viewers import Viewer
from matchmaker.errors import InvalidInput, NotAllowed
from matchmaker.records.actions import commit

NAME_LENGTH: Final = 80
SKILL_LENGTH: Final = 40
LISTED_AT_MOST: Final = 20
MAIL_LENGTH: Final = 254
OLDEST_YEARS: Final = 130
FIRST_BIRTH_YEAR: Final = 1900
WALKING_M_PER_MIN: Final = (10, 150)
VISITS_A_WEEK: Final = (0, 40)
LANGUAGE_TAG: Final = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


def add_person(*, community: Area, household: Area | None, name: str, now: datetime, **told: Any) -> Person:
    """Someone is known here, without an account; entered by the desk, so their home is confirmed."""
    columns = _checked(told, now)
    with transaction.atomic():
        return Person.objects.create(
            name=checked_name(name),
            community=community,
            household=household,
            home_confirmed_at=now if household else None,
            joined_at=now,
            **columns,
        )


def change_profile(*, viewer: Viewer, now: datetime, person_id: UUID | None = None, **told: Any) -> Person:
    """The viewer's own profile says what was given; what was left out stays.

    With `person_id` it is that of somebody without an account, who told a worker of their area: NotAllowed where they
    have one, for then they say it themselves.
    """
    own_id = viewer.require_person()
    columns = _checked(told, now)
    with transaction.atomic():
        person = locked_person(own_id if person_id is None else person_in_care_of(viewer, person_id).pk)
        if person.pk != own_id and hasattr(person, "account"):
            raise NotAllowed
        for name, value in columns.items():
            setattr(person, name, value)
        person.save(update_fields=list(columns))
        if person.pk != own_id:
            persons = [person.pk, own_id]
            commit(chain=chain_of(person.community_id), kind="person.corrected", facts={}, persons=persons, now=now)
    return person


def checked_name(name: str) -> str:
    """The name without space around it; spelled in whatever script, with something in it that can be seen."""
    name = (name or "").strip()
    check_shown(name, "name")
    if not shows_something(name) or len(name) > NAME_LENGTH:
        raise InvalidInput(
            f"Please give a name of up to {NAME_LENGTH} characters.",
            message_zh=f"请填写姓名，最多{NAME_LENGTH}个字。",
            field="name",
        )
    return name


def checked_told(told: Mapping[str, Any], *, now: datetime) -> tuple[dict[str, Any], list[InvalidInput]]:
    """What of it can be stored, as it would be, and every refusal of the rest; `told` names columns of a profile."""
    columns: dict[str, Any] = {}
    refusals = []
    for name, value in told.items():
        try:
            columns[name] = _CHECKS[name](name, value, localdate(now))
        except InvalidInput as refusal:
            refusals.append(refusal)
    return columns, refusals


def _checked(told: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    unknown = sorted(set(told) - set(_CHECKS))
    if unknown:
        raise TypeError(f"a profile has no {unknown[0]}")
    return {name: _CHECKS[name](name, value, localdate(now)) for name, value in told.items()}


def _name(_field: str, value: Any, _today: date) -> str:
    return checked_name(value)


def _phone(field: str, value: Any, _today: date) -> str:
    if not value:
        return ""
    phone = normal_phone(str(value))
    if phone is None:
        raise InvalidInput("This is no phone number.", message_zh="这不是电话号码。", field=field)
    return phone


def _mail(field: str, value: Any, _today: date) -> str:
    if not value:
        return ""
    try:
        validate_email(value)
        MaxLengthValidator(MAIL_LENGTH)(value)
    except ValidationError as error:
        raise InvalidInput("This is no mail address.", message_zh="这不是邮箱地址。", field=field) from error
    return str(value).lower()


def _birth_year(field: str, value: Any, today: date) -> int | None:
    return (
        None if value is None else _between(field, value, max(FIRST_BIRTH_YEAR, today.year - OLDEST_YEARS), today.year)
    )


def _sex(field: str, value: Any, _today: date) -> str:
    text = str(getattr(value, "value", value))
    if text not in Sex.values:
        raise InvalidInput(f"Choose one of {', '.join(Sex.values)}.", field=field)
    return text


def _languages(field: str, value: Any, _today: date) -> list[str]:
    tags = _listed(field, value)
    if not all(LANGUAGE_TAG.match(tag) for tag in tags):
        raise InvalidInput("Name languages by tags such as zh, mn or en.", field=field)
    return tags


def _skills(field: str, value: Any, _today: date) -> list[str]:
    return _listed(field, value)


def _listed(field: str, value: Any) -> list[str]:
    texts = list(dict.fromkeys(str(text).strip() for text in value or ()))
    if len(texts) > LISTED_AT_MOST or not all(0 < len(text) <= SKILL_LENGTH for text in texts):
        raise InvalidInput(f"Up to {LISTED_AT_MOST} entries of up to {SKILL_LENGTH} characters.", field=field)
    for text in texts:
        check_shown(text, field)
    return texts


def _walking_speed(field: str, value: Any, _today: date) -> int:
    return _between(field, value, *WALKING_M_PER_MIN)


def _visits(field: str, value: Any, _today: date) -> int:
    return _between(field, value, *VISITS_A_WEEK)


def _yes_or_no(field: str, value: Any, _today: date) -> bool:
    if not isinstance(value, bool):
        raise InvalidInput("Choose yes or no.", field=field)
    return value


def _since(field: str, value: Any, today: date) -> date | None:
    if value is not None and not date(1900, 1, 1) <= value <= today:
        raise InvalidInput("Give a day that has been.", message_zh="请填写已经过去的日期。", field=field)
    return value


def _external(field: str, value: Any, _today: date) -> str:
    text = str(value or "")
    check_line(text, field)
    if len(text) > NAME_LENGTH:
        raise InvalidInput(f"Up to {NAME_LENGTH} characters.", field=field)
    return text


def _between(field: str, value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InvalidInput(
            f"Give a whole number from {least} to {most}.", message_zh=f"请填写{least}到{most}之间的整数。", field=field
        )
    return value


_CHECKS: Final[Mapping[str, Callable[[str, Any, date], Any]]] = {
    "name": _name,
    "phone": _phone,
    "email": _mail,
    "birth_year": _birth_year,
    "sex": _sex,
    "languages": _languages,
    "skills": _skills,
    "walking_speed_m_per_min": _walking_speed,
    "visits_per_week_cap": _visits,
    "without_graph": _yes_or_no,
    "listed_with_few_ties": _yes_or_no,
    "resident_since_date": _since,
    "external_id": _external,
}
"""How each thing that may be told is checked; a column that is not here is never written from outside."""
