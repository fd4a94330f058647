"""An organization's system names no row that nobody looked at: each field that takes an id is guarded, or harmless."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from graphene.utils.str_converters import to_snake_case
from graphql import get_named_type, is_input_object_type

from api.schema import schema
from api.scopes import A_PERSONS, FOR_NO_ORGANIZATION, NOBODYS, OF_ROOT_FIELDS
from api.systems import is_looked_at

READ_FOR_THE_VIEWER: Final = frozenset(("id", "areaId", "needId", "organizationId", "serviceType"))
"""Arguments of what is read: whatever they name is found for the system, which reads as nobody."""
HARMLESS: Final = {
    "serviceType": "a code of the taxonomy, which everybody reads",
    "serviceTypes": "codes of the taxonomy",
    "forPerson": "a person, whom no rule of rows finds: the action asks whether the clerk may speak for them",
}
TYPES: Final = schema.graphql_schema.type_map


def ids_of(root: str) -> list[tuple[str, str]]:
    """Each place at which an organization's token may give an id below this root: where, and the field's name."""
    fields: Any = TYPES[root]
    found = []
    for name, field in fields.fields.items():
        if OF_ROOT_FIELDS[name] not in (NOBODYS, A_PERSONS) and name not in FOR_NO_ORGANIZATION:
            for argument, takes in field.args.items():
                found += list(_ids_below(f"{name}.{argument}", argument, takes.type))
    return found


def _ids_below(at: str, name: str, kind: Any) -> Iterator[tuple[str, str]]:
    inside: Any = get_named_type(kind)
    if inside.name == "ID":
        yield at, name
    elif is_input_object_type(inside):
        for part, field in inside.fields.items():
            yield from _ids_below(f"{at}.{part}", part, field.type)


class TestIds:
    def test_of_mutations_are_looked_at_or_harmless(self) -> None:
        places = ids_of("Mutation")

        unguarded = [at for at, name in places if not is_looked_at(to_snake_case(name)) and name not in HARMLESS]

        assert unguarded == []
        assert len(places) > 60

    @pytest.mark.parametrize("root", ["Query", "Subscription"])
    def test_of_reads_are_those_that_are_found_for_the_viewer(self, root: str) -> None:
        assert {name for _, name in ids_of(root)} <= READ_FOR_THE_VIEWER

    def test_that_are_called_harmless_are_there(self) -> None:
        names = {name for _, name in ids_of("Mutation")}

        assert set(HARMLESS) <= names
