"""How far long work is: a bar on a terminal, plain lines elsewhere, and never two silent seconds."""

import sys
import threading
import time
from types import TracebackType
from typing import Final, Never, TextIO

from tqdm import tqdm

SILENCE_SECONDS: Final = 2.0


class ProgressDisplay:
    """Draws `(done, total, what)` on a stream; as a context it stops its ticker and closes its bar whatever happens."""

    def __init__(self, title: str, *, stream: TextIO | None = None) -> None:
        self._title = title
        self._stream = stream or sys.stderr
        self._bar: tqdm[Never] | None = None
        self._on_terminal = self._stream.isatty()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._begun = time.monotonic()
        self._spoken = 0.0
        self._last = (0, 1, "starting")
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> "ProgressDisplay":
        self._begun = time.monotonic()
        if self._on_terminal:
            self._bar = tqdm(
                total=1,
                desc=self._title,
                file=self._stream,
                leave=True,
                bar_format="{desc}: {percentage:3.0f}%|{bar}| {postfix} [{elapsed}]",
            )
        self._draw(force=True)
        self._ticker.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._ticker.join()
        if kind is None:
            self._draw(force=True)
        if self._bar is not None:
            self._bar.close()

    def __call__(self, done: int, total: int, what: str) -> None:
        self._last = (done, total, what)
        self._draw(force=False)

    def _tick(self) -> None:
        while not self._over.wait(SILENCE_SECONDS / 4):
            self._draw(force=False)

    def _draw(self, *, force: bool) -> None:
        with self._lock:
            done, total, what = self._last
            if self._bar is not None:
                self._bar.total, self._bar.n = max(total, 1), done
                self._bar.set_postfix_str(what, refresh=False)
                self._bar.refresh()
                return
            elapsed = time.monotonic() - self._begun
            if force or elapsed - self._spoken >= SILENCE_SECONDS * 0.9:
                self._spoken = elapsed
                print(f"{self._title}: {done}/{total} {what} ({elapsed:.0f} s)", file=self._stream, flush=True)
