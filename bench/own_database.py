"""A database of its own for one measurement: empty tables in a folder that goes with it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_database(**settings: str) -> Iterator[None]:
    """Django stands on empty tables, with these settings; a process can have it once."""
    with tempfile.TemporaryDirectory(prefix="matchmaker-bench-") as folder:
        os.environ |= {"DATABASE_URL": f"sqlite:///{Path(folder) / 'bench.sqlite3'}"} | settings
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        yield
