"""The queries of docs/days.md, each sent as the role and at the stage that it names; `then`: after the one above it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from tests.graphql_client import ask, global_id
from tests.promises.repository import ROOT
from tests.promises.role_walk import clients_of
from tests.promises.sight_table import ROLES
from tests.promises.test_roles import EVERY_ATTEMPT
from tests.way import STAGES, Way, way_to

pytestmark = pytest.mark.django_db

TEXT: Final = (ROOT / "docs/days.md").read_text(encoding="utf-8")
BLOCKS: Final = re.findall(r"```graphql\n# as ([a-z ]+), once ([a-z ]+)(, then)?\n(.+?)```", TEXT, flags=re.DOTALL)
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
        attempts = [attempt for attempt in EVERY_ATTEMPT if attempt.mutation == mutation and attempt.stage <= way.stage]
        found["input"] = attempts[-1].given(way, role)
    return found


def turns_at(stage: str) -> list[tuple[str, list[str]]]:
    """Who sends what at this stage; documents of one turn follow on each other."""
    turns: list[tuple[str, list[str]]] = []
    for role, at, then, document in BLOCKS:
        if at == stage and then:
            turns[-1][1].append(document)
        elif at == stage:
            turns.append((role, [document]))
    return turns


class TestDays:
    def test_tell_of_every_role(self) -> None:
        assert {role for role, _, _, _ in BLOCKS} | ELSEWHERE == set(ROLES)
        assert TEXT.count("```graphql") == len(BLOCKS)

    @pytest.mark.parametrize("stage", sorted({stage for _, stage, _, _ in BLOCKS}))
    def test_are_answered_without_an_error(self, stage: str) -> None:
        way = way_to(STAGES.index(stage))
        with time_machine.travel(way.now, tick=False):
            clients = clients_of(way)
        for role, documents in turns_at(stage):
            with transaction.atomic():
                answers = [_answered(clients[role], way, role, document) for document in documents]
                transaction.set_rollback(True)

            assert all(any(answer.values()) for answer in answers), documents
            assert all(all(answer.values()) for answer in answers[1:]), documents


def _answered(client: Client, way: Way, role: str, document: str) -> dict[str, Any]:
    """The answer; no mutation in it was refused."""
    later = max((one.later for one in EVERY_ATTEMPT if f"{one.mutation}(" in document), default=timedelta())
    with time_machine.travel(way.now + later, tick=False):
        answer: dict[str, Any] = ask(client, document, **variables_of(document, way, role))
    payloads = [part for part in answer.values() if isinstance(part, dict) and "errors" in part]
    assert [payload["errors"] for payload in payloads] == [[] for _ in payloads], document
    return answer
