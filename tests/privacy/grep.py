"""Looks through every column of every table, as text; a test that says "nothing is left" leans on it."""

import json
from typing import Any

from django.db import connection

from matchmaker.community.models import Person, User

FIRST_PK = 76_543_210
"""Persons and accounts get numbers from here on, so that one of them is known wherever it stands."""


def number_people_from(first: int = FIRST_PK) -> None:
    """The next person and the next account have numbers that nothing else has."""
    for offset, model in enumerate((Person, User)):
        table = model._meta.db_table
        start = first + offset * 1_000_000
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, start])
            else:
                cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, start])


def places_of(needles: dict[str, str]) -> dict[str, set[str]]:
    """`table.column` of each cell in which a needle stands, by the needle's name."""
    found: dict[str, set[str]] = {}
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = _text(value)
                    for name, needle in needles.items():
                        if needle in text or needle in text.replace("-", ""):
                            found.setdefault(name, set()).add(f"{table}.{column}")
    return found


def needles_of(person: Person, *, words: tuple[str, ...] = ()) -> dict[str, str]:
    """Everything by which this person could be found again."""
    user = User.objects.filter(person=person).first()
    known = {
        "pk": str(person.pk),
        "public_id": person.public_id.hex,
        "name": person.name,
        "phone": person.phone,
        "mail": person.email,
    }
    if user is not None:
        known |= {
            "account": str(user.pk),
            "account id": user.public_id.hex,
            "sign-in name": user.sign_in_name,
        }
    known |= {f"word {number}": word for number, word in enumerate(words, start=1)}
    return {name: needle for name, needle in known.items() if needle}


def _text(value: Any) -> str:
    if isinstance(value, memoryview | bytes):
        return bytes(value).hex()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    if text[:1] in "{[" and "\\u" in text:  # SQLite keeps JSON as it was written
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return text
