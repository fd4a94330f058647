"""The columns that each kind of list may have: what they are called, what stands in them, an example."""

from collections.abc import Mapping
from typing import Final

from matchmaker.lists.columns.column import Column
from matchmaker.lists.columns.needs import NEEDS
from matchmaker.lists.columns.offers import OFFERS
from matchmaker.lists.columns.people import PEOPLE

__all__ = ["COLUMNS", "NEEDS", "OFFERS", "PEOPLE", "Column", "column_of"]

COLUMNS: Final[Mapping[str, tuple[Column, ...]]] = {"PEOPLE": PEOPLE, "NEEDS": NEEDS, "OFFERS": OFFERS}


def column_of(kind: str, key: str) -> Column | None:
    """The column of this list, or None for a fault that belongs to no single column."""
    return next((column for column in COLUMNS[kind] if column.key == key), None)
