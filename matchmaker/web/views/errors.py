"""The pages for what went wrong: nothing here, not for you, our fault, too busy, an old form."""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from matchmaker.community.viewers import VISITOR
from matchmaker.web.pages import for_everybody, page
from matchmaker.web.reader import Reader, language_of, reader_of


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Under the address of our files it asks the database nothing: whoever asks for those passes by the gate."""
    if request.path.startswith(settings.STATIC_URL):
        return _without_asking(request, "not_found.html", status=404)
    return _nothing_here(request)


@for_everybody
def _nothing_here(request: HttpRequest, reader: Reader) -> HttpResponse:
    not_an_operator = reader.is_signed_in and not request.user.is_staff
    for_operators = not_an_operator and request.path.startswith(reverse("admin:index"))
    return page(request, reader, "not_found.html", {"for_operators": for_operators}, status=404)


def old_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was opened before signing in again, or its cookie is gone: it has to be opened anew."""
    reader = reader_of(request)
    with translation.override(reader.language):
        return page(request, reader, "old_form.html", status=403)


def our_fault(request: HttpRequest) -> HttpResponse:
    """Asks the database nothing, for that may be what failed."""
    return _without_asking(request, "our_fault.html", status=500)


def busy(request: HttpRequest) -> HttpResponse:
    """Asks the database nothing, for that is what others wait for."""
    return _without_asking(request, "busy.html", status=503)


def _without_asking(request: HttpRequest, template: str, *, status: int) -> HttpResponse:
    language, now = language_of(request, VISITOR), timezone.now()
    visitor = replace(VISITOR, language=language, today=timezone.localdate(now))
    reader = Reader(viewer=visitor, now=now, language=language, elder_view=False)
    with translation.override(language):
        return page(request, reader, template, status=status)
