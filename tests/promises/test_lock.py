"""The lock names all that is needed, on every Python the project says it runs on."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.promises.repository import ROOT

PYTHONS = ("3.11.0", "3.11.2", "3.11.9", "3.12.3", "3.13.1")
ON_LINUX = {
    "implementation_name": "cpython",
    "os_name": "posix",
    "platform_python_implementation": "CPython",
    "platform_system": "Linux",
    "sys_platform": "linux",
}


def environment(python: str, extra: str = "") -> dict[str, str]:
    short = ".".join(python.split(".")[:2])
    return {**ON_LINUX, "python_full_version": python, "python_version": short, "extra": extra}


def holds(one: Requirement, python: str, extras: set[str]) -> bool:
    marker = one.marker
    return marker is None or any(marker.evaluate(environment(python, extra)) for extra in extras | {""})


def locked(python: str) -> set[str]:
    """What is installed from the lock by this Python."""
    lines = re.findall(r"^(\S+==[^\\\n]*)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    found = [Requirement(line.strip()) for line in lines]
    return {canonicalize_name(one.name) for one in found if holds(one, python, set())}


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return found


def needed(python: str) -> set[str]:
    """What the project asks for, and all that this asks for in turn, extras too."""
    named = project()
    open_ones = [Requirement(line) for line in (*named["dependencies"], *named["optional-dependencies"]["dev"])]
    seen: set[tuple[str, frozenset[str]]] = set()
    while open_ones:
        one = open_ones.pop()
        name = canonicalize_name(one.name)
        if (name, frozenset(one.extras)) in seen:
            continue
        seen.add((name, frozenset(one.extras)))
        try:
            further = [Requirement(line) for line in requires(name) or ()]
        except PackageNotFoundError:  # for another Python than this one; that it is named is what counts
            continue
        open_ones += [other for other in further if holds(other, python, one.extras)]
    return {name for name, _ in seen}


class TestLock:
    @pytest.mark.parametrize("python", PYTHONS)
    def test_names_all_that_is_needed(self, python: str) -> None:
        assert needed(python) - locked(python) == set()
