"""An offer that a clerk keeps as a draft: read as others will read it, written anew, published, thrown away."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.errors import DomainError, NotFound
from matchmaker.needs import actions, queries
from matchmaker.needs.actions.drafted_offers import OfferNotADraft
from matchmaker.needs.drafts.offers import OfferDraft, draft_as_stored
from matchmaker.web.forms.offering import RedraftForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader
from matchmaker.web.views.offering import hours_said, title_of


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
    form = RedraftForm(told, reader=reader, offer=found)
    if form.is_valid():
        try:
            actions.redraft_offer(
                viewer=reader.viewer, offer_id=offer_id, draft=_changed(draft_as_stored(found), form.cleaned_data)
            )
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("offer-draft", offer_id=offer_id)
    return page(request, reader, "offer_redraft.html", {"form": form, "offer": found})


def _changed(draft: OfferDraft, said: dict[str, Any]) -> OfferDraft:
    """The draft with what was said; its own title stays while the kinds do."""
    codes = said["service_types"]
    title = draft.title if {*codes} == {*draft.service_types} else title_of(codes)
    changed = replace(
        draft,
        title=title,
        service_types=tuple(codes),
        details=said["details"],
        visits_per_week=said["visits_per_week"],
    )
    way = said["reach_minutes"]
    if way is not None:
        changed = replace(
            changed,
            reach="MINUTES",
            reach_m=None,
            reach_minutes=way.minutes,
            reach_areas=(),
            by_vehicle=way.by_vehicle,
        )
    return changed if said.get("keeps_hours") else replace(changed, hours=hours_said(said))


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
