"""Documents that ask for as much work as they can, each at most 16 kB: written by hand, or taken from the schema."""

from collections.abc import Iterator
from typing import Final

from graphql import GraphQLField, GraphQLObjectType, get_named_type, is_leaf_type, is_list_type, is_non_null_type

from api.limits import MAX_COST, PAGE_MAX
from api.schema import schema

LONGEST: Final = 16_000
DEEP_ENOUGH: Final = 4
MUST_BE_TOLD: Final = ("id", "needId")


def repeated(text: str, most: int = LONGEST) -> str:
    """As often as fits."""
    return text * (most // len(text))


def numbered(text: str, most: int = LONGEST) -> str:
    """The text with 0, 1, 2 and so on in place of #, as often as fits."""
    parts, length = [], 0
    for number in range(most):
        part = text.replace("#", str(number))
        length += len(part) + 1
        if length > most:
            break
        parts.append(part)
    return " ".join(parts)


PAGE: Final = "needs(first: 100) { nodes { "
DOUBLING: Final = "fragment f# on Query { ...g# ...g# } fragment g# on Query { ...h# ...h# } "
WRITTEN: Final[dict[str, str]] = {
    "pages within pages": "{ " + "needs(first: 100) { nodes { id windows { date } } } " * 4 + "}",
    "one page after another": "{ " + numbered(f"a#: {PAGE} id }} }}", 15_900) + " }",
    "one field again and again": "{ viewer { " + repeated("language ", 15_900) + "} }",
    "one object again and again": "{ " + repeated("viewer{language person{name}}", 15_900) + "}",
    "one object as often as tokens allow": "{ " + "viewer{language}" * 490 + "}",
    "many aliases": "{ " + numbered("a#: viewer { language }", 15_900) + " }",
    "no end of depth": repeated("{ viewer "),
    "lists in lists": "mutation { openNeed(input: {skills: " + "[" * 7_000 + "]" * 7_000 + "}) { errors { code } } }",
    "inline fragments in each other": "{ " + "... on Query { " * 600 + "viewer { language } " + "}" * 601,
    "inline fragments beside each other": "{ " + "...on Query{viewer{language}}" * 240 + "}",
    "fragments beside each other": "{ "
    + numbered("...f#", 1_000)
    + " }"
    + numbered("fragment f# on Query{viewer{language}}", 5_000),
    "fragments that double": "{ ...f0 } " + " ".join(
        f"fragment f{number} on Query {{ ...f{number + 1} ...f{number + 1} }}" for number in range(29)
    ) + " fragment f29 on Query { viewer { language } }",
    "fragments that double a page": "{ ...f0 } " + " ".join(
        f"fragment f{number} on Query {{ ...f{number + 1} ...f{number + 1} }}" for number in range(29)
    ) + f" fragment f29 on Query {{ {PAGE} id }} }} }}",
    "a fragment in itself": "{ ...f } fragment f on Query { viewer { language } ...f }",
    "fragments in a ring": "{ ...f0 } " + " ".join(
        f"fragment f{number} on Query {{ ...f{(number + 1) % 25} viewer {{ language }} }}" for number in range(25)
    ),
    "directives without end": "{ viewer { language " + repeated("@skip(if: false)", 15_000) + " } }",
    "directives nobody knows": "{ viewer { language " + repeated("@a", 3_000) + " } }",
    "variables without end": "query (" + numbered("$v#: Int", 14_000) + ") { viewer { language } }",
    "operations without end": numbered("query q# { viewer { language } }"),
    "arguments without end": "{ needs(" + numbered("a#: 1", 14_000) + ") { nodes { id } } }",
    "names that are nearly right": "{ " + numbered("viewe#", 15_000) + " }",
    "long names that are nearly right": "{ " + numbered("need" * 100 + "#", 15_000) + " }",
    "the schema": "{ __schema { types { name fields { name args { name type { name } } type { name } } } } }",
    "the schema again and again": "{ " + numbered("a#: __schema { types { fields { name } } }", 1_500) + " }",
    "the schema in depth": "{ __schema { types { " + "fields { type { " * 9 + "name" + " }" * 21,
    "a long text": '{ need(id: "' + repeated("\\u4e2d", 15_000) + '") { id } }',
    "a long block": '{ need(id: """' + repeated(" \n", 15_000) + '""") { id } }',
    "a long number": "{ needs(first: " + "9" * 15_000 + ") { nodes { id } } }",
    "a long fraction": "{ needs(first: 1." + "9" * 15_000 + ") { nodes { id } } }",
    "comments": "{ __typename }" + repeated("#\n", 15_000),
    "commas": "{ __typename" + "," * 15_000 + " }",
    "every row by its id": "{ " + numbered('n#: node(id: "TmVlZDo#") { id }', 2_000) + " }",
    "no document": repeated("}{"),
    "signs": repeated("\\!&|"),
}  # fmt: skip


def greedy_documents() -> Iterator[tuple[str, str]]:
    """For each field of Query one document that asks for all of it, as deep and as many rows as it may."""
    query = schema.graphql_schema.query_type
    assert query is not None
    for name, field in query.fields.items():
        if set(MUST_BE_TOLD) & set(field.args) and name != "needs":
            continue
        for rows in (PAGE_MAX, 20):
            inner = _all_of(field, depth=DEEP_ENOUGH, room=MAX_COST // rows)
            arguments = f"(first: {rows})" if "first" in field.args else ""
            yield f"{name} of {rows}", f"{{ {name}{arguments} {{ {inner} }} }}"


def _all_of(field: GraphQLField, *, depth: int, room: int) -> str:
    """Every field below this one that may be asked for without arguments, while there is room."""
    kind = get_named_type(field.type)
    if not isinstance(kind, GraphQLObjectType):
        return "__typename"
    parts: list[str] = []
    for name, inner in kind.fields.items():
        if any(is_non_null_type(argument.type) for argument in inner.args.values()) or name == "edges":
            continue
        if is_leaf_type(get_named_type(inner.type)):
            parts.append(name)
        elif depth > 0:
            share = max(1, room // (len(kind.fields) * (5 if _is_list(inner) else 1)))
            if share > 2 or name == "nodes":
                parts.append(f"{name} {{ {_all_of(inner, depth=depth - 1, room=room if name == 'nodes' else share)} }}")
    return " ".join(parts[: max(1, room)]) or "__typename"


def _is_list(field: GraphQLField) -> bool:
    kind = field.type.of_type if is_non_null_type(field.type) else field.type
    return is_list_type(kind)
