"""What the machine around us may ask: does the process live, and can it serve?"""

from collections.abc import Callable
from functools import cache
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from matchmaker import redis_link
from matchmaker.jobs.queries import worker_is_alive
from matchmaker.records import guards


@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked, so that a slow database restarts nobody."""
    return JsonResponse({"alive": True})


@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Each thing that serving people needs, by name, and whether it is there; 503 where this process cannot serve.

    With Redis, the queue and its workers belong to all web processes alike: people are served without them, their
    work waits in the outbox, and a load balancer gains nothing by sending them elsewhere. They are told, no more.
    """
    shared = SHARED if settings.REDIS_URL else {}
    found = {name: _holds(check) for name, check in {**CHECKS, **shared}.items()}
    is_ready = all(holds for name, holds in found.items() if not (shared and name in ONLY_TOLD))
    return JsonResponse({"ready": is_ready, **found}, status=200 if is_ready else 503)


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def migrations_are_applied() -> bool:
    return _migrations_on_disk() <= MigrationRecorder(connection).applied_migrations().keys()


def records_are_guarded() -> bool:
    return not guards.missing(connection)


def worker_lives() -> bool:
    return worker_is_alive(now=timezone.now())


CHECKS: Final[dict[str, Callable[[], bool]]] = {
    "database": database_answers,
    "migrations": migrations_are_applied,
    "record_guards": records_are_guarded,
    "worker": worker_lives,
}

SHARED: Final[dict[str, Callable[[], bool]]] = {"redis": redis_link.answers}
ONLY_TOLD: Final = frozenset({"worker", "redis"})


def _holds(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except DatabaseError:
        return False


@cache
def _migrations_on_disk() -> frozenset[tuple[str, str]]:
    """They do not change while the process lives."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations or ())
