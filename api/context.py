"""What a resolver knows of the request: who asks, when, in which language."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.timezone import localdate
from django.utils.translation import get_language_from_request

from matchmaker import news, tries
from matchmaker.community import actions
from matchmaker.community.actions.tokens import HeldToken, TokenNotValid
from matchmaker.community.models import User
from matchmaker.community.viewers import VISITOR, Viewer, viewer_for_user
from matchmaker.matches import queries

SIGN_IN_BACKEND = "django.contrib.auth.backends.ModelBackend"
CHALLENGE_KEY = "challenge"
Found = TypeVar("Found")


class Context:
    """One per request; `now` is read once, so that a request sees one moment."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.now: datetime = timezone.now()
        self._sentences: dict[str, list[queries.OwnSentence]] = {}
        self._read: dict[Hashable, Any] = {}
        self._acts = False

    @cached_property
    def viewer(self) -> Viewer:
        """Who asks, with the posts and memberships in term now."""
        if self.token is not None:
            viewer = self.token.acts_as if self._acts else self.token.reads_as
            return replace(viewer, language=self._wished_language() or viewer.language, today=localdate(self.now))
        user = self.request.user
        viewer = viewer_for_user(user, now=self.now) if isinstance(user, User) else VISITOR
        return replace(viewer, language=self._wished_language() or viewer.language, today=localdate(self.now))

    @cached_property
    def token(self) -> HeldToken | None:
        """What the request's access token opens; None where it shows none. TokenNotValid for one that opens nothing."""
        scheme, _, secret = self.request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        tries.refuse_beyond(settings.TRIES_PER_ADDRESS, kind="token", address=self.address)
        try:
            return actions.use_token(secret=secret.strip(), now=self.now)
        except TokenNotValid:
            tries.count(kind="token", address=self.address)
            raise

    @property
    def organization_id(self) -> int | None:
        """The organization whose system asks; None for a person and their apps."""
        return self.token.organization_id if self.token is not None else None

    @property
    def account_id(self) -> int | None:
        """The account in whose name things are done; None for a visitor."""
        return self.token.acts_as.user_id if self.token is not None else self.viewer.user_id

    @contextmanager
    def acting(self) -> Iterator[None]:
        """An organization's system acts in the name of the clerk who made its token, and reads as nobody."""
        if self.organization_id is None:
            yield
            return
        self._acts = True
        self._forget_viewer()
        try:
            yield
        finally:
            self._acts = False
            self._forget_viewer()

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return tries.address_of(self.request)

    @property
    def language(self) -> str:
        """`zh` or `en`: what the request wishes for, else the account's language."""
        return "zh" if self.viewer.language.startswith("zh") else "en"

    @cached_property
    def agreed_need_ids(self) -> frozenset[int]:
        """Needs that the viewer agreed to help with: of these a helper sees who and what. Read once it is asked."""
        ids: Any = SimpleLazyObject(lambda: queries.agreed_need_ids(self.viewer))
        return cast("frozenset[int]", ids)

    @cached_property
    def visited_need_ids(self) -> frozenset[int]:
        """Those of them to whose place the helper goes: of these they see where. Read once it is asked."""
        ids: Any = SimpleLazyObject(lambda: queries.visited_need_ids(self.viewer))
        return cast("frozenset[int]", ids)

    def own_sentences(self, language: str) -> list[queries.OwnSentence]:
        """Three about the viewer themself; a whole town is looked through for them, so once for a request."""
        if language not in self._sentences:
            self._sentences[language] = queries.own_sentences(self.viewer, language, now=self.now)
        return self._sentences[language]

    def once(self, name: Hashable, read: Callable[[], Found]) -> Found:
        """What is read under this name, once for a request, however many rows lead to it."""
        if name not in self._read:
            self._read[name] = read()
        return cast("Found", self._read[name])

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
        """The session is gone; what is left of this request is a visitor's. Its live updates end, too."""
        account_id = self.request.user.pk
        logout(self.request)
        news.tell(news.topic_of_account(account_id))
        self._forget_viewer()

    def _forget_viewer(self) -> None:
        self._sentences.clear()
        self._read.clear()
        for name in ("viewer", "agreed_need_ids", "visited_need_ids"):
            self.__dict__.pop(name, None)

    def _wished_language(self) -> str | None:
        if "Accept-Language" not in self.request.headers:
            return None
        return get_language_from_request(self.request)
