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


def address_of(request: HttpRequest) -> str:
    """Where the request comes from: what the proxy in front saw, where there is one, else the other end of the line.

    A proxy adds the address it saw at the end of `X-Forwarded-For`; what stands before it anybody may have written.
    """
    seen = str(request.META.get("REMOTE_ADDR") or "")
    if settings.BEHIND_TLS_PROXY:
        seen = request.headers.get("X-Forwarded-For", seen).rpartition(",")[2].strip()
    try:
        address = ip_address(seen)
    except ValueError:
        return seen
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return str(ip_network((address, HOME_NETWORK_BITS), strict=False))
    return str(getattr(address, "ipv4_mapped", None) or address)


def refuse_beyond(most: int, *, kind: str, address: str) -> None:
    """TooManyTries where this address has had as many tries of this kind within its hour; without an address, never."""
    if address and most and int(cache.get(_key(kind, address)) or 0) >= most:
        raise TooManyTries


def count(*, kind: str, address: str) -> None:
    """One more; the hour began with the first."""
    if not address:
        return
    key = _key(kind, address)
    cache.add(key, 0, timeout=HOUR_SECONDS)
    try:
        cache.incr(key)
    except ValueError:  # it ran out in between, or the cache is gone
        return


def _key(kind: str, address: str) -> str:
    return f"tries:{kind}:{keyed_hash(SALT, address)[:32]}"
