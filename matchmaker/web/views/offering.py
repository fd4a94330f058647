""" "I can help": one short form."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matchmaker.community.actions import change_profile
from matchmaker.errors import DomainError
from matchmaker.needs import actions, queries
from matchmaker.needs.actions.opening import ExternalIdTaken
from matchmaker.needs.drafts import Hours, OfferDraft
from matchmaker.web.done import led_to
from matchmaker.web.forms.offering import MYSELF, OfferForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, next_page, page
from matchmaker.web.phrases import say
from matchmaker.web.reader import Reader
from matchmaker.web.wording import name_of


@for_the_signed_in
def open_offer(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Opens the offer; the form sent twice opens one."""
    reader.viewer.require_person()
    form = OfferForm(request.POST if request.method == "POST" else None, reader=reader)
    if request.method == "POST" and form.is_valid():
        draft = draft_from(form.cleaned_data)
        if (made := _made_before(reader, draft.external_id)) is not None:
            return made
        try:
            if (born := form.cleaned_data.get("birth_year")) is not None:
                change_profile(viewer=reader.viewer, now=reader.now, birth_year=born)
            act = actions.draft_offer if form.keeps_draft else actions.open_offer
            offer = act(viewer=reader.viewer, draft=draft, now=reader.now)
        except ExternalIdTaken:
            # The other of two presses at once was first.
            return _made_before(reader, draft.external_id) or redirect("mine")
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("offer-draft" if form.keeps_draft else "offered", offer_id=offer.public_id)
    return page(request, reader, "offer_new.html", {"form": form})


@for_the_signed_in
def offered(request: HttpRequest, reader: Reader, offer_id: UUID) -> HttpResponse:
    """Thanks, and what happens next."""
    return page(request, reader, "offered.html", {"offer": queries.offer_by_id(reader.viewer, offer_id)})


@for_the_signed_in
def close_offer(request: HttpRequest, reader: Reader, offer_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.close_offer(viewer=reader.viewer, offer_id=offer_id, now=reader.now)
        return led_to(request, reader, "offer.closed", next_page(request, otherwise=reverse("mine")))
    return redirect(next_page(request, otherwise=reverse("mine")))


@for_the_signed_in
def pause_offer(request: HttpRequest, reader: Reader, offer_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.pause_offer(viewer=reader.viewer, offer_id=offer_id, now=reader.now)
        return led_to(request, reader, "offer.paused", next_page(request, otherwise=reverse("mine")))
    return redirect(next_page(request, otherwise=reverse("mine")))


@for_the_signed_in
def resume_offer(request: HttpRequest, reader: Reader, offer_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.resume_offer(viewer=reader.viewer, offer_id=offer_id, now=reader.now)
        return led_to(request, reader, "offer.resumed", next_page(request, otherwise=reverse("mine")))
    return redirect(next_page(request, otherwise=reverse("mine")))


def _made_before(reader: Reader, external_id: str) -> HttpResponse | None:
    """Where an earlier press of the same form led."""
    for state, name in ((None, "offered"), ("DRAFT", "offer-draft")):
        made = queries.offers_for(reader.viewer, own=True, state=state).filter(external_id=external_id).first()
        if made is not None:
            return redirect(name, offer_id=made.public_id)
    return None


def draft_from(answers: dict[str, Any], *, for_person: UUID | None = None) -> OfferDraft:
    """The draft that the form makes; at the desk in the name of a person, with their consent."""
    who = answers.get("organization", MYSELF)
    return OfferDraft(
        organization=None if who == MYSELF else UUID(who),
        title=title_of(answers["service_types"]),
        service_types=tuple(answers["service_types"]),
        details=answers["details"],
        reach="MINUTES",
        reach_minutes=answers["reach_minutes"].minutes,
        by_vehicle=answers["reach_minutes"].by_vehicle,
        hours=hours_said(answers),
        visits_per_week=answers["visits_per_week"],
        external_id=f"page:{answers['token']}",
        for_person=for_person,
        consent=answers.get("consent", ""),
        paper_kept_at=answers.get("paper_kept_at", ""),
    )


def hours_said(answers: dict[str, Any]) -> tuple[Hours, ...]:
    """The same hours on each day that was ticked."""
    return tuple(Hours(int(day), answers["starts"], answers["ends"]) for day in answers["weekdays"])


def title_of(codes: list[str]) -> str:
    """The names of the first types: nobody has to think of a title."""
    names = {kind.code: name_of(kind) for kind in queries.service_types()}
    return say("、", ", ").join(names[code] for code in codes[:3])[:120]
