"""graphql-sse's own client, on a line that is cut between two events."""

import json
import queue
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import time, timedelta
from typing import Any, Final

import pytest
from django.utils.timezone import localdate

from matchmaker.community.models import Person
from matchmaker.matches.models import Proposal
from matchmaker.needs.drafts import Window
from tests.api.conftest import Served
from tests.graphql_client import global_id
from tests.promises.repository import ROOT
from tests.towns import open_need_for, open_offer_for, proposal_for

OWN: Final = "subscription { ownProposals { id state } }"
DECLINE: Final = "mutation ($id: ID!) { declineProposal(input: {proposalId: $id}) { errors { code } } }"
PATIENCE_SECONDS: Final = 120.0


class Line:
    """Carries bytes to a port; may be cut, with all that is on its way, and mended."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._open: list[socket.socket] = []
        self._lock, self._mended = threading.Lock(), threading.Event()
        self._mended.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        with self._lock:
            self._mended.clear()
            for end in self._open:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
            self._open.clear()

    def mend(self) -> None:
        self._mended.set()

    def close(self) -> None:
        self._door.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._door.accept()
                with self._lock:
                    if not self._mended.is_set():
                        here.close()
                        continue
                    there = socket.create_connection(("127.0.0.1", self._to))
                    self._open += [here, there]
                for one, other in ((here, there), (there, here)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while some := one.recv(65_536):
                other.sendall(some)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Client:
    """The npm client in a process of its own, and what it heard."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._said: queue.Queue[Any] = queue.Queue()
        self._process = process
        threading.Thread(target=self._read, daemon=True).start()

    def next(self) -> Any:
        return self._said.get(timeout=PATIENCE_SECONDS)

    def connected(self) -> bool:
        """The next thing that it says is that it is connected; whether it was before."""
        said = self.next()
        assert said["connected"], said
        return bool(said["reconnected"])

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.put(json.loads(line))


@contextmanager
def listening(served: Served, line: Line, person: Person, how: str) -> Iterator[Client]:
    address, cookie = f"http://127.0.0.1:{line.port}/graphql", served.cookie_of(person)
    command = ["node", "tests/api/sse_client.mjs", address, cookie, OWN, how]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Client(process)
        finally:
            process.kill()


@pytest.fixture
def line(served: Served) -> Iterator[Line]:
    found = Line(served.port)
    yield found
    found.close()


@pytest.fixture
def proposals(served: Served) -> list[Proposal]:
    """Three that wait for the helper, of three days."""
    town = served.town
    offer, found = open_offer_for(town, now=town.now), []
    for number, person in enumerate((town.asker, town.neighbour, town.stranger), start=1):
        day = localdate(town.now) + timedelta(days=number)
        windows = (Window(day, time(9), time(11)),)
        need = open_need_for(town, person=person, now=town.now, windows=windows)
        found.append(proposal_for(town, offer=offer, need=need))
    return found


def heard_across_a_cut(served: Served, line: Line, proposals: list[Proposal], how: str) -> tuple[list[str], list[str]]:
    """Three proposals are declined, the second while the line is cut: which the client heard of, and all in order."""
    ids = [global_id("Proposal", proposal) for proposal in proposals]
    with served.browser_of(served.town.helper) as browser, listening(served, line, served.town.helper, how) as client:

        def decline(proposal_id: str) -> None:
            answer = browser.post("/graphql", json={"query": DECLINE, "variables": {"id": proposal_id}}).json()
            assert answer["data"]["declineProposal"]["errors"] == [], answer

        assert client.connected() is False
        decline(ids[0])
        heard = [client.next()]
        line.cut()
        decline(ids[1])
        line.mend()
        assert client.connected() is True
        if how == "resumes":
            heard.append(client.next())
        decline(ids[2])
        heard.append(client.next())
    assert all(row["ownProposals"]["state"] == "DECLINED_BY_HELPER" for row in heard)
    return [row["ownProposals"]["id"] for row in heard], ids


class TestGraphqlSse:
    def test_hears_once_after_it_resumed_what_happened_while_the_line_was_cut(
        self, served: Served, line: Line, proposals: list[Proposal]
    ) -> None:
        heard, declined = heard_across_a_cut(served, line, proposals, "resumes")

        assert heard == declined
        assert "Traceback" not in served.log

    def test_misses_it_without_the_last_event_s_id(self, served: Served, line: Line, proposals: list[Proposal]) -> None:
        heard, declined = heard_across_a_cut(served, line, proposals, "begins anew")

        assert heard == [declined[0], declined[2]]
