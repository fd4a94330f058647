"""The process that computes a round: `python -m matchmaker.matches.apart_child PID`, started by `apart` alone.

It reads one batch, and tells what it finds. It knows no database, and ends when the process that started it does.
"""

import ctypes
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from typing import IO, Any, Final

PLAN_EVERY_SECONDS: Final = 2.0
PHASE_EVERY_SECONDS: Final = 0.5
END_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG of Linux
LOST_PARENT: Final = 3


class _Teller:
    """The watch on this side: tells the other process, not more often than it cares to hear."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._phase, self._told_at, self._planned_at = "", 0.0, 0.0

    def reached(self, phase: str, share: float) -> None:
        now = time.monotonic()
        if phase != self._phase or now - self._told_at >= PHASE_EVERY_SECONDS:
            self._phase, self._told_at = phase, now
            self.tell("PHASE", (phase, share))

    def wants_plan(self) -> bool:
        return time.monotonic() - self._planned_at >= PLAN_EVERY_SECONDS

    def found(self, solution: object) -> None:
        self.tell("FOUND", solution)
        self._planned_at = time.monotonic()

    def tell(self, kind: str, told: Any) -> None:
        from matchmaker.matches.apart import framed

        self._pipe.write(framed((kind, told)))
        self._pipe.flush()


def main(parent: int) -> None:
    """The batch that stands on the standard input is solved; all that is told goes to the standard output."""
    _end_with(parent)
    asked = sys.stdin.buffer
    body = asked.read(int.from_bytes(asked.read(8), "big"))
    threading.Thread(target=_end_when_closed, args=(asked,), daemon=True).start()
    teller = _Teller(_only_for_answers())
    try:
        from matchmaker.engine.batch import solve

        teller.tell("SOLVED", solve(pickle.loads(body), teller))  # noqa: S301  # our own process wrote it
    except BrokenPipeError:
        os._exit(LOST_PARENT)
    except Exception as error:  # noqa: BLE001  # the other process raises it and says where
        # Where it broke, and never on what: values would be people's.
        where = "".join(traceback.format_tb(error.__traceback__))
        teller.tell("BROKEN", (type(error).__name__, where))


def _end_with(parent: int) -> None:
    """The kernel ends this process with the one that started it, even in the middle of a long computation."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the kernel was told
        os._exit(LOST_PARENT)


def _end_when_closed(asked: IO[bytes]) -> None:
    """Where the kernel cannot be told: the other end of the input closes when its owner ends."""
    asked.read()
    os._exit(LOST_PARENT)


def _only_for_answers() -> IO[bytes]:
    """The standard output, out of reach of anything that prints."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return pipe


if __name__ == "__main__":
    main(int(sys.argv[1]))
