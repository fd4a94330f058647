"""The examples in the engine's docstrings are true."""

import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

from matchmaker import engine


@pytest.mark.parametrize("name", [module.name for module in iter_modules(engine.__path__)])
def test_examples_of(name: str) -> None:
    assert doctest.testmod(import_module(f"matchmaker.engine.{name}")).failed == 0
