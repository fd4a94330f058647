"""A word of worry, asked for money, rather not meet again; and the worker who looks into it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.community import queries as community
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.matches import actions, queries
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.forms.safety import AnswerForm, ConcernForm, LoggedConcernForm, given
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader

SHOWN_AT_MOST = 100


@for_the_signed_in
def worried(request: HttpRequest, reader: Reader, match_id: UUID) -> HttpResponse:
    return _said(request, reader, match_id, "WORRY")


@for_the_signed_in
def money(request: HttpRequest, reader: Reader, match_id: UUID) -> HttpResponse:
    return _said(request, reader, match_id, "MONEY")


@for_the_signed_in
def concern(request: HttpRequest, reader: Reader, concern_id: UUID) -> HttpResponse:
    """How it stands: for who said it, and for a worker of the area."""
    return _concern_page(request, reader, concern_id, AnswerForm())


@for_the_signed_in
def take(request: HttpRequest, reader: Reader, concern_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.take_concern(viewer=reader.viewer, concern_id=concern_id, now=reader.now)
    return redirect("concern", concern_id=concern_id)


@for_the_signed_in
def answer(request: HttpRequest, reader: Reader, concern_id: UUID) -> HttpResponse:
    """Ends with a reason; without one the page is shown again and asks for it."""
    if request.method != "POST":
        return redirect("concern", concern_id=concern_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.resolve_concern(viewer=reader.viewer, concern_id=concern_id, now=reader.now, **said)
        except DomainError as refusal:
            if refusal.field is None:
                raise
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("concern", concern_id=concern_id)
    return _concern_page(request, reader, concern_id, form)


@for_the_signed_in
def to_answer(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What waits for a worker of these areas; no words before it is in one's hands."""
    if not reader.is_worker:
        raise NotAllowed
    rows = queries.concerns_to_answer(reader.viewer)[:SHOWN_AT_MOST]
    return page(request, reader, "concerns.html", {"concerns": rows})


@for_the_signed_in
def not_again(request: HttpRequest, reader: Reader, match_id: UUID) -> HttpResponse:
    """Rather not meet this neighbour again; they are not told."""
    match = queries.match_by_id(reader.viewer, match_id)
    other = _other(reader, match)
    if request.method == "POST":
        actions.block_person(viewer=reader.viewer, person_id=other.public_id, now=reader.now)
        return redirect("blocked")
    return page(request, reader, "not_again.html", {"match": match, "other": other})


@for_the_signed_in
def blocked(request: HttpRequest, reader: Reader) -> HttpResponse:
    people = community.people_blocked_by(reader.viewer)[:SHOWN_AT_MOST]
    return page(request, reader, "blocked.html", {"people": people})


@for_the_signed_in
def unblock(request: HttpRequest, reader: Reader, person_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.unblock_person(viewer=reader.viewer, person_id=person_id)
    return redirect("blocked")


def _said(request: HttpRequest, reader: Reader, match_id: UUID, kind: str) -> HttpResponse:
    match = queries.match_by_id(reader.viewer, match_id)
    logged = queries.side_in_own_name(reader.viewer, match) is None
    form = (LoggedConcernForm if logged else ConcernForm)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            said = actions.report_concern(
                viewer=reader.viewer, match_id=match_id, kind=kind, now=reader.now, **given(form)
            )
        except DomainError as refusal:
            if refusal.field is None:
                raise
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("concern", concern_id=said.public_id)
    return page(request, reader, "worried.html", {"form": form, "match": match, "about_money": kind == "MONEY"})


def _concern_page(request: HttpRequest, reader: Reader, concern_id: UUID, form: AnswerForm) -> HttpResponse:
    found = queries.concern_by_id(reader.viewer, concern_id)
    handles = queries.may_handle_concern(reader.viewer, found)
    context: dict[str, Any] = {
        "concern": found,
        "form": form,
        "reads": queries.may_read_concern(reader.viewer, found),
        "handles": handles,
        "in_own_hands": handles and found.taken_by_id == reader.viewer.person_id,
    }
    return page(request, reader, "concern.html", context)


def _other(reader: Reader, match: Any) -> Any:
    """The one on the other side; whoever stands on neither side has nobody to name here."""
    if reader.viewer.person_id == match.helper_id:
        return match.person
    if reader.viewer.person_id == match.person_id:
        return match.helper
    raise NotAllowed
