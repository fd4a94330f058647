"""The page of settings follows the table of settings."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from matchmaker.options import OPTIONS


class TestSettingsReference:
    def test_is_up_to_date(self) -> None:
        call_command("settings_reference", check=True)

    def test_names_every_setting_once(self, settings: Any, tmp_path: Path) -> None:
        settings.ROOT = tmp_path
        (tmp_path / "docs").mkdir()

        call_command("settings_reference", verbosity=0)

        page = (tmp_path / "docs" / "settings.md").read_text()
        assert [page.count(f"\n| `{option.name}` |") for option in OPTIONS] == [1] * len(OPTIONS)

    def test_says_when_the_page_is_old(self, settings: Any, tmp_path: Path) -> None:
        settings.ROOT = tmp_path
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs" / "settings.md").write_text("# Settings\n")

        with pytest.raises(CommandError, match="not up to date"):
            call_command("settings_reference", check=True)

        assert (tmp_path / "docs" / "settings.md").read_text() == "# Settings\n"
