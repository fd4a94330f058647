"""Tours: near the reader, in the care of the reader, planned, late, called off, signed up for, and on paper."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.community import actions as community
from matchmaker.community.actions.acting_once import Answer, Asked
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.matches import actions as matches
from matchmaker.matches import queries as match_queries
from matchmaker.needs import actions, queries
from matchmaker.needs.drafts import StopDraft, TourDraft
from matchmaker.notices import actions as notices
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.forms.tours import (
    STOPS_OFFERED,
    CallOffForm,
    LateForm,
    SignUpForm,
    StopForm,
    TourForm,
    needs_for_tour,
    organizations_that_tour,
)
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader

TOURS_SHOWN = 100


@for_the_signed_in
def tours(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The stops near the reader, and the tours they look after."""
    signed_up = {row.stop_id for row in queries.own_sign_ups(reader.viewer) if row.person_id == reader.viewer.person_id}
    stops = queries.stops_near(reader.viewer, now=reader.now)
    left = match_queries.places_left_at([one.stop for one in stops])
    near = [{"near": one, "left": left[one.stop.pk], "mine": one.stop.pk in signed_up} for one in stops]
    shown = {
        "near": near,
        "own": queries.tours_for(reader.viewer, own=True)[:TOURS_SHOWN],
        "may_plan": bool(organizations_that_tour(reader)),
    }
    return page(request, reader, "tours.html", shown)


@for_the_signed_in
def tour(request: HttpRequest, reader: Reader, tour_id: UUID) -> HttpResponse:
    """One tour with its stops: to sign up, or to look after it."""
    found = queries.tour_by_id(reader.viewer, tour_id)
    notices.read_notices(viewer=reader.viewer, about=tour_id, now=reader.now)
    return _tour_page(request, reader, found)


@for_the_signed_in
def plan(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What goes where: the first stop has to be filled in, the others may stay empty."""
    reader.viewer.require_person()
    if not organizations_that_tour(reader):
        raise NotAllowed
    told = request.POST if request.method == "POST" else None
    form = TourForm(told, reader=reader)
    stops = [
        StopForm(told, reader=reader, prefix=f"stop{number}", empty_permitted=number > 0, use_required_attribute=False)
        for number in range(STOPS_OFFERED)
    ]
    if told is not None and all([form.is_valid(), *(stop.is_valid() for stop in stops)]):
        try:
            made = _announced(request, reader, form, stops)
        except DomainError as refusal:
            add_refusal(stops[0] if refusal.field in stops[0].fields else form, refusal, reader.language)
        else:
            return redirect("tour", tour_id=made)
    return page(request, reader, "tour_plan.html", {"form": form, "stops": stops})


def _announced(request: HttpRequest, reader: Reader, form: TourForm, stops: list[StopForm]) -> UUID:
    """The tour of this form; pressed twice it is the one that the first press announced."""
    draft = _tour_draft(form, stops)
    return community.act_once(
        asked=Asked(int(request.user.pk or 0), None, f"page:{form.cleaned_data['token']}", "announce_tour"),
        act=lambda: actions.announce_tour(viewer=reader.viewer, draft=draft, now=reader.now).public_id,
        answer_of=lambda made: Answer(str(made)),
        again=lambda answer: UUID(answer.row),
        now=reader.now,
    )


@for_the_signed_in
def change_stop(request: HttpRequest, reader: Reader, stop_id: UUID) -> HttpResponse:
    stop = queries.stop_by_id(reader.viewer, stop_id)
    if not queries.may_manage_tour(reader.viewer, stop.tour):
        raise NotAllowed
    known = {
        "place": str(stop.place.public_id),
        "meeting_point": stop.meeting_point,
        "date": stop.date,
        "starts": stop.starts,
        "ends": stop.ends,
        "capacity": stop.capacity,
        "reach_km": max(1, round(stop.reach_m / 1000)),
    }
    form = StopForm(request.POST if request.method == "POST" else None, reader=reader, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_stop(viewer=reader.viewer, stop_id=stop_id, draft=_stop_draft(form), now=reader.now)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("tour", tour_id=stop.tour.public_id)
    return page(request, reader, "tour_stop.html", {"form": form, "stop": stop})


@for_the_signed_in
def late(request: HttpRequest, reader: Reader, stop_id: UUID) -> HttpResponse:
    stop = queries.stop_by_id(reader.viewer, stop_id)
    form = LateForm(request.POST)
    if request.method == "POST" and form.is_valid():
        actions.say_late(viewer=reader.viewer, stop_id=stop_id, minutes=form.cleaned_data["minutes"], now=reader.now)
    return redirect("tour", tour_id=stop.tour.public_id)


@for_the_signed_in
def call_off(request: HttpRequest, reader: Reader, tour_id: UUID) -> HttpResponse:
    """With a reason; without one the page is shown again and asks for it."""
    found = queries.tour_by_id(reader.viewer, tour_id)
    if request.method != "POST":
        return redirect("tour", tour_id=tour_id)
    form = CallOffForm(request.POST)
    if form.is_valid():
        try:
            because = form.cleaned_data["because"]
            actions.call_off_tour(viewer=reader.viewer, tour_id=tour_id, because=because, now=reader.now)
        except DomainError as refusal:
            if refusal.field is None:
                raise
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("tour", tour_id=tour_id)
    return _tour_page(request, reader, found, form)


@for_the_signed_in
def sign_up(request: HttpRequest, reader: Reader, stop_id: UUID) -> HttpResponse:
    stop = queries.stop_by_id(reader.viewer, stop_id)
    form = SignUpForm(request.POST, offered=needs_for_tour(reader, stop.tour))
    if request.method == "POST" and form.is_valid():
        need = form.cleaned_data["need"]
        matches.sign_up(viewer=reader.viewer, stop_id=stop_id, need_id=UUID(need) if need else None, now=reader.now)
    return redirect("tour", tour_id=stop.tour.public_id)


@for_the_signed_in
def take_back(request: HttpRequest, reader: Reader, stop_id: UUID) -> HttpResponse:
    stop = queries.stop_by_id(reader.viewer, stop_id)
    if request.method == "POST":
        matches.take_back_sign_up(viewer=reader.viewer, stop_id=stop_id, now=reader.now)
    return redirect("tour", tour_id=stop.tour.public_id)


@for_the_signed_in
def sheet(request: HttpRequest, reader: Reader, tour_id: UUID) -> HttpResponse:
    """Stop by stop who comes, to take along: for whoever looks after the tour."""
    found = queries.tour_by_id(reader.viewer, tour_id)
    if not queries.may_manage_tour(reader.viewer, found):
        raise NotAllowed
    comes = queries.sign_ups_at(reader.viewer, found.stops.all())
    stops = [(stop, comes[stop.pk]) for stop in found.stops.all()]
    return page(request, reader, "tour_sheet.html", {"tour": found, "stops": stops})


def _tour_page(request: HttpRequest, reader: Reader, found: Any, form: CallOffForm | None = None) -> HttpResponse:
    shown = {
        "tour": found,
        "manages": queries.may_manage_tour(reader.viewer, found),
        "form": form or CallOffForm(),
        "stops": _stops_shown(reader, found),
    }
    return page(request, reader, "tour.html", shown)


def _stops_shown(reader: Reader, tour: Any) -> list[dict[str, Any]]:
    stops = list(tour.stops.all())
    left, comes = match_queries.places_left_at(stops), queries.sign_ups_at(reader.viewer, stops)
    offered = needs_for_tour(reader, tour)
    shown = []
    for stop in stops:
        ahead = tour.state == "ANNOUNCED" and not queries.is_over(stop, reader.now)
        mine = any(row.person_id == reader.viewer.person_id for row in comes[stop.pk])
        asks = ahead and left[stop.pk] and not mine
        names = f"id_{stop.pk}_%s"
        shown.append(
            {
                "stop": stop,
                "ahead": ahead,
                "left": left[stop.pk],
                "mine": mine,
                "sign_ups": comes[stop.pk],
                "counts": queries.may_see_sign_ups(reader.viewer, stop),
                "comes_at": _later(stop),
                "form": SignUpForm(offered=offered, auto_id=names) if asks else None,
                "late_form": LateForm(initial={"minutes": stop.late_minutes}, auto_id=names),
            }
        )
    return shown


def _later(stop: Any) -> Any:
    """When a late tour comes, by the local clock."""
    arrives = datetime.combine(stop.date, stop.starts)
    return (arrives + timedelta(minutes=stop.late_minutes)).time()


def _tour_draft(form: TourForm, stops: list[StopForm]) -> TourDraft:
    told = form.cleaned_data
    return TourDraft(
        organization=UUID(told["organization"]),
        title=told["title"],
        service_types=tuple(told["service_types"]),
        details=told["details"],
        stops=tuple(_stop_draft(stop) for stop in stops if stop.cleaned_data.get("place")),
    )


def _stop_draft(form: StopForm) -> StopDraft:
    told = form.cleaned_data
    return StopDraft(
        place=UUID(told["place"]),
        meeting_point=told["meeting_point"],
        date=told["date"],
        starts=told["starts"],
        ends=told["ends"],
        capacity=told["capacity"],
        reach_m=told["reach_km"] * 1000,
    )
