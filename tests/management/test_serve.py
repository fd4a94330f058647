"""The whole embedded service in one process, started as a person would start it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import settings

MANAGE = [sys.executable, str(settings.ROOT / "manage.py")]
PATIENCE_SECONDS = 180


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def answer(url: str) -> httpx.Response | None:
    """The first answer that is not "not yet"; None where there was none in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    response = None
    while time.monotonic() < deadline:
        try:
            response = httpx.get(url)
        except httpx.TransportError:
            response = None
        if response is not None and response.status_code != 503:
            return response
        time.sleep(0.1)
    return response


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'served.sqlite3'}"}


@pytest.fixture
def served(environment: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a service of its own, and its process."""
    subprocess.run([*MANAGE, "migrate", "--verbosity", "0"], env=environment, check=True)
    port = free_port()
    process = subprocess.Popen(
        [*MANAGE, "serve", "--port", str(port)],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    yield f"http://127.0.0.1:{port}", process
    process.kill()
    process.wait()


@pytest.mark.sqlite
class TestServe:
    def test_gets_ready_and_stops_cleanly(self, served: tuple[str, subprocess.Popen[str]]) -> None:
        address, process = served

        ready = answer(f"{address}/readyz")
        process.send_signal(signal.SIGINT)
        out, log = process.communicate(timeout=PATIENCE_SECONDS)

        assert ready is not None
        assert ready.json() == {
            "ready": True, "database": True, "migrations": True, "record_guards": True, "worker": True,
            **({"redis": True} if settings.REDIS_URL else {}),
        }  # fmt: skip
        assert process.returncode == 0
        assert out == f"Serving on {address}/ (Ctrl-C stops it)\n"
        assert {json.loads(line)["event"] for line in log.splitlines()} >= {
            "worker.started",
            "request",
            "worker.stopped",
        }
