"""How long one request may take: looked at before each statement, so that no field pays for it."""

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from graphql import GraphQLError

ENDINGS: Final = ("ROLLBACK", "RELEASE")
"""What ends a transaction is let through, or it could not be undone."""


class TooLong(GraphQLError):
    """The request took longer than one may."""

    def __init__(self) -> None:
        super().__init__("This took too long and was stopped. Ask for less at once.", extensions={"code": "TOO_LONG"})


class Deadline:
    """Stops a request at its first statement after the time is over; what it was doing is undone."""

    def __init__(self, seconds: float | None = None) -> None:
        self._ends = time.monotonic() + (settings.API_SECONDS if seconds is None else seconds)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if time.monotonic() > self._ends and not str(sql).startswith(ENDINGS):
            raise TooLong
        return execute(sql, params, many, context)
