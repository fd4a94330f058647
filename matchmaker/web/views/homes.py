"""Homes that people claimed by a poster: a worker says whether it is so."""

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.community import actions, queries
from matchmaker.errors import NotAllowed
from matchmaker.web.done import led_to
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader

SHOWN_AT_MOST: Final = 100


@for_the_signed_in
def homes(request: HttpRequest, reader: Reader) -> HttpResponse:
    if not reader.is_worker:
        raise NotAllowed
    waiting = queries.homes_to_confirm(reader.viewer)
    return page(request, reader, "homes.html", {"people": waiting[:SHOWN_AT_MOST], "count": waiting.count()})


@for_the_signed_in
def confirm(request: HttpRequest, reader: Reader, person_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.confirm_home(viewer=reader.viewer, person_id=person_id, now=reader.now)
        return led_to(request, reader, "home.confirmed", "homes", place="homes")
    return redirect("homes")


@for_the_signed_in
def refuse(request: HttpRequest, reader: Reader, person_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.refuse_home(viewer=reader.viewer, person_id=person_id, now=reader.now)
        return led_to(request, reader, "home.refused", "homes", place="homes")
    return redirect("homes")
