"""The duty post: alarms loud first, overdue requests, emergencies to look back at, and the phone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.matches import actions as match_actions
from matchmaker.matches import queries as matches
from matchmaker.needs import queries as needs
from matchmaker.notices import actions, queries
from matchmaker.web import duty
from matchmaker.web.done import led_to
from matchmaker.web.forms.duty import DutyPhoneForm, WordsForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader
from matchmaker.web.wording import name_of

SHOWN_AT_MOST: Final = 100


@dataclass(frozen=True)
class AlarmRow:
    """An alarm in words, whom it rang last, and the form that closes it."""

    alarm: Any
    sentence: str
    rung: list[str]
    is_loud: bool
    form: Form


@dataclass(frozen=True)
class EmergencyRow:
    emergency: Any
    skipped: str
    form: Form


@dataclass(frozen=True)
class PhoneRow:
    area: Any
    form: Form


@for_the_signed_in
def desk(request: HttpRequest, reader: Reader) -> HttpResponse:
    return _desk(request, reader)


@for_the_signed_in
def alarm(request: HttpRequest, reader: Reader, alarm_id: UUID) -> HttpResponse:
    """The place of this alarm on the page, for whoever may know of it."""
    found = queries.alarm_by_id(reader.viewer, alarm_id)
    return redirect(f"{reverse('duty')}#alarm-{found.public_id}")


@for_the_signed_in
def take(request: HttpRequest, reader: Reader, alarm_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.take_alarm(viewer=reader.viewer, alarm_id=alarm_id, now=reader.now)
        return led_to(request, reader, "alarm.taken", "duty")
    return redirect("duty")


@for_the_signed_in
def close(request: HttpRequest, reader: Reader, alarm_id: UUID) -> HttpResponse:
    return _ended(request, reader, actions.close_alarm, "alarm.closed", alarm_id=alarm_id)


@for_the_signed_in
def review_emergency(request: HttpRequest, reader: Reader, need_id: UUID) -> HttpResponse:
    return _ended(request, reader, match_actions.review_emergency, "emergency.reviewed", need_id=need_id)


@for_the_signed_in
def set_phone(request: HttpRequest, reader: Reader, area_id: UUID) -> HttpResponse:
    form = DutyPhoneForm(request.POST if request.method == "POST" else None, prefix=str(area_id))
    if form.is_valid():
        try:
            phone = form.cleaned_data["phone"]
            actions.set_duty_phone(viewer=reader.viewer, area_id=area_id, phone=phone, now=reader.now)
        except DomainError as refusal:
            if refusal.field != "phone":
                raise
            add_refusal(form, refusal, reader.language)
        else:
            return led_to(request, reader, "phone.set", "duty")
    return _desk(request, reader, at_fault={area_id: form}) if request.method == "POST" else redirect("duty")


def _ended(request: HttpRequest, reader: Reader, act: Callable[..., Any], said: str, **which: UUID) -> HttpResponse:
    """Ends the matter in the words of the form; where they are at fault the list is shown again and says so."""
    if request.method != "POST":
        return redirect("duty")
    (public_id,) = which.values()
    form = WordsForm(request.POST, prefix=str(public_id))
    if not form.is_valid():
        return _desk(request, reader, at_fault={public_id: form})
    act(viewer=reader.viewer, words=form.cleaned_data["words"], now=reader.now, **which)
    return led_to(request, reader, said, "duty")


def _desk(request: HttpRequest, reader: Reader, at_fault: dict[UUID, Form] | None = None) -> HttpResponse:
    if not reader.is_worker:
        raise NotAllowed
    forms = at_fault or {}
    viewer = reader.viewer
    open_needs = needs.in_the_care_of(viewer, needs.needs_for(viewer, state="OPEN"))
    overdue = needs.only_overdue(open_needs, True, now=reader.now).order_by("due_at", "pk")
    alarms = list(queries.alarms_for(viewer)[:SHOWN_AT_MOST])
    kinds = _kinds_of_help(viewer, alarms)
    context = {
        "rows": [_alarm_row(alarm, kinds.get(alarm.about, ""), forms) for alarm in alarms],
        "overdue": overdue[:SHOWN_AT_MOST],
        "emergencies": [
            EmergencyRow(row, duty.skipped_in(row), _form(forms, row.need.public_id))
            for row in matches.emergencies_for(viewer, reviewed=False)[:SHOWN_AT_MOST]
        ],
        "phones": [
            PhoneRow(
                area, forms.get(area.public_id) or DutyPhoneForm(prefix=str(area.public_id), initial={"phone": phone})
            )
            for area, phone in queries.duty_phones_for(viewer)
        ],
        "about_a_need": duty.ABOUT_A_NEED,
        "about_a_match": duty.ABOUT_A_MATCH,
        "about_a_second_look": duty.ABOUT_A_SECOND_LOOK,
        "faults": list(forms.values()),
    }
    return page(request, reader, "duty.html", context)


def _kinds_of_help(viewer: Viewer, alarms: Sequence[Any]) -> dict[UUID, str]:
    """What the needs that these alarms are about ask for, by the id of the need."""
    about = {alarm.about for alarm in alarms if alarm.kind in duty.ABOUT_A_NEED}
    found = needs.needs_for(viewer).filter(public_id__in=about) if about else ()
    return {need.public_id: name_of(need.service_type) for need in found}


def _alarm_row(alarm: Any, kind_of_help: str, forms: dict[UUID, Form]) -> AlarmRow:
    return AlarmRow(
        alarm=alarm,
        sentence=duty.of_alarm(alarm, kind_of_help),
        rung=[call.person.name for call in queries.rung_lately(alarm)],
        is_loud=alarm.taken_at is None and alarm.closed_at is None,
        form=_form(forms, alarm.public_id),
    )


def _form(forms: dict[UUID, Form], public_id: UUID) -> Form:
    return forms.get(public_id) or WordsForm(prefix=str(public_id))
