"""Who reads the page: the viewer, the moment, the language and the size of the letters; one value per request."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language_from_request

from matchmaker.community.viewers import VISITOR, Viewer, viewer_for_user
from matchmaker.keyed import keyed_hashes
from matchmaker.web.phrases import LANGUAGES

ELDER_COOKIE: Final = "elder_view"
OUTBOX_SALT: Final = "matchmaker.web.outbox"
OWNER_LENGTH: Final = 32


@dataclass(frozen=True, slots=True)
class Reader:
    viewer: Viewer
    now: datetime
    language: str
    elder_view: bool

    @property
    def is_signed_in(self) -> bool:
        return self.viewer.user_id is not None

    @property
    def outbox_owners(self) -> list[str]:
        """Whose waiting requests on this phone are the reader's own, today's number first; nobody's for a visitor."""
        if self.viewer.user_id is None:
            return []
        return [one[:OWNER_LENGTH] for one in keyed_hashes(OUTBOX_SALT, str(self.viewer.user_id))]

    @property
    def is_worker(self) -> bool:
        return bool(self.viewer.worker_paths)

    @property
    def is_coordinator(self) -> bool:
        return any(post.kind == "COORDINATOR" for post in self.viewer.posts)

    @property
    def may_look_over(self) -> bool:
        """Works in some area, or audits one."""
        return self.is_worker or any(post.kind == "AUDITOR" for post in self.viewer.posts)


def reader_of(request: HttpRequest) -> Reader:
    """Reads the clock once, so that a page sees one moment."""
    now = timezone.now()
    user = getattr(request, "user", None)
    viewer = viewer_for_user(user, now=now) if user is not None and user.is_authenticated else VISITOR
    language = language_of(request, viewer)
    return Reader(
        viewer=replace(viewer, language=language, today=timezone.localdate(now)),
        now=now,
        language=language,
        elder_view=request.COOKIES.get(ELDER_COOKIE) == "on",
    )


def language_of(request: HttpRequest, viewer: Viewer) -> str:
    """What was chosen on the page, else the account's language, else the browser's, else Chinese."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in LANGUAGES:
        return chosen
    if viewer.user_id is not None and viewer.language in LANGUAGES:
        return viewer.language
    return get_language_from_request(request)
