"""How numbers are written into a sentence.

In English ``{visits:visit|visits}`` is the number with the word that goes with it. In both languages ``{hours:span}``
is a length of time that nobody has to count: in hours up to two days, then in days.
"""

from math import ceil
from string import Formatter
from typing import Any, Final

from matchmaker.engine.trust import Params

SPAN: Final = "span"
HOURS_SAID: Final = 48
HOURS_OF_A_DAY: Final = 24


def spelled(text: str, params: Params, *, chinese: bool) -> str:
    """The text with its numbers.

    Raises
    ------
    KeyError
        If the params lack a value that the text names.

    Examples
    --------
    >>> spelled("{hours:span} and {visits:visit|visits}", {"hours": 93, "visits": 1}, chinese=False)
    '4 days and 1 visit'
    """
    return _WORDS[chinese].vformat(text, (), dict(params))


def span(hours: int, *, chinese: bool) -> str:
    """So many hours; from two days on whole days, rounded up, so that whoever moves that far moves far enough."""
    days = ceil(hours / HOURS_OF_A_DAY)
    if chinese:
        return f"{days}天" if hours >= HOURS_SAID else f"{hours}小时"
    number, word = (days, "day") if hours >= HOURS_SAID else (hours, "hour")
    return f"{number} {word if number == 1 else word + 's'}"


class _Words(Formatter):
    def __init__(self, *, chinese: bool) -> None:
        self._chinese = chinese

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == SPAN:
            return span(value, chinese=self._chinese)
        one, several, many = format_spec.partition("|")
        return f"{value} {one if value == 1 else many}" if several else str(super().format_field(value, format_spec))


_WORDS: Final = {chinese: _Words(chinese=chinese) for chinese in (True, False)}
