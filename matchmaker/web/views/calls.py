"""The call list: whom to ring or visit today, on the screen or on paper, and what came of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate

from matchmaker.errors import DomainError, NotAllowed
from matchmaker.notices import actions, queries, ways
from matchmaker.web.forms.notices import CallForm, DayForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.notice_pages import page_of
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader

SHOWN_AT_MOST = 200
OWN_PAGES: Final = ("VISIT_OUTCOME_WANTED", "WHAT_HAPPENED")
"""What is told on these is for the two sides alone."""


@dataclass(frozen=True)
class Row:
    """A person to ring, what to say with the page that shows it, and the form that logs it.

    What a person without an account answers is noted on their card, so that is where everything leads.
    """

    call: Any
    phone: str
    to_say: list[tuple[str, str]]
    card: str
    form: CallForm


@for_the_signed_in
def calls(request: HttpRequest, reader: Reader) -> HttpResponse:
    day = DayForm(request.GET if "day" in request.GET else None)
    return _list(request, reader, day=day.chosen(otherwise=localdate(reader.now)))


@for_the_signed_in
def log(request: HttpRequest, reader: Reader, call_id: UUID) -> HttpResponse:
    """Logs one call; without a result the list is shown again and asks for it."""
    if request.method != "POST":
        return redirect("calls")
    form = CallForm(request.POST, prefix=str(call_id))
    if form.is_valid():
        try:
            actions.log_call(viewer=reader.viewer, call_id=call_id, now=reader.now, **form.cleaned_data)
        except DomainError as refusal:
            if refusal.field not in form.fields:
                raise
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("calls")
    return _list(request, reader, day=localdate(reader.now), at_fault={call_id: form})


def _list(
    request: HttpRequest, reader: Reader, *, day: date, at_fault: dict[UUID, CallForm] | None = None
) -> HttpResponse:
    if not reader.is_worker:
        raise NotAllowed
    forms = at_fault or {}
    rows = [
        Row(
            call=call,
            phone=ways.phone_of(call.person),
            to_say=_to_say(call, reader),
            card=_card_of(call),
            form=forms.get(call.public_id) or CallForm(prefix=str(call.public_id)),
        )
        for call in queries.calls_for(reader.viewer, day)[:SHOWN_AT_MOST]
    ]
    context = {"rows": rows, "day": day, "day_form": DayForm(initial={"day": day}), "faults": list(forms.values())}
    return page(request, reader, "calls.html", context)


def _card_of(call: Any) -> str:
    """The desk card of a person without an account; nobody answers for those who have one."""
    if hasattr(call.person, "account"):
        return ""
    return reverse("desk-person", kwargs={"person_id": call.person.public_id})


def _to_say(call: Any, reader: Reader) -> list[tuple[str, str]]:
    card = _card_of(call)
    said = [
        (told.sentence, card or ("" if told.kind in OWN_PAGES else page_of(told.kind, told.about)))
        for told in queries.told_in(call, reader.language)
    ]
    return list(dict.fromkeys(said))
