"""A small client of the API, to copy and to grow: typed answers, refusals as exceptions, stored documents by GET.

What does something is sent with a key of its own, so that it may be sent again when no answer came.

with httpx.Client(base_url="https://matchmaker.example", cookies=...) as http:
    service = Matchmaker(http)
    need = service.open_need("SHOPPING", minutes=60, windows=[Window("2026-03-03", "09:00", "11:00")])
    for waiting in service.proposals("AWAITING_ASKER"):
        service.accept(waiting.id)
"""

import hashlib
import json
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

VIEWER = "query Viewer { viewer { language person { id name } } }\n"
NEEDS = """query Needs($state: NeedState, $search: String, $after: String) {
  needs(first: 50, state: $state, search: $search, after: $after) {
    nodes { id state minutes openedAt serviceType { code } }
    pageInfo { hasNextPage endCursor }
  }
}
"""
PROPOSALS = """query Proposals($state: ProposalState) {
  proposals(first: 50, state: $state) { nodes { id state startsAt endsAt whyThis } }
}
"""
OPEN_NEED = """mutation OpenNeed($input: OpenNeedInput!) {
  openNeed(input: $input) { need { id state minutes openedAt serviceType { code } } errors { code message field } }
}
"""
ACCEPT = """mutation Accept($input: AcceptProposalInput!) {
  acceptProposal(input: $input) {
    proposal { id state startsAt endsAt whyThis }
    errors { code message field }
  }
}
"""
DOCUMENTS = (VIEWER, NEEDS, PROPOSALS, OPEN_NEED, ACCEPT)
"""Each is stored with the service, which knows it by its digest: questions go by GET, and only their id travels."""

WAITS = (0.5, 2.0, 8.0)
"""Seconds before each further try of what got no answer."""


class Refused(Exception):
    """The service says no, in a sentence for the person who asked."""

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.field = field


@dataclass(frozen=True)
class Window:
    date: str
    starts: str
    ends: str


@dataclass(frozen=True)
class Need:
    id: str
    state: str
    minutes: int
    opened_at: str
    service_type: str


@dataclass(frozen=True)
class Proposal:
    id: str
    state: str
    starts_at: str
    ends_at: str
    why_this: tuple[str, ...]


class Matchmaker:
    """What one signed-in person asks and does; `http` has the address and the session."""

    def __init__(
        self, http: httpx.Client, *, language: str = "en", sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._http = http
        self._sleep = sleep
        self._headers = {"Accept": "application/graphql-response+json", "Accept-Language": language}

    def name(self) -> str | None:
        """Who is signed in; None for a visitor."""
        person = self._read(VIEWER)["viewer"]["person"]
        return person["name"] if person else None

    def needs(self, *, state: str | None = None, search: str | None = None) -> Iterator[Need]:
        """Every need that one may know of, page by page."""
        after = None
        while True:
            page = self._read(NEEDS, state=state, search=search, after=after)["needs"]
            yield from (_need(row) for row in page["nodes"])
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    def proposals(self, state: str | None = None) -> list[Proposal]:
        return [_proposal(row) for row in self._read(PROPOSALS, state=state)["proposals"]["nodes"]]

    def open_need(
        self, service_type: str, *, minutes: int, windows: Sequence[Window], details: str = "", external_id: str = ""
    ) -> Need:
        """Asks for help; sent again with the same `external_id` it gives the same need."""
        given = {
            "serviceType": service_type,
            "minutes": minutes,
            "windows": [vars(window) for window in windows],
            "details": details,
            "externalId": external_id or None,
        }
        return _need(self._do(OPEN_NEED, "openNeed", given)["need"])

    def accept(self, proposal_id: str) -> Proposal:
        return _proposal(self._do(ACCEPT, "acceptProposal", {"proposalId": proposal_id})["proposal"])

    def _read(self, document: str, **variables: Any) -> Any:
        asked = {"documentId": document_id(document), "variables": json.dumps(variables)}
        return _data(self._http.get("/graphql", params=asked, headers=self._headers))

    def _do(self, document: str, mutation: str, given: dict[str, Any]) -> Any:
        """Done once, however often it had to be sent: each try has the same key."""
        keyed = {**given, "idempotencyKey": str(uuid.uuid4())}
        asked = {"documentId": document_id(document), "variables": {"input": keyed}}
        payload = _data(self._sent(asked))[mutation]
        for error in payload["errors"]:
            raise Refused(error["code"], error["message"], error["field"])
        return payload

    def _sent(self, asked: dict[str, Any]) -> httpx.Response:
        """The answer, after a few tries where the line broke or the service was not there."""
        for wait in WAITS:
            try:
                response = self._http.post("/graphql", json=asked, headers=self._headers)
                if response.status_code < 500:
                    return response
            except httpx.TransportError:
                pass
            self._sleep(wait)
        return self._http.post("/graphql", json=asked, headers=self._headers)


def document_id(document: str) -> str:
    return f"sha256:{hashlib.sha256(document.encode()).hexdigest()}"


def _data(response: httpx.Response) -> Any:
    answer = response.json()
    for error in answer.get("errors", ()):
        raise Refused(error["extensions"]["code"], error["message"])
    return answer["data"]


def _need(row: dict[str, Any]) -> Need:
    return Need(row["id"], row["state"], row["minutes"], row["openedAt"], row["serviceType"]["code"])


def _proposal(row: dict[str, Any]) -> Proposal:
    return Proposal(row["id"], row["state"], row["startsAt"], row["endsAt"], tuple(row["whyThis"]))
