"""An offer that a clerk keeps as a draft: read as others will read it, written anew, published, thrown away."""

from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.errors import DomainError, NotFound
from matchmaker.needs import actions, queries
from matchmaker.needs.actions.drafted_offers import OfferNotADraft
from matchmaker.needs.drafts.offers import draft_as_stored
from matchmaker.web.forms.offering import RedraftForm, answers_of
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader
from matchmaker.web.views.offering import draft_from


@for_the_signed_in
def preview(request: HttpRequest, reader: Reader, offer_id: UUID) -> HttpResponse:
    """The draft as residents and coordinators will read it; one that was published is shown where it stands now."""
    found = queries.offer_by_id(reader.viewer, offer_id)
    if not queries.may_manage_offer(reader.viewer, found):
        raise NotFound
    if found.state != "DRAFT":
        return redirect("offered", offer_id=offer_id)
    return page(request, reader, "offer_draft.html", {"offer": found})


@for_the_signed_in
def change(request: HttpRequest, reader: Reader, offer_id: UUID) -> HttpResponse:
    """The same form as before, filled in; what it does not ask stays as it is, and the title while the kinds do."""
    found = queries.offers_for(reader.viewer, state="DRAFT").filter(public_id=offer_id).first()
    if found is None:
        raise NotFound
    told = request.POST if request.method == "POST" else None
    form = RedraftForm(told, reader=reader, initial=answers_of(found))
    if form.is_valid():
        kept = draft_as_stored(found)
        asked = draft_from(form.cleaned_data | {"organization": str(kept.organization), "token": ""})
        draft = replace(
            kept,
            title=kept.title if set(asked.service_types) == set(kept.service_types) else asked.title,
            service_types=asked.service_types,
            details=asked.details,
            reach=asked.reach,
            reach_m=None,
            reach_minutes=asked.reach_minutes,
            reach_areas=(),
            by_vehicle=asked.by_vehicle,
            hours=asked.hours,
            visits_per_week=asked.visits_per_week,
        )
        try:
            actions.redraft_offer(viewer=reader.viewer, offer_id=offer_id, draft=draft)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("offer-draft", offer_id=offer_id)
    return page(request, reader, "offer_redraft.html", {"form": form, "offer": found})


@for_the_signed_in
def publish(request: HttpRequest, reader: Reader, offer_id: UUID) -> HttpResponse:
    """Publishes it; pressed twice, it is published once."""
    if request.method != "POST":
        return redirect("offer-draft", offer_id=offer_id)
    with suppress(OfferNotADraft):  # the other of two presses was first
        actions.publish_offer(viewer=reader.viewer, offer_id=offer_id, now=reader.now)
    return redirect("offered", offer_id=offer_id)


@for_the_signed_in
def discard(request: HttpRequest, reader: Reader, offer_id: UUID) -> HttpResponse:
    """Throws it away, and leads back to the desk."""
    if request.method != "POST":
        return redirect("offer-draft", offer_id=offer_id)
    organization = actions.discard_offer(viewer=reader.viewer, offer_id=offer_id)
    return redirect("organization", organization_id=organization.public_id)
