"""Service types as people name them: by code or by name, in either language."""

from collections.abc import Sequence

from matchmaker.lists.cells import Row
from matchmaker.lists.planning.homes import plain_name
from matchmaker.lists.planning.near import Effort, Near
from matchmaker.needs.models import ServiceType


class Types:
    """The types in force, found by what a cell says."""

    def __init__(self, types: Sequence[ServiceType]) -> None:
        self._by_name: dict[str, ServiceType] = {}
        for kind in types:  # parents first: where a child has the same name, it is the child that is meant
            for name in (kind.code, kind.name_zh, kind.name_en):
                self._by_name[plain_name(name)] = kind
        names = [name for kind in types for name in (kind.code, kind.name_zh, kind.name_en)]
        self._near = Near(names, Effort())

    def named(self, row: Row, column: str, name: str) -> ServiceType | None:
        """The type, or a fault with the nearest name."""
        found = self._by_name.get(plain_name(name))
        if found is not None:
            return found
        near = self._near.to(name)
        if near:
            row.fault(column, "TYPE_LIKE", near=near)
        else:
            row.fault(column, "UNKNOWN_TYPE")
        return None
