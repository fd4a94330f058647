"""Runs a query's document: each selection is read once, each field of a row costs one call of its resolver.

The general executor builds a path and an info object for every field of every row, which is most of what a long page
costs. Here the fields of a type are looked up once for each selection, and a path is only made where something
composite or a fault is met. Documents that change something or ask for the schema go to the general executor, also
what `tests/api/test_any_document.py` compares this one with. A compiled plan (document to columns to rows) can take
the place of `Run` without the view knowing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, cast

from graphene.types.resolver import dict_or_attr_resolver
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLAbstractType,
    GraphQLError,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLString,
    GraphQLWrappingType,
    OperationDefinitionNode,
    OperationType,
    Undefined,
    default_type_resolver,
    execute_sync,
    get_operation_ast,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    located_error,
)
from graphql.execution.collect_fields import collect_fields, collect_sub_fields
from graphql.execution.values import get_argument_values, get_variable_values

Path = tuple[Any, str | int] | None
"""Where a value stands: the place of what holds it, then its own key."""
Complete = Callable[[Any, Path], Any]
ABOUT_THE_SCHEMA: Final = ("__schema", "__type")


def _inside(kind: GraphQLOutputType) -> GraphQLOutputType:
    """What a list is a list of, or what may not be null."""
    return cast("GraphQLWrappingType[Any]", kind).of_type


def _named(name: str, _row: Any) -> str:
    return name


class Fault(Exception):
    """Something that may not be null is: what holds it becomes null, up to what may be."""

    def __init__(self, error: GraphQLError) -> None:
        super().__init__(error.message)
        self.error = error


@dataclass(slots=True)
class Info:
    """What a resolver is told besides its row; named as in the general executor's."""

    context: Any
    parent_type: GraphQLNamedType
    field_name: str
    schema: GraphQLSchema
    field_nodes: list[FieldNode]
    fragments: dict[str, FragmentDefinitionNode]

    @staticmethod
    def is_awaitable(_value: Any) -> bool:
        """None of our resolvers waits."""
        return False


@dataclass(slots=True)
class Chosen:
    """One field of a selection, ready to be asked of any row."""

    key: str
    nodes: list[FieldNode]
    read: Callable[[Any], Any]
    complete: Complete
    nullable: bool


@dataclass
class Run:
    """One document being answered."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    variables: dict[str, Any]
    context: Any
    errors: list[GraphQLError] = field(default_factory=list)

    def root(self, operation: OperationDefinitionNode, root_type: GraphQLObjectType) -> dict[str, Any] | None:
        collected = collect_fields(self.schema, self.fragments, self.variables, root_type, operation.selection_set)
        try:
            return self._row(self._chosen(root_type, collected), None, None)
        except Fault as fault:
            self.errors.append(fault.error)
            return None

    def _row(self, fields: Iterable[Chosen], row: Any, path: Path) -> dict[str, Any]:
        answer: dict[str, Any] = {}
        for chosen in fields:
            try:
                value = chosen.read(row)
                answer[chosen.key] = (
                    None if value is None and chosen.nullable else chosen.complete(value, (path, chosen.key))
                )
            except Exception as error:  # noqa: BLE001  # a fault of any field is told in its place
                self._tell(error, chosen, (path, chosen.key))
                answer[chosen.key] = None
        return answer

    def _tell(self, error: Exception, chosen: Chosen, path: Path) -> None:
        """The error stands in the answer and the field is to be null; it is raised where it may not be."""
        fault = error if isinstance(error, Fault) else Fault(_located(error, chosen.nodes, path))
        if not chosen.nullable:
            raise fault
        self.errors.append(fault.error)

    def _chosen(self, kind: GraphQLObjectType, collected: Mapping[str, list[FieldNode]]) -> list[Chosen]:
        found = []
        for key, nodes in collected.items():
            name = nodes[0].name.value
            if name == "__typename":
                found.append(Chosen(key, nodes, partial(_named, kind.name), _leaf(GraphQLString), False))
            elif name in kind.fields:
                definition = kind.fields[name]
                read = self._reading(kind, name, definition, nodes)
                complete = self._completing(definition.type, nodes)
                found.append(Chosen(key, nodes, read, complete, not is_non_null_type(definition.type)))
        return found

    def _reading(
        self, kind: GraphQLObjectType, name: str, definition: GraphQLField, nodes: list[FieldNode]
    ) -> Callable[[Any], Any]:
        resolve = definition.resolve
        if isinstance(resolve, partial) and resolve.func is dict_or_attr_resolver and len(resolve.args) == 2:
            return _attribute(*resolve.args)
        if resolve is None:
            return _attribute(name, None)
        info = Info(self.context, kind, name, self.schema, nodes, self.fragments)
        if not definition.args:
            return lambda row: resolve(row, info)
        try:
            given = get_argument_values(definition, nodes[0], self.variables)
        except GraphQLError as error:
            return partial(_refuse, error)
        return lambda row: resolve(row, info, **given)

    def _completing(self, kind: GraphQLOutputType, nodes: list[FieldNode]) -> Complete:
        if is_non_null_type(kind):
            inner = self._completing(_inside(kind), nodes)
            named = f"{nodes[0].name.value}"

            def required(value: Any, path: Path) -> Any:
                if value is None:
                    raise TypeError(f"Cannot return null for non-nullable field {named}.")
                return inner(value, path)

            return required
        if is_list_type(kind):
            return self._completing_list(_inside(kind), nodes)
        if is_leaf_type(kind):
            return _leaf(kind)
        if is_abstract_type(kind):
            return self._completing_abstract(cast("GraphQLAbstractType", kind), nodes)
        return self._completing_object(cast("GraphQLObjectType", kind), nodes)

    def _completing_list(self, kind: GraphQLOutputType, nodes: list[FieldNode]) -> Complete:
        complete = self._completing(kind, nodes)
        nullable = not is_non_null_type(kind)
        item = Chosen("", nodes, _itself, complete, nullable)

        def of_each(values: Any, path: Path) -> list[Any]:
            answers: list[Any] = []
            for place, value in enumerate(values):
                try:
                    answers.append(None if value is None and nullable else complete(value, (path, place)))
                except Exception as error:  # noqa: BLE001  # a fault of any row is told in its place
                    self._tell(error, item, (path, place))
                    answers.append(None)
            return answers

        return of_each

    def _completing_object(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Complete:
        fields: list[Chosen] = []

        def of_row(row: Any, path: Path) -> dict[str, Any]:
            if not fields:  # read at the first row: a type that leads to itself would be read without end
                fields.extend(self._chosen(kind, self._below(kind, nodes)))
            return self._row(fields, row, path)

        return of_row

    def _completing_abstract(self, kind: GraphQLAbstractType, nodes: list[FieldNode]) -> Complete:
        known: dict[str, Complete] = {}
        resolve_type = kind.resolve_type or default_type_resolver
        info: Any = Info(self.context, kind, nodes[0].name.value, self.schema, nodes, self.fragments)

        def of_row(row: Any, path: Path) -> Any:
            name = resolve_type(row, info, kind)
            if not isinstance(name, str):
                raise TypeError(f"{kind.name} does not know what this row is.")
            if name not in known:
                known[name] = self._completing_object(cast("GraphQLObjectType", self.schema.type_map[name]), nodes)
            return known[name](row, path)

        return of_row

    def _below(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Mapping[str, list[FieldNode]]:
        return collect_sub_fields(self.schema, self.fragments, self.variables, kind, nodes)


def execute(
    schema: GraphQLSchema,
    document: DocumentNode,
    *,
    context: Any,
    variables: Mapping[str, Any],
    operation_name: str | None,
) -> ExecutionResult:
    """What the document asks for; the same as the general executor answers, sooner."""
    operation = get_operation_ast(document, operation_name)
    if operation is None or operation.operation is not OperationType.QUERY or _asks_for_the_schema(document):
        return execute_sync(
            schema,
            document,
            context_value=context,
            variable_values=dict(variables),
            operation_name=operation_name,
        )
    coerced = get_variable_values(schema, operation.variable_definitions or (), dict(variables), max_errors=50)
    if isinstance(coerced, list):
        return ExecutionResult(data=None, errors=coerced)
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    run = Run(schema, fragments, coerced, context)
    data = run.root(operation, cast("GraphQLObjectType", schema.query_type))
    return ExecutionResult(data=data, errors=run.errors or None)


def _asks_for_the_schema(document: DocumentNode) -> bool:
    """Whether some operation or fragment names a field of the schema itself, which stand at the top alone."""
    return any(
        isinstance(node, FieldNode) and node.name.value in ABOUT_THE_SCHEMA
        for definition in document.definitions
        for node in _top_of(definition)
    )


def _top_of(definition: Any) -> Iterable[Any]:
    waiting = list(definition.selection_set.selections) if getattr(definition, "selection_set", None) else []
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, FieldNode) and getattr(node, "selection_set", None):
            waiting += node.selection_set.selections


def _attribute(name: str, default: Any) -> Callable[[Any], Any]:
    def read(row: Any) -> Any:
        return row.get(name, default) if isinstance(row, dict) else getattr(row, name, default)

    return read


def _leaf(kind: Any) -> Complete:
    serialize = kind.serialize
    as_it_is = str if kind.name in ("String", "ID") else bool if kind.name == "Boolean" else None

    def of_value(value: Any, _path: Path) -> Any:
        if type(value) is as_it_is:
            return value
        told = serialize(value)
        if told is Undefined or told is None:
            raise TypeError(f"Expected a value of type {kind.name}.")
        return told

    return of_value


def _itself(value: Any) -> Any:
    return value


def _refuse(error: GraphQLError, _row: Any) -> Any:
    raise error


def _located(error: Exception, nodes: list[FieldNode], path: Path) -> GraphQLError:
    """The error with the place where it happened."""
    keys: list[str | int] = []
    while path is not None:
        path, key = path
        keys.append(key)
    return located_error(error, nodes, keys[::-1])
