"""Filled, backed up, somebody forgotten, restored into an empty database: they stay forgotten, all else is there."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection

from matchmaker.privacy.backups import BackupFault, Restored, restore
from matchmaker.privacy.backups.manifest import FILES, MANIFEST, checked_manifest, checksum_of
from matchmaker.records.queries import Fault

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass
class Machine:
    """Databases of its own, and a process for each step, with the settings of one installation."""

    folder: Path
    databases: list[str]

    @property
    def shred_list(self) -> Path:
        return self.folder / "apart" / "shred_list"

    def new_database(self, name: str) -> str:
        if connection.vendor == "sqlite":
            return f"sqlite:///{self.folder / name}.sqlite3"
        told = connection.settings_dict
        database = f"{told['NAME']}_{name}_{os.getpid()}"
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {database}")
        self.databases.append(database)
        password = f":{told['PASSWORD']}" if told["PASSWORD"] else ""
        return f"postgres://{told['USER']}{password}@{told['HOST']}:{told['PORT'] or 5432}/{database}"

    def run(self, url: str, *arguments: str, program: str = "manage.py") -> subprocess.CompletedProcess[str]:
        own = {
            "DATABASE_URL": url,
            "SHRED_LIST": str(self.shred_list),
            "MATCHMAKER_STATE_DIR": str(self.folder / "state"),
            "DJANGO_SETTINGS_MODULE": "matchmaker.settings",
            "PYTHONPATH": str(django_settings.ROOT),
        }
        return subprocess.run(
            [sys.executable, program, *arguments],
            cwd=django_settings.ROOT,
            env=os.environ | own,
            capture_output=True,
            text=True,
        )

    def manage(self, url: str, *arguments: str) -> str:
        done = self.run(url, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def step(self, url: str, name: str, **given: Any) -> Any:
        done = self.run(url, name, json.dumps(given), program="tests/privacy/story.py")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def machine(db: None, tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path, [])
    yield machine
    for database in machine.databases:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {database} WITH (FORCE)")


class TestBackupAndRestore:
    def test_bring_everything_back_but_who_was_forgotten(self, machine: Machine) -> None:
        first, second = machine.new_database("first"), machine.new_database("second")
        folder = str(machine.folder / "backup")
        machine.manage(first, "migrate", "--verbosity=0")
        told = machine.step(first, "fill")
        before = machine.step(first, "look", needles=told["needles"], helper_id=told["helper"])
        machine.manage(first, "backup", folder)
        assert machine.step(first, "forget", person_id=told["asker"]) == 1

        said = machine.manage(second, "restore", folder)

        after = machine.step(second, "look", needles=told["needles"], helper_id=told["helper"])
        assert set(before["found"]) == set(told["needles"])
        assert after["found"] == {"pk": ["records_personkey.person_id"]}
        assert after["helper"] == before["helper"]
        assert after["persons"] == before["persons"] - 1
        assert (before["keys_gone"], after["keys_gone"]) == (0, 1)
        assert after["records"] > before["records"]
        assert after["guards_missing"] == []
        assert (before["sessions"], before["codes"], after["sessions"], after["codes"]) == (1, 1, 0, 0)
        assert "Forgotten again: 1." in said
        machine.manage(second, "verify_records")
        machine.manage(second, "migrate", "--check")
        _holds_no_secret(machine, Path(folder))
        machine.manage(first, "backup", f"{folder}-2")
        machine.shred_list.unlink()
        third = machine.run(machine.new_database("third"), "restore", f"{folder}-2")
        assert third.returncode == 1
        assert "The shred list lacks 1 who were forgotten before this backup" in third.stdout
        again, onto = machine.run(first, "backup", folder), machine.run(second, "restore", folder)
        assert (again.returncode, onto.returncode) == (1, 1)
        assert "something under this name already" in again.stderr
        assert "The database is not empty" in onto.stderr


def _holds_no_secret(machine: Machine, folder: Path) -> None:
    key = (machine.folder / "state" / "secret_key").read_bytes()
    assert sorted(file.name for file in folder.iterdir()) == sorted([FILES[connection.vendor], MANIFEST])
    assert all(key not in file.read_bytes() for file in folder.iterdir())
    assert (folder / FILES[connection.vendor]).stat().st_mode & 0o077 == 0


def _written(folder: Path, **changed: Any) -> Path:
    """A folder that looks like a backup of this kind of database, changed so."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILES[connection.vendor]
    file.write_bytes(b"rows")
    told = {
        "format": 1,
        "made_at": NOW.isoformat(),
        "database": connection.vendor,
        "database_version": "1",
        "migrations": ["records.0001_initial"],
        "file": file.name,
        "bytes": 4,
        "sha256": checksum_of(file),
    }
    (folder / MANIFEST).write_text(json.dumps(told | changed))
    return folder


class TestRestore:
    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            (lambda folder: _written(folder, format=2), "form 2"),
            (lambda folder: _written(folder, database="oracle"), "a backup of oracle"),
            (lambda folder: _written(folder, sha256="0" * 64), "its checksum differs"),
            (lambda folder: _written(folder, bytes=5), "its checksum differs"),
            (lambda folder: _written(folder, migrations=["records.0999_later"]), "had records.0999_later"),
            (lambda folder: _written(folder, file="../rows"), "is missing in the folder"),
            (lambda folder: _written(folder, more=1), "cannot be read"),
            (lambda folder: (_written(folder) / MANIFEST).write_text("{"), "cannot be read"),
            (lambda folder: (_written(folder) / MANIFEST).unlink(), "is missing in the folder"),
            (lambda folder: (_written(folder) / FILES[connection.vendor]).unlink(), "is missing in the folder"),
        ],
    )
    def test_is_refused(self, db: None, tmp_path: Path, spoil: Callable[[Path], Any], said: str) -> None:
        spoil(tmp_path / "backup")

        with pytest.raises(BackupFault, match=said):
            restore(tmp_path / "backup", now=NOW)
        with pytest.raises(CommandError, match=said):
            call_command("restore", str(tmp_path / "backup"))

    def test_of_a_good_backup_is_refused_where_there_are_rows(self, db: None, tmp_path: Path) -> None:
        folder = _written(tmp_path / "backup")

        assert checked_manifest(folder).file == FILES[connection.vendor]
        with pytest.raises(BackupFault, match="not empty"):
            restore(folder, now=NOW)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"damaged_lines": (3,)}, "Line 3 of the shred list cannot be read"),
            ({"faults": (Fault("community:1", 7, "was changed"),)}, "community:1, record 7: was changed"),
        ],
    )
    def test_says_what_is_wrong_with_what_it_brought(
        self, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: dict[str, Any], said: str
    ) -> None:
        manifest = checked_manifest(_written(tmp_path / "backup"))
        usual: dict[str, Any] = {"persons": 5, "forgotten_again": 0, "chains": 1, "faults": (), "damaged_lines": ()}
        restored = Restored(manifest=manifest, **usual | wrong)
        monkeypatch.setattr("matchmaker.privacy.management.commands.restore.restore", lambda *_, **__: restored)
        told = StringIO()

        with pytest.raises(CommandError, match="something is wrong"):
            call_command("restore", str(tmp_path / "backup"), stdout=told)

        assert said in told.getvalue()
