"""The ASGI application, for whichever server runs it."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")

application = get_asgi_application()
