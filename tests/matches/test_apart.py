"""A round computed in a process of its own: the same plan, and a process that never stays behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from matchmaker.engine.batch import solve
from matchmaker.matches import apart
from matchmaker.matches.apart import ComputingBroke, solve_apart
from tests.engine.test_batch import Onlooker, a_batch

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 30

PARENT = """
import sys
from tests.engine.test_batch import Onlooker, a_batch
from matchmaker.matches.apart import solve_apart

class Waiting(Onlooker):
    def reached(self, phase, share):
        print("at work", flush=True)

solve_apart(a_batch(pairs=60), Waiting())
"""


class Impatient(Onlooker):
    """Has enough as soon as there is a plan."""

    def found(self, solution: object) -> None:
        self.children = processes_apart()
        raise KeyboardInterrupt


class TestSolveApart:
    def test_gives_the_plan_that_is_found_in_place(self) -> None:
        here, there = solve(a_batch(), Onlooker()), Onlooker()

        solution = solve_apart(a_batch(), there)

        assert solution.plan == here.plan
        assert solution.knowledge == here.knowledge
        assert solution.gain_promised == pytest.approx(here.gain_promised)
        assert {phase for phase, _ in there.phases} == {"MEASURING", "PAIRING", "SCORING", "PLANNING"}
        assert there.solutions[0].plan.total_score <= solution.plan.total_score

    def test_leaves_no_process_behind(self) -> None:
        solve_apart(a_batch(pairs=2), Onlooker())

        assert processes_apart() == []

    def test_ends_the_process_where_the_watch_ends_the_work(self) -> None:
        watch = Impatient()

        with pytest.raises(KeyboardInterrupt):
            solve_apart(a_batch(), watch)

        assert len(watch.children) == 1
        assert processes_apart() == []

    def test_says_what_broke_and_where_but_not_on_what(self) -> None:
        named = replace(a_batch(pairs=2).needs[0], service_type="王晓晴")

        with pytest.raises(ComputingBroke) as broke:
            solve_apart(a_batch(needs=(named,)), Onlooker())

        assert broke.value.code == "KeyError"
        assert "eligibility.py" in str(broke.value)
        assert "王晓晴" not in str(broke.value)

    def test_says_so_where_the_machine_ended_the_process(self) -> None:
        class Killer(Onlooker):
            def reached(self, phase: str, share: float) -> None:
                for process in processes_apart():  # what it had said before is still read once it is gone
                    os.kill(process, signal.SIGKILL)

        with pytest.raises(ComputingBroke) as broke:
            solve_apart(a_batch(pairs=60), Killer())

        assert broke.value.code == "ROUND_PROCESS_LOST"

    def test_hands_on_no_secret(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgres://who:secret@nowhere/rows")
        told: list[bytes] = []

        class Reader(Onlooker):
            def reached(self, phase: str, share: float) -> None:
                told.extend(Path(f"/proc/{process}/environ").read_bytes() for process in processes_apart())

        solve_apart(a_batch(pairs=2), Reader())

        assert told
        assert b"PATH=" in told[0]
        assert b"secret" not in told[0]

    def test_ends_with_the_process_that_asked_for_it(self) -> None:
        """Killed, so that nothing of it can clean up."""
        parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE)
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"at work\n"
        (child,) = processes_apart(of=parent.pid)

        parent.kill()
        parent.wait()

        assert until(lambda: not is_alive(child))


def processes_apart(*, of: int | None = None) -> list[int]:
    """The processes that compute a round for this one, or for another."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _asked_by(entry) == (of or os.getpid()):
            found.append(int(entry.name))
    return found


def _asked_by(entry: Path) -> int | None:
    try:
        words = (entry / "cmdline").read_bytes().split(b"\0")
        is_alive_now = (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return None
    if apart.CHILD.encode() not in words or not is_alive_now:
        return None
    return int(words[words.index(apart.CHILD.encode()) + 1])


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(holds: Callable[[], bool]) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False
