"""May this request use the sample accounts? Only from this very machine, and never in production."""

from ipaddress import ip_address
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

OWN_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
SIGNS_OF_A_PROXY: Final = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


def comes_from_this_machine(request: HttpRequest) -> bool:
    """The address, the name asked for and the missing traces of a proxy all say so.

    The name is looked at because a page elsewhere may point its own name at 127.0.0.1; the traces
    are, because behind a proxy on this machine every visitor has a loopback address.
    """
    if any(header in request.headers for header in SIGNS_OF_A_PROXY):
        return False
    host, _port = split_domain_port(request.get_host())
    return host in OWN_NAMES and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def sample_accounts_are_open(request: HttpRequest) -> bool:
    return not settings.PRODUCTION and comes_from_this_machine(request)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
