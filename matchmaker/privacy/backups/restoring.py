"""Bringing a backup back into an empty database: the shred list is obeyed, guards stand, every chain is verified."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection

from matchmaker.community.models import Person
from matchmaker.privacy import shred_list
from matchmaker.privacy.actions.forgetting import forget_again
from matchmaker.privacy.backups.manifest import BackupFault, Manifest, checked_manifest, run_postgres_tool
from matchmaker.records import guards
from matchmaker.records.queries import Fault, chain_keys, forgotten_persons, verify_chain


@dataclass(frozen=True)
class Restored:
    """What there is now, and what is wrong with it."""

    manifest: Manifest
    persons: int
    forgotten_again: int
    chains: int
    faults: tuple[Fault, ...]
    damaged_lines: tuple[int, ...]
    """Lines of the shred list that cannot be read: somebody may be here who asked to be forgotten."""
    missing_lines: int = 0
    """So many more were forgotten before the backup than the list names: it is not the list, or not the whole one."""

    @property
    def is_well(self) -> bool:
        return not self.faults and not self.damaged_lines and not self.missing_lines


def restore(folder: Path, *, now: datetime) -> Restored:
    """The rows of the backup are here, without whoever asked to be forgotten since; a fault, and nothing, where not."""
    manifest = checked_manifest(folder)
    if connection.introspection.table_names():
        raise BackupFault("The database is not empty: restore into a new one, and leave this one as it is.")
    file = folder / manifest.file
    _load_postgresql(file) if connection.vendor == "postgresql" else _load_sqlite(file)
    call_command("migrate", verbosity=0, interactive=False)
    guards.install(connection)
    listed = shred_list.read()
    missing = max(0, forgotten_persons() - len(listed.hashes))
    forgotten = forget_again(now=now)
    keys = chain_keys()
    return Restored(
        manifest=manifest,
        persons=Person.objects.count(),
        forgotten_again=forgotten,
        chains=len(keys),
        faults=tuple(fault for key in keys for fault in verify_chain(key)),
        damaged_lines=listed.damaged_lines,
        missing_lines=missing,
    )


def _load_postgresql(file: Path) -> None:
    database = str(connection.settings_dict["NAME"])
    run_postgres_tool(
        "pg_restore",
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={database}",
        str(file),
    )


def _load_sqlite(file: Path) -> None:
    connection.ensure_connection()
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as source:
            source.backup(connection.connection)
    except (sqlite3.DatabaseError, DatabaseError) as error:
        raise BackupFault("The rows could not be loaded: this is no database, or the disk is full.") from error
    connection.close()  # the next connection sets its journal mode anew
