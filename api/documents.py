"""Documents: read once, validated once, kept for the next request that sends the same text."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from django.conf import settings
from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    is_scalar_type,
    parse,
    specified_rules,
    validate,
)

from api import limits
from api.schema import schema

KEPT: Final = 256
KEPT_CHARACTERS: Final = 8_000
"""A longer document is read anew each time: a kept one takes about fifty times its length."""
MAX_ERRORS: Final = 20
PLAIN_LIST_ROWS: Final = 5
"""Rows reckoned for a list that is no connection: windows, terms, reasons."""
WORK_OF: Final[Mapping[str, int]] = {
    "lookAround": 2_000,
    "caseGraph": 500,
    "caseBuildings": 2_000,
    "ownData": 70,
    "gridMap": 650,
    "coverage": 550,
    "runningOut": 200,
    "handover": 500,
    "helpLoad": 150,
    "participation": 300,
    "neighbourhood": 3_300,
    "listVolunteerTime": 200,
}
"""Fields that take as long as this many plain ones: own data is a statement for each kind of row there is, and those
of a worker read a whole community (`python -m bench.heavy_fields` measures them). Such a name is no other field's."""


class Invalid(Exception):
    """The document cannot be run; `errors` say why."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__("invalid document")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that may be run, and what its answer could hold at most."""

    document: DocumentNode
    size: limits.Size


def prepared(query: str, variables: Mapping[str, Any]) -> Prepared:
    """The document, within every limit and valid; Invalid with its errors otherwise."""
    read = _read if len(query) <= KEPT_CHARACTERS else _read.__wrapped__
    try:
        document = read(query)
        size = limits.refuse_too_much(document, variables, rows_of_fields(), WORK_OF)
    except GraphQLError as error:
        raise Invalid([error]) from error
    except RecursionError as error:
        raise Invalid([limits.TooMuch(f"A document goes at most {limits.MAX_DEPTH} levels deep.")]) from error
    if read is _read:
        _refuse_invalid(query)
    else:
        _validate(document)
    return Prepared(document, size)


@lru_cache(maxsize=KEPT)
def _read(query: str) -> DocumentNode:
    """The document, where no kind of thing is written in it too often."""
    document = parse(query, max_tokens=limits.MAX_TOKENS)
    limits.refuse_too_many(document)
    return document


@lru_cache(maxsize=KEPT)
def _refuse_invalid(query: str) -> None:
    """Nothing for a valid document. What raises is not kept: only good documents fill the cache."""
    _validate(_read(query))


def _validate(document: DocumentNode) -> None:
    rules = [*specified_rules, NoSchemaIntrospectionCustomRule] if settings.PRODUCTION else specified_rules
    errors = validate(
        schema.graphql_schema, document, rules, max_errors=MAX_ERRORS, hide_suggestions=settings.PRODUCTION
    )
    if errors:
        # Without their causes: what a rule stumbles over, such as a number of 5,000 digits, is the document's fault.
        raise Invalid([GraphQLError(error.message, nodes=error.nodes) for error in errors])


def forget_documents() -> None:
    """The next request reads and validates anew: for tests that change the settings."""
    _read.cache_clear()
    _refuse_invalid.cache_clear()


@cache
def rows_of_fields() -> dict[str, int | None]:
    """For each field name that gives a list somewhere: None for connections (`first` says it), else a guess."""
    return _rows_of_fields(schema.graphql_schema)


def _rows_of_fields(graphql_schema: GraphQLSchema) -> dict[str, int | None]:
    rows: dict[str, int | None] = {}
    for name, kind in graphql_schema.type_map.items():
        if not isinstance(kind, GraphQLObjectType) or name.startswith("__") or name.endswith(("Connection", "Edge")):
            continue
        for field_name, field in kind.fields.items():
            inner = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
            if str(inner).endswith("Connection"):
                rows[field_name] = None
            elif isinstance(inner, GraphQLList) and not is_scalar_type(inner.of_type):
                rows.setdefault(field_name, PLAIN_LIST_ROWS)
    return rows
