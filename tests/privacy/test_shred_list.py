"""The list of the forgotten survives crashes and says what it cannot read."""

import re
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from matchmaker.privacy import shred_list

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)


@pytest.fixture
def path(settings: Any, tmp_path: Path) -> Path:
    settings.SHRED_LIST = tmp_path / "apart" / "shred_list"
    return settings.SHRED_LIST


class TestAdd:
    def test_writes_a_hash_a_moment_and_a_check_for_its_owner_alone(self, path: Path) -> None:
        shred_list.add([ONE], now=NOW)
        shred_list.add([TWO, THREE], now=NOW)

        lines = path.read_text().splitlines()
        assert [bool(re.fullmatch(r"[0-9a-f]{64} 2026-03-02T01:00:00Z [0-9a-f]{8}", line)) for line in lines] == [
            True
        ] * 3
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert str(ONE) not in path.read_text()
        assert ONE.hex not in path.read_text()

    def test_after_a_torn_line_begins_a_new_one(self, path: Path) -> None:
        shred_list.add([ONE], now=NOW)
        path.write_text(path.read_text() + "0123abc")

        shred_list.add([TWO], now=NOW)

        found = shred_list.read()
        assert found.names(ONE)
        assert found.names(TWO)
        assert found.damaged_lines == (2,)


class TestRead:
    def test_of_a_file_that_is_not_there_is_empty(self, path: Path) -> None:
        assert shred_list.read() == shred_list.ShredList(frozenset())

    def test_names_each_person_on_it_and_nobody_else(self, path: Path) -> None:
        shred_list.add([ONE, TWO, ONE], now=NOW)

        found = shred_list.read()

        assert [found.names(public_id) for public_id in (ONE, TWO, THREE, uuid4())] == [True, True, False, False]
        assert len(found.hashes) == 2

    def test_believes_no_line_that_was_changed(self, path: Path) -> None:
        shred_list.add([ONE, TWO], now=NOW)
        text = path.read_text()
        path.write_text(("0" if text[0] != "0" else "1") + text[1:])

        found = shred_list.read()

        assert (found.names(ONE), found.names(TWO), found.damaged_lines) == (False, True, (1,))
