"""Every text that a request can hold is checked at the door: the fields are read off the schema."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from graphene.utils.str_converters import to_snake_case
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_input_field,
)

from api.schema import schema
from api.texts import CHECKS
from matchmaker.community.texts import check_paragraphs, check_shown
from tests.graphql_client import client_for, do, post

pytestmark = pytest.mark.django_db

TEXTS: Final = {"String", "ID"}
PLAIN: Final[dict[str, Any]] = {
    "String": "plain",
    "ID": "plain",
    "Int": 1,
    "Boolean": True,
    "Date": "2026-03-03",
    "Time": "09:00:00",
    "DateTime": "2026-03-03T09:00:00+08:00",
    "Decimal": "1",
}
MUTATIONS: Final = schema.graphql_schema.mutation_type.fields
QUERIES: Final = schema.graphql_schema.query_type.fields


def input_of(mutation: str) -> GraphQLInputObjectType | None:
    argument = MUTATIONS[mutation].args.get("input")
    return get_named_type(argument.type) if argument else None


def filled(kind: GraphQLInputObjectType, **given: Any) -> dict[str, Any]:
    """The input with what it requires, and with what is given."""
    return {name: plain(field.type) for name, field in kind.fields.items() if is_required_input_field(field)} | given


def plain(kind: Any) -> Any:
    if is_list_type(get_nullable_type(kind)):
        return [plain(get_nullable_type(kind).of_type)]
    named = get_named_type(kind)
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values))
    return filled(named) if isinstance(named, GraphQLInputObjectType) else PLAIN[named.name]


def texts_in(kind: GraphQLInputObjectType) -> Iterator[tuple[list[str], bool]]:
    """The way to every text of an input, and whether it is a list of texts."""
    for name, field in kind.fields.items():
        named = get_named_type(field.type)
        if isinstance(named, GraphQLInputObjectType):
            yield from (([name, *way], many) for way, many in texts_in(named))
        elif named.name in TEXTS:
            yield [name], is_list_type(get_nullable_type(field.type))


FIELDS: Final = [
    pytest.param(mutation, way, many, id=f"{mutation}.{'.'.join(way)}")
    for mutation in MUTATIONS
    if (kind := input_of(mutation)) is not None
    for way, many in texts_in(kind)
]
FILTERS: Final = [
    (name, argument)
    for name, field in QUERIES.items()
    for argument, kind in field.args.items()
    if get_named_type(kind.type).name in TEXTS
]


def written(kind: GraphQLInputObjectType, way: list[str], text: Any) -> dict[str, Any]:
    """The input with what it requires, and with this text where the way ends."""
    name, *further = way
    if not further:
        return filled(kind, **{name: text})
    field = kind.fields[name]
    inner = written(get_named_type(field.type), further, text)  # type: ignore[arg-type]  # an input: it has further names
    return filled(kind, **{name: [inner] if is_list_type(get_nullable_type(field.type)) else inner})


def refusal_of(mutation: str, way: list[str], text: str, *, many: bool) -> tuple[str, str] | None:
    """What a visitor is answered who writes this text into the field."""
    kind = input_of(mutation)
    assert kind is not None
    given = written(kind, way, [text] if many else text)
    errors = do(client_for(), mutation, "", **given)["errors"]
    return (errors[0]["code"], errors[0]["field"]) if errors else None


def times_in(kind: GraphQLInputObjectType) -> Iterator[list[str]]:
    """The way to every time of day of an input."""
    for name, field in kind.fields.items():
        named = get_named_type(field.type)
        if isinstance(named, GraphQLInputObjectType):
            yield from ([name, *way] for way in times_in(named))
        elif named.name == "Time":
            yield [name]


def with_time(kind: GraphQLInputObjectType, way: list[str], text: str) -> dict[str, Any]:
    """The input with what it requires, and this time at the end of the way."""
    name, *rest = way
    if not rest:
        return filled(kind, **{name: text})
    field = kind.fields[name].type
    inner = with_time(get_named_type(field), rest, text)
    return filled(kind, **{name: [inner] if is_list_type(get_nullable_type(field)) else inner})


TIMES: Final = [
    pytest.param(mutation, way, id=f"{mutation}.{'.'.join(way)}")
    for mutation in MUTATIONS
    if (kind := input_of(mutation)) is not None
    for way in times_in(kind)
]


class TestTextsOfMutations:
    @pytest.mark.parametrize(("mutation", "way", "many"), FIELDS)
    def test_hold_no_control_characters(self, mutation: str, way: list[str], many: bool) -> None:
        for text in ("a\x00b", "a\x07b"):
            assert refusal_of(mutation, way, text, many=many) == ("INVALID_INPUT", way[-1])

    @pytest.mark.parametrize(("mutation", "way", "many"), FIELDS)
    def test_are_one_line_unless_they_are_written_in_paragraphs(
        self, mutation: str, way: list[str], many: bool
    ) -> None:
        in_paragraphs = CHECKS.get(to_snake_case(way[-1])) is check_paragraphs

        refused = refusal_of(mutation, way, "a\nb", many=many) == ("INVALID_INPUT", way[-1])

        assert refused is not in_paragraphs

    @pytest.mark.parametrize(("mutation", "way", "many"), FIELDS)
    def test_that_are_shown_turn_no_order_of_reading(self, mutation: str, way: list[str], many: bool) -> None:
        if CHECKS.get(to_snake_case(way[-1])) is check_shown:
            for text in ("\u202eb", "\u2066b"):
                assert refusal_of(mutation, way, text, many=many) == ("INVALID_INPUT", way[-1])

    def test_are_all_of_the_names_that_the_table_knows(self) -> None:
        assert set(CHECKS) <= {to_snake_case(parameters.values[1][-1]) for parameters in FIELDS}


class TestTimesOfMutations:
    @pytest.mark.parametrize(("mutation", "way"), TIMES)
    def test_are_those_of_a_clock_and_of_no_zone(self, mutation: str, way: list[str]) -> None:
        """Half of them would be taken for the clock's, the others compared with it, which cannot be done."""
        kind = input_of(mutation)
        assert kind is not None

        for text in ("09:00:00Z", "09:00:00+08:00"):
            errors = do(client_for(), mutation, "", **with_time(kind, way, text))["errors"]
            assert errors == [{"code": "INVALID_INPUT", "field": way[-1]}]


class TestTextsOfQueries:
    @pytest.mark.parametrize(("name", "argument"), FILTERS)
    def test_never_reach_the_database_with_control_characters(self, name: str, argument: str) -> None:
        document = (
            f"query ($text: {QUERIES[name].args[argument].type}) {{ {name}({argument}: $text) {{ __typename }} }}"
        )

        answer = post(client_for(), document, {"text": "a\x00b"}).json()

        if "errors" in answer:
            named = get_named_type(QUERIES[name].args[argument].type).name
            expected = ("INVALID_INPUT", "BAD_REQUEST", *(("NOT_FOUND",) if named == "ID" else ()))
            assert answer["errors"][0]["extensions"]["code"] in expected
        else:
            assert answer["data"] == {name: None}
