"""What a listener has seen, written into the id of each event: whoever comes back shows it and hears the rest.

Nothing is kept for anybody. The id holds a short keyed hash of each row and of how it stood; it says nothing to others.
"""

import base64
import binascii
import hashlib
import struct
from collections.abc import Hashable, Mapping
from typing import Final
from uuid import UUID

from django.conf import settings

FORM: Final = "1."
PAIR: Final = struct.Struct(">II")
ROWS_AT_MOST: Final = 200

Seen = dict[int, int]


def seen_in(standing: Mapping[UUID, Hashable]) -> Seen:
    """What somebody has seen who was told of all this."""
    return {_short(str(row)): _short(repr(stands)) for row, stands in standing.items()}


def written(seen: Mapping[int, int]) -> str:
    """The event's id."""
    pairs = b"".join(PAIR.pack(row, stands) for row, stands in sorted(seen.items()))
    return FORM + base64.urlsafe_b64encode(pairs).decode().rstrip("=")


def read(event_id: str) -> Seen | None:
    """What an event's id says; None for one that is none of ours."""
    if not event_id.startswith(FORM) or len(event_id) > ROWS_AT_MOST * 12:
        return None
    text = event_id.removeprefix(FORM)
    try:
        pairs = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(pairs) % PAIR.size:
        return None
    return dict(PAIR.iter_unpack(pairs))


def changed(standing: Mapping[UUID, Hashable], seen: Mapping[int, int]) -> list[UUID]:
    """The rows that stand otherwise than was seen, or were not seen at all."""
    return [row for row, stands in standing.items() if seen.get(_short(str(row))) != _short(repr(stands))]


def _short(text: str) -> int:
    key = settings.SECRET_KEY.encode()[:64]
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4, key=key).digest(), "big")
