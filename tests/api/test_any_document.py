"""Documents that nobody wrote: whatever is asked, nothing breaks, and the same question has the same answer.

`API_CASES=1000 pytest tests/api/test_any_document.py` tries a thousand of each for every role; usually a few are tried.
`-k "operation and helper"` has one role, `--hypothesis-seed=7` other documents.
"""

import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any, Final

import pytest
import schemathesis
import time_machine
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from graphql import (
    DocumentNode,
    FieldNode,
    StringValueNode,
    Visitor,
    execute_sync,
    introspection_from_schema,
    visit,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import queries

from api import documents
from api.context import Context
from api.execution import execute
from api.limits import PAGE_MAX
from api.management.commands.export_schema import schema_text
from api.schema import schema
from matchmaker.community.models import Person
from tests.api.test_reads import read_whole
from tests.graphql_client import post
from tests.promises.role_walk import clients_of
from tests.promises.sight_table import ROLES
from tests.towns import user_of
from tests.way import OVER, Way, way_to

pytestmark = pytest.mark.django_db

CASES: Final = int(os.environ.get("API_CASES", "20"))
freely: Final = settings(
    max_examples=CASES, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
)
TO_KNOW_WHO_ASKS: Final = 5
FOR_A_FIELD: Final = 8
"""Queries that one field with fields of its own may take, whatever the page: its rows, and what is read along."""

SCALARS: Final = {
    name: st.sampled_from(texts).map(lambda text: StringValueNode(value=text))
    for name, texts in {
        "Date": ("2026-03-02", "2026-02-30", ""),
        "DateTime": ("2026-03-02T01:00:00+00:00", "2026-03-02", "soon"),
        "Time": ("09:00", "25:00"),
        "Decimal": ("1.5", "NaN", "x"),
    }.items()
}
for _name, _strategy in SCALARS.items():
    schemathesis.graphql.scalar(_name, _strategy)

INTROSPECTED: Final = dict(introspection_from_schema(schema.graphql_schema))
OPERATIONS: Final = [found.ok() for found in schemathesis.graphql.from_dict(INTROSPECTED).get_all_operations()]


@pytest.fixture
def way() -> Iterator[Way]:
    found = way_to(OVER)
    with time_machine.travel(found.now, tick=False):
        yield found


class TestAnyOperation:
    @pytest.mark.parametrize("role", ROLES)
    def test_breaks_nothing_whoever_asks(self, way: Way, role: str) -> None:
        clients = clients_of(way)
        assert len(OPERATIONS) > 100
        assert set(clients) == set(ROLES)
        _any_operation(role, clients[role])()


class TestAnyQuery:
    @pytest.mark.parametrize("role", ["asker", "coordinator"])
    def test_has_one_answer_for_so_many_queries_and_rows(self, way: Way, role: str) -> None:
        person = getattr(way.town, role)

        @freely
        @given(text=queries(schema_text(), custom_scalars=SCALARS, allow_x00=False))
        def answered(text: str) -> None:
            prepared = _prepared(text)
            if prepared is None:
                return
            with CaptureQueriesContext(connection) as captured:
                first = _told(execute(**_asked(prepared.document, person)))
            assert _told(execute(**_asked(prepared.document, person))) == first
            with read_whole():
                assert _told(execute(**_asked(prepared.document, person))) == first
            assert _told(_by_the_general_executor(prepared.document, person)) == first
            assert len(captured) <= TO_KNOW_WHO_ASKS + _queries_allowed(prepared.document)
            assert _longest_list(first["data"]) <= PAGE_MAX

        answered()


def _any_operation(role: str, client: Client) -> Callable[[], None]:
    @freely
    @given(data=st.data())
    def answered(data: st.DataObject) -> None:
        operation = data.draw(st.sampled_from(OPERATIONS), label=f"operation as {role}")
        _is_answered(client, data.draw(_documents_of(operation)).body)

    return answered


@cache
def _documents_of(operation: Any) -> st.SearchStrategy[Any]:
    """Made once: making it takes longer than most answers."""
    return operation.as_strategy()


def _is_answered(client: Client, text: str) -> None:
    """Whatever it did is taken back; nothing broke and nothing of the inside was told."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        answer = post(client, text)
        transaction.set_rollback(True)
    client.cookies = cookies
    assert answer.status_code in (200, 400), text
    assert b"Traceback" not in answer.content, text
    codes = {error["extensions"]["code"] for error in answer.json().get("errors", ())}
    assert "INTERNAL" not in codes, text


def _prepared(text: str) -> documents.Prepared | None:
    """The document; None where it asks for too much, and for no other reason that we know of."""
    try:
        return documents.prepared(text, {})
    except documents.Invalid as invalid:
        codes = {error.extensions.get("code") for error in invalid.errors}
    return pytest.fail(text) if codes - {"TOO_MUCH", None} else None


def _asked(document: DocumentNode, person: Person) -> dict[str, Any]:
    request = RequestFactory().post("/graphql")
    request.user = user_of(person)
    context = Context(request)
    return {
        "schema": schema.graphql_schema,
        "document": document,
        "context": context,
        "variables": {},
        "operation_name": None,
    }


def _by_the_general_executor(document: DocumentNode, person: Person) -> Any:
    context = _asked(document, person)["context"]
    return execute_sync(schema.graphql_schema, document, context_value=context, variable_values={})


def _told(result: Any) -> dict[str, Any]:
    errors = [(error.message, error.path) for error in result.errors or ()]
    return {"data": result.data, "errors": sorted(errors, key=repr)}


def _queries_allowed(document: DocumentNode) -> int:
    """So many for each field with fields of its own, and what a field is reckoned at that takes more than others."""

    class Count(Visitor):
        found = 0

        def enter_field(self, node: FieldNode, *_args: Any) -> None:
            self.found += FOR_A_FIELD + documents.WORK_OF.get(node.name.value, 0) if node.selection_set else 0

    count = Count()
    visit(document, count)
    return count.found


def _longest_list(found: Any) -> int:
    if isinstance(found, dict):
        return max((_longest_list(part) for part in found.values()), default=0)
    if isinstance(found, list):
        return max(len(found), *(_longest_list(part) for part in found), 0)
    return 0
