"""The client and the walk of docs/clients, against the real address."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from graphql import parse, validate
from pytest_django.live_server_helper import LiveServer

from api import stored
from api.schema import schema
from tests.graphql_client import client_for
from tests.promises.repository import ROOT
from tests.towns import SmallTown, load_service_types_once, small_town
from tests.way import ONE_YES, way_to

sys.path.insert(0, str(ROOT / "docs/clients"))
import matchmaker_client as theirs  # it is a file to copy, not a package of ours


def http_for(person: Any) -> httpx.Client:
    session = client_for(person).cookies["sessionid"].value
    transport = httpx.WSGITransport(app=get_wsgi_application())
    return httpx.Client(transport=transport, base_url="http://testserver", cookies={"sessionid": session})


class TestStoredDocuments:
    def test_are_those_of_the_client_word_for_word(self) -> None:
        assert set(stored.documents().values()) == set(theirs.DOCUMENTS)
        assert [theirs.document_id(text) for text in stored.documents().values()] == list(stored.documents())

    def test_fit_the_schema(self) -> None:
        for text in stored.documents().values():
            assert validate(schema.graphql_schema, parse(text)) == []


@pytest.mark.django_db
class TestGet:
    def test_answers_a_stored_query(self) -> None:
        town = small_town()
        asked = {"documentId": stored.id_of(theirs.VIEWER)}

        answer = client_for(town.asker).get("/graphql", asked)

        assert answer.json()["data"]["viewer"]["person"]["name"] == town.asker.name

    def test_changes_nothing(self) -> None:
        answer = client_for().get("/graphql", {"documentId": stored.id_of(theirs.ACCEPT), "variables": "{}"})

        assert answer.status_code == 405

    @pytest.mark.parametrize(
        ("asked", "status"),
        [
            ({"documentId": "sha256:nothing"}, 404),
            ({"documentId": stored.id_of(theirs.NEEDS), "variables": "{"}, 400),
            ({"query": "{ __typename }"}, 405),
        ],
    )
    def test_answers_nothing_else(self, asked: dict[str, str], status: int) -> None:
        assert client_for().get("/graphql", asked).status_code == status

    def test_answers_no_other_site(self) -> None:
        asked = {"documentId": stored.id_of(theirs.VIEWER)}

        assert client_for().get("/graphql", asked, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """Requests in the transaction of the test leave its connection open, as those of Django's own test client do."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class Lossy(httpx.BaseTransport):
    """Hands everything on, and loses the first answer on its way back; before the second try the service is away."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self.tries = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.tries += 1
        if self.tries == 2:
            return httpx.Response(503)
        response = self._http.send(
            self._http.build_request(
                request.method, request.url, content=request.read(), headers={"Content-Type": "application/json"}
            )
        )
        if self.tries == 1:
            raise httpx.ReadError("the line broke")
        return response


@pytest.mark.django_db
@pytest.mark.usefixtures("kept_connection")
class TestClient:
    def test_asks_opens_and_accepts(self) -> None:
        way = way_to(ONE_YES)
        with time_machine.travel(way.now, tick=False), http_for(way.town.asker) as http:
            service = theirs.Matchmaker(http)
            tomorrow = (way.now + timedelta(days=1)).date().isoformat()
            windows = [theirs.Window(tomorrow, "09:00", "11:00")]
            first, again = (
                service.open_need("SHOPPING", minutes=60, windows=windows, external_id="one") for _ in range(2)
            )
            accepted = service.accept(service.proposals("AWAITING_ASKER")[0].id)

            assert service.name() == way.town.asker.name
            assert first == again
            assert first in list(service.needs(state="OPEN"))
            assert accepted.state == "ACCEPTED"

    def test_sends_again_what_got_no_answer_and_does_it_once(self) -> None:
        town = small_town()
        load_service_types_once()
        window = theirs.Window((timezone.localdate() + timedelta(days=1)).isoformat(), "09:00", "11:00")
        waited: list[float] = []
        with http_for(town.asker) as http:
            lossy = httpx.Client(transport=Lossy(http), base_url="http://testserver", cookies=http.cookies)
            need = theirs.Matchmaker(lossy, sleep=waited.append).open_need("SHOPPING", minutes=60, windows=[window])

            assert [found.id for found in theirs.Matchmaker(http).needs()] == [need.id]
        assert waited == list(theirs.WAITS[:2])

    def test_is_told_why_not(self) -> None:
        town = small_town()
        load_service_types_once()
        with http_for(town.asker) as http, pytest.raises(theirs.Refused) as refused:
            theirs.Matchmaker(http).open_need("SHOPPING", minutes=1, windows=[])

        assert refused.value.field is not None


@pytest.fixture
def town(transactional_db: None) -> SmallTown:
    load_service_types_once()
    return small_town(timezone.now())


class TestWalk:
    def test_goes_all_the_way(self, town: SmallTown, live_server: LiveServer) -> None:
        cookie = f"sessionid={client_for(town.asker).cookies['sessionid'].value}"
        environment = {**os.environ, "ADDRESS": live_server.url, "COOKIE": cookie}

        done = subprocess.run(
            ["bash", "docs/clients/walk.sh"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )

        types, needs, first, again, refused = (json.loads(line) for line in done.stdout.splitlines())
        assert len(types["data"]["serviceTypes"]["nodes"]) == 3
        assert types["extensions"]["cost"]["rows"] == 3
        assert needs["data"]["needs"]["nodes"] == []
        assert first["data"]["openNeed"]["errors"] == []
        assert again["data"] == first["data"]
        assert refused["data"]["withdrawNeed"]["errors"][0]["code"] == "NOT_FOUND"
        assert refused["data"]["withdrawNeed"]["errors"][0]["message"].endswith("。")
