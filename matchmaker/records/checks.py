"""The check that `manage.py check --database default` and `migrate` run: are the guards of the records there?"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

from matchmaker.records import guards


def guards_are_there(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """An error for each database whose records could be changed unseen."""
    errors: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if guards.tables_exist(connection) and (absent := guards.missing(connection)):
            errors.append(
                Error(
                    f"The records of database {alias} are not guarded: {', '.join(absent)} missing.",
                    hint="A table was remade, or a trigger dropped. Run `manage.py guard_records`.",
                    id="records.E001",
                )
            )
    return errors
