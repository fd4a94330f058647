"""The number on a door, however it is written: "301" on one paper is "301室" on the next."""

from typing import Final

ENDINGS: Final = ("室", "号")


def spellings_of(name: str) -> tuple[str, ...]:
    """As it was written, then the other ways in which the same door is written."""
    name = name.strip()
    bare = name
    for ending in ENDINGS:
        bare = bare.removesuffix(ending)
    bare = bare.strip() or name
    return tuple(dict.fromkeys((name, bare, *(bare + ending for ending in ENDINGS))))
