"""The ASGI application, for whichever server runs it."""

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")

# WhiteNoise streams static files from a synchronous file; they are small, and Django says so once per process.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

application = get_asgi_application()
