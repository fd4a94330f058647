"""Who asks is read for each request by itself."""

import threading
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from api import context
from api.context import Context
from matchmaker.community.models import User
from matchmaker.community.viewers import VISITOR, Viewer

PATIENCE_SECONDS = 10
LONGER_SECONDS = 60


class TestViewer:
    def test_of_one_request_is_read_while_another_waits_for_the_database(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """With a lock between them, requests that hold a connection and requests that wait for one stop each other."""
        waits, go_on = threading.Event(), threading.Event()

        def slow(_user: Any, **_at: Any) -> Viewer:
            waits.set()
            assert go_on.wait(LONGER_SECONDS)
            return VISITOR

        monkeypatch.setattr(context, "viewer_for_user", slow)
        first, second = _context_of(User()), _context_of(AnonymousUser())
        one = threading.Thread(target=lambda: first.viewer, daemon=True)
        other = threading.Thread(target=lambda: second.viewer, daemon=True)

        one.start()
        assert waits.wait(PATIENCE_SECONDS)
        other.start()
        other.join(PATIENCE_SECONDS)
        was_read = not other.is_alive()
        go_on.set()
        one.join(PATIENCE_SECONDS)

        assert was_read
        assert not one.is_alive()


def _context_of(user: Any) -> Context:
    request = RequestFactory().post("/graphql")
    request.user = user
    return Context(request)
