"""Loops that numpy has no word for, made into machine code when they are first called.

numba keeps the code in the folder named by `NUMBA_CACHE_DIR`, else in the user's folder for caches, never beside the
source. Where neither can be written to, each process makes it anew. numba itself is loaded at the first call too: a
process that never walks pays nothing.
"""

from collections.abc import Callable
from functools import update_wrapper
from threading import Lock
from typing import Any, Final, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

FOLDERS: Final = "UserProvidedCacheLocator,UserWideCacheLocator"


class Compiled(Generic[P, R]):
    """A function of numbers and arrays that runs as machine code from its first call on; `plain` is as written."""

    def __init__(self, plain: Callable[P, R]):
        self.plain = plain
        self._machine: Callable[P, R] | None = None
        self._lock = Lock()
        update_wrapper(self, plain)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        machine = self._machine
        if machine is None:
            with self._lock:  # one thread makes it, the others wait
                machine = self._machine = _made(self.plain)
        return machine(*args, **kwargs)


def _made(plain: Callable[P, R]) -> Callable[P, R]:
    from numba import config, njit

    settings: Any = config
    before, settings.CACHE_LOCATOR_CLASSES = settings.CACHE_LOCATOR_CLASSES, FOLDERS
    try:
        machine: Callable[P, R] = njit(cache=True, error_model="numpy")(plain)
    except RuntimeError:  # no folder that can be written to
        machine = njit(error_model="numpy")(plain)
    finally:
        settings.CACHE_LOCATOR_CLASSES = before
    return machine
