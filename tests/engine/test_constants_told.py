"""Each constant of trust stands in docs/algorithms.md with where it comes from, and no other does."""

import re
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

from matchmaker.engine import anchoring, boosting, evidence, online, plain_row, priors, reliance, trust

PAGE: Final = (Path(__file__).resolve().parents[2] / "docs" / "algorithms.md").read_text(encoding="utf-8")
NO_SETTING: Final = {"NO_TRUST", "UNKNOWN", "COLUMNS", "SIDE_COLUMNS", "PLAIN_COLUMNS", "NOBODY", "FORECASTERS"}
"""Names for what is empty, the lists of counters, and how many forecasters there are."""


def constants_of(module: ModuleType) -> set[str]:
    text = Path(str(module.__file__)).read_text(encoding="utf-8")
    return set(re.findall(r"^([A-Z][A-Z_]+): Final", text, flags=re.MULTILINE)) - NO_SETTING


@pytest.mark.parametrize("module", [trust, anchoring, priors, evidence, plain_row, online, reliance, boosting])
def test_are_told_with_where_they_come_from(module: ModuleType) -> None:
    name = module.__name__.rpartition(".")[2]
    rows = re.findall(rf"^\| `{name}\.([A-Z_]+)` \| [^|]+ \| (\w+)", PAGE, flags=re.MULTILINE)

    assert sorted(told for told, _ in rows) == sorted(constants_of(module))
    assert {origin for _, origin in rows} <= {"rule", "round", "bound", "market", "assumption"}
