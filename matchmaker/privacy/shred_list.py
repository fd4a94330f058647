"""Who was forgotten, in a file outside the database, so that a restored backup can be made to forget them again.

One line for each: the hash of the random id that the person had, the moment, and a checksum. The id has 122 random
bits, so the hash leads nowhere without an old backup; nothing else about anybody stands here. Lines are only added. A
line is on the disk before the rows are gone: after a crash between the two the person is on the list and is forgotten
by the next sweep, which may add the line once more.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

PREFIX: Final = "matchmaker.shred:"
CHECK_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class ShredList:
    """What the file says: the hashes in it, and the numbers of the lines that cannot be read."""

    hashes: frozenset[str]
    damaged_lines: tuple[int, ...] = ()

    def names(self, public_id: UUID) -> bool:
        """The person with this id asked to be forgotten."""
        return hash_of_id(public_id) in self.hashes


def list_path() -> Path:
    return Path(settings.SHRED_LIST)


def add(public_ids: Iterable[UUID], *, now: datetime) -> None:
    """The persons stand on the list, and on the disk; OSError where that cannot be."""
    path = list_path()
    is_new = not path.exists()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = "".join(_line(hash_of_id(public_id), now) for public_id in public_ids)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, (_line_break_missing(handle) + text).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        _keep_the_folder_entry(path.parent)


def read() -> ShredList:
    """Every line of the file; an empty list where there is none yet."""
    path = list_path()
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    found, damaged = set(), []
    for number, line in enumerate(lines, start=1):
        digest = _read_line(line)
        if digest is not None:
            found.add(digest)
        elif line.strip():
            damaged.append(number)
    return ShredList(frozenset(found), tuple(damaged))


def hash_of_id(public_id: UUID) -> str:
    return hashlib.sha256(f"{PREFIX}{public_id}".encode()).hexdigest()


def _line(digest: str, now: datetime) -> str:
    said = f"{digest} {now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{said} {_check(said)}\n"


def _read_line(line: str) -> str | None:
    """The hash of a whole line; None where the line was torn or changed."""
    said, _, check = line.rpartition(" ")
    return said.partition(" ")[0] if said and check == _check(said) else None


def _check(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()[:CHECK_LENGTH]


def _line_break_missing(handle: int) -> str:
    """A line break where a crash tore the last line: the next one must not be lost with it."""
    size = os.lseek(handle, 0, os.SEEK_END)
    if size == 0:
        return ""
    return "" if os.pread(handle, 1, size - 1) == b"\n" else "\n"


def _keep_the_folder_entry(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
