"""A service of its own process for what needs a real line: lines that are cut, streams, and commands of the docs."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.utils import timezone

from matchmaker.community.models import Person
from matchmaker.matches.actions import publish_score_cards
from tests.graphql_client import client_for
from tests.processes import Processes, free_port, url_of_test_database
from tests.towns import SmallTown, load_service_types_once, small_town


@dataclass(frozen=True)
class Served:
    """The small town of today, behind a web server."""

    town: SmallTown
    port: int
    processes: Processes

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self.processes.log_of("web")

    def cookie_of(self, person: Person) -> str:
        return f"sessionid={client_for(person).cookies['sessionid'].value}"

    def browser_of(self, person: Person) -> httpx.Client:
        """Signed in by a session row."""
        return httpx.Client(base_url=self.address, headers={"Cookie": self.cookie_of(person)}, timeout=60)


@pytest.fixture
def served(transactional_db: None, tmp_path: Path) -> Iterator[Served]:
    now = timezone.now()
    load_service_types_once()
    publish_score_cards(now=now)
    town, port = small_town(now), free_port()
    environment = {
        "DATABASE_URL": url_of_test_database(),
        "REDIS_URL": settings.REDIS_URL,
        "REDIS_PREFIX": f"{settings.REDIS_PREFIX}-{tmp_path.name}",
    }
    processes = Processes(tmp_path, environment)
    try:
        processes.web(port)
        yield Served(town, port, processes)
    finally:
        processes.kill_all()
