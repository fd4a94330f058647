"""A database that exists only while something is tried out."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def throwaway_database() -> Iterator[None]:
    """Within the block every row goes to an empty database of its own, gone afterwards whatever happened.

    In memory where the service runs on SQLite, else a database of a name nobody has on the same server. The tables
    come straight from the models, with all their constraints; what only migrations make (the guards of the records)
    is absent.
    """
    kept = connection.settings_dict["NAME"]
    of_tests = connection.settings_dict["TEST"]
    before = dict(of_tests)
    of_tests["MIGRATE"] = False
    of_tests["NAME"] = None if connection.vendor == "sqlite" else f"matchmaker_throwaway_{uuid.uuid4().hex[:12]}"
    made = False
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        made = True
        yield
    finally:
        if made or connection.settings_dict["NAME"] != kept:
            connection.creation.destroy_test_db(str(kept), verbosity=0)
        of_tests.clear()
        of_tests.update(before)
