"""How a record is turned into bytes, hashed, and tied to the persons in it. Both writing and verifying call this."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

FIRST_HASH: Final = "0" * 64
CODE: Final = re.compile(r"[A-Za-z0-9:+._-]{0,64}")

Fact = int | str | bool | None | Sequence[int]


def fault_of_fact(name: str, value: object) -> str | None:
    """Why this may not stand in a record; None where it may: ids, whole numbers and codes, never free text."""
    if value is None or isinstance(value, int):
        return None
    if isinstance(value, str):
        return None if CODE.fullmatch(value) else f"{name} is not a code"
    if isinstance(value, list | tuple) and all(isinstance(item, int) for item in value):
        return None
    return f"{name} is neither a whole number nor a code"


def hash_of(
    *,
    chain_key: str,
    seq: int,
    kind: str,
    at: datetime,
    body: Mapping[str, Any],
    commitments: Sequence[str],
    prev_hash: str,
) -> str:
    """The SHA-256 of everything in the record and of the hash before it."""
    content = [chain_key, seq, kind, moment(at), body, list(commitments), prev_hash]
    return hashlib.sha256(canonical(content)).hexdigest()


def commitment_of(
    *, key: bytes, person_id: int, position: int, chain_key: str, seq: int, body: Mapping[str, Any]
) -> str:
    """The HMAC that ties a person to this one record; without the key nobody can tell whom it is about."""
    content = [chain_key, seq, position, person_id, body]
    return hmac.new(key, canonical(content), hashlib.sha256).hexdigest()


def canonical(content: object) -> bytes:
    """The one way to write this down: sorted names, no blanks, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
