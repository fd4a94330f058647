"""The ASGI application, for whichever server runs it."""

import os
import warnings
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")

# WhiteNoise streams static files from a synchronous file; they are small, and Django says so once per process.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

django.setup(set_prefix=False)

from api.live.door import is_asked, live  # noqa: E402  # only once Django is set up
from matchmaker.serving import GatedHandler  # noqa: E402

_django = GatedHandler()


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Live updates at their own door, everything else through the gate to Django."""
    await (live if is_asked(scope) else _django)(scope, receive, send)
