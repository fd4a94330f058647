"""The same month under other policies, on copies in child processes, beside the one that is kept."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date
from types import TracebackType
from typing import IO, Final

from django.conf import settings

from matchmaker.simulation.figures import MonthFigures
from matchmaker.simulation.sample import Progress

POLL_SECONDS: Final = 0.3
LINES_KEPT: Final = 20
_HOW_FAR: Final = re.compile(r": (\d+)/(\d+) ")


class CopyFailed(Exception):
    """A copy ended without its figures; what it said last stands in the message."""


class Copies:
    """One child per policy; each makes the same sample from the same seed in memory. Leaving the block ends them."""

    def __init__(
        self, policies: Sequence[str], *, seed: int, start_date: date, days: int, companion_hours: int = 0
    ) -> None:
        self._days = days
        self._children = {
            policy: _Copy(policy, seed=seed, start_date=start_date, days=days, companion_hours=companion_hours)
            for policy in policies
        }

    def __enter__(self) -> "Copies":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in self._children.values():
            child.end()

    def figures(self, *, progress: Progress) -> list[MonthFigures]:
        """The figures of all copies, once the last is done."""
        while any(child.is_running for child in self._children.values()):
            done = sum(child.days_done for child in self._children.values())
            what = ", ".join(f"{policy} day {child.days_done}" for policy, child in self._children.items())
            progress(done, self._days * len(self._children), f"copies: {what}")
            time.sleep(POLL_SECONDS)
        return [child.figures() for child in self._children.values()]


class _Copy:
    def __init__(self, policy: str, *, seed: int, start_date: date, days: int, companion_hours: int) -> None:
        self._policy = policy
        self._days = days
        self._said: list[str] = []
        self._out: list[str] = []
        self.days_done = 0
        self._process = subprocess.Popen(  # noqa: S603  # our own command, no shell
            [
                *(sys.executable, "-m", "django", "simulate_month", "--json", "--policy", policy),
                *("--seed", str(seed), "--start-date", start_date.isoformat(), "--days", str(days)),
                *("--companion-hours", str(companion_hours)),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            cwd=settings.ROOT,
            env=_environment(),
            start_new_session=True,
        )
        self._readers = [
            threading.Thread(target=self._read, args=(self._process.stderr, self._hear), daemon=True),
            threading.Thread(target=self._read, args=(self._process.stdout, self._out.append), daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def figures(self) -> MonthFigures:
        self._process.wait()
        for reader in self._readers:
            reader.join()
        if self._process.returncode != 0:
            raise CopyFailed(f"The copy under {self._policy} ended early: {' '.join(self._said[-LINES_KEPT:])}")
        return MonthFigures.from_json(json.loads("".join(self._out)))

    def end(self) -> None:
        if self.is_running:
            self._process.kill()
        self._process.wait()

    def _read(self, stream: IO[str] | None, hear: Callable[[str], None]) -> None:
        for line in stream or ():
            hear(line)

    def _hear(self, line: str) -> None:
        self._said.append(line.strip())
        found = _HOW_FAR.search(line)
        if found and int(found[2]) == self._days:
            self.days_done = int(found[1])


def _environment() -> dict[str, str]:
    """The children never touch the service's own database, and share two cores without threads of their own."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "matchmaker.settings",
        "DATABASE_URL": "sqlite:///var/never-opened.sqlite3",
        "OPENBLAS_NUM_THREADS": "1",
    }
