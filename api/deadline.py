"""How long one request may take: looked at before each statement, so that no field pays for it.

PostgreSQL is also told how long the statement at hand may still run, so that a single one does not outlive its request.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.conf import settings
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from graphql import GraphQLError

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

    @contextmanager
    def held(self, connection: BaseDatabaseWrapper) -> Iterator[None]:
        """Inside, every statement of the connection keeps to it; what comes after knows nothing of it."""
        with connection.execute_wrapper(self):
            try:
                yield
            finally:
                if self._told_at is not None:
                    _let_go(connection)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        ends_something = str(sql).startswith(ENDINGS)
        now = time.monotonic()
        if now > self._ends and not ends_something:
            raise TooLong
        if context["connection"].vendor == "postgresql" and not ends_something:
            self._tell(execute, context, now)
        try:
            return execute(sql, params, many, context)
        except OperationalError as error:
            if time.monotonic() > self._ends:
                raise TooLong from error
            raise

    def _tell(self, execute: Callable[..., Any], context: Any, now: float) -> None:
        if self._told_at is not None and now - self._told_at < TOLD_ANEW_SECONDS:
            return
        left_ms = max(1, round(1000 * (self._ends - now)))
        execute(f"SET statement_timeout = {left_ms}", None, False, context)
        self._told_at = now


def _let_go(connection: BaseDatabaseWrapper) -> None:
    """The database forgets it; a transaction that failed forgets it by itself when it is undone."""
    if connection.connection is None or connection.connection.info.transaction_status.name == "INERROR":
        return
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute("RESET statement_timeout")
