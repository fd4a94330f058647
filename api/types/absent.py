"""What a row keeps as an empty text is null in an answer."""

from typing import Any

import graphene
from graphene.utils.str_converters import to_snake_case


def null_if_empty(row: Any, info: graphene.ResolveInfo) -> Any:
    """Resolves a field of the row of the same name."""
    return getattr(row, to_snake_case(info.field_name)) or None
