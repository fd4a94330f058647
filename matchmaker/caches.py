"""The shared cache on Redis: where Redis is gone, everything is a miss and nothing fails."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import redis
import structlog
from django.core.cache.backends.redis import RedisCache

from matchmaker.redis_link import Fuse

MISSES: Final[dict[str, Any]] = {
    "add": False,
    "set": None,
    "touch": False,
    "delete": False,
    "has_key": False,
    "set_many": [],
    "delete_many": None,
    "clear": False,
}
"""What each call answers while Redis is gone; `get` and `get_many` answer what an empty cache would."""

log = structlog.get_logger("matchmaker.cache")
fuse: Final = Fuse()


class ForgivingRedisCache(RedisCache):
    """Django's cache on Redis, which forgets rather than fails. Nothing that must be true may lie in it."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _tried(lambda: super(ForgivingRedisCache, self).get(key, default, version), otherwise=default)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        found: dict[Any, Any] = _tried(lambda: super(ForgivingRedisCache, self).get_many(keys, version), otherwise={})
        return found

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Django refuses with ValueError to count on what is not there; what cannot be reached counts as not there."""
        counted = _tried(lambda: super(ForgivingRedisCache, self).incr(key, delta, version), otherwise=None)
        if counted is None:
            raise ValueError("The counter cannot be reached.")
        return int(counted)


def _forgiving(name: str, otherwise: Any) -> Callable[..., Any]:
    original = getattr(RedisCache, name)

    @wraps(original)
    def call(self: ForgivingRedisCache, *args: Any, **kwargs: Any) -> Any:
        return _tried(lambda: original(self, *args, **kwargs), otherwise=otherwise)

    return call


for _name, _miss in MISSES.items():
    setattr(ForgivingRedisCache, _name, _forgiving(_name, _miss))


def _tried(call: Callable[[], Any], *, otherwise: Any) -> Any:
    if fuse.is_blown:
        return otherwise
    try:
        return call()
    except (redis.ConnectionError, redis.TimeoutError, OSError) as error:
        fuse.blow()
        log.warning("cache.gone", error=type(error).__name__)
        return otherwise
