"""Every column that could lead to a person says what becomes of it when they are forgotten."""

import uuid
from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.db.models import deletion
from django.utils.module_loading import autodiscover_modules

from matchmaker.celery import app
from matchmaker.community.models import Person, User
from matchmaker.jobs.names import NAMES
from matchmaker.privacy.holdings import HOLDINGS, WORK_LEADS_TO, Fate

DJANGOS_OWN: Final = frozenset({"auth", "contenttypes"})
WHAT_TO_DO: Final = (
    "Give each column a line in matchmaker/privacy/holdings.py (what forgetting does with it, in which part of one's "
    "own data it is shown), and let tests/privacy/rows_about.py make a row of it."
)


def columns_that_may_lead_to_a_person() -> dict[str, Any]:
    return {
        f"{model._meta.app_label}.{model._meta.object_name}.{field.name}": field
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in DJANGOS_OWN
        for field in _fields(model)
    }


def _fields(model: type[models.Model]) -> Iterator[Any]:
    for field in model._meta.concrete_fields:
        is_link = isinstance(field, models.ForeignKey) and field.related_model in (Person, User)
        is_number = isinstance(field, models.IntegerField) and field.name in ("person_id", "user_id", "account_id")
        is_id = isinstance(field, models.UUIDField) and field.default is not uuid.uuid4
        is_packed = isinstance(field, models.JSONField) or field.name.endswith("_data")
        if is_link or is_number or is_id or is_packed:
            yield field


class TestTable:
    def test_has_a_line_for_every_column_and_for_no_other(self) -> None:
        assert sorted(set(columns_that_may_lead_to_a_person()) ^ set(HOLDINGS)) == [], WHAT_TO_DO

    def test_says_of_each_link_what_the_database_does(self) -> None:
        expected = {Fate.DELETED: deletion.CASCADE, Fate.UNLINKED: deletion.SET_NULL}

        wrong = [
            f"{name}: {HOLDINGS[name].fate.name}, but on_delete is {field.remote_field.on_delete.__name__}"
            for name, field in columns_that_may_lead_to_a_person().items()
            if isinstance(field, models.ForeignKey)
            and HOLDINGS[name].fate in expected
            and field.remote_field.on_delete is not expected[HOLDINGS[name].fate]
        ]

        assert wrong == []

    def test_keeps_no_link_to_a_person(self) -> None:
        links = [name for name, field in columns_that_may_lead_to_a_person().items() if field.is_relation]

        assert [name for name in links if HOLDINGS[name].fate == Fate.KEPT] == []

    def test_gives_a_reason_where_something_is_kept_or_not_shown(self) -> None:
        silent = [name for name, held in HOLDINGS.items() if not held.why and not held.shown_in]

        assert silent == []


class TestWork:
    def test_says_of_each_argument_where_it_leads(self) -> None:
        autodiscover_modules("tasks")
        arguments = set()
        for name in NAMES:
            code = app.tasks[name].run.__code__
            arguments |= set(code.co_varnames[: code.co_argcount])

        assert arguments ^ set(WORK_LEADS_TO) == set(), "say in WORK_LEADS_TO of matchmaker/privacy/holdings.py"

    def test_names_links_that_exist(self) -> None:
        for name, told in WORK_LEADS_TO.items():
            if told:
                model = apps.get_model(told[0])
                assert told[1:], name
                model._default_manager.filter(**{told[1]: None})
