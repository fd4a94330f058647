"""Hashes under the secret key, which outlive its rotation as long as the old key stands among the fallbacks."""

from django.conf import settings
from django.utils.crypto import salted_hmac


def keyed_hash(salt: str, value: str) -> str:
    """The hash under today's key: what is stored."""
    return salted_hmac(salt, value, algorithm="sha256").hexdigest()


def keyed_hashes(salt: str, value: str) -> tuple[str, ...]:
    """The hash under today's key and under each earlier one: what is looked for."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return tuple(salted_hmac(salt, value, secret=key, algorithm="sha256").hexdigest() for key in keys)
