"""Who belongs to an organization, for its clerks: members and who is still asked, one more, one less."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matchmaker.community import actions, queries
from matchmaker.errors import DomainError
from matchmaker.tally import count_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader

SHOWN_AT_MOST: Final = 200


@for_the_signed_in
def members(request: HttpRequest, reader: Reader, organization_id: UUID) -> HttpResponse:
    """Those whom the organization knows by name, and of the others how many there are."""
    found = queries.organization_spoken_for(reader.viewer, organization_id)
    return _list(request, reader, found)


@for_the_signed_in
def invite(request: HttpRequest, reader: Reader, organization_id: UUID) -> HttpResponse:
    """A code for one person, shown on the answer to this press and nowhere else."""
    found = queries.organization_spoken_for(reader.viewer, organization_id)
    if request.method != "POST":
        return redirect("organization-members", organization_id=organization_id)
    invitation, code = actions.invite(
        viewer=reader.viewer, area_id=found.area.public_id, organization_id=organization_id, now=reader.now
    )
    link = request.build_absolute_uri(reverse("join", args=[code]))
    return _list(request, reader, found, made={"code": code, "link": link, "until": invitation.expires_at})


@for_the_signed_in
def end(request: HttpRequest, reader: Reader, organization_id: UUID, person_id: UUID) -> HttpResponse:
    """The membership, or the question whether to be a member, is over."""
    found = queries.organization_spoken_for(reader.viewer, organization_id)
    if request.method == "POST":
        try:
            actions.end_membership(
                viewer=reader.viewer, organization_id=organization_id, person_id=person_id, now=reader.now
            )
        except DomainError as refusal:
            if refusal.code != "LAST_CLERK":
                raise
            count_refusal(refusal.code)
            return _list(request, reader, found, refusal=refusal.sentence(reader.language))
    if found.pk not in reader.viewer.clerk_of or person_id == queries.own_person(reader.viewer).public_id:
        return redirect("mine")
    return redirect("organization-members", organization_id=organization_id)


def _list(request: HttpRequest, reader: Reader, found: Any, **shown: Any) -> HttpResponse:
    rows = list(queries.members_of(reader.viewer, found)[:SHOWN_AT_MOST])
    context = {
        "organization": found,
        "members": [row for row in rows if row.accepted_at is not None],
        "asked": [row for row in rows if row.accepted_at is None],
        "unnamed": queries.unnamed_members_of(reader.viewer, found),
        **shown,
    }
    return page(request, reader, "members.html", context)
