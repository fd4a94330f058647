"""The first page, and the two switches that stand on every page."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matchmaker.community.viewers import viewer_for_user
from matchmaker.errors import NotFound
from matchmaker.matches.queries import proposal_by_id
from matchmaker.needs.queries import is_worker_for
from matchmaker.notices.queries import duty_phone_for
from matchmaker.simulation import sample
from matchmaker.web.loopback import sample_accounts_are_open
from matchmaker.web.pages import first_page, for_everybody, for_the_signed_in, next_page, page
from matchmaker.web.phrases import CHINESE, ENGLISH, LANGUAGES
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
    first = first_page(viewer_for_user(found.user, now=reader.now))
    return _stepped_in(request, reader, found.user, next_page(request, otherwise=first))


@for_the_signed_in
def step_in_as_side(request: HttpRequest, reader: Reader, proposal_id: UUID, side: str) -> HttpResponse:
    """Goes on as one side of a proposal among generated people, to see the way to its end; on this machine alone."""
    if request.method != "POST" or not sample_accounts_are_open(request):
        raise NotFound
    proposal = proposal_by_id(reader.viewer, proposal_id)
    user = sample.account_of_side(proposal, side) if is_worker_for(reader.viewer, proposal.need) else None
    if user is None:
        raise NotFound
    return _stepped_in(request, reader, user, reverse("proposal", kwargs={"proposal_id": proposal_id}))


def _stepped_in(request: HttpRequest, reader: Reader, user: Any, address: str) -> HttpResponse:
    """The pages go on in the language that was read so far."""
    login(request, user, backend=SIGN_IN_BACKEND)
    answer = redirect(address)
    _remember(answer, settings.LANGUAGE_COOKIE_NAME, ENGLISH if reader.language == ENGLISH else CHINESE)
    return answer


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
