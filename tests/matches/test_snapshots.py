"""Versions of the city in files: whole or not there, whoever dies and whoever is forgotten."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matchmaker.engine.snapshot import Snapshot
from matchmaker.engine.tie_columns import Columns, Kind
from matchmaker.matches.actions import forget_snapshots, keep_snapshot
from matchmaker.matches.snapshots import KEPT_VERSIONS, SnapshotStore, stored_city
from tests.towns import NOW

ROOT = Path(__file__).parents[2]


def filled(number: int, size: int = 1_000) -> dict[str, np.ndarray]:
    """Arrays that all say the same number."""
    return {name: np.full(size, number) for name in ("ids", "word", "base")}


def said_by(store: SnapshotStore) -> int | None:
    """The one number that the newest version says in every place."""
    version = store.newest()
    if version is None:
        return None
    said = {int(number) for array in version.arrays.values() for number in np.unique(array)}
    assert len(said) == 1, f"half of one and half of another: {said}"
    return said.pop()


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "city")


def newest_of(store: SnapshotStore) -> Snapshot:
    """The newest version, mapped anew for this reader."""
    version = store.newest()
    assert version is not None
    return Snapshot.from_arrays(version.arrays)


class TestStore:
    def test_has_nothing_before_something_was_written(self, store: SnapshotStore) -> None:
        assert store.newest() is None
        assert not store.folder.exists()

    def test_gives_back_the_newest(self, store: SnapshotStore) -> None:
        numbers = [store.write(filled(value), turn=0) for value in (7, 8)]

        version = store.newest()

        assert numbers == [1, 2]
        assert version is not None
        assert version.number == 2
        assert said_by(store) == 8

    def test_keeps_two_and_no_draft(self, store: SnapshotStore) -> None:
        for value in range(5):
            store.write(filled(value), turn=0)

        kept = sorted(path.name for path in store.folder.iterdir() if path.is_dir())
        assert kept == ["v00000004", "v00000005"]
        assert len(kept) == KEPT_VERSIONS

    def test_lets_nobody_else_in(self, store: SnapshotStore) -> None:
        store.write(filled(1), turn=0)

        assert all(path.stat().st_mode & 0o077 == 0 for path in [store.folder, *store.folder.glob("v*")])

    def test_takes_empty_arrays(self, store: SnapshotStore) -> None:
        nobody = Snapshot.of(ids=[], columns=Columns([], [], [], [], []), epoch_day=3.0)

        store.write(nobody.arrays(), turn=0)

        assert len(newest_of(store)) == 0

    def test_is_not_changed_by_what_a_reader_does(self, store: SnapshotStore) -> None:
        columns = Columns([1, 2], [2, 3], [Kind.KIN, Kind.VOUCH], [1.0, 1.0], [0.0, 0.0])
        store.write(Snapshot.of(ids=[1, 2, 3], columns=columns, epoch_day=0.0).arrays(), turn=0)
        reader, other = newest_of(store), newest_of(store)

        reader.leave(1)
        reader.add(2, 3, Kind.MET)
        reader.renew(2, 3, Kind.VOUCH, weight=9.0)

        assert len(reader) == 2
        assert other.weight(1, 2, Kind.KIN) == 1.0
        assert newest_of(store).weight(2, 3, Kind.VOUCH) == 1.0

    @pytest.mark.parametrize("damage", [b"", b"nothing", None])
    def test_passes_over_what_is_damaged(self, store: SnapshotStore, damage: bytes | None) -> None:
        store.write(filled(1), turn=0)
        store.write(filled(2), turn=0)
        file = store.folder / "v00000002" / "word.npy"
        whole = file.read_bytes()

        file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]) if damage is None else damage)

        assert said_by(store) == 1

    def test_passes_over_a_version_without_its_list(self, store: SnapshotStore) -> None:
        store.write(filled(1), turn=0)
        store.write(filled(2), turn=0)

        (store.folder / "v00000002" / "checksums.json").write_text("{")

        assert said_by(store) == 1

    def test_still_serves_whoever_mapped_a_version_that_is_cleared_away(self, store: SnapshotStore) -> None:
        store.write(filled(1), turn=0)
        mapped = store.newest()

        for value in range(2, 6):
            store.write(filled(value), turn=0)

        assert mapped is not None
        assert (mapped.arrays["word"] == 1).all()

    def test_writes_nothing_that_was_read_before_somebody_was_forgotten(self, store: SnapshotStore) -> None:
        store.write(filled(1), turn=store.turn())
        before = store.turn()

        store.forget()

        assert store.newest() is None
        assert store.write(filled(2), turn=before) is None
        assert store.newest() is None
        assert store.write(filled(3), turn=store.turn()) == 2
        assert said_by(store) == 3


WRITER = """
import sys
from pathlib import Path
import numpy as np
from matchmaker.matches.snapshots import SnapshotStore
store = SnapshotStore(Path(sys.argv[1]))
for value in range(int(sys.argv[2]), 1_000_000):
    arrays = {name: np.full(200_000, value) for name in ("ids", "word", "base")}
    store.write(arrays, turn=0)
    print(value, flush=True)
"""


class TestWriterKilledInTheMiddle:
    def test_loses_nothing_and_leaves_no_half(self, store: SnapshotStore) -> None:
        """Ten writers, each killed at another moment while a reader looks on."""
        dice = np.random.default_rng(11)
        written = 0
        for _ in range(10):
            command = [sys.executable, "-c", WRITER, str(store.folder), str(written + 1)]
            writer = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
            assert writer.stdout is not None
            written = int(writer.stdout.readline())
            ends = time.monotonic() + dice.random() * 0.2
            while time.monotonic() < ends:
                assert (said_by(store) or 0) >= written
            writer.send_signal(signal.SIGKILL)
            written = max([written, *(int(line) for line in writer.stdout if line.strip())])
            writer.wait()

            found = said_by(store)

            assert found is not None
            assert found in (written, written + 1)  # one more where it died before it could say so
            written = found
        assert store.write(filled(written + 1), turn=0) is not None
        assert list(store.folder.glob(".draft-*")) == []
        assert said_by(store) == written + 1


@pytest.mark.django_db
class TestKeepSnapshot:
    def test_does_nothing_where_no_folder_is_named(self) -> None:
        assert keep_snapshot(now=NOW) is None
        assert stored_city() is None

    def test_keeps_what_a_worker_finds(self, settings: Any, tmp_path: Path) -> None:
        settings.SNAPSHOT_FOLDER = str(tmp_path / "city")

        assert [keep_snapshot(now=NOW), keep_snapshot(now=NOW)] == [1, 2]

        city = stored_city()
        assert city is not None
        assert len(city) == 0
        forget_snapshots()
        assert stored_city() is None
