"""Holding a row, so that a process stands still in the middle of its work until it is hit."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from tests.processes import until, url_of_test_database


@contextmanager
def held(statement: str, *, url: str = "") -> Iterator[None]:
    """What the statement locks stays locked inside the block."""
    with psycopg.connect(_plain(url)) as holder:
        holder.execute(statement)
        yield
        with suppress(psycopg.OperationalError):  # a server that was restarted holds nothing
            holder.rollback()


def somebody_waits(*, url: str = "", for_seconds: float = 30) -> bool:
    """A process has begun a transaction in this database and waits for a lock."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
    )
    with psycopg.connect(_plain(url), autocommit=True) as looker:
        return until(lambda: looker.execute(waiting).fetchone() != (0,), seconds=for_seconds)


def _plain(url: str) -> str:
    return url or url_of_test_database()
