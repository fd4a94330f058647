"""Versions of the city's tie graph in files: a worker maps a whole one in seconds, or finds none.

A version is a folder of arrays and a list of their checksums. It is written under another name, is on the disk, and
only then gets its own: whoever dies in the middle leaves a draft that the next writer clears away. Writers and whoever
forgets take turns by a lock that ends with its process; readers take none. The two newest versions are kept.

The arrays hold ids of people, so all versions go when somebody is forgotten, and what was read from the rows before
that is not written any more.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import structlog
from django.conf import settings
from numpy.typing import NDArray

from matchmaker.engine.snapshot import Snapshot

Arrays = dict[str, NDArray[Any]]

KEPT_VERSIONS: Final = 2
DRAFT: Final = ".draft-"
LIST: Final = "checksums.json"
TURNS: Final = "turns.json"
"""How often people were forgotten here, and the number of the last version."""
READ_AGAIN: Final = 5

log = structlog.get_logger("matchmaker.matches")


@dataclass(frozen=True, slots=True)
class Version:
    """One whole version; its arrays are mapped copy-on-write, so what changes them does not change the files."""

    number: int
    arrays: Arrays


@dataclass(frozen=True, slots=True)
class SnapshotStore:
    """The versions in one folder, which nobody but its owner may enter."""

    folder: Path

    def turn(self) -> int:
        """How often people were forgotten up to now: ask before rows are read, and tell `write`."""
        return self._turns()[0]

    def write(self, arrays: Mapping[str, NDArray[Any]], *, turn: int) -> int | None:
        """The number of the new version, None where people were forgotten since that turn; OSError where it cannot be.

        It is whole and on the disk when the number is returned.
        """
        with self._alone():
            forgotten, last = self._turns()
            if forgotten != turn:
                return None
            number = max([last, *self._numbers()]) + 1
            draft = self._cleared_and_new()
            sums = {name: _written(draft / f"{name}.npy", array) for name, array in arrays.items()}
            with open(draft / LIST, "w", encoding="utf-8") as file:
                json.dump(sums, file)
                _on_the_disk(file)
            _folder_on_the_disk(draft)
            self._set_turns(forgotten, number)
            draft.rename(self._path(number))
            _folder_on_the_disk(self.folder)
            for old in self._numbers()[:-KEPT_VERSIONS]:
                shutil.rmtree(self._path(old))
        return number

    def newest(self) -> Version | None:
        """The newest version that is whole; a damaged one is passed over and said in the log."""
        for _ in range(READ_AGAIN):  # a version may be cleared away while it is opened
            numbers = self._numbers()
            for number in reversed(numbers):
                with suppress(FileNotFoundError):
                    if (arrays := self._read(number)) is not None:
                        return Version(number, arrays)
            if numbers == self._numbers():
                return None
        return None

    def forget(self) -> None:
        """No version is left, and none is written from rows that were read before this moment."""
        with self._alone():
            forgotten, last = self._turns()
            self._set_turns(forgotten + 1, max([last, *self._numbers()]))
            self._clear_drafts()
            for number in self._numbers():
                shutil.rmtree(self._path(number))
            _folder_on_the_disk(self.folder)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _turns(self) -> tuple[int, int]:
        try:
            forgotten, last = json.loads((self.folder / TURNS).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return 0, 0
        return int(forgotten), int(last)

    def _set_turns(self, forgotten: int, last: int) -> None:
        draft = self.folder / f"{TURNS}.draft"
        with open(draft, "w", encoding="utf-8") as file:
            json.dump([forgotten, last], file)
            _on_the_disk(file)
        draft.replace(self.folder / TURNS)

    def _path(self, number: int) -> Path:
        return self.folder / f"v{number:08d}"

    def _numbers(self) -> list[int]:
        return sorted(int(path.name[1:]) for path in self.folder.glob("v*") if path.name[1:].isdecimal())

    def _cleared_and_new(self) -> Path:
        self._clear_drafts()
        return Path(tempfile.mkdtemp(prefix=DRAFT, dir=self.folder))

    def _clear_drafts(self) -> None:
        """Whoever made them is dead: one at a time may write."""
        for path in self.folder.glob(f"{DRAFT}*"):
            shutil.rmtree(path)

    def _read(self, number: int) -> Arrays | None:
        try:
            sums = json.loads((self._path(number) / LIST).read_text(encoding="utf-8"))
            arrays = {name: _mapped(self._path(number) / f"{name}.npy", told) for name, told in sums.items()}
        except ValueError:
            log.error("snapshot.damaged", version=number)
            return None
        return arrays


def snapshot_store() -> SnapshotStore | None:
    """The store of this installation, None where none is kept."""
    return SnapshotStore(Path(settings.SNAPSHOT_FOLDER)) if settings.SNAPSHOT_FOLDER else None


def stored_city() -> Snapshot | None:
    """The city as it was last kept, None where it was not. Events and epochs since then are the caller's to tell it."""
    store = snapshot_store()
    version = store.newest() if store is not None else None
    return Snapshot.from_arrays(version.arrays) if version is not None else None


def _written(path: Path, array: NDArray[Any]) -> str:
    with open(path, "wb") as file:
        np.save(file, array, allow_pickle=False)
        _on_the_disk(file)
    return _sum(path)


def _mapped(path: Path, told: str) -> NDArray[Any]:
    """The array in the file; ValueError where the file is not what was written."""
    if _sum(path) != told:
        raise ValueError("another checksum")
    try:
        array = np.load(path, mmap_mode="c", allow_pickle=False)
    except ValueError:  # nothing can be mapped where nothing is in it
        array = np.load(path, allow_pickle=False)
    whole: NDArray[Any] = array.view(np.ndarray)
    return whole


def _sum(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _on_the_disk(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _folder_on_the_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
