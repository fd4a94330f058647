"""The import rules of pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path

from django.conf import settings


class TestImportRules:
    def test_are_all_kept(self, tmp_path: Path) -> None:
        linter = Path(sys.executable).with_name("lint-imports")

        linted = subprocess.run(
            [linter, "--no-logo", "--cache-dir", tmp_path],
            cwd=settings.ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

        assert linted.returncode == 0, linted.stdout
        assert " 0 broken" in linted.stdout
