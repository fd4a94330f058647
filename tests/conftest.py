"""What every test may lean on: the database, the marks, and the real data where it is at hand."""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection

from matchmaker.celery import app
from matchmaker.matches.inputs import forget_at_once
from matchmaker.records import guards
from tests.redis_rows import forget_everything_of

MARKS = ("any", "sqlite", "postgres", "redis", "browser")
CHROMIUM = "/usr/bin/chromium"
DATA_MISSING = "needs the real data: pytest --data DIR, or MATCHMAKER_DATA"

hypothesis.settings.register_profile("house", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis.settings.load_profile("house")

ran: Counter[str] = Counter()
skipped: Counter[str] = Counter()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--data", default=os.environ.get("MATCHMAKER_DATA", ""), help="Folder of the real data.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What carries no mark is about any database; what cannot run here says why."""
    absent = reasons_why_absent()
    for item in items:
        marks = [mark for mark in MARKS if item.get_closest_marker(mark)]
        if not marks:
            item.add_marker(pytest.mark.any)
        for mark in marks or ["any"]:
            item.user_properties.append(("mark", mark))  # keywords would also hold the names of parameters
            if mark in absent:
                item.add_marker(pytest.mark.skip(reason=f"{mark}: {absent[mark]}"))


def reasons_why_absent() -> dict[str, str]:
    """The marks whose tests cannot run here, each with the reason."""
    absent = {}
    if connection.vendor != "postgresql":
        absent["postgres"] = "DATABASE_URL names no PostgreSQL database"
    if connection.vendor != "sqlite":
        absent["sqlite"] = "DATABASE_URL names another database"
    if not Path(CHROMIUM).exists():
        absent["browser"] = f"no {CHROMIUM}"
    if not settings.REDIS_URL:
        absent["redis"] = "REDIS_URL names no Redis server"
    return absent


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    for kind, mark in report.user_properties:
        if kind == "mark":
            if report.skipped:
                skipped[str(mark)] += 1
            elif report.when == "call":
                ran[str(mark)] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One counted line for each kind of test, so that nothing is left out in silence."""
    for mark in MARKS:
        if ran[mark] or skipped[mark]:
            terminalreporter.write_line(f"{mark}: {ran[mark]} ran, {skipped[mark]} skipped")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """On CI a mark that this run must cover and that ran no test fails the run."""
    if os.environ.get("CI") != "true" or hasattr(session.config, "workerinput"):
        return
    required = os.environ.get("MATCHMAKER_REQUIRED_MARKS", "").split()
    if idle := [mark for mark in required if not ran[mark]]:
        print(f"\nNo test ran for: {', '.join(idle)}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """The guards of the records are taken off, for tests empty their tables; tests of the guards put them back."""
    with django_db_blocker.unblock():
        guards.remove(connection)


@pytest.fixture(scope="session", autouse=True)
def own_corner_of_redis() -> Iterator[None]:
    """Each process of a test run has keys of its own, and leaves none behind."""
    if not settings.REDIS_URL:
        yield
        return
    prefix = f"{settings.REDIS_PREFIX}-test-{os.getpid()}"
    settings.REDIS_PREFIX = os.environ["REDIS_PREFIX"] = prefix  # processes that a test starts are to find it, too
    app.conf.broker_transport_options = {**app.conf.broker_transport_options, "global_keyprefix": f"{prefix}:celery:"}
    # in the settings too: a test that sets its own caches has them read again afterwards
    caches.settings["default"]["KEY_PREFIX"] = settings.CACHES["default"]["KEY_PREFIX"] = f"{prefix}:cache"
    with suppress(AttributeError):  # one that was made while the tests were collected
        del caches["default"]
    yield
    app.close()
    forget_everything_of(prefix)


@pytest.fixture(scope="session", autouse=True)
def one_address_for_all() -> None:
    """All tests come from one address, and so do the processes that they start: nobody is refused for it."""
    settings.TRIES_PER_ADDRESS = 0
    os.environ["TRIES_PER_ADDRESS"] = "0"


@pytest.fixture(autouse=True)
def rows_without_end(settings: Any) -> None:
    """A test whose clock stands still may ask for as many rows as it likes, and take as long as its machine needs."""
    settings.API_ROWS_PER_MINUTE = 2**40
    settings.API_SECONDS = 3600.0


@pytest.fixture
def guarded_records(db: None) -> Iterator[None]:
    """The guards are in place for this test; a test in a transaction takes them along when it is rolled back."""
    guards.install(connection)
    yield
    if not connection.in_atomic_block:
        guards.remove(connection)


@pytest.fixture(scope="session")
def data_dir(pytestconfig: pytest.Config) -> Path:
    """The folder of real data; without it the test is skipped, out loud."""
    folder = pytestconfig.getoption("--data")
    if not folder or not Path(folder).is_dir():
        pytest.skip(DATA_MISSING)  # it is nobody's to hand on with the repository, so a clone has none
    return Path(folder)


@pytest.fixture
def curl() -> None:
    """The command is there; without it the test is skipped, out loud, and on CI it fails."""
    if shutil.which("curl") is None:
        assert os.environ.get("CI") != "true", "these tests need curl"
        pytest.skip("curl is not on this machine")  # a developer's machine may lack it; what the product needs does not


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """What a process keeps of offers, cards and types is that of rows which are gone after each test."""
    yield
    forget_at_once()
