"""Rows that hang on other rows: one query for a page, not one for each row.

A page's rows remember each other. The first row that asks for what hangs on it brings the same for the whole page.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

Row = TypeVar("Row")
PAGE: Final = "_page_rows"
LOADED: Final = "_page_loaded"


def keep_page(rows: Sequence[Row]) -> list[Row]:
    """The same rows, each knowing the page it came with."""
    page = list(rows)
    loaded: dict[str, dict[Any, Any]] = {}
    for row in page:
        setattr(row, PAGE, page)
        setattr(row, LOADED, loaded)
    return page


def with_page(
    row: Any, *, name: str, key: Callable[[Any], Any], load: Callable[[Iterable[Any]], dict[Any, Any]]
) -> Any:
    """What hangs on this row under `key(row)`; asked once for all rows of its page. None where there is nothing."""
    if getattr(row, PAGE, None) is None:
        keep_page([row])
    loaded: dict[str, dict[Any, Any]] = getattr(row, LOADED)
    if name not in loaded:
        keys = {key(other) for other in getattr(row, PAGE)} - {None}
        loaded[name] = load(keys) if keys else {}
    return loaded[name].get(key(row))
