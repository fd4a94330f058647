"""Rows are read with those columns alone that a document asks for, and show everybody what whole rows show."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import product
from typing import Any, Final
from unittest.mock import patch

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_object_type,
    is_required_argument,
    parse,
)

from api import reads
from api.context import Context
from api.execution import execute
from api.schema import schema
from tests.promises.role_walk import PERSONS
from tests.towns import user_of
from tests.way import AGREED, OVER, VERIFIED, Way, way_to

pytestmark = pytest.mark.django_db

TYPES: Final[dict[str, Any]] = dict(schema.graphql_schema.type_map)
ROOTS: Final[dict[str, GraphQLField]] = TYPES["Query"].fields
LISTS: Final = tuple(
    name
    for name, field in ROOTS.items()
    if str(field.type).endswith("Connection!") and not any(is_required_argument(arg) for arg in field.args.values())
)
NARROW: Final = ("matches", "needs", "notices", "offers", "proposals")
ONE_ROW: Final = "LIMIT 21"
"""How a column or a row that was not read along is asked for."""


@pytest.fixture(params=[VERIFIED, AGREED, OVER])
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    found = way_to(request.param)
    with time_machine.travel(found.now, tick=False):
        yield found


@pytest.fixture
def over() -> Iterator[Way]:
    found = way_to(OVER)
    with time_machine.travel(found.now, tick=False):
        yield found


class TestNarrowedRows:
    def test_show_every_role_what_whole_rows_show(self, way: Way) -> None:
        for name in NARROW:
            document = f"{{ {name}(first: 50) {{ nodes {{ id {' '.join(_fields_of(_row_type(name), 2))} }} }} }}"
            for role, person in PERSONS.items():
                who = user_of(getattr(way.town, person))
                assert _told(who, document) == _told(who, document, whole_rows=True), (name, role)

    def test_show_in_any_other_list_what_whole_rows_show(self, over: Way) -> None:
        who = user_of(over.town.coordinator)
        for name in sorted(set(LISTS) - set(NARROW)):
            document = f"{{ {name} {{ nodes {{ __typename {' '.join(_fields_of(_row_type(name), 1))} }} }} }}"
            assert _told(who, document) == _told(who, document, whole_rows=True), name

    def test_lack_nothing_that_one_field_reads(self, over: Way) -> None:
        for name, person in product(NARROW, ("coordinator", "helper", "clerk", "asker", "police")):
            who = user_of(getattr(over.town, person))
            for chosen in _fields_of(_row_type(name), 2):
                document = f"{{ {name}(first: 50) {{ nodes {{ {chosen} }} }} }}"
                with CaptureQueriesContext(connection) as narrow:
                    told = _told(who, document)
                with CaptureQueriesContext(connection) as whole:
                    assert _told(who, document, whole_rows=True) == told, (person, document)
                assert _single_rows(narrow) <= _single_rows(whole), (person, document)

    def test_show_a_visitor_nothing(self, over: Way) -> None:
        assert over.town.asker is not None
        for name in NARROW:
            assert _told(AnonymousUser(), f"{{ {name} {{ nodes {{ id }} }} }}")["data"] == {name: {"nodes": []}}


class TestColumns:
    def test_are_those_that_fields_and_the_rules_of_sight_read(self, over: Way) -> None:
        who = user_of(over.town.coordinator)

        assert _selected(who, "{ notices { nodes { readAt } } }") == {"id", "read_at"}
        assert _selected(who, "{ offers { edges { node { title organization { name } } } } }") == {
            *("id", "title", "organization_id"),
            *("community_organization.id", "community_organization.name"),
        }
        assert _selected(
            who, "{ notices { ...N } } fragment N on NoticeConnection { nodes { ... on Node { id } } }"
        ) == {
            *("id", "public_id"),
        }

    def test_are_all_where_a_field_does_not_say_what_it_reads(self, over: Way) -> None:
        who = user_of(over.town.coordinator)

        assert "bio" not in _selected(who, "{ mandates { nodes { endsDate } } }")
        assert "evidence" in _selected(who, "{ mandates { nodes { stationName } } }")


def _row_type(name: str) -> GraphQLObjectType:
    connection_type: Any = get_named_type(ROOTS[name].type)
    found: Any = get_named_type(connection_type.fields["nodes"].type)
    return found


def _fields_of(kind: GraphQLObjectType, levels: int) -> list[str]:
    """Each field of the type with all that lies so many levels below it."""
    found = []
    for name, field in kind.fields.items():
        inside = get_named_type(field.type)
        if is_leaf_type(inside):
            found.append(name)
        elif levels and is_object_type(inside) and not inside.name.endswith("Connection"):
            found.append(f"{name} {{ __typename {' '.join(_fields_of(inside, levels - 1))} }}")
    return found


@contextmanager
def read_whole() -> Iterator[None]:
    """Every row is read with all its columns, as where a field does not say what it reads."""
    with patch.object(reads, "columns_read", return_value=None):
        yield


def _told(who: Any, document: str, *, whole_rows: bool = False) -> dict[str, Any]:
    request = RequestFactory().post("/graphql")
    request.user = who
    context = Context(request)
    with read_whole() if whole_rows else nullcontext():
        result = execute(schema.graphql_schema, parse(document), context=context, variables={}, operation_name=None)
    assert result.errors is None, result.errors
    return {"data": result.data}


def _selected(who: Any, document: str) -> set[str]:
    """The columns of the last statement, those of its own table without the table's name."""
    with CaptureQueriesContext(connection) as captured:
        _told(who, document)
    columns, _, rest = captured[-1]["sql"].removeprefix("SELECT ").partition(" FROM ")
    table = rest.split()[0].strip('"')
    return {column.strip().replace('"', "").removeprefix(f"{table}.") for column in columns.split(",")}


def _single_rows(captured: CaptureQueriesContext) -> int:
    return sum(query["sql"].endswith(ONE_ROW) for query in captured.captured_queries)
