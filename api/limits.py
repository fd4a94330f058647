"""What one request may ask for, checked before anything is validated or run.

Validation and execution are both slower than linear in the document, so the document is measured first: its tokens
while it is read, then what is written in it (fragments, directives, variables, fields of one name, of which validation
compares every two), then its depth, its aliases and what its answer could hold (the product of page sizes along each
path), with fragments counted wherever they are used.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableDefinitionNode,
    VariableNode,
)

MAX_BODY_BYTES: Final = 100_000
MAX_LIST_BODY_BYTES: Final = 28_000_000
"""For who may import lists: twenty megabytes of a file as base64, and what stands around it."""
MAX_TOKENS: Final = 2_000
MAX_DEPTH: Final = 12
MAX_INTROSPECTION_DEPTH: Final = 20
MAX_ALIASES: Final = 30
MAX_OPERATIONS: Final = 10
MAX_FRAGMENTS: Final = 30
MAX_DIRECTIVES: Final = 30
MAX_VARIABLES: Final = 50
MAX_PAIRS: Final = 20_000
"""Pairs of fields that share a name, wherever they stand: validation looks at each whether the two may be merged."""
MAX_COST: Final = 10_000
"""Fields that one answer could hold, at most."""
PAGE_DEFAULT: Final = 20
PAGE_MAX: Final = 100
INT_DIGITS: Final = 11
"""No `Int` of GraphQL is longer, its sign included."""
ONCE: Final = frozenset({"signIn", "requestSignInCode", "joinByInvitation", "comeBack", "checkCertificate"})
"""Fields that could be used to guess: once in a document, however they are spelled."""


class TooMuch(GraphQLError):
    """A document asks for more than one request may."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "TOO_MUCH"})


@dataclass(frozen=True, slots=True)
class Size:
    """What a selection adds up to: `cost` counts fields that its answer could hold, `rows` the rows of its lists."""

    depth: int = 0
    aliases: int = 0
    cost: int = 0
    rows: int = 0
    guesses: int = 0

    def beside(self, other: "Size") -> "Size":
        return Size(
            depth=max(self.depth, other.depth),
            aliases=self.aliases + other.aliases,
            cost=self.cost + other.cost,
            rows=self.rows + other.rows,
            guesses=self.guesses + other.guesses,
        )


class Ruler:
    """Measures the operations of one document, each fragment once.

    Parameters
    ----------
    document : DocumentNode
        As parsed; it need not be valid.
    variables : mapping
        The raw variables of the request: page sizes may stand in them.
    rows_of : mapping of field name to int or None
        For each field that gives a list, how many rows to reckon with; None where the argument `first` says it.
    work_of : mapping of field name to int
        For each field that takes as long as many others, or as many rows, as how many.
    """

    def __init__(
        self,
        document: DocumentNode,
        variables: Mapping[str, Any],
        rows_of: Mapping[str, int | None],
        work_of: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self.operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._variables = variables
        self._rows_of = rows_of
        self._work_of = work_of
        self._known: dict[str, Size] = {}
        self._open: set[str] = set()

    def size_of(self, selections: SelectionSetNode | None) -> Size:
        """What this selection adds up to, fragments included."""
        size = Size()
        for selection in selections.selections if selections else ():
            if isinstance(selection, FieldNode):
                part = self._field(selection)
            elif isinstance(selection, FragmentSpreadNode):
                part = self._fragment(selection.name.value)
            else:
                part = self.size_of(selection.selection_set)  # type: ignore[attr-defined]  # only inline fragments are left
            size = size.beside(part)
        return size

    def _field(self, node: FieldNode) -> Size:
        name = node.name.value
        if name.startswith("__"):
            return self._introspection(node)
        inner = self.size_of(node.selection_set)
        rows = self._rows(name, node)
        return Size(
            depth=inner.depth + 1,
            aliases=inner.aliases + (1 if node.alias else 0),
            cost=1 + self._work_of.get(name, 0) + inner.cost * (1 if rows is None else rows),
            rows=self._work_of.get(name, 0) + (inner.rows if rows is None else rows * (1 + inner.rows)),
            guesses=inner.guesses + (1 if name in ONCE else 0),
        )

    def _introspection(self, node: FieldNode) -> Size:
        """Introspection is off in production; elsewhere its own depth is bounded and it counts as one field."""
        depth = self.size_of(node.selection_set).depth
        if depth > MAX_INTROSPECTION_DEPTH:
            raise TooMuch(f"Introspection goes at most {MAX_INTROSPECTION_DEPTH} levels deep.")
        return Size(depth=1, cost=1)

    def _fragment(self, name: str) -> Size:
        if name in self._open:
            raise TooMuch("A fragment uses itself.")
        if name not in self._known and name in self._fragments:
            self._open.add(name)
            self._known[name] = self.size_of(self._fragments[name].selection_set)
            self._open.discard(name)
        return self._known.get(name, Size())

    def _rows(self, name: str, node: FieldNode) -> int | None:
        """How many rows the field may give; None where it gives no list."""
        if name not in self._rows_of:
            return None
        rows = self._rows_of[name]
        return self._first(node) if rows is None else rows

    def _first(self, node: FieldNode) -> int:
        for argument in node.arguments:
            if argument.name.value != "first":
                continue
            if isinstance(argument.value, IntValueNode):
                return _page(_whole(argument.value.value))
            if isinstance(argument.value, VariableNode):
                return self._first_from(argument.value.name.value)
        return PAGE_DEFAULT

    def _first_from(self, variable: str) -> int:
        """A null stands for the usual page; where nothing is given the document may name any default."""
        given = self._variables.get(variable, PAGE_MAX)
        if given is None:
            return PAGE_DEFAULT
        return _page(given) if isinstance(given, int) else PAGE_MAX


def _page(asked: int) -> int:
    """A page below nothing is refused when it is run; here it may not pay for another."""
    return max(0, min(asked, PAGE_MAX))


def _whole(digits: str) -> int:
    """The number written; one of more digits than the schema's integers have is a full page, and is never read.

    Python refuses to read numbers of several thousand digits, and takes long over those just below.
    """
    return int(digits) if len(digits) <= INT_DIGITS else PAGE_MAX


def refuse_too_much(
    document: DocumentNode,
    variables: Mapping[str, Any],
    rows_of: Mapping[str, int | None],
    work_of: Mapping[str, int] = MappingProxyType({}),
) -> Size:
    """The largest of the document's operations where all stay within the limits; else TooMuch with what they pass."""
    ruler = Ruler(document, variables, rows_of, work_of)
    sizes = [ruler.size_of(operation.selection_set) for operation in ruler.operations]
    for size in sizes:
        if size.depth > MAX_DEPTH:
            raise TooMuch(f"A document goes at most {MAX_DEPTH} levels deep; this one goes {size.depth}.")
        if size.aliases > MAX_ALIASES:
            raise TooMuch(f"A document has at most {MAX_ALIASES} aliases; this one has {size.aliases}.")
        if size.guesses > 1:
            raise TooMuch("A document has one field that asks for a code or takes one.")
        if size.cost > MAX_COST:
            raise TooMuch(f"An answer holds at most {MAX_COST} fields; this one could hold {size.cost}. Ask for fewer.")
    return max(sizes, key=lambda size: size.cost, default=Size())


def refuse_too_many(document: DocumentNode) -> None:
    """Nothing, where not too much of one kind is written in the document; else TooMuch with the limit it passes."""
    counted: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for node in _nodes(document):
        counted[node.kind] += 1
        if isinstance(node, FieldNode):
            names[(node.alias or node.name).value] += 1
    for node_type, most, called in LIMITED:
        if counted[node_type.kind] > most:
            raise TooMuch(f"A document has at most {most} {called}; this one has {counted[node_type.kind]}.")
    pairs = sum(count * (count - 1) // 2 for count in names.values())
    if pairs > MAX_PAIRS:
        raise TooMuch("A document repeats the same fields too often. Ask for each once.")


LIMITED: Final = (
    (OperationDefinitionNode, MAX_OPERATIONS, "operations"),
    (FragmentDefinitionNode, MAX_FRAGMENTS, "fragments"),
    (DirectiveNode, MAX_DIRECTIVES, "directives"),
    (VariableDefinitionNode, MAX_VARIABLES, "variables"),
)


def _nodes(document: DocumentNode) -> Iterator[Node]:
    """Every definition, variable, field, spread and directive of the document."""
    waiting: list[Any] = list(document.definitions)
    while waiting:
        node = waiting.pop()
        yield node
        waiting += getattr(node, "directives", None) or ()
        waiting += getattr(node, "variable_definitions", None) or ()
        if selections := getattr(node, "selection_set", None):
            waiting += selections.selections
