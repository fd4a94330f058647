"""The tokens of the pages' style, read from the style itself: whoever shows them never writes one down again."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

STYLE: Final = Path(__file__).parent / "static" / "web" / "house.css"
_DECLARED: Final = re.compile(r"--([a-z-]+):\s*([^;]+);")


@dataclass(frozen=True, slots=True)
class StyleToken:
    """A colour or a size by its name, as the pages have it and as the elder view does."""

    name: str
    value: str
    elder_value: str

    @property
    def is_colour(self) -> bool:
        return self.value.startswith("#")


def style_of() -> str:
    """The style of every page, as it is written."""
    return STYLE.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def tokens() -> tuple[StyleToken, ...]:
    """Each token in the order of the style."""
    style = style_of()
    elder = dict(_DECLARED.findall(_block(style, ".elder {")))
    return tuple(
        StyleToken(name, value, elder.get(name, value)) for name, value in _DECLARED.findall(_block(style, ":root {"))
    )


def _block(style: str, opening: str) -> str:
    begins = style.index(opening)
    return style[begins : style.index("}", begins)]
