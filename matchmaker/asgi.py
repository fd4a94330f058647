"""The ASGI application, for whichever server runs it."""

import os
import warnings
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")

# WhiteNoise streams static files from a synchronous file; they are small, and Django says so once per process.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

_django = get_asgi_application()

from api.live.door import is_asked, live  # noqa: E402  # only once Django is set up


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Live updates at their own door, everything else through Django."""
    await (live if is_asked(scope) else _django)(scope, receive, send)
