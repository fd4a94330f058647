"""Every address of the pages with rows that are there and such that are not, and every form as a browser sends it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import product
from typing import Any, Final
from uuid import UUID

from django.urls import URLPattern, reverse

from matchmaker.community.models import AccessToken, Area, Consent, Deputy, Mandate, Organization, Person
from matchmaker.lists.models import ImportRun
from matchmaker.matches.models import (
    CaseLook,
    CompanionProposal,
    Concern,
    Match,
    PairDecision,
    Proposal,
    Round,
    SecondLook,
    SetAside,
    Visit,
    WhatIf,
)
from matchmaker.needs.models import Need, Offer, Tour, TourStop
from matchmaker.notices.models import Call, DutyAlarm, Webhook, WebhookMessage
from matchmaker.web.urls import urlpatterns

ROWS: Final[dict[str, tuple[Any, ...]]] = {
    "alarm_id": (DutyAlarm,),
    "area_id": (Area,),
    "call_id": (Call,),
    "case_look_id": (CaseLook,),
    "community_id": (Area,),
    "concern_id": (Concern,),
    "consent_id": (Consent,),
    "decision_id": (PairDecision,),
    "deputy_id": (Deputy,),
    "import_id": (ImportRun,),
    "look_id": (SecondLook,),
    "mandate_id": (Mandate,),
    "match_id": (Match,),
    "message_id": (WebhookMessage,),
    "need_id": (Need,),
    "offer_id": (Offer,),
    "organization_id": (Organization,),
    "person_id": (Person,),
    "proposal_id": (Proposal, CompanionProposal),
    "round_id": (Round,),
    "set_aside_id": (SetAside,),
    "stop_id": (TourStop,),
    "token_id": (AccessToken,),
    "tour_id": (Tour,),
    "visit_id": (Visit,),
    "webhook_id": (Webhook,),
    "what_if_id": (WhatIf,),
}
"""The rows that each id of an address may be of; the first of each is looked at."""
LONG: Final = "ע" * 10_000
WORDS: Final[dict[str, tuple[str, ...]]] = {
    "chart": ("ties", "met", "wait", "part", "load", "nothing"),
    "code": ("ABCD-EFGH", LONG),
    "form": ("csv", "xlsx", "svg", "graphml", "exe"),
    "kind": ("people", "nothing"),
    "month": ("2026-02", "nothing"),
    "language": ("zh-hans", "en", "nothing"),
    "name": ("home", "no-signal", "not-sent", "ask", "nothing"),
    "number": ("1", LONG),
    "part": ("asker", "nothing"),
    "role": ("resident", "nothing"),
    "side": ("asker", "nothing"),
    "slug": ("what", "in-one", "when", "where", "nothing"),
    "token": ("x:y", LONG),
    "verb": ("accept", "withdraw", "pause", "wish", "nothing"),
}
"""Words in addresses: such as mean something, and at the end one that does not."""
NOBODYS: Final = UUID("5d2f0a4e-0000-4000-8000-000000000000")
GARBAGE: Final[dict[str, tuple[str, ...]]] = {
    "date": ("0001-01-01", "1900-01-01", "9999-12-31", "2026-02-30"),
    "datetime-local": ("0001-01-01T00:00", "9999-12-31T23:59", "2026-03-29T02:30"),
    "number": ("-1", "0", "99999999999999999999", "1e400", "NaN", "²"),
    "time": ("23:59", "24:00", "00:00:00.000001"),
    "chosen": ("\x00", "-1", "99999999999999999999", str(NOBODYS)),
    "text": ("", "\x00", LONG, "\u202eאבג", "-1", str(NOBODYS)),
}
"""By the kind of box, what a careless hand or a script puts in."""


@dataclass
class Box:
    """One field of a form: what it is, what it holds, what it offers."""

    name: str
    kind: str
    value: str = ""
    offered: list[str] = field(default_factory=list)

    @property
    def garbage(self) -> tuple[str, ...]:
        return GARBAGE.get("chosen" if self.offered else self.kind, GARBAGE["text"])


@dataclass
class FormOnPage:
    """Where a form is sent, how, and what is in it."""

    action: str
    method: str
    boxes: list[Box] = field(default_factory=list)

    def filled(self) -> dict[str, str]:
        """What a browser sends where the first answer that is offered is chosen."""
        return {box.name: box.value or next((one for one in box.offered if one), "") for box in self.boxes}

    def spoiled(self) -> Iterator[dict[str, str]]:
        """The same with garbage in one box after the other."""
        for box in self.boxes:
            for worthless in box.garbage:
                yield {**self.filled(), box.name: worthless}


def addresses(*, senseless: bool) -> Iterator[str]:
    """The path of every page, for each id a row that is there; with those that lead nowhere, or without them."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        names = list(pattern.pattern.converters)
        for values in product(*(_values(name, senseless) for name in names)):
            yield reverse(str(pattern.name), kwargs=dict(zip(names, values, strict=True)))


def _values(name: str, senseless: bool) -> list[Any]:
    if name not in ROWS:
        return list(WORDS[name] if senseless else WORDS[name][:-1])
    firsts = [model.objects.order_by("pk").values_list("public_id", flat=True).first() for model in ROWS[name]]
    found = [row for row in firsts if row is not None]
    return [*found, NOBODYS] if senseless else found


def forms_on(html: str, *, path: str) -> list[FormOnPage]:
    reading = _Reading(path)
    reading.feed(html)
    return reading.forms


class _Reading(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.forms: list[FormOnPage] = []
        self._path = path
        self._box = Box("", "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(FormOnPage(given.get("action") or self._path, given.get("method", "get").lower()))
        elif tag == "option":
            self._box.offered.append(given.get("value", ""))
        elif self.forms and tag in ("input", "select", "textarea", "button") and given.get("name"):
            self._add(tag, given)

    def _add(self, tag: str, given: dict[str, str]) -> None:
        boxes = self.forms[-1].boxes
        found = next((box for box in boxes if box.name == given["name"]), None)
        if found is None:
            found = Box(given["name"], given.get("type", "text") if tag == "input" else tag)
            boxes.append(found)
        self._box = found
        if found.kind in ("radio", "checkbox"):
            found.offered.append(given.get("value", "on"))
        else:
            found.value = given.get("value", "")
