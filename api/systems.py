"""What an organization's system may act on: what is the organization's, and in which its clerk has no own part.

What it does is done in the name of the clerk who made its token, and a clerk is also a neighbour, who asks for help, is
helped and gets messages. So every row that a mutation names must be one that the system reads, as nobody; and where
the clerk stands on the asker's side, they answer themselves.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from api.context import Context
from api.ids import GlobalId, decode
from api.queries.node import BY_ID
from matchmaker.community.viewers import Viewer
from matchmaker.errors import NotAllowed, NotFound
from matchmaker.needs.queries import is_asker_side

NAME_ROWS: Final = ("_id", "organization", "place", "reach_areas")
"""How fields end that name a row; `tests/promises/test_systems.py` holds that there is no other."""
WAYS_TO_A_NEED: Final = ("need", "match", "visit")
"""From a visit through its match, from a companion's proposal through its visit."""


def refuse_what_is_not_the_organizations(context: Context, asked: Mapping[str, Any]) -> None:
    """Nothing for a person and their apps. NotFound for a row that the system does not read, NotAllowed for one in
    which its clerk is helped, or speaks for who is."""
    if context.organization_id is None or context.token is None:
        return
    clerk = context.token.made_by
    for field, named in _named(asked):
        row = BY_ID[named.type_name](context.viewer, named.public_id)
        if row is None:
            raise NotFound(field=field)
        if _is_helped(clerk, row):
            raise NotAllowed(field=field)


def is_looked_at(field: str) -> bool:
    """Whether what this field of an input names must be a row that the system reads."""
    return field.endswith(NAME_ROWS)


def _named(asked: Mapping[str, Any]) -> Iterator[tuple[str, GlobalId]]:
    """Each row that an input names, with its field; texts that are no ids of rows are left out."""
    for field, value in asked.items():
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, Mapping):
                yield from _named(one)
            elif isinstance(one, str) and is_looked_at(field):
                named = decode(one)
                if named is not None and named.type_name in BY_ID:
                    yield field, named


def _is_helped(clerk: Viewer, row: Any) -> bool:
    """The clerk by themself stands on the asker's side of the need behind the row."""
    while row is not None and not hasattr(row, "for_person_id"):
        row = next((getattr(row, way) for way in WAYS_TO_A_NEED if hasattr(row, way)), None)
    return row is not None and is_asker_side(clerk, row)
