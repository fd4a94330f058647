"""Making a backup while the service runs: one moment's rows, without what lets anybody sign in."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from django.contrib.sessions.models import Session
from django.db import connection

from matchmaker.community.models import SignInCode
from matchmaker.privacy.backups.manifest import (
    FILES,
    BackupFault,
    Manifest,
    manifest_of,
    run_postgres_tool,
    write_manifest,
)

LEFT_OUT: Final = (Session._meta.db_table, SignInCode._meta.db_table)
"""Tables whose rows are secrets of the moment: they are empty in a backup."""


def back_up(folder: Path, *, now: datetime) -> Manifest:
    """The folder holds the rows and their manifest, readable by its owner alone; where it fails there is no folder."""
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError as error:
        raise BackupFault("There is something under this name already: a backup makes its own folder.") from error
    except OSError as error:
        raise BackupFault(f"The folder cannot be made: {error.strerror}.") from error
    try:
        file = folder / FILES[connection.vendor]
        _copy_postgresql(file) if connection.vendor == "postgresql" else _copy_sqlite(file)
        file.chmod(0o600)
        manifest = manifest_of(file, now=now)
        write_manifest(folder, manifest)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return manifest


def _copy_postgresql(file: Path) -> None:
    left_out = [f"--exclude-table-data={table}" for table in LEFT_OUT]
    run_postgres_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", *left_out, f"--file={file}")


def _copy_sqlite(file: Path) -> None:
    """SQLite's online copy sees one moment, whoever writes meanwhile; the secrets are then cut out of the copy."""
    connection.ensure_connection()
    with closing(sqlite3.connect(file)) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        for table in LEFT_OUT:
            copy.execute(f"DELETE FROM {table}")  # noqa: S608  # names of our own tables
        copy.commit()
        copy.execute("VACUUM")  # what was deleted is overwritten, not only marked as free
