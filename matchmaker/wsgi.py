"""The WSGI application, for whichever server runs it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaker.settings")

application = get_wsgi_application()
