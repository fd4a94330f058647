"""Reads docker-compose.yml as Compose would: variables filled in, environment and commands as a container gets them."""

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from tests.promises.repository import ROOT

VARIABLE: Final = re.compile(r"\$(?:\$|\{(\w+)(?:(:[-?])([^}]*))?\})")


class VariableMissing(Exception):
    """Compose stops with the text after `:?`."""


def raw() -> dict[str, Any]:
    """The file as it stands, anchors followed."""
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return read


def filled(given: Mapping[str, str]) -> dict[str, Any]:
    """The file with its variables replaced from these alone."""
    replaced: dict[str, Any] = _replaced(raw(), given)
    return replaced


def texts(part: Any) -> list[str]:
    """Every text that stands in this part."""
    if isinstance(part, dict):
        return [found for value in part.values() for found in texts(value)]
    if isinstance(part, list):
        return [found for value in part for found in texts(value)]
    return [part] if isinstance(part, str) else []


def _replaced(part: Any, given: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {key: _replaced(value, given) for key, value in part.items()}
    if isinstance(part, list):
        return [_replaced(value, given) for value in part]
    return VARIABLE.sub(lambda found: _value(found, given), part) if isinstance(part, str) else part


def _value(found: re.Match[str], given: Mapping[str, str]) -> str:
    name, how, text = found.groups()
    if name is None:
        return "$"
    if given.get(name):
        return given[name]
    if how == ":-":
        return str(text)
    raise VariableMissing(f"{name}: {text}")
