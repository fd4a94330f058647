"""A mandate, for whoever gave it and whoever holds it: what it covers, until when, and the press that ends it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.community import actions, queries
from matchmaker.errors import NotFound
from matchmaker.needs.queries import service_types
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader


@for_the_signed_in
def mandate(request: HttpRequest, reader: Reader, mandate_id: UUID) -> HttpResponse:
    """Whoever is part of it reads it here; a worker sees it among all that the desk knows of the person."""
    found = queries.mandates_for(reader.viewer).filter(public_id=mandate_id).first()
    if found is None:
        raise NotFound
    if reader.viewer.person_id not in (found.holder_id, found.for_person_id):
        if found.for_person is None:
            raise NotFound
        return redirect("desk-person", person_id=found.for_person.public_id)
    kinds = service_types(retired=True).filter(code__in=found.scope)
    is_over = found.revoked_at is not None or found.ends_date < reader.viewer.today
    return page(request, reader, "mandate.html", {"mandate": found, "kinds": kinds, "is_over": is_over})


@for_the_signed_in
def end(request: HttpRequest, reader: Reader, mandate_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.revoke_mandate(viewer=reader.viewer, mandate_id=mandate_id, now=reader.now)
    return redirect("mandate", mandate_id=mandate_id)
