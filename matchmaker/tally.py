"""How often each refusal was given, at any door: a code and a number, and nothing of whom it was given to.

With Redis all processes count together; a count that cannot be handed over now is handed over with the next one.
Without, each process counts for itself, and whoever reads the figures must ask each.
"""

import threading
from collections import Counter
from typing import Final

import redis
from django.conf import settings

from matchmaker import redis_link

fuse: Final = redis_link.Fuse()
_counted: Final[Counter[str]] = Counter()
_lock: Final = threading.Lock()


def count_refusal(code: str) -> None:
    """One more refusal of this code."""
    note_refusal(code)
    if settings.REDIS_URL:
        _hand_over()


def note_refusal(code: str) -> None:
    """The same where nobody may wait for Redis: it is handed over with the next one, or when somebody asks."""
    with _lock:
        _counted[code] += 1


def refusals() -> dict[str, int]:
    """How many refusals there were, by code: of all processes where they can be asked, else of this one alone."""
    if not settings.REDIS_URL:
        return _own()
    _hand_over()
    try:
        together = redis_link.client().hgetall(_key()) if not fuse.is_blown else {}
    except (redis.RedisError, OSError):
        fuse.blow()
        together = {}
    total = Counter({str(code): int(number) for code, number in together.items()})
    total.update(_own())
    return dict(total)


def forget() -> None:
    """What this process has not handed over is forgotten; for tests."""
    with _lock:
        _counted.clear()


def _hand_over() -> None:
    if fuse.is_blown:
        return
    with _lock:
        taken = dict(_counted)
        _counted.clear()
    if not taken:
        return
    try:
        pipeline = redis_link.client().pipeline(transaction=True)
        for code, number in taken.items():
            pipeline.hincrby(_key(), code, number)
        pipeline.execute()
    except (redis.RedisError, OSError):
        fuse.blow()
        with _lock:
            _counted.update(taken)


def _own() -> dict[str, int]:
    with _lock:
        return dict(_counted)


def _key() -> str:
    return redis_link.key("refusals")
