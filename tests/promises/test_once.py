"""Every mutation that is sent a second time with its key answers the same and does nothing more."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type

from api.mutation import Mutation
from api.queries.node import BY_ID
from api.schema import schema
from api.told_again import READ
from tests.graphql_client import do
from tests.promises.role_attempts import Attempt
from tests.promises.role_walk import clients_of
from tests.promises.sight_table import ALL, ROLES
from tests.promises.test_roles import EVERY_ATTEMPT, TABLE
from tests.way import STAGES, Way, way_to

WITHOUT_KEY: Final = {
    "requestSignInCode": "nobody is signed in",
    "signIn": "nobody is signed in before it",
    "signOut": "nobody is signed in after it",
    "joinByInvitation": "nobody is signed in",
    "comeBack": "nobody is signed in",
    "leaveCommunity": "nobody is signed in after it",
    "checkCertificate": "it writes nothing",
}
KEY: Final = "第一次"
WRITES: Final = ("INSERT", "UPDATE", "DELETE")

type_map: Final = schema.graphql_schema.type_map


def fields_of(mutation: str) -> tuple[str, str]:
    """What the payload gives, and a selection of it that tells one row from another."""
    payload = type_map[f"{mutation[0].upper()}{mutation[1:]}Payload"]
    assert isinstance(payload, GraphQLObjectType)
    gives = next(name for name in payload.fields if name != "errors")
    kind = get_named_type(payload.fields[gives].type)
    assert isinstance(kind, GraphQLObjectType)
    for name in ("id", "number", "counts", "usesLeft", "forgetAt", "sinceDate", "startsDate", "toldBy", "vetted"):
        if name in kind.fields:
            return gives, f"{gives} {{ {name} }}"
    inner = next(name for name in ("token", "webhook", "need", "community") if name in kind.fields)
    return gives, f"{gives} {{ {inner} {{ id }} }}"


def sent_twice(client: Client, attempt: Attempt, way: Way, role: str) -> tuple[Any, Any, list[str]]:
    """Both answers, and what the second time wrote; all of it is taken back."""
    with transaction.atomic(), time_machine.travel(way.now + attempt.later, tick=False):
        given = attempt.given(way, role) or {}
        _, selection = fields_of(attempt.mutation)
        first = do(client, attempt.mutation, selection, **given, idempotencyKey=KEY)
        with CaptureQueriesContext(connection) as queries:
            second = do(client, attempt.mutation, selection, **given, idempotencyKey=KEY)
        transaction.set_rollback(True)
    return first, second, [one["sql"] for one in queries if one["sql"].startswith(WRITES)]


class TestKeys:
    def test_are_taken_by_all_that_writes_for_who_is_signed_in(self) -> None:
        mutation = type_map["Mutation"]
        assert isinstance(mutation, GraphQLObjectType)

        without = set()
        for name, field in mutation.fields.items():
            asked = get_named_type(field.args["input"].type) if field.args else None
            if not (isinstance(asked, GraphQLInputObjectType) and "idempotencyKey" in asked.fields):
                without.add(name)

        assert without == set(WITHOUT_KEY)

    def test_lead_to_answers_that_can_be_read_again(self) -> None:
        kinds = [kind for kind in _mutations_under(Mutation) if kind.takes_key and kind.__name__[0] != "_"]
        as_usual = [kind for kind in kinds if "again" not in vars(kind)]

        assert {kind._given_type() for kind in as_usual} <= READ.keys() | BY_ID.keys()


def _mutations_under(kind: type[Mutation]) -> Iterator[type[Mutation]]:
    for below in kind.__subclasses__():
        yield below
        yield from _mutations_under(below)


@pytest.mark.django_db
@pytest.mark.parametrize("stage", sorted(ALL), ids=STAGES)
class TestSecondTime:
    def test_answers_the_same_and_does_nothing(self, stage: int) -> None:
        way = way_to(stage)
        attempts = [one for one in EVERY_ATTEMPT if one.stage == stage and one.mutation not in WITHOUT_KEY]
        found = []

        with time_machine.travel(way.now, tick=False):
            clients = clients_of(way)
            for attempt in attempts:
                for role in (role for role in ROLES if TABLE.mutations[attempt.row][role]):
                    first, second, more = sent_twice(clients[role], attempt, way, role)
                    if first != second or first["errors"] or more:
                        found.append(f"{attempt.row} as {role}: {first}, then {second}; {more}")

        assert found == []
