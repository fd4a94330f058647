"""Queries whose SQL is made once, and run again and again with other values.

Django makes the SQL of a query anew each time, which takes it five to ten times as long as the database needs to find
a few rows by their keys. What is asked many times a second says here once how it is built.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import local
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet

Row = TypeVar("Row")
Value = int | str | date | UUID
Told = Value | Collection[int]
Shape = tuple[tuple[str, type | int], ...]

LONGEST: Final = 4_096
"""Of longer collections no statement is kept: each would be made of thousands of marks for a single use, and what is
filled up to a power of two may be more than a statement may hold."""
NO_KEY: Final = 0
"""Stands where a collection is empty: no row has this key."""
_FIRST_NUMBER: Final = 1_900_000_000
_FIRST_MOMENT: Final = datetime(2900, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Made:
    """One statement of this thread, for values of one shape; `slots` says whose value stands where."""

    queryset: QuerySet[Any, Any]
    connection: Any
    sql: str
    params: list[Any]
    slots: list[tuple[int, str, int]]
    run: list[Any] = field(default_factory=list)


class _OfThread(local):
    """What one thread has made of a query."""

    def __init__(self) -> None:
        self.made: dict[Shape, _Made] = {}


class Prepared(Generic[Row]):
    """A query that is built once for each shape of its values, in each thread.

    Parameters
    ----------
    build : callable
        From values by name to a query set. It must come to the same SQL whatever the values are, and hand each of
        them to the database; prefetches are not looked at.

    Examples
    --------
    ``Prepared(lambda people: Person.objects.filter(pk__in=people).values_list("pk", "name"))(people=[1, 2])``
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._kept = _OfThread()

    def __call__(self, **told: Told) -> list[Row]:
        """The rows that hold for these values; collections are of keys, and may be empty.

        Where one is longer than `LONGEST`, the query is built and run as if it were not prepared.
        """
        if any(len(one) > LONGEST for one in told.values() if not isinstance(one, Value)):
            return list(self._build(**told))
        listed = {name: _filled_up(one) for name, one in told.items() if not isinstance(one, Value)}
        shape: Shape = tuple(
            (name, len(listed[name]) if name in listed else type(one)) for name, one in sorted(told.items())
        )
        made = self._made(shape)
        params = made.params.copy()
        for at, name, position in made.slots:
            value = listed[name][position] if name in listed else told[name]
            params[at] = _as_param(value, params[at], made.connection)
        made.run[:] = params
        return list(made.queryset.all())

    def _made(self, shape: Shape) -> _Made:
        kept = self._kept.made
        found = kept.get(shape)
        if found is None or found.connection is not connections[found.queryset.db]:
            found = kept[shape] = _made_of(self._build, shape)
        return found


def _made_of(build: Callable[..., QuerySet[Any, Any]], shape: Shape) -> _Made:
    marks: list[tuple[Value, str, int]] = []

    def mark(name: str, kind: type, position: int = 0) -> Value:
        made = _mark(kind, len(marks))
        marks.append((made, name, position))
        return made

    told = {
        name: [mark(name, int, position) for position in range(kind)] if isinstance(kind, int) else mark(name, kind)
        for name, kind in shape
    }
    queryset = build(**told)
    compiler = queryset.query.get_compiler(using=queryset.db)
    connection = compiler.connection
    sql, params = compiler.as_sql()
    marked = {form: (name, position) for made, name, position in marks for form in _forms(made, connection)}
    slots = [(at, *marked[param]) for at, param in enumerate(params) if isinstance(param, Value) and param in marked]
    missing = {name for _, name, _ in marks} - {name for _, name, _ in slots}
    if missing:
        raise ValueError(f"not handed to the database: {', '.join(sorted(missing))}")
    found = _Made(queryset, connection, sql, list(params), slots)
    converters = compiler.get_converters([one[0] for one in compiler.select[: compiler.col_count]])
    compiler.as_sql = lambda *_args, **_kwargs: (sql, tuple(found.run))
    compiler.get_converters = lambda _expressions: converters
    # Each clone of the query runs by the same compiler: it lives in this thread, and rows are read before the next run.
    queryset.query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]  # for this query alone
    return found


def _filled_up(listed: Collection[int]) -> list[int]:
    """To a power of two with its last key, so that few statements serve all lengths."""
    keys = list(listed) or [NO_KEY]
    return keys + keys[-1:] * ((1 << (len(keys) - 1).bit_length()) - len(keys))


def _mark(kind: type, number: int) -> Value:
    """A value of this kind that no query says by itself."""
    if issubclass(kind, datetime):
        return _FIRST_MOMENT + timedelta(days=number)
    if issubclass(kind, date):
        return _FIRST_MOMENT.date() + timedelta(days=number)
    if issubclass(kind, UUID):
        return UUID(int=(1 << 100) + number)
    return f"value {number}" if issubclass(kind, str) else _FIRST_NUMBER + number


def _forms(mark: Value, connection: Any) -> set[Value]:
    """As what the database may be handed a mark: of an id its digits too."""
    plain = _as_param(mark, mark, connection)
    return {plain, _as_param(mark, "", connection)} if isinstance(mark, UUID) else {plain}


def _as_param(value: Any, like: Any, connection: Any) -> Any:
    """A value as the database is handed it where `like` stands."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, UUID):
        return value.hex if isinstance(like, str) else value
    # PostgreSQL is told how wide a number is.
    return type(like)(value) if isinstance(like, int) and not isinstance(like, bool) else value
