"""What a resolver knows of the request: who asks, when, in which language."""

from dataclasses import replace
from datetime import datetime
from enum import Enum
from functools import cached_property

from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import get_language_from_request

from matchmaker.community.models import User
from matchmaker.community.viewers import VISITOR, Viewer, viewer_for_user
from matchmaker.matches import queries

SIGN_IN_BACKEND = "django.contrib.auth.backends.ModelBackend"
CHALLENGE_KEY = "challenge"


class Context:
    """One per request; `now` is read once, so that a request sees one moment."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.now: datetime = timezone.now()

    @cached_property
    def viewer(self) -> Viewer:
        """Who asks, with the posts and memberships in term now."""
        user = self.request.user
        viewer = viewer_for_user(user, now=self.now) if isinstance(user, User) else VISITOR
        return replace(viewer, language=self._wished_language() or viewer.language, today=localdate(self.now))

    @property
    def language(self) -> str:
        """`zh` or `en`: what the request wishes for, else the account's language."""
        return "zh" if self.viewer.language.startswith("zh") else "en"

    @cached_property
    def agreed_need_ids(self) -> frozenset[int]:
        """Needs that the viewer agreed to help with: of these a helper sees who and where."""
        return queries.agreed_need_ids(self.viewer)

    def language_or(self, asked: Enum | None) -> str:
        """The language that an argument asks for, else the reader's own."""
        return self.language if asked is None else str(asked.value)

    @property
    def challenge(self) -> str:
        """That of the code which this session asked for last; empty where it asked for none."""
        return str(self.request.session.get(CHALLENGE_KEY, ""))

    def keep_challenge(self, challenge: str) -> None:
        """The session remembers it, for clients that keep the cookie."""
        self.request.session[CHALLENGE_KEY] = challenge

    def sign_in(self, user: User) -> None:
        """This request and the session's later ones are the user's; the session has a new key."""
        self.request.session.pop(CHALLENGE_KEY, None)
        login(self.request, user, backend=SIGN_IN_BACKEND)
        self._forget_viewer()

    def sign_out(self) -> None:
        """The session is gone; what is left of this request is a visitor's."""
        logout(self.request)
        self._forget_viewer()

    def _forget_viewer(self) -> None:
        for name in ("viewer", "agreed_need_ids"):
            self.__dict__.pop(name, None)

    def _wished_language(self) -> str | None:
        if "Accept-Language" not in self.request.headers:
            return None
        return get_language_from_request(self.request)
