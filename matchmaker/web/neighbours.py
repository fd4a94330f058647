"""How pictures of ties speak: kinds of ties, buildings, and who may not be named."""

from collections.abc import Iterable
from typing import Any, Final

from matchmaker.matches.queries.case_graph import EN as TIES_IN_ENGLISH
from matchmaker.matches.queries.case_graph import ZH as TIES_IN_CHINESE
from matchmaker.web.phrases import say, say_later

KINDS: Final = {kind: say_later(zh, TIES_IN_ENGLISH[kind]) for kind, zh in TIES_IN_CHINESE.items()}
PARTS: Final = {
    "HELPED": say_later("要人帮的人", "who is to be helped"),
    "PROPOSED": say_later("推荐的帮手", "who would help"),
}


def kinds_in_words(kinds: Iterable[str]) -> str:
    return say("、", ", ").join(str(KINDS[kind]) for kind in kinds)


def building_name(home: Any) -> str:
    """`3号楼` or `Building 3`; the buildings of few people of a grid, and homes that are not known, in words."""
    if home.name.isdecimal():
        return say(f"{home.name}号楼", f"Building {home.name}")
    if home.name:
        return str(home.name)
    if home.grid:
        return say(f"{home.grid}的其他楼", f"Other buildings of {home.grid_en or home.grid}")
    return say("其他地方", "Elsewhere")


def grid_around(home: Any) -> str:
    """The grid of a building, in the reader's language."""
    return say(home.grid, home.grid_en or home.grid) if home.grid else say("其他地方", "Elsewhere")


def short(name: str, most: int = 11) -> str:
    """The name as far as it fits under a dot; read out it is whole."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def listed(parts: Iterable[str]) -> str:
    return say("、", ", ").join(parts)
