"""The call list: whom to ring or visit today, on the screen or on paper, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate

from matchmaker.community.queries import grid_of
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.notices import actions, queries, ways
from matchmaker.web.calling import Says, subjects
from matchmaker.web.done import led_to
from matchmaker.web.forms.notices import CallForm, DayForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.notice_pages import page_of
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader
from matchmaker.web.wording import name_of

SHOWN_AT_MOST = 200
OWN_PAGES: Final = ("VISIT_OUTCOME_WANTED", "WHAT_HAPPENED")
"""What is told on these is for the two sides alone."""


@dataclass(frozen=True)
class Row:
    """A person to ring, roughly where they live, what to say with the page that shows it, and the form that logs it.

    What a person without an account answers is noted on their card, so that is where everything leads.
    """

    call: Any
    grid: str
    phone: str
    to_say: list[tuple[str, str]]
    card: str
    form: CallForm


@for_the_signed_in
def calls(request: HttpRequest, reader: Reader) -> HttpResponse:
    return _list(request, reader)


@for_the_signed_in
def log(request: HttpRequest, reader: Reader, call_id: UUID) -> HttpResponse:
    """Logs one call; without a result the list is shown again and asks for it."""
    if request.method != "POST":
        return _back_to_list(request)
    form = CallForm(request.POST, prefix=str(call_id))
    if form.is_valid():
        try:
            actions.log_call(viewer=reader.viewer, call_id=call_id, now=reader.now, **form.cleaned_data)
        except DomainError as refusal:
            if refusal.field not in form.fields:
                raise
            add_refusal(form, refusal, reader.language)
        else:
            return led_to(request, reader, "call.logged", _list_looked_at(request), place="calls")
    return _list(request, reader, at_fault={call_id: form})


def _wished(request: HttpRequest) -> DayForm:
    return DayForm(request.GET if "day" in request.GET else None)


def _wish_in_address(wished: DayForm) -> str:
    return f"?{urlencode(wished.cleaned_data)}" if wished.is_valid() else ""


def _back_to_list(request: HttpRequest) -> HttpResponse:
    """The list of the day and in the order that was looked at."""
    return redirect(_list_looked_at(request))


def _list_looked_at(request: HttpRequest) -> str:
    return reverse("calls") + _wish_in_address(_wished(request))


def _list(request: HttpRequest, reader: Reader, at_fault: dict[UUID, CallForm] | None = None) -> HttpResponse:
    if not reader.is_worker:
        raise NotAllowed
    forms = at_fault or {}
    wished = _wished(request)
    day, by_grid = wished.chosen(otherwise=localdate(reader.now)), wished.is_by_grid()
    listed = list(queries.calls_for(reader.viewer, day)[:SHOWN_AT_MOST])
    if by_grid:
        listed.sort(key=_way_around)
    told = {call.pk: queries.told_in(call, reader.language) for call in listed}
    said_of = subjects(reader, [one.about for notices in told.values() for one in notices])
    rows = [
        Row(
            call=call,
            grid=name_of(grid_of(_home(call))),
            phone=ways.phone_of(call.person),
            to_say=_to_say(call, told[call.pk], said_of),
            card=_card_of(call),
            form=forms.get(call.public_id) or CallForm(prefix=str(call.public_id)),
        )
        for call in listed
    ]
    chosen = {"day": day, "order": DayForm.BY_GRID if by_grid else ""}
    context = {
        "rows": rows,
        "day": day,
        "day_form": DayForm(initial=chosen),
        "wished": _wish_in_address(wished),
        "faults": list(forms.values()),
    }
    return page(request, reader, "calls.html", context)


def _way_around(call: Any) -> tuple[int, int]:
    """Grid by grid and, within one, corridor by corridor."""
    home = _home(call)
    return grid_of(home).pk, home.parent_id or 0


def _home(call: Any) -> Any:
    """Where the person lives; only the community where that is all that is known."""
    return call.person.household or call.person.community


def _card_of(call: Any) -> str:
    """The desk card of a person without an account; nobody answers for those who have one."""
    if hasattr(call.person, "account"):
        return ""
    return reverse("desk-person", kwargs={"person_id": call.person.public_id})


def _to_say(call: Any, told: Sequence[Any], said_of: Mapping[UUID, Says]) -> list[tuple[str, str]]:
    card = _card_of(call)
    said = [
        (
            " ".join((one.sentence, *([said_of[one.about](call.person)] if one.about in said_of else ()))),
            card or ("" if one.kind in OWN_PAGES else page_of(one.kind, one.about)),
        )
        for one in told
    ]
    return list(dict.fromkeys(said))
