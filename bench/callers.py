"""`python -m bench.callers`: two hundred callers sign in, vouch and answer for a minute, on PostgreSQL with Redis.

All callers are coroutines of one process; each has a browser of its own and takes one step after the other. A write has
a key of its own and is sent again under it where no answer came, so each is done and counted once, whenever the line
broke. Afterwards every acknowledged write must be there, exactly once, and no answer may have failed. Who is told that
the service is too busy comes again when it says.

With `--kill-after` the web server is killed amid its work and started again, so many seconds after the first write:
only answers may be missing then. The callers' time does not run while it is away. A blow that broke no request off, or
that no write preceded or followed, proves nothing, and is said to be wrong.
"""

import argparse
import asyncio
import json
import logging
import os
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

from bench.load import Load, Server, among_the_rows, distributed
from bench.load_client import ACCEPT, ANSWERABLE, DECLINE, PROPOSALS, REQUEST_CODE, SIGN_IN, SIGN_OUT, YES_SHARE

SECONDS: Final = 60.0
PATIENCE_SECONDS: Final = 60.0
BEFORE_AGAIN_SECONDS: Final = 2.0
SIGN_INS_EACH: Final = 8
"""Fewer than the codes an account may ask for in an hour."""
WORDS_AT_ONCE: Final = 4
PEOPLE_OF_A_CALLER: Final = 8
WRITES: Final = ("vouch", "revoke", "answer")
KINDS: Final = ("request code", "sign in", "vouch", "revoke", "proposals", "answer", "sign out")
VOUCH: Final = "mutation ($input: VouchForInput!) { vouchFor(input: $input) { vouch { id } errors { code } } }"
REVOKE: Final = "mutation ($input: RevokeVouchInput!) { revokeVouch(input: $input) { vouch { id } errors { code } } }"
AMONG_THE_ROWS: Final = "import django; django.setup(); from bench.caller_rows import main; main()"


BROKEN_OFF: Final = ("ReadError", "RemoteProtocolError", "WriteError")
"""How a request ends whose server dies while it has it in hand."""


@dataclass
class Shift:
    """How long the callers are at work, and what the blow met."""

    until: float
    writes_before: int | None = None
    away_seconds: float = 0.0


class Codes:
    """One-time codes as they appear in the log of the web server, read on as it grows."""

    def __init__(self, log: Path) -> None:
        self._file = log.open(errors="replace")
        self._of: dict[int, list[str]] = defaultdict(list)
        self._begun = ""

    def of(self, account_id: int) -> list[str]:
        whole, newline, self._begun = (self._begun + self._file.read()).rpartition("\n")
        for account, code in re.findall(r"Sign-in code for account (\d+): (\d+)", whole + newline):
            self._of[int(account)].append(code)
        return self._of[account_id]


class Caller:
    """One person's browser, and what they do."""

    def __init__(self, number: int, account: tuple[int, str], people: list[str], load: Load, codes: Codes) -> None:
        self.number, self.load = number, load
        self._account_id, self._name = account
        self._rng = random.Random(number)  # no secret depends on it
        self._codes = codes
        self._people = self._rng.sample(people[:number] + people[number + 1 :], PEOPLE_OF_A_CALLER)
        self._vouches: dict[str, str] = {}
        self._sign_ins = 0

    async def run(self, address: str, *, shift: Shift) -> None:
        async with httpx.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as self.http:
            await asyncio.sleep(self._rng.random() * 2)  # people do not come on the same second
            while time.monotonic() < shift.until:
                if not await self._signs_in():
                    await asyncio.sleep(BEFORE_AGAIN_SECONDS)
                    continue
                for step in (self._vouches_or_revokes, self._answers, self._vouches_or_revokes):
                    if time.monotonic() < shift.until:
                        await step()
                if self._sign_ins < SIGN_INS_EACH:
                    await self.ask("sign out", SIGN_OUT)

    async def _signs_in(self) -> bool:
        if self._sign_ins >= SIGN_INS_EACH:
            return True
        before = len(self._codes.of(self._account_id))
        asked = await self.ask("request code", REQUEST_CODE, signInName=self._name)
        if asked is None:
            return False
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(codes := self._codes.of(self._account_id)) <= before:
            if time.monotonic() > deadline:
                self.load.failures.append("no code came")
                return False
            await asyncio.sleep(0.05)
        given = {"signInName": self._name, "code": codes[-1], "challenge": asked["requestSignInCode"]["challenge"]}
        done = await self.do("sign in", SIGN_IN, **given)
        self._sign_ins += done is not None
        return done is not None

    async def _vouches_or_revokes(self) -> None:
        if len(self._vouches) >= WORDS_AT_ONCE:
            person, vouch_id = self._vouches.popitem()
            if await self.do("revoke", REVOKE, vouchId=vouch_id) is not None:
                self.load.writes.append(("revoked", vouch_id))
            return
        person = self._rng.choice([one for one in self._people if one not in self._vouches])
        given = await self.do("vouch", VOUCH, personId=person)
        if given is not None:
            self._vouches[person] = given["id"]
            self.load.writes.append(("given", given["id"]))

    async def _answers(self) -> None:
        found = await self.ask("proposals", PROPOSALS)
        for proposal in found["proposals"]["nodes"] if found else ():
            if proposal["state"] in ANSWERABLE:
                document = ACCEPT if self._rng.random() < YES_SHARE else DECLINE
                given = await self.do("answer", document, proposalId=proposal["id"])
                if given is not None:
                    self.load.writes.append((given["state"], proposal["id"]))

    async def do(self, kind: str, document: str, **given: Any) -> Any:
        """What a mutation gave; None where it was refused, which is counted, or failed."""
        key = {"idempotencyKey": str(uuid4())} if kind in WRITES else {}
        data = await self.ask(kind, document, **given, **key)
        if data is None:
            return None
        (payload,) = data.values()
        self.load.refusals.update(error["code"] for error in payload["errors"])
        return None if payload["errors"] else next(value for name, value in payload.items() if name != "errors")

    async def ask(self, kind: str, document: str, **given: Any) -> Any:
        """The data of an answer; None where it says that something failed. Where none comes or too many ask,
        it is asked again."""
        body = {"query": document, "variables": {"input": given} if given else {}}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            began = time.perf_counter()
            try:
                answer = await self.http.post("/graphql", json=body)
            except httpx.HTTPError as error:
                self.load.unanswered[f"{kind}: {type(error).__name__}"] += 1
                await asyncio.sleep(BEFORE_AGAIN_SECONDS)
                continue
            if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                self.load.turned_away[kind] += 1
                await asyncio.sleep(float(answer.headers["Retry-After"]) * self._rng.uniform(0.5, 1.5))
                continue
            self.load.took.setdefault(kind, []).append(time.perf_counter() - began)
            told = answer.json() if answer.status_code == httpx.codes.OK else {}
            if "errors" not in told and "data" in told:
                return told["data"]
            self.load.failures.append(f"{kind}: status {answer.status_code}, {told.get('errors', '')}"[:300])
            return None
        self.load.failures.append(f"{kind}: no answer")
        return None


async def drive(server: Server, *, who: dict[str, Any], asked: argparse.Namespace) -> tuple[Load, Shift]:
    """So many callers were at work for so long; the server was killed meanwhile, where that was asked for."""
    load, codes, shift = Load(asked.seconds), Codes(server.log), Shift(time.monotonic() + asked.seconds)
    accounts = [(account, name) for account, name in who["accounts"][: asked.callers]]
    everybody = [Caller(number, account, who["people"], load, codes) for number, account in enumerate(accounts)]
    blow = [asyncio.create_task(_killed(server, load, shift, asked.kill_after))] if asked.kill_after else []
    await asyncio.gather(*blow, *(caller.run(server.address, shift=shift) for caller in everybody))
    return load, shift


async def _killed(server: Server, load: Load, shift: Shift, seconds: float) -> None:
    """Gone amid its work, and back; nobody's time ran meanwhile, nor before there was a write."""
    began = time.monotonic()
    while not load.writes and time.monotonic() < began + PATIENCE_SECONDS:
        await asyncio.sleep(0.05)
    shift.until += time.monotonic() - began
    await asyncio.sleep(seconds)
    shift.writes_before, began = len(load.writes), time.monotonic()
    shift.until += PATIENCE_SECONDS
    await asyncio.to_thread(server.kill_and_start)
    shift.away_seconds = time.monotonic() - began
    shift.until += shift.away_seconds - PATIENCE_SECONDS


def met_nothing(load: Load, shift: Shift) -> Iterator[str]:
    """Why the blow proves nothing."""
    if not shift.writes_before or len(load.writes) <= shift.writes_before:
        yield f"the blow: {shift.writes_before} writes before it, {len(load.writes)} in all"
    if not any(error.endswith(BROKEN_OFF) for error in load.unanswered):
        yield "the blow broke no request off"


def seeded(environment: dict[str, str], folder: Path) -> None:
    (folder / "accounts.json").write_text(among_the_rows(AMONG_THE_ROWS, "seed", environment))


def main() -> int:
    parser = argparse.ArgumentParser(description="Two hundred callers who sign in, vouch and answer.")
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--callers", type=int, default=200)
    parser.add_argument(
        "--kill-after",
        type=float,
        help="Kill the web server so many seconds after the first write, and start it again.",
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="matchmaker-callers-") as name:
        folder = Path(name)
        with distributed(folder, seed=seeded) as server:
            who = json.loads((folder / "accounts.json").read_text())
            load, shift = asyncio.run(drive(server, who=who, asked=asked))
            told = json.dumps([*who["stood"], *load.writes])
            wrong = json.loads(among_the_rows(AMONG_THE_ROWS, "check", server.environment, told))
    print(f"{asked.seconds:.0f} s, {len(who['accounts'][: asked.callers])} callers, {os.cpu_count()} cores\n")
    print("\n".join(_table(load)))
    print(f"\n{len(load.writes):,} writes, {load.refusals.total()} refused {dict(load.refusals)}.")
    print(f"{load.unanswered.total()} requests without an answer {dict(load.unanswered)}.")
    print(f"{load.turned_away.total()} times too busy {dict(load.turned_away)}.")
    wrong += load.failures
    if asked.kill_after:
        print(f"The web server was away for {shift.away_seconds:.0f} s, after {shift.writes_before} writes.")
        wrong += met_nothing(load, shift)
    else:
        wrong += list(load.unanswered)
    well = "No write was lost, none is doubled, none failed."
    print("\n".join(["Lost, doubled or failed:", *wrong[:20]]) if wrong else well)
    return 1 if wrong else 0


def _table(load: Load) -> Iterator[str]:
    yield "| request | times | p50 | p99 |\n|---|---|---|---|"
    for kind in KINDS:
        times = len(load.took.get(kind, ()))
        yield f"| {kind} | {times:,} | {load.percentile_ms(50, kind):.0f} ms | {load.percentile_ms(99, kind):.0f} ms |"
    yield f"| all | {load.requests:,} | {load.percentile_ms(50):.0f} ms | {load.percentile_ms(99):.0f} ms |"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    sys.exit(main())
