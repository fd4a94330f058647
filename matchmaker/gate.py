"""So many requests are at work at once in one process, and a few more wait their turn; whoever comes then is told so.

Without it every request gets a thread at once and waits for a connection of the database's pool with all the others,
until the pool gives up on some of them in the middle of their work.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from matchmaker import tally

BUSY: Final = "BUSY"
AT_WORK: Final = "at work"
WAITING: Final = "waiting"
here: Final[Counter[str]] = Counter()
"""How many requests are at work in this process, and how many wait."""


class Busy(Exception):
    """Too many wait already, or this one waited too long."""


class Gate:
    """Lets `at_once` through, keeps `waiting_at_most` in the order in which they came, and none for longer than
    `patience_seconds`."""

    def __init__(self, *, at_once: int, waiting_at_most: int, patience_seconds: float) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._waiting_at_most, self._patience_seconds = waiting_at_most, patience_seconds
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A place, for as long as it is held; Busy where there will be none."""
        await self._wait()
        here[AT_WORK] += 1
        try:
            yield
        finally:
            here[AT_WORK] -= 1
            self._places.release()

    async def _wait(self) -> None:
        if self._places.locked() and self._waiting >= self._waiting_at_most:
            raise _turned_away()
        self._waiting += 1
        here[WAITING] += 1
        try:
            async with asyncio.timeout(self._patience_seconds):
                await self._places.acquire()
        except TimeoutError:
            raise _turned_away() from None
        finally:
            self._waiting -= 1
            here[WAITING] -= 1


def _turned_away() -> Busy:
    tally.note_refusal(BUSY)
    return Busy()
