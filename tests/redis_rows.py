"""What lies in Redis under this test run's own prefix."""

import redis
from django.conf import settings

from matchmaker.celery import app


def raw_client() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, decode_responses=True)


def waiting_wake_ups() -> int:
    """How many wake-ups no worker has taken yet."""
    prefix = app.conf.broker_transport_options["global_keyprefix"]
    return int(raw_client().llen(f"{prefix}{app.conf.task_default_queue}"))


def forget_everything_of(prefix: str) -> None:
    """No key of this run is left."""
    client = raw_client()
    for key in client.scan_iter(f"{prefix}:*", count=1000):
        client.delete(key)
