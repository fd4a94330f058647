"""No page and no form breaks, whoever asks and whatever is sent: a refusal is a page, never our fault."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from tests.promises.role_walk import clients_of, sights_of
from tests.way import OVER, way_to
from tests.web.every_page import FormOnPage, addresses, forms_on

LEFT_ALONE: Final = ("/sign-out", "/sample/")
"""Who presses these is somebody else afterwards."""
PRESSING: Final = ("coordinator", "clerk", "asker")
"""Roles that press what they see, and send to every address what nobody filled in; the others look."""
AN_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Visitor:
    """One role in a browser; whatever it sends is taken back, and what went wrong is kept."""

    def __init__(self, client: Client, tried: set[tuple[str, ...]], role: str) -> None:
        client.raise_request_exception, client.handler.enforce_csrf_checks = False, False
        self.client, self.tried, self.role = client, tried, role
        self.faults: list[str] = []

    def look(self, paths: list[str]) -> None:
        for path in paths:
            if not path.startswith(LEFT_ALONE):
                self.send(path)

    def press(self, paths: list[str]) -> None:
        for path in paths:
            if path.startswith(LEFT_ALONE):
                continue
            answer = self.send(path)
            self.send(path, {})
            for form in _forms_of(answer, path):
                self._try(form)

    def send(self, path: str, told: dict[str, str] | None = None) -> HttpResponseBase:
        cookies = dict(self.client.cookies)
        with transaction.atomic():
            answer = self.client.get(path) if told is None else self.client.post(path, told)
            transaction.set_rollback(True)
        self.client.cookies.clear()
        self.client.cookies.update(cookies)
        if answer.status_code >= 500:
            short = {name: value[:40] for name, value in (told or {}).items()}
            self.faults.append(f"{path[:120]} as {self.role} with {short}")
        return answer

    def _try(self, form: FormOnPage) -> None:
        """Each form once, whichever role or row shows it."""
        action = form.action.partition("?")[0]
        known = (AN_ID.sub("", action), *sorted(box.name for box in form.boxes))
        if known in self.tried or action.startswith(LEFT_ALONE):
            return
        self.tried.add(known)
        for told in (form.filled(), *form.spoiled()):
            if form.method == "post":
                self.send(form.action, told)
            else:
                self.send(f"{action}?{urlencode(told)}")


def _forms_of(answer: HttpResponseBase, path: str) -> Iterator[FormOnPage]:
    if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
        yield from forms_on(answer.content.decode(), path=path)


@pytest.mark.django_db
class TestPages:
    def test_never_break_whoever_asks_and_whatever_is_sent(self) -> None:
        way = way_to(OVER)

        with time_machine.travel(way.now, tick=False):
            clients = clients_of(way)
            sights_of(way)
            all_paths, sensible = (list(addresses(senseless=senseless)) for senseless in (True, False))
            tried, faults = set[tuple[str, ...]](), list[str]()
            for role in sorted(clients, key=lambda role: role not in PRESSING):
                visitor = Visitor(clients[role], tried, role)
                if role in PRESSING:
                    visitor.press(all_paths)
                else:
                    visitor.look(sensible)
                faults += visitor.faults

        assert len(tried) >= 60
        assert faults == []
