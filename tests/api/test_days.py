"""The queries of docs/days.md, each sent as the role and at the stage that it names."""

import re
from collections.abc import Callable
from typing import Any, Final

import pytest
import time_machine
from django.db import transaction

from tests.graphql_client import ask, global_id
from tests.promises.repository import ROOT
from tests.promises.role_attempts import ATTEMPTS
from tests.promises.role_walk import clients_of
from tests.promises.sight_table import ROLES
from tests.way import STAGES, Way, way_to

pytestmark = pytest.mark.django_db

TEXT: Final = (ROOT / "docs/days.md").read_text(encoding="utf-8")
BLOCKS: Final = re.findall(r"```graphql\n# as ([a-z ]+), once ([a-z ]+)\n(.+?)```", TEXT, flags=re.DOTALL)
VARIABLES: Final[dict[str, Callable[[Way], Any]]] = {
    "needId": lambda way: global_id("Need", way.need),
    "search": lambda _way: "",
}
ELSEWHERE: Final = {"coordinator elsewhere"}


def variables_of(document: str, way: Way, role: str) -> dict[str, Any]:
    """What the document asks to be told: its input as the role walk fills it in, and rows of the way."""
    names = set(re.findall(r"\$(\w+):", document))
    found = {name: VARIABLES[name](way) for name in names - {"input"}}
    if "input" in names:
        mutation = re.findall(r"^  (\w+)\(", document, flags=re.MULTILINE)[0]
        attempts = [attempt for attempt in ATTEMPTS if attempt.mutation == mutation and attempt.stage <= way.stage]
        found["input"] = attempts[-1].given(way, role)
    return found


class TestDays:
    def test_tell_of_every_role(self) -> None:
        assert {role for role, _, _ in BLOCKS} | ELSEWHERE == set(ROLES)
        assert TEXT.count("```graphql") == len(BLOCKS)

    @pytest.mark.parametrize("stage", sorted({stage for _, stage, _ in BLOCKS}))
    def test_are_answered_without_an_error(self, stage: str) -> None:
        way = way_to(STAGES.index(stage))
        with time_machine.travel(way.now, tick=False):
            clients = clients_of(way)
        for role, _, document in (block for block in BLOCKS if block[1] == stage):
            later = max((one.later for one in ATTEMPTS if f"{one.mutation}(" in document), default=way.now - way.now)
            with time_machine.travel(way.now + later, tick=False), transaction.atomic():
                answer = ask(clients[role], document, **variables_of(document, way, role))
                transaction.set_rollback(True)

            payloads = [part for part in answer.values() if isinstance(part, dict) and "errors" in part]
            assert [payload["errors"] for payload in payloads] == [[] for _ in payloads], document
            assert any(answer.values()), document
