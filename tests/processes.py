"""Processes that a test starts, as a person or a container would, and that never outlive it."""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

PATIENCE_SECONDS = 180
BIN = Path(sys.executable).parent
CELERY_WORKER = (
    *("celery", "--app=matchmaker", "worker", "--concurrency=2"),
    *("--without-gossip", "--without-mingle", "--loglevel=INFO"),
)
CELERY_BEAT = ("celery", "--app=matchmaker", "beat", "--pidfile=")


def until(holds: Callable[[], Any], *, seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return bool(holds())


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def url_of_test_database() -> str:
    """The database of this test run, as another process can name it."""
    row = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{row['NAME']}"
    password = f":{row['PASSWORD']}" if row["PASSWORD"] else ""
    return f"postgres://{row['USER']}{password}@{row['HOST']}:{row['PORT'] or 5432}/{row['NAME']}"


class Processes:
    """Those of one test: each with a log of its own, all killed at the end."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = {**os.environ, **environment}
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        """The process; what it says goes to `<name>.log`. It leads a group: its children die with it."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                _found(command),
                cwd=settings.ROOT,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def web(self, port: int, name: str = "web") -> subprocess.Popen[bytes]:
        """A web server that answers already."""
        process = self.start(
            name, "uvicorn", "matchmaker.asgi:application", f"--port={port}", "--lifespan=off", "--no-access-log"
        )
        assert until(lambda: accepts(port)), self.log_of(name)
        return process

    def worker(self, name: str = "worker") -> subprocess.Popen[bytes]:
        """A Celery worker that listens already."""
        process = self.start(name, *CELERY_WORKER)
        assert until(lambda: "ready." in self.log_of(name)), self.log_of(name)
        return process

    def beat(self, name: str = "beat") -> subprocess.Popen[bytes]:
        return self.start(name, *CELERY_BEAT)

    def log_of(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """The whole group is gone at once, without a word: what a lost machine looks like."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()

    def kill_all(self) -> None:
        for process in self.started:
            self.kill(process)


class OwnPostgres:
    """A PostgreSQL server of this test alone, which may be restarted."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="matchmaker-postgres-", dir="/tmp"))
        self.port = free_port()
        self._user = {"user": "postgres"} if os.geteuid() == 0 else {}
        if self._user:
            shutil.chown(self.folder, "postgres")
        data = str(self.folder / "data")
        self._run("initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8")
        self._control = ("pg_ctl", "--pgdata", data, "--silent", "--wait", "--log", str(self.folder / "log"))
        options = f"-p {self.port} -h 127.0.0.1 -c unix_socket_directories='' -c fsync=on -c max_connections=60"
        self._options = ("--options", options)

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        self._run(*self._control, *self._options, "start")

    def restart(self) -> None:
        """As after a crash: nobody is waited for, and the log is replayed."""
        self._run(*self._control, *self._options, "--mode=immediate", "restart")

    def stop(self) -> None:
        self._run(*self._control, "--mode=immediate", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str, check: bool = True) -> None:
        command = [str(program_of_postgres(program)), *arguments]
        done = subprocess.run(
            command, cwd="/", check=False, capture_output=True, text=True, timeout=PATIENCE_SECONDS, **self._user
        )
        assert done.returncode == 0 or not check, f"{shlex.join(command)}: {done.stdout}{done.stderr}"


class OwnRedis:
    """A Redis server of this test alone, which may be gone for a while."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self._process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL,
        )
        assert until(lambda: accepts(self.port))

    def stop(self) -> None:
        """Gone without a word, with all it held."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def accepts(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def program_of_postgres(name: str) -> Path:
    """Debian keeps the server's programs out of the path."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return folder / name
    return Path(shutil.which(name) or name)


def _found(command: Sequence[str]) -> list[str]:
    first, *rest = command
    if first == "python":
        return [sys.executable, *rest]
    return [str(BIN / first) if (BIN / first).exists() else first, *rest]
