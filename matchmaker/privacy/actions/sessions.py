"""Who is signed in, ended from outside."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

READ_AT_ONCE = 1_000


def end_sessions_of(user_id: int) -> int:
    """No browser is signed in as this account any more; how many were."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    ended = 0
    for session in Session.objects.order_by("session_key").iterator(chunk_size=READ_AT_ONCE):
        if str(session.get_decoded().get(SESSION_KEY, "")) == str(user_id):
            store(session.session_key).delete()
            ended += 1
    return ended
