"""The one connection to Redis that this process shares, where REDIS_URL names a server; quick to give up."""

import threading
import time
from functools import cache
from typing import Any, Final

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS: Final = 0.5
ANSWER_SECONDS: Final = 2.0
REST_SECONDS: Final = 5.0

PATIENCE: Final[dict[str, Any]] = {
    "socket_connect_timeout": CONNECT_SECONDS,
    "socket_timeout": ANSWER_SECONDS,
    "retry": Retry(NoBackoff(), 0),
}
"""Nothing that a person waits for may hang because Redis is gone: truth lies in the database."""


@cache
def client() -> redis.Redis:
    """The client of this process; only where REDIS_URL is set."""
    return redis.Redis.from_url(settings.REDIS_URL, decode_responses=True, **PATIENCE)


def key(*parts: str) -> str:
    """A key under this installation's prefix: several may share one Redis."""
    return ":".join((settings.REDIS_PREFIX, *parts))


def answers() -> bool:
    """Redis is there, now."""
    try:
        return bool(client().ping())
    except (redis.RedisError, OSError):
        return False


class Fuse:
    """Blows at a failure and rests for a while, so that an outage costs one short wait and not one per request."""

    def __init__(self, *, rest_seconds: float = REST_SECONDS) -> None:
        self._rest_seconds = rest_seconds
        self._closed_from = 0.0
        self._lock = threading.Lock()

    @property
    def is_blown(self) -> bool:
        return time.monotonic() < self._closed_from

    def blow(self) -> None:
        with self._lock:
            self._closed_from = time.monotonic() + self._rest_seconds
