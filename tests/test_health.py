"""Liveness and readiness."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from matchmaker import health, redis_link
from matchmaker.jobs import names
from matchmaker.jobs.models import OutboxJob

WITH_REDIS = {"redis": True} if django_settings.REDIS_URL else {}


@pytest.fixture
def working_worker(db: None) -> None:
    now = timezone.now()
    OutboxJob.objects.create(name=names.PURGE_DONE, due_at=now, created_at=now, attempted_at=now)


class TestLive:
    def test_answers_without_the_database(self, client: Client) -> None:
        response = client.get("/livez")

        assert (response.status_code, response.json()) == (200, {"alive": True})


@pytest.mark.django_db
class TestReady:
    def test_holds_with_everything_in_place(self, client: Client, guarded_records: None, working_worker: None) -> None:
        response = client.get("/readyz")

        assert (response.status_code, response.json()) == (
            200,
            {"ready": True, "database": True, "migrations": True, "record_guards": True, "worker": True, **WITH_REDIS},
        )
        assert "no-store" in response.headers["Cache-Control"]

    def test_fails_without_the_guards(self, client: Client, working_worker: None) -> None:
        response = client.get("/readyz")

        assert response.status_code == 503
        assert [name for name, holds in response.json().items() if not holds] == ["ready", "record_guards"]

    def test_fails_without_a_worker(self, client: Client, guarded_records: None, settings: Any) -> None:
        settings.REDIS_URL = ""

        response = client.get("/readyz")

        assert response.status_code == 503
        assert [name for name, holds in response.json().items() if not holds] == ["ready", "worker"]

    def test_holds_without_redis_and_workers_for_people_are_served_all_the_same(
        self, client: Client, guarded_records: None, settings: Any
    ) -> None:
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        redis_link.client.cache_clear()

        response = client.get("/readyz")

        redis_link.client.cache_clear()
        assert (response.status_code, response.json()) == (
            200,
            {
                "ready": True,
                "database": True,
                "migrations": True,
                "record_guards": True,
                "worker": False,
                "redis": False,
            },
        )

    def test_fails_with_a_migration_not_applied(
        self, client: Client, guarded_records: None, working_worker: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(health, "_migrations_on_disk", lambda: frozenset({("needs", "0999_later")}))

        response = client.get("/readyz")

        assert [name for name, holds in response.json().items() if not holds] == ["ready", "migrations"]

    def test_says_so_where_the_database_is_gone(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def gone() -> bool:
            raise OperationalError

        checks: dict[str, Callable[[], bool]] = dict.fromkeys(health.CHECKS, gone)
        monkeypatch.setattr(health, "CHECKS", checks)

        response = client.get("/readyz")

        assert response.status_code == 503
        told = response.json()
        assert {holds for name, holds in told.items() if name != "redis"} == {False}
