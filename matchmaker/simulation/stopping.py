"""Long work that is stopped says so in one sentence and leaves nothing half done."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

STOPPED: Final = 130


@contextmanager
def stopped_with(sentence: str) -> Iterator[None]:
    """Ctrl-C, or a request to end, undoes the block and ends the process with this sentence."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except KeyboardInterrupt:
        print(f"\n{sentence}", file=sys.stderr)
        raise SystemExit(STOPPED) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
