"""GraphQL over HTTP as graphql-http's audits read the specification."""

import json
import subprocess
from collections import Counter
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.promises.repository import ROOT

SHOULDS = 23
SHOULDS_KEPT = 22


@pytest.fixture
def audits(live_server: LiveServer) -> list[dict[str, Any]]:
    """What each audit found, from a client that is not ours."""
    address = f"{live_server.url}/graphql"
    done = subprocess.run(
        ["node", "tests/api/audits.mjs", address], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


class TestAudits:
    def test_find_every_must_kept_and_all_shoulds_but_one(self, audits: list[dict[str, Any]]) -> None:
        words = Counter(audit["name"].split()[0] for audit in audits)
        broken = [(audit["id"], audit["name"], audit["reason"]) for audit in audits if audit["status"] == "error"]
        unkept = [audit for audit in audits if audit["status"] == "warn" and audit["name"].startswith("SHOULD")]

        assert words["MUST"] > 0
        assert words["SHOULD"] == SHOULDS
        assert broken == []
        assert len(unkept) <= SHOULDS - SHOULDS_KEPT, unkept
