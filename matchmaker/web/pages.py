"""From a view to a page: the reader is made once, refusals become words, and every page carries the strict policy."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from matchmaker.community.queries import street_attributions
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotAllowed, NotFound, SignInRequired
from matchmaker.notices.queries import alarms_for
from matchmaker.tally import count_refusal
from matchmaker.web.done import done_before
from matchmaker.web.reader import Reader, reader_of

PAGE_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Stricter than the house's: no picture but our own. Scripts are few files of ours, and every page works without."""

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SVG: Final = "image/svg+xml"

LONGEST_NUMBER: Final = 5
"""So many digits a page of a table has at most."""

Ids = ParamSpec("Ids")
View = Callable[Concatenate[HttpRequest, Ids], HttpResponse]
ReaderView = Callable[Concatenate[HttpRequest, Reader, Ids], HttpResponse]


def for_everybody(view: ReaderView[Ids]) -> View[Ids]:
    """A page that visitors may see too."""
    return _door(view, signed_in=False)


def for_the_signed_in(view: ReaderView[Ids]) -> View[Ids]:
    """A page that leads a visitor to sign in first, and back afterwards."""
    return _door(view, signed_in=True)


def page(
    request: HttpRequest,
    reader: Reader,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
    policy: str = PAGE_POLICY,
) -> HttpResponse:
    """The rendered page, in the reader's language; the sources of walks are asked for where a template names them."""
    shown = {"reader": reader, "loud_alarms": _loud_alarms(reader), "street_sources": street_attributions}
    shown["just_done"] = done_before(request, reader)
    shown |= context or {}
    response = render(request, f"web/{template}", shown, status=status)
    response.headers["Content-Security-Policy"] = policy
    response.headers["Content-Language"] = reader.language
    return response


def file_of(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A file to keep, under this name."""
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def page_number(request: HttpRequest, *, rows: int, on_a_page: int) -> tuple[int, int]:
    """Which page of a long table the address asks for, from 1 on, and how many there are; the nearest there is."""
    pages = max(1, -(-rows // on_a_page))
    text = request.GET.get("page", "")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else 1
    return min(max(number, 1), pages), pages


def _loud_alarms(reader: Reader) -> int:
    """How many alarms of the reader's areas nobody has taken: a worker reads it on every page."""
    return alarms_for(reader.viewer, loud=True).count() if reader.is_worker else 0


def refused(request: HttpRequest, reader: Reader, refusal: DomainError) -> HttpResponse:
    """The page that says in words why not, and what can be done next."""
    count_refusal(refusal.code)
    if isinstance(refusal, NotFound):
        return page(request, reader, "not_found.html", status=404)
    status = 403 if isinstance(refusal, NotAllowed) else 409
    return page(request, reader, "refused.html", {"sentence": refusal.sentence(reader.language)}, status=status)


def next_page(request: HttpRequest, *, otherwise: str) -> str:
    """Where the form wants to go afterwards, where that is a page of ours."""
    wished = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wished, allowed_hosts=None) and wished.startswith("/"):
        return wished
    return otherwise


def first_page(viewer: Viewer) -> str:
    """Where signing in leads without another wish: workers to what waits, operators to the start page."""
    if viewer.worker_paths:
        return reverse("review")
    return reverse("home" if viewer.is_operator else "mine")


def _door(view: ReaderView[Ids], *, signed_in: bool) -> View[Ids]:
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def with_reader(request: HttpRequest, *args: Ids.args, **kwargs: Ids.kwargs) -> HttpResponse:
        reader = reader_of(request)
        with translation.override(reader.language):
            try:
                if signed_in and not reader.is_signed_in:
                    raise SignInRequired
                return view(request, reader, *args, **kwargs)
            except SignInRequired:
                wished = request.path if request.method == "GET" else reverse("mine")
                return redirect(f"{reverse('sign-in')}?{urlencode({'next': wished})}")
            except DomainError as refusal:
                return refused(request, reader, refusal)

    return with_reader
