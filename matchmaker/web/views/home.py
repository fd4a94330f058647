"""The first page, and the two switches that stand on every page."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matchmaker.community.viewers import viewer_for_user
from matchmaker.errors import NotFound
from matchmaker.notices.queries import duty_phone_for
from matchmaker.simulation import sample
from matchmaker.web.loopback import sample_accounts_are_open
from matchmaker.web.pages import first_page, for_everybody, next_page, page
from matchmaker.web.phrases import LANGUAGES
from matchmaker.web.reader import ELDER_COOKIE, Reader

SIGN_IN_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
A_YEAR: Final = timedelta(days=365)


@for_everybody
def home(request: HttpRequest, reader: Reader) -> HttpResponse:
    logins = list(sample.sample_logins()) if sample_accounts_are_open(request) else []
    return page(request, reader, "home.html", {"sample_logins": logins, "duty_phone": duty_phone_for(reader.viewer)})


@for_everybody
def sign_in_as_sample(request: HttpRequest, reader: Reader, role: str) -> HttpResponse:
    """Signs in as a generated person, on this machine alone; elsewhere the page does not exist."""
    if request.method != "POST" or not sample_accounts_are_open(request):
        raise NotFound
    found = next((row for row in sample.sample_logins() if row.role == role), None)
    if found is None:
        raise NotFound
    login(request, found.user, backend=SIGN_IN_BACKEND)
    return redirect(next_page(request, otherwise=first_page(viewer_for_user(found.user, now=reader.now))))


@for_everybody
def choose_language(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The pages speak this language from now on, in this browser."""
    answer = redirect(next_page(request, otherwise=reverse("home")))
    wished = request.POST.get("language")
    if wished in LANGUAGES:
        _remember(answer, settings.LANGUAGE_COOKIE_NAME, wished)
    return answer


@for_everybody
def choose_view(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Large letters from now on, or no longer, in this browser."""
    answer = redirect(next_page(request, otherwise=reverse("home")))
    if request.method == "POST":
        _remember(answer, ELDER_COOKIE, "on" if request.POST.get("elder") == "on" else "off")
    return answer


def _remember(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(name, value, max_age=A_YEAR, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)
