"""An organization asks the reader to be a member: yes, or rather not."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.community import actions, queries
from matchmaker.web.done import led_to
from matchmaker.web.pages import for_the_signed_in
from matchmaker.web.reader import Reader


@for_the_signed_in
def accept(request: HttpRequest, reader: Reader, organization_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.accept_membership(viewer=reader.viewer, organization_id=organization_id, now=reader.now)
        return led_to(request, reader, "membership.accepted", "mine")
    return redirect("mine")


@for_the_signed_in
def decline(request: HttpRequest, reader: Reader, organization_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.end_membership(
            viewer=reader.viewer,
            organization_id=organization_id,
            person_id=queries.own_person(reader.viewer).public_id,
            now=reader.now,
        )
        return led_to(request, reader, "membership.declined", "mine")
    return redirect("mine")
