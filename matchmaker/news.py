"""Whoever listens is told that something happened; what it was, they look up themselves.

A hint, like the wake-ups of the outbox: it may come twice, and it may be lost where Redis is gone. So every listener
looks by itself from time to time, and the rows are the truth.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final
from uuid import uuid4

import redis
import structlog
from django.conf import settings
from django.db import transaction

from matchmaker import redis_link
from matchmaker.redis_link import Fuse

Wake = Callable[[], None]

ANYWHERE: Final = "*"
"""The topic of whoever wishes to hear all news."""
AGAIN_SECONDS: Final = 1.0
HERE: Final = uuid4().hex
"""This process: what it told itself it need not hear again."""

log = structlog.get_logger("matchmaker.news")
fuse: Final = Fuse()


def tell(topic: str) -> None:
    """Whoever listens to this topic looks again, in every process, once the caller's transaction is committed."""
    transaction.on_commit(lambda: _spread(topic), robust=True)


def topic_of_account(account_id: int | None) -> str:
    """Told when somebody signs out."""
    return f"account:{account_id}"


@contextmanager
def heard(topics: frozenset[str], wake: Wake) -> Iterator[None]:
    """While this lasts `wake` is called whenever one of the topics has news, from whichever thread told them."""
    office.add(topics, wake)
    try:
        yield
    finally:
        office.remove(topics, wake)


class Office:
    """Who listens to what in this process; with a Redis, a thread brings what other processes tell."""

    def __init__(self) -> None:
        self._wakes: dict[str, list[Wake]] = defaultdict(list)
        self._lock = threading.Lock()
        self._reader: threading.Thread | None = None

    def add(self, topics: frozenset[str], wake: Wake) -> None:
        with self._lock:
            for topic in topics:
                self._wakes[topic].append(wake)
            if settings.REDIS_URL and self._reader is None:
                self._reader = threading.Thread(target=self._read, name="news", daemon=True)
                self._reader.start()

    def remove(self, topics: frozenset[str], wake: Wake) -> None:
        with self._lock:
            for topic in topics:
                self._wakes[topic].remove(wake)
                if not self._wakes[topic]:
                    del self._wakes[topic]

    def wake(self, topic: str) -> None:
        with self._lock:
            wakes = [*self._wakes.get(topic, ()), *self._wakes.get(ANYWHERE, ())]
        for wake in wakes:
            wake()

    def wake_all(self) -> None:
        with self._lock:
            wakes = [wake for listed in self._wakes.values() for wake in listed]
        for wake in wakes:
            wake()

    def _read(self) -> None:
        while True:
            try:
                self._read_from_redis()
            except (redis.RedisError, OSError) as error:
                log.warning("news.gone", error=type(error).__name__)
                time.sleep(AGAIN_SECONDS)

    def _read_from_redis(self) -> None:
        client = redis.Redis.from_url(
            settings.REDIS_URL, decode_responses=True, socket_connect_timeout=redis_link.CONNECT_SECONDS
        )
        with client.pubsub(ignore_subscribe_messages=True) as reader:
            reader.subscribe(_channel())
            self.wake_all()  # whatever was told while nobody read
            for message in reader.listen():
                sender, _, topic = str(message["data"]).partition(" ")
                if sender != HERE:
                    self.wake(topic)


office: Final = Office()


def _spread(topic: str) -> None:
    office.wake(topic)
    if not settings.REDIS_URL or fuse.is_blown:
        return
    try:
        redis_link.client().publish(_channel(), f"{HERE} {topic}")
    except (redis.RedisError, OSError) as error:
        fuse.blow()
        log.warning("news.not_spread", error=type(error).__name__)


def _channel() -> str:
    return redis_link.key("news")
