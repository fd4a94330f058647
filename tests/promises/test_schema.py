"""The schema keeps its word: checked in, described, named by hand, bounded."""

import re
from pathlib import Path
from typing import Final

import pytest
from django.core.management import CommandError, call_command
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from api.limits import ONCE
from api.management.commands import export_schema
from api.schema import schema
from matchmaker.errors import all_refusals

TYPES: Final = {name: kind for name, kind in schema.graphql_schema.type_map.items() if not name.startswith("__")}
APPS: Final = re.compile(r"matchmaker|^(Community|Needs|Matches|Notices)[A-Z]|Choices$|Django")


class TestSnapshot:
    def test_is_what_the_code_gives(self) -> None:
        call_command("export_schema", check=True)

    def test_fails_the_check_where_it_differs(self, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]  # pytest's own fixtures
        other = tmp_path / "schema.graphql"
        other.write_text("type Query { nothing: Int }\n")
        monkeypatch.setattr(export_schema, "snapshot_path", lambda: other)

        with pytest.raises(CommandError, match="export_schema"):
            call_command("export_schema", check=True)

        assert other.read_text() == "type Query { nothing: Int }\n"


class TestRelease:
    @pytest.mark.parametrize(
        ("now", "then", "broken"),
        [
            ("", "", []),
            ("needs", "needsOfOldWithoutANewName", ["Query.needsOfOldWithoutANewName was removed."]),
        ],
    )
    def test_is_broken_by_what_its_queries_can_no_longer_ask(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: str, then: str, broken: list[str]
    ) -> None:
        released = tmp_path / "released.graphql"
        query = export_schema.schema_text()
        released.write_text(re.sub(rf"^  {now}\(", f"  {then}(", query, count=1, flags=re.MULTILINE) if now else query)
        monkeypatch.setattr(export_schema, "released_path", lambda: released)

        assert export_schema.broken_since_release() == broken

    def test_is_not_there_before_the_first(self) -> None:
        assert export_schema.broken_since_release() == []
        assert not export_schema.released_path().exists()

    def test_fails_the_check_where_it_is_broken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(export_schema, "broken_since_release", lambda: ["Query.needs was removed."])

        with pytest.raises(CommandError, match="would break"):
            call_command("export_schema", check=True)


class TestDescriptions:
    def test_stand_at_every_type(self) -> None:
        assert [name for name, kind in TYPES.items() if not kind.description] == []

    def test_stand_at_every_field_argument_and_value(self) -> None:
        assert [where for kind in TYPES.values() for where in _undescribed(kind)] == []


class TestNames:
    def test_say_nothing_of_how_the_code_is_laid_out(self) -> None:
        assert [name for name in TYPES if APPS.search(name)] == []

    def test_of_error_codes_are_all_refusals(self) -> None:
        kind = TYPES["ErrorCode"]
        assert isinstance(kind, GraphQLEnumType)

        assert set(kind.values) == {refusal.code for refusal in all_refusals() if not _is_made_by_a_test(refusal)}


class TestLists:
    def test_of_rows_are_connections_of_bounded_size(self) -> None:
        """Query gives rows by pages alone; a plain list inside a row belongs to that row and is short."""
        query = TYPES["Query"]
        assert isinstance(query, GraphQLObjectType)

        for name, field in query.fields.items():
            inner = field.type.of_type if is_non_null_type(field.type) else field.type
            assert not is_list_type(inner), name
            if str(get_named_type(field.type)).endswith("Connection"):
                assert {"first", "after"} <= set(field.args), name
                assert field.args["first"].default_value == 20, name


class TestMutations:
    def test_take_one_input_and_answer_with_one_thing_and_errors(self) -> None:
        mutation = TYPES["Mutation"]
        assert isinstance(mutation, GraphQLObjectType)

        for name, field in mutation.fields.items():
            payload = get_named_type(field.type)
            assert isinstance(payload, GraphQLObjectType)
            assert payload.name == f"{name[0].upper()}{name[1:]}Payload"
            assert set(field.args) <= {"input"}, name
            assert len(payload.fields) == 2, name
            assert str(payload.fields["errors"].type) == "[UserError!]!", name

    def test_that_take_a_code_stand_in_a_document_once(self) -> None:
        mutation = TYPES["Mutation"]
        assert isinstance(mutation, GraphQLObjectType)

        taking = {name for name, field in mutation.fields.items() if field.args and _takes_a_code(field.args["input"])}

        assert taking == ONCE - {"requestSignInCode"}


def _undescribed(kind: GraphQLNamedType) -> list[str]:
    found = []
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        for name, field in kind.fields.items():
            found += [] if field.description else [f"{kind.name}.{name}"]
            found += [f"{kind.name}.{name}({key})" for key, value in field.args.items() if not value.description]
    if isinstance(kind, GraphQLInputObjectType):
        found += [f"{kind.name}.{name}" for name, field in kind.fields.items() if not field.description]
    if isinstance(kind, GraphQLEnumType):
        found += [f"{kind.name}.{name}" for name, value in kind.values.items() if not value.description]
    return found


def _takes_a_code(argument: GraphQLArgument) -> bool:
    kind = get_named_type(argument.type)
    assert isinstance(kind, GraphQLInputObjectType)
    return any(re.search(r"code$", name, re.IGNORECASE) for name in kind.fields)


def _is_made_by_a_test(refusal: type) -> bool:
    return refusal.__module__.startswith("tests")
