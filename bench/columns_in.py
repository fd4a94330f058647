"""Rows of a city straight into their table, in columns: by COPY on PostgreSQL, in large pieces on SQLite.

What is not told has the default of its model. No model is made of a row: that is what takes minutes for a city.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final
from uuid import uuid4

from django.db import connection, models, transaction

AT_ONCE: Final = 20_000

Rows = Iterator[tuple[Any, ...]]


def store(model: type[models.Model], **told: Sequence[Any]) -> int:
    """As many rows as each of the told columns has values, named as the model's attributes are; how many."""
    count = len(next(iter(told.values())))
    columns: list[str] = []
    values: list[Any] = []
    for field in model._meta.concrete_fields:
        if field.attname in told:
            values.append(_prepared(field, told[field.attname]))
        elif isinstance(field, models.UUIDField) and field.unique:
            values.append([field.get_db_prep_save(uuid4(), connection) for _ in range(count)])
        elif field.primary_key or field.has_db_default():
            continue
        else:
            values.append([field.get_db_prep_save(field.get_default(), connection)] * count)
        columns.append(field.column)
    write = _copy if connection.vendor == "postgresql" else _insert
    with transaction.atomic():
        write(model._meta.db_table, columns, zip(*values, strict=True))
    return count


def settled() -> None:
    """The database knows what it holds, as one that was filled long ago: nothing is noted, statistics are drawn."""
    from matchmaker.community.models import Moved

    Moved.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _prepared(field: "models.Field[Any, Any]", values: Sequence[Any]) -> list[Any]:
    known: dict[Any, Any] = {}
    prepared = []
    for value in values:
        key = tuple(value) if isinstance(value, list) else value
        if key not in known:
            known[key] = field.get_db_prep_save(value, connection)
        prepared.append(known[key])
    return prepared


def _copy(table: str, columns: list[str], rows: Rows) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copied:
        for row in rows:
            copied.write_row(row)


def _insert(table: str, columns: list[str], rows: Rows) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    places = ", ".join("?" for _ in columns)
    with connection.cursor() as cursor:
        insert = f'INSERT INTO "{table}" ({names}) VALUES ({places})'  # noqa: S608 - names of models alone
        while some := list(islice(rows, AT_ONCE)):
            # Past Django's own cursor, which rewrites each statement.
            cursor.connection.executemany(insert, some)
