"""`python -m matchmaker.probe web|worker|beat`: is the service in this container well? Exit 1 where it is not.

It loads nothing of ours: a health check every few seconds must cost less than what it looks after.
"""

import os
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

ADDRESS: Final = "http://127.0.0.1:{port}/readyz"
ANSWER_SECONDS: Final = 5
FRESH_SECONDS: Final = 60


def web(environ: Mapping[str, str]) -> bool:
    """The web server says that it is ready, under the first name that it answers to."""
    host = environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    address = ADDRESS.format(port=environ.get("WEB_PORT", "8000"))
    asked = urllib.request.Request(address, headers={"Host": host})  # noqa: S310  # the address is ours
    try:
        with urllib.request.urlopen(asked, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def worker(environ: Mapping[str, str]) -> bool:
    return _is_fresh(environ.get("WORKER_ALIVE_FILE", ""))


def beat(environ: Mapping[str, str]) -> bool:
    return _is_fresh(environ.get("BEAT_ALIVE_FILE", ""))


PROBES: Final[dict[str, Callable[[Mapping[str, str]], bool]]] = {"web": web, "worker": worker, "beat": beat}


def _is_fresh(path: str) -> bool:
    """The service touched its file within the last minute."""
    try:
        return time.time() - Path(path).stat().st_mtime < FRESH_SECONDS
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(not PROBES[sys.argv[1]](os.environ))
