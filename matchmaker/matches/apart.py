"""Computing a round in a process of its own: this one stays free to answer, and can end the other at any moment.

The other process gets plain values through a pipe and sends back what it finds. It inherits no connection, no file and
no secret, and it dies with this one.
"""

import os
import pickle
import selectors
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, Final, Protocol, cast

from matchmaker.engine.batch import Batch, Solution, Watch

CHILD: Final = "matchmaker.matches.apart_child"
LOOK_EVERY_SECONDS: Final = 0.25
READ_AT_ONCE: Final = 1 << 20
LENGTH_BYTES: Final = 8
PASSED_ON: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR", "SYSTEMROOT")

PHASE, FOUND, SOLVED, BROKEN = "PHASE", "FOUND", "SOLVED", "BROKEN"


class PatientWatch(Watch, Protocol):
    """A watch that is also told when there is nothing new; it may end the work then, too."""

    def still(self) -> None:
        """Nothing new, but the work goes on."""


class ComputingBroke(Exception):
    """The process ended without a plan: by a mistake in it, or because the machine ended it."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code}\n{where}" if where else code)
        self.code = code


def solve_apart(batch: Batch, watch: PatientWatch) -> Solution:
    """What `engine.batch.solve` gives, computed in a process of its own, which never outlives this call."""
    with _child(batch) as answers:
        for kind, told in _messages(answers, watch):
            if kind == PHASE:
                watch.reached(*told)
            elif kind == FOUND:
                watch.found(told)
            elif kind == SOLVED:
                return told
            else:
                raise ComputingBroke(*told)
    raise ComputingBroke("ROUND_PROCESS_LOST")


@contextmanager
def _child(batch: Batch) -> Iterator[IO[bytes]]:
    """The answers of a process that works on the batch; it is gone afterwards, whatever happened."""
    process = subprocess.Popen(  # noqa: S603  # our own interpreter with our own module
        [sys.executable, "-m", CHILD, str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # what breaks comes through the pipe, without the values it broke on
        env={name: os.environ[name] for name in PASSED_ON if name in os.environ} | {"OPENBLAS_NUM_THREADS": "1"},
        cwd=_root(),
        start_new_session=True,  # Ctrl-C is for the worker; it ends the process itself
    )
    asked, answers = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
    hand_over = threading.Thread(target=_hand_over, args=(asked, batch), daemon=True)
    hand_over.start()
    try:
        yield answers
    finally:
        process.kill()
        process.wait()
        hand_over.join()
        with suppress(BrokenPipeError):
            asked.close()
        answers.close()


def _hand_over(pipe: IO[bytes], batch: Batch) -> None:
    """The pipe stays open: when this end is gone, so is the one the process works for."""
    try:
        pipe.write(framed(batch))
        pipe.flush()
    except OSError:
        return  # it has ended; the reader of its answers says so


def _messages(answers: IO[bytes], watch: PatientWatch) -> Iterator[tuple[str, Any]]:
    """What the process says, until it ends; the watch is asked again and again meanwhile."""
    received = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(answers, selectors.EVENT_READ)
        while True:
            if not selector.select(LOOK_EVERY_SECONDS):
                watch.still()
                continue
            some = os.read(answers.fileno(), READ_AT_ONCE)
            if not some:
                return
            received += some
            while (message := _taken_from(received)) is not None:
                yield pickle.loads(message)  # noqa: S301  # our own process wrote it
            watch.still()


def _taken_from(received: bytearray) -> bytes | None:
    """The first whole message, taken out; None while it is not whole yet."""
    end = LENGTH_BYTES + int.from_bytes(received[:LENGTH_BYTES], "big")
    if len(received) < LENGTH_BYTES or len(received) < end:
        return None
    message = bytes(received[LENGTH_BYTES:end])
    del received[:end]
    return message


def framed(value: object) -> bytes:
    """A value as one message: its length, then itself."""
    body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def _root() -> str:
    """The folder that holds this package."""
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
