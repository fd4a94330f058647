"""One's own data, leaving and coming back."""

from typing import Any, Final
from uuid import UUID

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate

from matchmaker.community import queries as community
from matchmaker.community.actions import change_profile
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.privacy import actions, queries
from matchmaker.web.forms.privacy import AT_ONCE, LeaveForm, ReturnForm
from matchmaker.web.forms.profile import ProfileForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.own_words import shown
from matchmaker.web.pages import for_everybody, for_the_signed_in, page
from matchmaker.web.phrases import language
from matchmaker.web.reader import Reader

LEFT_KEY: Final = "left"


@for_the_signed_in
def my_data(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Everything that is held about the reader, to read or to print."""
    person = community.own_person(reader.viewer)
    data = queries.own_data(reader.viewer, now=reader.now, language=language())
    sections = [shown(section, person.community.time_zone) for section in data.sections]
    return page(request, reader, "my_data.html", {"sections": sections, "person": person, "on_paper": False})


@for_the_signed_in
def correct(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What one told about oneself, to be told anew; and whether ties and trust count for oneself."""
    reader.viewer.require_person()
    person = community.own_person(reader.viewer)
    form = ProfileForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            change_profile(viewer=reader.viewer, now=reader.now, **form.told())
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("my-data")
    return page(request, reader, "profile.html", {"form": form, "person": person})


@for_the_signed_in
def download(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The same as one JSON document."""
    data = queries.own_data(reader.viewer, now=reader.now, language=language())
    options = {"ensure_ascii": False, "indent": 2}
    answer = JsonResponse(queries.document_of(data), json_dumps_params=options)
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@for_the_signed_in
def data_on_paper(request: HttpRequest, reader: Reader, person_id: UUID) -> HttpResponse:
    """What a worker hands to a person without an account: all that is held about them, at a press that is recorded."""
    context: dict[str, Any] = {"person": queries.person_on_paper(reader.viewer, person_id), "on_paper": True}
    if request.method == "POST":
        person, data = actions.hand_over_data(
            viewer=reader.viewer, person_id=person_id, now=reader.now, language=language()
        )
        context["sections"] = [shown(section, person.community.time_zone) for section in data.sections]
    return page(request, reader, "my_data.html", context)


@for_the_signed_in
def leave(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What leaving means, and the press that does it."""
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        at_once = form.cleaned_data["when"] == AT_ONCE
        left = actions.leave(viewer=reader.viewer, now=reader.now, at_once=at_once)
        logout(request)
        _keep(request, left, at_once=at_once)
        return redirect("left")
    return page(request, reader, "leave.html", {"form": form})


@for_the_signed_in
def leave_for(request: HttpRequest, reader: Reader, person_id: UUID) -> HttpResponse:
    """A worker enters that a person without an account wishes to leave: read back, then pressed."""
    person = community.person_by_id(reader.viewer, person_id)
    if person.pk == reader.viewer.person_id or not reader.is_worker:
        raise NotAllowed
    if request.method == "POST":
        left = actions.leave_for(viewer=reader.viewer, person_id=person_id, now=reader.now)
        _keep(request, left, at_once=False)
        return redirect("left")
    return page(request, reader, "leave_for.html", {"person": person})


@for_everybody
def left(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The day, and the code that undoes it; it is shown this once."""
    told = request.session.pop(LEFT_KEY, None)
    if told is None:
        return redirect("home")
    return page(request, reader, "left.html", told)


@for_everybody
def come_back(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Whoever has the code belongs again, and can sign in."""
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.come_back(return_code=form.cleaned_data["return_code"], now=reader.now)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("sign-in")
    return page(request, reader, "come_back.html", {"form": form})


def _keep(request: HttpRequest, left: actions.Left, *, at_once: bool) -> None:
    """For the next page alone: a press of reload sends nothing twice."""
    request.session[LEFT_KEY] = {
        "return_code": left.return_code,
        "forget_date": localdate(left.farewell.forget_at).isoformat(),
        "at_once": at_once,
    }
