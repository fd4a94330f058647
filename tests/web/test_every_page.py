"""No page breaks, whoever looks and whatever stands in its address: a refusal is a page, never our fault."""

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
"""Who looks at these is somebody else afterwards."""
CURIOUS: Final = "coordinator"
"""Who looks at addresses that lead nowhere too; the others look at what is there."""


class Visitor:
    """One role in a browser; whatever its looking changes is taken back, and what went wrong is kept."""

    def __init__(self, client: Client, tried: set[tuple[str, ...]], role: str) -> None:
        client.raise_request_exception = False
        self.client, self.tried, self.role = client, tried, role
        self.faults: list[str] = []

    def look(self, paths: list[str]) -> None:
        for path in paths:
            if not path.startswith(LEFT_ALONE):
                for form in _searches_on(self.get(path), path):
                    self._try(form)

    def get(self, path: str) -> HttpResponseBase:
        with transaction.atomic():
            answer = self.client.get(path)
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            self.faults.append(f"{path[:160]} as {self.role}")
        return answer

    def _try(self, form: FormOnPage) -> None:
        """Each form that asks by its address, once, with garbage in one box after the other."""
        action = form.action.partition("?")[0]
        known = (action.rpartition("/")[0], *(box.name for box in form.boxes))
        if known not in self.tried:
            self.tried.add(known)
            for told in form.spoiled():
                self.get(f"{action}?{urlencode(told)}")


def _searches_on(answer: HttpResponseBase, path: str) -> Iterator[FormOnPage]:
    if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
        yield from (form for form in forms_on(answer.content.decode(), path=path) if form.method == "get")


@pytest.mark.django_db
class TestPages:
    def test_never_break_whoever_looks(self) -> None:
        way = way_to(OVER)

        with time_machine.travel(way.now, tick=False):
            clients = clients_of(way)
            sights_of(way)
            tried, faults = set[tuple[str, ...]](), list[str]()
            for role, client in clients.items():
                visitor = Visitor(client, tried, role)
                visitor.look(list(addresses(senseless=role == CURIOUS)))
                faults += visitor.faults

        assert len(tried) >= 3
        assert faults == []
