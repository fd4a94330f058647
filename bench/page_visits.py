"""The sample community behind a real server, and the pages that people of it open there."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx

from bench.load import QUIET, ROOT

ID: Final = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PATIENCE_SECONDS: Final = 120


@dataclass(frozen=True)
class Visited:
    """A page, who opens it, and whether it is a resident's; its path, or the first that fits on the page `seen_on`."""

    name: str
    role: str
    path: str
    seen_on: str = ""
    of_resident: bool = True


VISITED: Final = (
    Visited("home", "", "/"),
    Visited("ask: what", "ASKER", "/ask/what"),
    Visited("ask: when", "ASKER", "/ask/when"),
    Visited("ask: where", "ASKER", "/ask/where"),
    Visited("ask: how much", "ASKER", "/ask/how-much"),
    Visited("ask: wishes", "ASKER", "/ask/wishes"),
    Visited("check", "ASKER", "/ask/check"),
    Visited("mine", "ASKER", "/mine"),
    Visited("need", "ASKER", f"/needs/{ID}", seen_on="/mine"),
    Visited("proposal", "HELPER", f"/proposals/{ID}", seen_on="/mine"),
    Visited("match", "ASKER", f"/matches/{ID}", seen_on="/mine"),
    Visited("thanks", "ASKER", f"/visits/{ID}/", seen_on=f"/matches/{ID}"),
    Visited("give", "HELPER", "/offers/new"),
    Visited("how known", "HELPER", "/how-i-am-known"),
    Visited("proposal, of a coordinator", "COORDINATOR", f"/proposals/{ID}", seen_on="/review", of_resident=False),
)


@contextmanager
def sample_served(folder: Path) -> Iterator[str]:
    """The address of `manage.py serve` with the sample community after its month, kept in this folder."""
    from tests.processes import Processes, accepts, free_port, until

    rows = folder / "rows.sqlite3"
    environment = QUIET | {"DATABASE_URL": f"sqlite:///{rows}", "REDIS_URL": "", "XDG_STATE_HOME": str(folder)}
    if not rows.exists():
        for command in (["migrate", "--verbosity", "0"], ["load_sample", "--month"]):
            manage = [sys.executable, str(ROOT / "manage.py"), *command]
            subprocess.run(manage, env=os.environ | environment, stdout=subprocess.DEVNULL, check=True)
    processes, port = Processes(folder, environment), free_port()
    try:
        processes.start("web", "python", "manage.py", "serve", f"--port={port}")
        if not until(lambda: accepts(port)):
            raise SystemExit(processes.log_of("web"))
        yield f"http://127.0.0.1:{port}"
    finally:
        processes.kill_all()


class Resident:
    """Somebody of the sample in a browser, stepped in from the first page."""

    def __init__(self, address: str, role: str) -> None:
        self._http = httpx.Client(base_url=address, follow_redirects=True, timeout=PATIENCE_SECONDS)
        if role:
            self._send("/", f"/sample/{role}", {})
        if role == "ASKER":
            self._answers_all()

    @property
    def cookies(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())

    def path_of(self, visited: Visited) -> str:
        """Where this page is; it ends the command where the page that should lead there does not."""
        if not visited.seen_on:
            return visited.path
        before = self._first(visited.seen_on, on="/mine") if ID in visited.seen_on else visited.seen_on
        found = self._first(visited.path, on=before)
        return f"{found}thanks" if visited.name == "thanks" else found

    def _first(self, path: str, *, on: str) -> str:
        found = re.search(path, self._page(on))
        if found is None:
            raise SystemExit(f"{on} leads to no {path}")
        return found.group()

    def _page(self, path: str) -> str:
        return self._http.get(path).raise_for_status().text

    def _send(self, page: str, path: str, answers: dict[str, str]) -> None:
        token = re.search('csrfmiddlewaretoken" value="([^"]+)"', self._page(page))
        assert token is not None, page
        given = {**answers, "csrfmiddlewaretoken": token.group(1)}
        self._http.post(path, data=given, headers={"Referer": str(self._http.base_url)}).raise_for_status()

    def _answers_all(self) -> None:
        """What is asked of a need, so that the last page has something to check."""
        day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
        for slug, answers in {
            "what": {"service_type": "SHOPPING"},
            "when": {"date": day, "starts": "09:00", "ends": "11:00"},
            "where": {"where": "home", "place": ""},
            "how-much": {"minutes": "60", "helpers_wanted": "1", "repeat": "ONCE", "repeat_until_date": ""},
            "wishes": {"details": "", "languages": "zh", "risks": "", "helper_sex": ""},
        }.items():
            self._send(f"/ask/{slug}", f"/ask/{slug}", answers)
