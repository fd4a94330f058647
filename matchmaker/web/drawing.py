"""What our drawings share: the colours of the pages, which a file cannot take from `house.css`, and joining parts."""

from collections.abc import Iterable
from typing import Final

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

GROUND: Final = "#fbf8f3"
INK: Final = "#1d2327"
BRAND: Final = "#0b5d5b"
DARK: Final = "#073f3e"
LINE: Final = "#78838a"
SOFT: Final = "#e3f0ee"
PAPER: Final = "#ffffff"


def joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
