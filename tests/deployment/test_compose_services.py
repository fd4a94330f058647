"""Each service's command of docker-compose.yml, started by hand with the environment that the file gives it.

There is no container here: the names of hosts, the ports and the folder for signs of life are those of this machine;
everything else is the file's.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from matchmaker.jobs import names
from matchmaker.jobs.models import OutboxJob
from tests.deployment import compose
from tests.deployment.test_compose_file import NEEDED
from tests.processes import Processes, free_port, until, url_of_test_database
from tests.towns import load_service_types_once, small_town, user_of

pytestmark = [pytest.mark.postgres, pytest.mark.redis]

OPEN_OFFER = (
    """mutation ($input: OpenOfferInput!) { openOffer(input: $input) { offer { title } errors { code field } } }"""
)


class Containers:
    """The services of the file as processes of this machine."""

    def __init__(self, processes: Processes, folder: Path) -> None:
        self.processes, self.folder = processes, folder
        self.services = compose.filled(NEEDED)["services"]
        self.port = free_port()

    def start(self, name: str) -> subprocess.Popen[bytes]:
        return self.processes.start(name, *self.command(name), **self.environment(name))

    def command(self, name: str) -> list[str]:
        return [part.replace("--port=8000", f"--port={self.port}") for part in self.services[name]["command"]]

    def environment(self, name: str) -> dict[str, str]:
        """The file's, with the servers of this test run where the file names its own."""
        given = dict(self.services[name]["environment"])
        assert given["DATABASE_URL"] == "postgres://matchmaker:rows@postgres:5432/matchmaker"
        assert given["REDIS_URL"] == "redis://:wakeups@redis:6379/0"
        here = {"DATABASE_URL": url_of_test_database(), "REDIS_URL": django_settings.REDIS_URL}
        places = {
            name: str(self.folder / Path(value).name)
            for name, value in given.items()
            if name.endswith("_FILE") or name == "SHRED_LIST"
        }
        return {**given, **here, **places, "WEB_PORT": str(self.port)}

    def is_well(self, name: str) -> bool:
        """The service's own health check says so."""
        kind, *check = self.services[name]["healthcheck"]["test"]
        assert kind == "CMD"
        asked = self.processes.start(f"{name}-check", *check, **self.environment(name))
        return asked.wait(timeout=60) == 0


@pytest.fixture
def containers(transactional_db: None, guarded_records: None, tmp_path: Path) -> Iterator[Containers]:
    processes = Processes(tmp_path, {"REDIS_PREFIX": f"{django_settings.REDIS_PREFIX}-compose"})
    yield Containers(processes, tmp_path)
    processes.kill_all()


class TestComposeServices:
    def test_carry_one_job_from_request_to_done(self, containers: Containers, settings: Any) -> None:
        settings.SECRET_KEY = NEEDED["SECRET_KEY"]  # the session that is made here is read there
        log_of = containers.processes.log_of
        assert not any(containers.is_well(name) for name in ("web", "worker", "beat")), "nothing runs yet"

        assert containers.start("migrate").wait(timeout=120) == 0, log_of("migrate")
        for name in ("web", "worker", "beat"):
            containers.start(name)
        for name in ("web", "worker", "beat"):
            assert until(lambda name=name: containers.is_well(name), seconds=90), log_of(name)
        answer = self.offer_help(containers)

        assert answer["data"]["openOffer"] == {"offer": {"title": "代购"}, "errors": []}
        done = OutboxJob.objects.filter(name=names.OFFER_MOVED, done_at__isnull=False)
        assert until(done.exists, seconds=60), log_of("worker")
        assert "job.done" in log_of("worker")
        assert until(lambda: OutboxJob.objects.filter(name=names.EXPIRE_NEEDS, done_at__isnull=False).exists())

    def offer_help(self, containers: Containers) -> dict[str, Any]:
        """What the helper's browser is told, over HTTPS as the proxy in front says."""
        now = timezone.now()
        load_service_types_once()
        town = small_town(now)
        offer = {
            "title": "代购",
            "serviceTypes": ["SHOPPING"],
            "reach": "MINUTES",
            "reachMinutes": 10,
        }
        signed_in = Client()
        signed_in.force_login(user_of(town.helper))
        answer = httpx.post(
            f"http://127.0.0.1:{containers.port}/graphql",
            json={"query": OPEN_OFFER, "variables": {"input": offer}},
            headers={"Host": NEEDED["ALLOWED_HOSTS"], "X-Forwarded-Proto": "https", "Accept": "application/json"},
            cookies={"sessionid": signed_in.cookies["sessionid"].value},
            timeout=60,
        )
        told: dict[str, Any] = answer.json()
        return told
