"""The codes of invitations: read aloud, typed and scanned; only a keyed hash of them is kept."""

import secrets
from typing import Final

from matchmaker.keyed import keyed_hash, keyed_hashes

# Letters and digits that nobody mistakes for one another on a poster.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 10
SALT: Final = "matchmaker.community.invitation"


def new_code() -> str:
    """A code that nobody has yet."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def spoken_code(code: str) -> str:
    """`ABCDE-FGHJK`: in two groups, as a poster shows it."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def hash_of_code(code: str) -> str:
    """What is kept of a code; how it was spaced and whether in small letters makes no difference."""
    return keyed_hash(SALT, _spoken(code))


def hashes_of_code(code: str) -> tuple[str, ...]:
    """What may have been kept of it: a poster on the wall outlives the key under which it was made."""
    return keyed_hashes(SALT, _spoken(code))


def _spoken(code: str) -> str:
    return code.strip().upper().replace("-", "").replace(" ", "")
