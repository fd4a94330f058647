"""Blows to a running service: each test asserts that its blow hit work in progress.

FAULT_ROUNDS says how often each is dealt in a row (once where it is not set), FAULT_OUTAGE_SECONDS how long Redis is
gone (five).
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from matchmaker.matches.actions import publish_score_cards
from tests.faults.browsers import Browser
from tests.processes import Processes, free_port, url_of_test_database
from tests.towns import SmallTown, load_service_types_once, small_town

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "1"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "repeat" in metafunc.fixturenames:
        metafunc.parametrize("repeat", range(ROUNDS))


@pytest.fixture
def repeat(request: pytest.FixtureRequest) -> Any:
    """Which blow in a row this is; each starts from nothing."""
    return request.param


@pytest.fixture
def processes(repeat: int, transactional_db: None, tmp_path: Path) -> Iterator[Processes]:
    """Processes beside the test run, on its own database and in its own corner of Redis."""
    prefix = f"{settings.REDIS_PREFIX}-{tmp_path.name}"
    started = Processes(
        tmp_path,
        {
            "DATABASE_URL": url_of_test_database(),
            "REDIS_URL": settings.REDIS_URL,
            "REDIS_PREFIX": prefix,
            "DATABASE_POOL_SIZE": "4",
            "JOBS_POLL_SECONDS": "1",
        },
    )
    yield started
    started.kill_all()


@pytest.fixture
def town(transactional_db: None) -> SmallTown:
    """The small town, today."""
    now = timezone.now()
    load_service_types_once()
    publish_score_cards(now=now)
    return small_town(now)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def helper_s_browser(town: SmallTown, port: int) -> Callable[[], Browser]:
    """The helper, signed in, at the server of this test."""
    return lambda: Browser(town.helper, port)
