"""How long one request may take: looked at before each statement, so that no field pays for it.

PostgreSQL is also told how long the statement at hand may still run, so that a single one does not outlive its request.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from graphql import GraphQLError

Execute = Callable[..., Any]

ENDINGS: Final = ("ROLLBACK", "RELEASE")
"""What ends a transaction is let through, or it could not be undone."""
TOLD_ANEW_SECONDS: Final = 0.5
"""The database is told once at the first statement, and again after so long: a statement ends by so much too late."""


class TooLong(GraphQLError):
    """The request took longer than one may."""

    def __init__(self) -> None:
        super().__init__("This took too long and was stopped. Ask for less at once.", extensions={"code": "TOO_LONG"})


class Deadline:
    """Stops a request at its first statement after the time is over, or in it; what it was doing is undone."""

    def __init__(self, seconds: float | None = None) -> None:
        self._ends = time.monotonic() + (settings.API_SECONDS if seconds is None else seconds)
        self._told_at: float | None = None
        self._told_within: tuple[Any, ...] = ()
        self._holds = False

    @contextmanager
    def held(self, connection: BaseDatabaseWrapper) -> Iterator[None]:
        """Inside, every statement of the connection keeps to it; what comes after knows nothing of it."""
        with connection.execute_wrapper(self):
            try:
                yield
            finally:
                if self._holds:
                    _let_go(connection)

    def __call__(self, execute: Execute, sql: str, params: Any, many: bool, context: Any) -> Any:
        ends_something = str(sql).startswith(ENDINGS)
        now = time.monotonic()
        if now > self._ends and not ends_something:
            raise TooLong
        try:
            if not ends_something and self._is_to_tell(context["connection"], now):
                return self._told(execute, sql, params, many, context, now)
            return execute(sql, params, many, context)
        except OperationalError as error:
            if time.monotonic() > self._ends:
                raise TooLong from error
            raise

    def _is_to_tell(self, connection: BaseDatabaseWrapper, now: float) -> bool:
        """Also where the transaction is over in which it was told: nothing is left of it if that was undone."""
        if connection.vendor != "postgresql":
            return False
        is_over = self._told_within != tuple(connection.atomic_blocks[: len(self._told_within)])
        return self._told_at is None or is_over or now - self._told_at >= TOLD_ANEW_SECONDS

    def _told(self, execute: Execute, sql: str, params: Any, many: bool, context: Any, now: float) -> Any:
        """The statement, and before it how long it may run: on one way to the database where that can be."""
        telling = f"SET statement_timeout = {max(1, round(1000 * (self._ends - now)))}"
        goes_along = not many and _takes_two(context)
        self._holds = True
        if not goes_along:
            with context["connection"].connection.cursor() as cursor:
                cursor.execute(telling)
            self._note(context["connection"], now)
            return execute(sql, params, many, context)
        done = execute(f"{telling}; {sql}", params, many, context)
        context["cursor"].nextset()
        self._note(context["connection"], now)  # a statement that fails takes along what was told before it
        return done

    def _note(self, connection: BaseDatabaseWrapper, now: float) -> None:
        self._told_at, self._told_within = now, tuple(connection.atomic_blocks)


def _takes_two(context: Any) -> bool:
    """Whether one call may hold two statements: values are put in here, and no cursor is opened by name."""
    is_named = getattr(context["cursor"].cursor, "name", None) is not None
    return not is_named and not context["connection"].settings_dict["OPTIONS"].get("server_side_binding")


def _let_go(connection: BaseDatabaseWrapper) -> None:
    """The database forgets it; a transaction that failed forgets it by itself when it is undone.

    A connection that cannot be told any more is closed, so that nobody after it is held to this.
    """
    raw = connection.connection
    if raw is None or raw.info.transaction_status.name == "INERROR":
        return
    try:
        with connection.wrap_database_errors, raw.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
    except DatabaseError:
        with suppress(Exception):  # it is gone already, and what went wrong before is what is to be told
            raw.close()
