"""The answers offered, read through the queries."""

from typing import Any, Final, cast

from django.forms import ChoiceField, DateInput, Form, TimeInput

from matchmaker.community import queries as community
from matchmaker.needs import queries as needs
from matchmaker.web.phrases import say_later
from matchmaker.web.reader import Reader
from matchmaker.web.wording import name_of

Choices = list[tuple[str, str]]
Groups = list[tuple[str, Choices]]

LANGUAGES_SPOKEN: Final = (
    ("zh", say_later("普通话", "Chinese (Mandarin)")),
    ("mn", say_later("蒙古语", "Mongolian")),
    ("en", say_later("英语", "English")),
)

EVERYDAY_FIRST: Final = ("SOCIAL_ASSISTANCE", "HEALTH", "CULTURE", "NEWCOMERS", "EMPLOYMENT", "SOCIAL_SECURITY")
"""What is asked for most stands first; groups that are not named follow."""


def kinds_of_service(*, public_duties: bool = True) -> Groups:
    """What can be asked for or given, under the name of its group; a person cannot give a public duty."""
    types = [kind for kind in needs.service_types() if public_duties or not kind.public_duty]
    children: dict[int, Choices] = {}
    for kind in types:
        if kind.parent_id is not None:
            children.setdefault(kind.parent_id, []).append((kind.code, name_of(kind)))
    tops = sorted((kind for kind in types if kind.parent_id is None), key=lambda kind: _place_of(kind.code))
    return [(name_of(top), children[top.pk]) for top in tops if top.pk in children]


def organizations_spoken_for(reader: Reader) -> Choices:
    """The organizations whose clerk the reader is, by name."""
    if not reader.viewer.clerk_of:
        return []
    rows = community.organizations_for(reader.viewer).filter(pk__in=reader.viewer.clerk_of)
    return [(str(row.public_id), name_of(row)) for row in rows]


def day_box() -> DateInput:
    return DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def time_box() -> TimeInput:
    return TimeInput(attrs={"type": "time", "step": "900"}, format="%H:%M")


def set_choices(form: Form, name: str, offered: Choices | Groups | list[tuple[int, str]]) -> None:
    """The field of this form offers these answers."""
    cast(ChoiceField, form.fields[name]).choices = offered


def values_of(form: Form, name: str) -> set[str]:
    """What can be answered there now; of a field without groups."""
    return {str(value) for value, _ in _offered(form, name)}


def offer_first(form: Form, name: str, answer: tuple[str, str]) -> None:
    """The field of this form offers this answer before the others."""
    set_choices(form, name, [answer, *_offered(form, name)])


def _offered(form: Form, name: str) -> Choices:
    return cast(Choices, list(cast(Any, form.fields[name]).choices))


def _place_of(code: str) -> int:
    return EVERYDAY_FIRST.index(code) if code in EVERYDAY_FIRST else len(EVERYDAY_FIRST)
