"""Signing in by a code, joining by an invitation, signing out."""

from contextlib import suppress
from typing import Final

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker import news, tries
from matchmaker.community import actions as community
from matchmaker.community.actions.joining import SignInNameTaken
from matchmaker.community.queries import doorway_of
from matchmaker.community.viewers import viewer_for_user
from matchmaker.errors import DomainError
from matchmaker.notices import actions as notices
from matchmaker.web.forms.accounts import CodeForm, InvitationForm, JoinForm, SignInForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import first_page, for_everybody, next_page, page
from matchmaker.web.reader import Reader
from matchmaker.web.views.home import SIGN_IN_BACKEND

NAME_KEY: Final = "signing_in"
NEXT_KEY: Final = "signing_in_to"
CHALLENGE_KEY: Final = "signing_in_challenge"


@for_everybody
def sign_in(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Sends a code; the answer is the same whether the account exists."""
    form = SignInForm(request.POST if request.method == "POST" else None)
    wished = next_page(request, otherwise="")
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["sign_in_name"]
        try:
            _send_code(request, reader, name)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            request.session[NEXT_KEY] = wished
            return redirect("sign-in-code")
    return page(request, reader, "sign_in.html", {"form": form, "next": wished})


@for_everybody
def sign_in_code(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Signs in with the code that was sent; the session gets a new key."""
    name = request.session.get(NAME_KEY)
    if name is None:
        return redirect("sign-in")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = community.sign_in_with_code(
                sign_in_name=name,
                challenge=request.session.get(CHALLENGE_KEY, ""),
                code=form.cleaned_data["code"],
                now=reader.now,
                address=tries.address_of(request),
            )
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            wished = request.session.get(NEXT_KEY) or first_page(viewer_for_user(user, now=reader.now))
            login(request, user, backend=SIGN_IN_BACKEND)
            for key in (NAME_KEY, NEXT_KEY, CHALLENGE_KEY):
                request.session.pop(key, None)
            return redirect(wished)
    return page(request, reader, "sign_in_code.html", {"form": form, "sign_in_name": name})


@for_everybody
def join(request: HttpRequest, reader: Reader, code: str) -> HttpResponse:
    """Joins the community of the invitation; the first sign-in, by a code, shows that the name is one's own.

    The answer is the same whether or not the name had an account: if it had, the code signs its owner in.
    """
    doorway = doorway_of(code, now=reader.now)
    flats = [(str(flat.public_id), flat.name) for flat in doorway.flats] if doorway else []
    form = JoinForm(
        request.POST if request.method == "POST" else None, initial={"language": reader.language}, flats=flats
    )
    if request.method == "POST" and form.is_valid():
        try:
            _join(form, code, reader)
            _send_code(request, reader, form.cleaned_data["sign_in_name"])
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("sign-in-code")
    return page(request, reader, "join.html", {"form": form, "doorway": doorway})


@for_everybody
def join_by_typed_code(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The code of a poster, typed in: on to the page that the poster's picture leads to."""
    form = InvitationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect("join", code=form.cleaned_data["code"])
    return page(request, reader, "join_code.html", {"form": form})


@for_everybody
def sign_out(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The session is gone, with whatever waited in it."""
    if request.method == "POST":
        account_id = request.user.pk
        logout(request)
        news.tell(news.topic_of_account(account_id))
    return redirect("home")


def _send_code(request: HttpRequest, reader: Reader, name: str) -> None:
    """A code is on its way, if there is such an account; it fits in this browser alone."""
    request.session[CHALLENGE_KEY] = notices.send_sign_in_code(
        sign_in_name=name, now=reader.now, address=tries.address_of(request)
    )
    request.session[NAME_KEY] = name


def _join(form: JoinForm, code: str, reader: Reader) -> None:
    """The name has an account: a new one, or the one that it had."""
    with suppress(SignInNameTaken):
        community.join_by_invitation(code=code, now=reader.now, **form.cleaned_data)
