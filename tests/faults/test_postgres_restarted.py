"""PostgreSQL is restarted as after a crash: requests recover by themselves, and nothing that was answered is lost."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from django.conf import settings

from tests.faults.browsers import OFFER
from tests.faults.locks import held, somebody_waits
from tests.faults.test_web_killed import OFFER_HALF_STORED, Sending
from tests.processes import OwnPostgres, Processes, until

pytestmark = [pytest.mark.postgres, pytest.mark.redis]

MAKES_A_TOWN = """
import json, django
django.setup()
from django.test import Client
from django.utils import timezone
from matchmaker.matches.actions import publish_score_cards
from tests.towns import load_service_types_once, small_town, user_of

now = timezone.now()
load_service_types_once()
publish_score_cards(now=now)
town = small_town(now)
client = Client()
client.force_login(user_of(town.helper))
print(json.dumps(client.cookies["sessionid"].value))
"""


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    server = OwnPostgres()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def session(own_postgres: OwnPostgres, processes: Processes) -> str:
    """The helper's session in a town that lives on the server of this test."""
    processes.environment["DATABASE_URL"] = own_postgres.url
    environment = {**processes.environment, "DJANGO_SETTINGS_MODULE": "matchmaker.settings"}
    run = {"cwd": settings.ROOT, "env": environment, "check": True, "capture_output": True}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], **run)
    made = subprocess.run([sys.executable, "-c", MAKES_A_TOWN], **run)
    return str(json.loads(made.stdout.splitlines()[-1]))


class TestPostgresRestarted:
    def test_requests_recover_and_nothing_is_lost(
        self, processes: Processes, own_postgres: OwnPostgres, session: str, port: int, repeat: int
    ) -> None:
        processes.web(port)
        processes.worker()
        processes.beat()
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=45)
        client.cookies.update({"sessionid": session, "csrftoken": "t" * 32})
        answered = [token for token in (uuid4().hex for _ in range(5)) if sent(client, token)]
        assert len(answered) == 5

        cut_off = uuid4().hex
        with held(OFFER_HALF_STORED, url=own_postgres.url):
            sending = Sending(lambda: offer(client, cut_off))
            assert somebody_waits(url=own_postgres.url), processes.log_of("web")
            own_postgres.restart()
        sending.join(timeout=60)
        stored_of_the_cut_off = rows_of(own_postgres, COUNT_OFFERS, f"page:{cut_off}")
        assert sending.answer is not None
        assert sending.answer.status_code == 500
        assert stored_of_the_cut_off == 0

        assert until(lambda: sent(client, cut_off), seconds=30), processes.log_of("web")
        afterwards = [token for token in (uuid4().hex for _ in range(5)) if sent(client, token)]

        assert len(afterwards) == 5, "one answer to spoil a pool of connections is enough"
        assert [
            rows_of(own_postgres, COUNT_OFFERS, f"page:{token}") for token in (*answered, cut_off, *afterwards)
        ] == [1] * 11
        assert until(lambda: rows_of(own_postgres, COUNT_WAITING) == 0, seconds=60), processes.log_of("worker")
        assert rows_of(own_postgres, COUNT_DONE) == 11


WHOLE_COMMUNITY = "SELECT 1 FROM community_area FOR UPDATE"
COUNT_OFFERS = "SELECT count(*) FROM needs_offer WHERE external_id = %s"
COUNT_WAITING = "SELECT count(*) FROM jobs_outboxjob WHERE done_at IS NULL AND name = 'matches.look_at_offer'"
COUNT_DONE = "SELECT count(*) FROM jobs_outboxjob WHERE done_at IS NOT NULL AND name = 'matches.look_at_offer'"


def offer(client: httpx.Client, token: str) -> httpx.Response:
    return client.post("/offers/new", data={**OFFER, "token": token, "csrfmiddlewaretoken": "t" * 32})


def sent(client: httpx.Client, token: str) -> bool:
    return offer(client, token).status_code == 302


def rows_of(server: OwnPostgres, query: str, *values: Any) -> int:
    with psycopg.connect(server.url) as looker:
        found = looker.execute(query, values).fetchone()  # type: ignore[arg-type]  # the queries stand above
    assert found is not None
    return int(found[0])
