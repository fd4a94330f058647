"""What a field reads of its row, and so, for a document, which columns a page of rows needs.

A field that is a column reads that column; a resolver says what it reads: `@reads("details", *needs.READ_BY_RULES)`.
`rows` are the ways to what the field gives: below them its own selection is read. Where some field of a selection says
nothing, its rows are read whole, as everywhere else: slower, and never wrong.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Final, NamedTuple, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from graphene.types.resolver import dict_or_attr_resolver
from graphene.utils.str_converters import to_snake_case
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    get_named_type,
    is_object_type,
)

from api.types.absent import null_if_empty
from matchmaker.columns import narrow

Rows = TypeVar("Rows", bound=QuerySet[Any])
Resolver = TypeVar("Resolver", bound=Callable[..., Any])
SAID: Final = "reads"


class Reads(NamedTuple):
    """What one field reads of its row."""

    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    back: str = ""
    """That field of the rows it gives which leads back to this row, and reads it once more."""


class ReadsMore(Exception):
    """Some field does not say what it reads."""


def reads(*columns: str, rows: Sequence[str] = (), back: str = "") -> Callable[[Resolver], Resolver]:
    """The resolver reads these columns, and gives what the ways `rows` lead to; an empty way is the row itself."""

    def said(resolver: Resolver) -> Resolver:
        setattr(resolver, SAID, Reads(columns, tuple(rows), back))
        return resolver

    return said


def narrowed(rows: Rows, info: Any, *, key: str = "pk") -> Rows:
    """The same rows, in one query, with `key` and what the selection reads alone; whole where that is not said."""
    columns = columns_read(rows.model, info)
    if columns is None:
        return rows
    return narrow(rows.prefetch_related(None), key, *columns)


def is_narrowed(rows: object) -> bool:
    """Whether these are rows with those columns alone that a selection reads."""
    return isinstance(rows, QuerySet) and not rows.query.deferred_loading[1]


def columns_read(model: type[Model], info: Any) -> frozenset[str] | None:
    """The ways from a row of the model to each column that the field's selection reads; None where that is not said."""
    kind = get_named_type(info.parent_type.fields[info.field_name].type)
    found = _Found(info.schema, info.fragments)
    try:
        for page_kind, nodes in found.pages_of(kind, info.field_nodes):
            found.read(page_kind, nodes, model, "")
    except ReadsMore:
        return None
    return frozenset(found.columns)


@dataclass
class _Found:
    """What was found so far that a selection reads."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    columns: set[str] = field(default_factory=set)

    def pages_of(self, kind: Any, nodes: Sequence[FieldNode]) -> Iterator[tuple[Any, Sequence[FieldNode]]]:
        """The type of the rows that are selected, with their selections: those of a connection lie further in."""
        if not kind.name.endswith(("Connection", "Edge")):
            yield kind, nodes
            return
        for node in self._selected(kind, nodes):
            if node.name.value in ("nodes", "edges", "node"):
                yield from self.pages_of(get_named_type(kind.fields[node.name.value].type), [node])

    def read(self, kind: Any, nodes: Sequence[FieldNode], model: type[Model], at: str) -> None:
        """All that the selection reads of a row of the model, which stands at the end of the way `at`."""
        if not is_object_type(kind):
            raise ReadsMore
        for node in self._selected(kind, nodes):
            self._read_field(kind, node, model, at)

    def _read_field(self, kind: GraphQLObjectType, node: FieldNode, model: type[Model], at: str) -> None:
        name = node.name.value
        said = _said(kind.fields[name], name, model)
        self.columns.update(at + column for column in said.columns)
        inside = get_named_type(kind.fields[name].type)
        for way in said.rows:
            self.read(inside, [node], _model_at(model, way), f"{at}{way}__" if way else at)
        if said.back:
            leading = [other for other in self._selected(inside, [node]) if other.name.value == said.back]
            self.read(kind, leading, model, at)

    def _selected(self, kind: Any, nodes: Sequence[Any]) -> Iterator[FieldNode]:
        """The fields that are selected of a type, fragments and what a directive may leave out included."""
        for node in nodes:
            for part in node.selection_set.selections:
                if isinstance(part, FieldNode):
                    if part.name.value != "__typename":
                        yield part
                elif self._fits(fragment := self._fragment(part), kind):
                    yield from self._selected(kind, [fragment])

    def _fragment(self, part: Any) -> InlineFragmentNode | FragmentDefinitionNode:
        return self.fragments[part.name.value] if isinstance(part, FragmentSpreadNode) else part

    def _fits(self, fragment: Any, kind: GraphQLNamedType) -> bool:
        if fragment.type_condition is None:
            return True
        on: Any = self.schema.type_map[fragment.type_condition.name.value]
        return on is kind or (not is_object_type(on) and self.schema.is_sub_type(on, kind))


def _said(definition: GraphQLField, name: str, model: type[Model]) -> Reads:
    resolve: Any = definition.resolve
    said: Reads | None = getattr(resolve, SAID, None)
    if said is not None:
        return said
    if resolve is null_if_empty:
        return _read_as_it_is(to_snake_case(name), definition, model)
    if isinstance(resolve, partial) and resolve.func is dict_or_attr_resolver:
        return _read_as_it_is(resolve.args[0], definition, model)
    raise ReadsMore


def _read_as_it_is(name: str, definition: GraphQLField, model: type[Model]) -> Reads:
    """A field without a resolver: a column, or one row that the row leads to."""
    try:
        column = model._meta.get_field(name)
    except FieldDoesNotExist:
        raise ReadsMore from None
    if not column.concrete or column.many_to_many:
        raise ReadsMore
    if column.is_relation:
        return Reads(rows=(name,))
    return Reads(columns=(name,))


@cache
def _model_at(model: type[Model], way: str) -> type[Model]:
    for name in way.split("__") if way else ():
        related: Any = model._meta.get_field(name).related_model
        model = related
    return model
