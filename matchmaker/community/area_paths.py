"""The path of an area: the keys from the root down to it, so that a subtree is a prefix."""

from typing import Final

KEY_DIGITS: Final = 10


def path_under(parent_path: str, key: int) -> str:
    """The path of the area with this key below the one of that path; of a region, below nothing."""
    return f"{parent_path}{key:0{KEY_DIGITS}d}/"


def path_above(path: str) -> str:
    """The path of the area right above; empty above a region."""
    return path[: -(KEY_DIGITS + 1)]


def region_of_path(path: str) -> str:
    """The path of the region that the area lies in."""
    return path_under("", keys_of_path(path)[0])


def keys_of_path(path: str) -> tuple[int, ...]:
    """The keys from the root down to the area, its own last."""
    return tuple(int(part) for part in path.split("/") if part)
