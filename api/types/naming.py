"""How an enum of the schema gets its name and its descriptions: by hand, and for exactly its values."""

from collections.abc import Callable
from enum import Enum

import graphene


def _described(about: str, **values: str) -> Callable[[Enum | None], str]:
    """A description for the enum and for each of its values, by name."""
    return lambda member: about if member is None else values[member.name]


def named(values: type[Enum], name: str, about: str, **descriptions: str) -> type[graphene.Enum]:
    missing = {member.name for member in values} ^ set(descriptions)
    if missing:
        raise TypeError(f"{name}: describe exactly its values; look at {sorted(missing)}")
    return graphene.Enum.from_enum(values, name=name, description=_described(about, **descriptions))
