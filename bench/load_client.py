"""One client of the load: people who sign in, ask, look, offer and answer through GraphQL, one after the other.

`python -m bench.load_client` reads its orders as JSON from the standard input and writes what it did as JSON to the
standard output. It knows nothing of Django: all it has is the address, and the log in which one-time codes appear.
"""

import json
import random
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import httpx

PATIENCE_SECONDS: Final = 30.0
SIGN_INS_EACH: Final = 8
"""Fewer than the codes an account may ask for in an hour; after them it stays signed in."""
TURN: Final = ("need", "look", "offer", "answer", "look", "need", "answer", "look")
YES_SHARE: Final = 0.67
ANSWERABLE: Final = ("AWAITING_HELPER", "AWAITING_ASKER")

REQUEST_CODE = "mutation ($input: RequestSignInCodeInput!) { requestSignInCode(input: $input) { challenge } }"
SIGN_IN = "mutation ($input: SignInInput!) { signIn(input: $input) { viewer { person { id } } errors { code } } }"
SIGN_OUT = "mutation { signOut { viewer { language } errors { code } } }"
OPEN_NEED = "mutation ($input: OpenNeedInput!) { openNeed(input: $input) { need { id } errors { code } } }"
OPEN_OFFER = "mutation ($input: OpenOfferInput!) { openOffer(input: $input) { offer { id } errors { code } } }"
OWN_NEEDS = "{ needs(first: 20) { nodes { id state details serviceType { code } windows { date starts } } } }"
PROPOSALS = "{ proposals(first: 40) { nodes { id state startsAt need { id } } } }"
TO_VERIFY = "{ needs(first: 100) { nodes { id state verifiedAt } } }"
TO_REVIEW = "{ proposalsToReview(first: 50) { nodes { id } } }"
ACCEPT, DECLINE, APPROVE, VERIFY = (
    f"mutation ($input: {verb[0].upper()}{verb[1:]}Input!) {{ {verb}(input: $input) {{ {row} errors {{ code }} }} }}"
    for verb, row in (
        ("acceptProposal", "proposal { id state }"),
        ("declineProposal", "proposal { id state }"),
        ("approveProposal", "proposal { id }"),
        ("verifyNeed", "need { id }"),
    )
)


@dataclass
class Report:
    """What one client did: each acknowledged write, and how long each request took."""

    writes: list[tuple[str, str]] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Orders:
    """Who this client is, where the service is, and for how long."""

    number: int
    address: str
    log: str
    seconds: float
    accounts: list[tuple[int, str]]
    desk: tuple[int, str] | None


class Account:
    """A person's browser."""

    def __init__(self, account_id: int, name: str, orders: Orders, report: Report) -> None:
        self.http = httpx.Client(base_url=orders.address, timeout=PATIENCE_SECONDS)
        self.is_in = False
        self.sign_ins = 0
        self._id, self._name, self._log, self._report = account_id, name, Path(orders.log), report

    def sign_in(self) -> bool:
        """Whether the person is signed in now, by a code that came the usual way."""
        if self.is_in:
            return True
        codes_before = len(self._codes())
        asked = self.ask("request code", REQUEST_CODE, signInName=self._name)
        code = self._code_after(codes_before) if asked else None
        if code is None:
            self._report.failures.append("no code came")
            return False
        given = {"signInName": self._name, "code": code, "challenge": asked["requestSignInCode"]["challenge"]}
        self.is_in = self.do("sign in", SIGN_IN, **given) is not None
        self.sign_ins += self.is_in
        return self.is_in

    def sign_out(self) -> None:
        if self.sign_ins < SIGN_INS_EACH and self.ask("sign out", SIGN_OUT) is not None:
            self.is_in = False

    def do(self, kind: str, document: str, **given: Any) -> Any:
        """What a mutation gave; None where it was refused, which is counted, or failed."""
        data = self.ask(kind, document, **given)
        if data is None:
            return None
        (payload,) = data.values()
        for error in payload["errors"]:
            self._report.refusals[error["code"]] = self._report.refusals.get(error["code"], 0) + 1
        return None if payload["errors"] else next(value for name, value in payload.items() if name != "errors")

    def ask(self, kind: str, document: str, **given: Any) -> Any:
        """The data of an answer; None where there was none, which is a failure."""
        body = {"query": document, "variables": {"input": given} if given else {}}
        began = time.perf_counter()
        try:
            answer = self.http.post("/graphql", json=body)
        except httpx.HTTPError as error:
            self._report.failures.append(f"{kind}: {type(error).__name__}")
            return None
        self._report.seconds.setdefault(kind, []).append(time.perf_counter() - began)
        told = answer.json() if answer.status_code == httpx.codes.OK else {}
        if "errors" in told or "data" not in told:
            self._report.failures.append(f"{kind}: status {answer.status_code}, {told.get('errors', '')}"[:300])
            return None
        return told["data"]

    def _codes(self) -> list[str]:
        return re.findall(rf"Sign-in code for account {self._id}: (\d+)", self._log.read_text(errors="replace"))

    def _code_after(self, count: int) -> str | None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            codes = self._codes()
            if len(codes) > count:
                return codes[-1]
            time.sleep(0.01)
        return None


class Client:
    """Takes one turn after the other until its time is over."""

    def __init__(self, orders: Orders) -> None:
        self.report = Report()
        self._orders = orders
        self._rng = random.Random(orders.number)  # no secret depends on it
        self._marks = (f"load-{orders.number}-{number}" for number in range(10**9))
        self._has_had_a_turn = False
        self._deadline = time.monotonic() + orders.seconds

    def run(self) -> Report:
        people = [Account(*account, self._orders, self.report) for account in self._orders.accounts]
        desk = Account(*self._orders.desk, self._orders, self.report) if self._orders.desk else None
        for person in cycle(people):
            if person.sign_in():
                self._take_turn(person)
                person.sign_out()
            if desk is not None and desk.sign_in():
                self._work_at_the_desk(desk)
            self._has_had_a_turn = True
            if self._is_over():
                break
        return self.report

    def _is_over(self) -> bool:
        """Not before the first turn is taken, however slow the machine."""
        return self._has_had_a_turn and time.monotonic() >= self._deadline

    def _take_turn(self, person: Account) -> None:
        for step in TURN:
            if self._is_over():
                return
            getattr(self, f"_{step}")(person)

    def _need(self, person: Account) -> None:
        mark = next(self._marks)
        day = date.today() + timedelta(days=self._rng.randint(2, 12))  # noqa: DTZ011  # any day will do
        hour = self._rng.randint(8, 18)
        window = {"date": day.isoformat(), "starts": f"{hour:02}:00:00", "ends": f"{hour + 3:02}:00:00"}
        given = {"serviceType": "SHOPPING", "minutes": 60, "windows": [window], "details": mark}
        self._written("need", mark, person.do("open need", OPEN_NEED, **given))

    def _offer(self, person: Account) -> None:
        mark = next(self._marks)
        given = {"title": mark, "serviceTypes": ["SHOPPING"], "reach": "METRES", "reachM": 3000, "visitsPerWeek": 7}
        self._written("offer", mark, person.do("open offer", OPEN_OFFER, **given))

    def _look(self, person: Account) -> None:
        person.ask("own needs", OWN_NEEDS)

    def _answer(self, person: Account) -> None:
        """Two of three are answered with yes; what was answered says the answer, for the list may be old by then."""
        for proposal in self._nodes(person.ask("proposals", PROPOSALS)):
            if proposal["state"] in ANSWERABLE and not self._is_over():
                document = ACCEPT if self._rng.random() < YES_SHARE else DECLINE
                given = person.do("answer", document, proposalId=proposal["id"])
                self._written(given["state"] if given else "", proposal["id"], given)

    def _work_at_the_desk(self, desk: Account) -> None:
        for need in self._nodes(desk.ask("needs of the area", TO_VERIFY)):
            if need["state"] == "OPEN" and need["verifiedAt"] is None and not self._is_over():
                self._written("verify", need["id"], desk.do("verify", VERIFY, needId=need["id"]))
        for proposal in self._nodes(desk.ask("to review", TO_REVIEW)):
            if not self._is_over():
                self._written("approve", proposal["id"], desk.do("approve", APPROVE, proposalId=proposal["id"]))

    def _written(self, kind: str, what: str, given: Any) -> None:
        if given is not None:
            self.report.writes.append((kind, what))

    @staticmethod
    def _nodes(data: Any) -> Iterator[Any]:
        if data is not None:
            (connection,) = data.values()
            yield from connection["nodes"]


def main() -> None:
    orders = json.load(sys.stdin)
    json.dump(asdict(Client(Orders(**orders)).run()), sys.stdout)


if __name__ == "__main__":
    main()
