"""The nearest known name to one that is not known, with an end to the effort."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

LOOKED_UP_AT_MOST: Final = 300
"""Comparing is slow; a file in which every name is wrong has another fault than spelling."""


class Effort:
    """How many more names may be compared for one list."""

    def __init__(self, left: int = LOOKED_UP_AT_MOST) -> None:
        self.left = left


class Near:
    """Suggests among these names; each wrong name is looked up once."""

    def __init__(self, names: Iterable[str], effort: Effort) -> None:
        self._names = sorted(set(names))
        self._effort = effort
        self._found: dict[str, str] = {}

    def to(self, text: str) -> str:
        """The nearest name, or nothing."""
        if text not in self._found:
            if self._effort.left <= 0:
                return ""
            self._effort.left -= 1
            close = get_close_matches(text, self._names, n=1, cutoff=0.6)
            self._found[text] = close[0] if close else ""
        return self._found[text]
