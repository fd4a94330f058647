"""What stands beside the rows of a backup: what it is, of which database, at which migrations, and its checksum."""

import hashlib
import json
import os
import subprocess
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
FILES: Final = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
PIECE: Final = 1 << 20


class BackupFault(Exception):
    """One plain sentence for whoever keeps the backups: why it was not made, or not brought back."""


@dataclass(frozen=True)
class Manifest:
    format: int
    made_at: str
    database: str
    """`sqlite` or `postgresql`."""
    database_version: str
    migrations: tuple[str, ...]
    """`app.name` of each migration that had been applied, in order."""
    file: str
    bytes: int
    sha256: str


def manifest_of(file: Path, *, now: datetime) -> Manifest:
    return Manifest(
        format=FORMAT,
        made_at=now.isoformat(timespec="seconds"),
        database=connection.vendor,
        database_version=database_version(),
        migrations=applied_migrations(),
        file=file.name,
        bytes=file.stat().st_size,
        sha256=checksum_of(file),
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def checked_manifest(folder: Path) -> Manifest:
    """The manifest of a backup that may be brought back here; a fault for everything that speaks against it."""
    manifest = _read(folder)
    if manifest.format != FORMAT:
        raise BackupFault(f"This backup has form {manifest.format}; this version reads form {FORMAT}.")
    if manifest.database != connection.vendor:
        raise BackupFault(f"This is a backup of {manifest.database}, and DATABASE_URL names {connection.vendor}.")
    file = folder / manifest.file
    if manifest.file != FILES[connection.vendor] or not file.is_file():
        raise BackupFault(f"{FILES[connection.vendor]} is missing in the folder.")
    if file.stat().st_size != manifest.bytes or checksum_of(file) != manifest.sha256:
        raise BackupFault(f"{manifest.file} is not as it was written: its checksum differs.")
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    unknown = [name for name in manifest.migrations if tuple(name.split(".", 1)) not in known]
    if unknown:
        raise BackupFault(f"This backup comes from another version, which had {', '.join(unknown[:3])}.")
    return manifest


def applied_migrations() -> tuple[str, ...]:
    """The migrations the database stands at; those of apps that are gone are no affair of ours."""
    ours = {app.rpartition(".")[2] for app in settings.INSTALLED_APPS}
    applied = MigrationRecorder(connection).applied_migrations()
    return tuple(sorted(f"{app}.{name}" for app, name in applied if app in ours))


def database_version() -> str:
    question = "SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()"
    with connection.cursor() as cursor:
        cursor.execute(question)
        return str(cursor.fetchone()[0])


def checksum_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def run_postgres_tool(tool: str, *arguments: str) -> None:
    """`pg_dump` or `pg_restore` has run on the database that the settings name; its password stands on no line."""
    told: dict[str, Any] = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = {key: str(told[name]) for key, name in names.items() if told.get(name)}
    try:
        subprocess.run(  # noqa: S603  # a fixed program with our own arguments, and no shell
            [tool, *arguments],
            env={"PATH": os.environ.get("PATH", "")} | environment,
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError as error:
        raise BackupFault(f"{tool} is not on the PATH: install the client of PostgreSQL.") from error
    except subprocess.CalledProcessError as error:
        raise BackupFault(f"{tool} failed: {_last_line(error.stderr)}") from error


def _read(folder: Path) -> Manifest:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Manifest(**{**told, "migrations": tuple(told["migrations"])})
    except FileNotFoundError as error:
        raise BackupFault(f"{MANIFEST} is missing in the folder: this is no backup, or not a whole one.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise BackupFault(f"{MANIFEST} cannot be read.") from error


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
