"""In production the pages' own files are served: the explorer's among them, those of the API's explorer not."""

import os
import subprocess
import sys

import pytest

from tests.promises.repository import ROOT

PRODUCTION = {
    "MATCHMAKER_ENV": "production",
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "build",
    "DATABASE_URL": "postgres://build/build",
    "CODE_DELIVERY": "mail",
    "EMAIL_URL": "smtp://build:25",
    "SHRED_LIST": "/tmp/none",  # noqa: S108  # named, never written
}


class TestCollectStatic:
    def test_takes_the_file_that_the_explorer_needs_and_no_more_of_the_packages(self) -> None:
        if not (ROOT / "node_modules" / ".served" / "cytoscape").is_dir():
            pytest.fail("make setup did not copy cytoscape into node_modules/.served")
        told = {"PATH": os.environ["PATH"], **PRODUCTION}

        ran = subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--no-input", "--dry-run", "--verbosity", "2"],
            cwd=ROOT,
            env=told,
            capture_output=True,
            text=True,
            check=True,
        )

        assert "cytoscape.min.js" in ran.stdout
        assert "explorer.js" in ran.stdout
        assert "graphiql.min" not in ran.stdout
