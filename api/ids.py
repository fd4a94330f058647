"""Global ids: Relay's, made of a type's name and a row's public id; inner keys never leave."""

from typing import Any, NamedTuple
from uuid import UUID

import graphene
from graphql_relay import from_global_id, to_global_id

from api.reads import reads
from matchmaker.errors import NotFound


class GlobalId(NamedTuple):
    type_name: str
    public_id: UUID


def decode(global_id: str) -> GlobalId | None:
    """What a global id names; None where it is not one."""
    try:
        type_name, public_id = from_global_id(global_id)
        return GlobalId(type_name, UUID(public_id))
    except (ValueError, UnicodeError):
        return None


def uuid_of(type_name: str, global_id: str, *, field: str) -> UUID:
    """The public id behind a global id of this type; NotFound for any other text."""
    decoded = decode(global_id)
    if decoded is None or decoded.type_name != type_name:
        raise NotFound(field=field)
    return decoded.public_id


def uuid_if_given(type_name: str, global_id: str | None, *, field: str) -> UUID | None:
    """The same for an id that may be left out, or empty."""
    return uuid_of(type_name, global_id, field=field) if global_id else None


class Node(graphene.Interface):
    """Something with an id of its own."""

    id = graphene.ID(required=True, description="Good for node(id) and for inputs; the same from every door.")

    @staticmethod
    @reads("public_id")
    def resolve_id(row: Any, info: graphene.ResolveInfo) -> str:
        return str(to_global_id(info.parent_type.name, row.public_id))
