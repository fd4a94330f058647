"""Tries at codes and tokens, counted for the address that they come from, and refused beyond a number.

The count lies in the cache, under a keyed hash: an hour later nothing is left of who came. Where the cache is gone
nothing is counted; what guards an account is counted in rows, beside its codes.
"""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from matchmaker.errors import TooManyTries
from matchmaker.keyed import keyed_hash

HOUR_SECONDS: Final = 3_600
HOME_NETWORK_BITS: Final = 64
"""One household has a whole network of these; who counted single addresses would count nothing."""
SALT: Final = "matchmaker.tries"
NOWHERE: Final = "nowhere"


def address_of(request: HttpRequest) -> str:
    """Where the request comes from: what the proxy in front saw, where there is one, else the other end of the line.

    A proxy adds the address it saw at the end of `X-Forwarded-For`; what stands before it anybody may have written. All
    who come without an address, as through a socket, count as one: else nothing of theirs would be counted.
    """
    seen = str(request.META.get("REMOTE_ADDR") or "")
    if settings.BEHIND_TLS_PROXY:
        seen = request.headers.get("X-Forwarded-For", seen).rpartition(",")[2]
    seen = _without_port(seen.strip())
    try:
        address = ip_address(seen)
    except ValueError:
        return seen or NOWHERE
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, HOME_NETWORK_BITS), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def spend(most: int, *, kind: str, address: str) -> None:
    """One try more, or TooManyTries: counted and looked at in one step, so that of two at once one is the last.

    Without an address, and where `most` is 0, never refused. The hour began with the first.
    """
    if most and count(kind=kind, address=address) > most:
        raise TooManyTries


def give_back(*, kind: str, address: str) -> None:
    """A try that was none: it came to what it was for."""
    if not address:
        return
    try:
        cache.decr(_key(kind, address))
    except ValueError:  # it ran out in between, or the cache is gone
        return


def refuse_beyond(most: int, *, kind: str, address: str) -> None:
    """TooManyTries where this address has had as many tries of this kind within its hour; without an address, never."""
    if address and most and int(cache.get(_key(kind, address)) or 0) >= most:
        raise TooManyTries


def count(*, kind: str, address: str) -> int:
    """One more, and how many there are now: 0 where nothing is counted."""
    if not address:
        return 0
    key = _key(kind, address)
    cache.add(key, 0, timeout=HOUR_SECONDS)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out in between, or the cache is gone
        return 0


def count_once(*, kind: str, address: str, tried: str) -> None:
    """Counts a try at this very thing once in the hour: whoever asks for the same again and again guesses nothing."""
    if cache.add(_key(f"{kind}_once", f"{address} {tried}"), 1, timeout=HOUR_SECONDS):
        count(kind=kind, address=address)


def _without_port(seen: str) -> str:
    """Some proxies write the port, too, which is another at each call."""
    if seen.startswith("["):
        return seen[1:].partition("]")[0]
    return seen.partition(":")[0] if seen.count(":") == 1 else seen


def _key(kind: str, address: str) -> str:
    return f"tries:{kind}:{keyed_hash(SALT, address)[:32]}"
