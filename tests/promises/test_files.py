"""What holds for every file of the repository."""

import ast
import re
from pathlib import Path

from tests.promises.repository import files, text

LINES_ALLOWED = 400
FUNCTION_LINES_ALLOWED = 60
BINARY = {".png", ".ico", ".woff2", ".jpg"}

# Written in pieces, so that this file does not name what it looks for.
ELSEWHERE = re.compile(
    r"(?<![\w.])/(?:wo" r"rk|fa" r"rm|ro" r"ot)/|cdn\.js" r"delivr|unp" r"kg\.com|cdn" r"js\b|google" r"apis\.com"
    r'|"reso' r'lved":|registry\.np' r"mjs|pypi\.o" r"rg|files\.python" r"hosted"
)  # fmt: skip

PYTHON = [path for path in files("*.py") if "migrations" not in path.parts]
LONG = [path for path in PYTHON if text(path).count("\n") > LINES_ALLOWED]
REASONS = "\n".join(text(path) for path in files("docs/decisions/*.md"))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [
        node for node in ast.walk(ast.parse(text(path))) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


class TestModules:
    def test_over_400_lines_have_a_written_reason(self) -> None:
        assert [str(path) for path in LONG if str(path) not in REASONS] == []

    def test_hold_no_function_over_60_lines(self) -> None:
        long = [
            f"{path}:{node.lineno} {node.name}"
            for path in PYTHON
            for node in functions(path)
            if length(node) > FUNCTION_LINES_ALLOWED
        ]

        assert long == []

    def test_have_names_that_say_what_is_in_them(self) -> None:
        vague = {"utils", "util", "helpers", "common", "base", "manager", "managers", "misc"}

        assert [str(path) for path in PYTHON if vague & {path.stem, *path.parts}] == []


class TestFiles:
    def test_name_no_place_on_a_machine_and_no_registry(self) -> None:
        named = [
            f"{path}:{number}"
            for path in files()
            if path.suffix not in BINARY
            for number, line in enumerate(text(path).split("\n"), 1)
            if ELSEWHERE.search(line)
        ]

        assert named == []


class TestTests:
    def test_skip_nothing_in_silence(self) -> None:
        """Only tests/conftest.py skips: by mark or for want of data, with a reason, counted at the end."""
        silent = re.compile(r"pytest\.sk" r"ip\(|mark\.sk" r"ip|mark\.xf" r"ail|importorsk" r"ip")

        found = [str(path) for path in PYTHON if path.parts[0] == "tests" and silent.search(text(path))]

        assert found == ["tests/conftest.py"]
