"""The desk of an organization, for its clerks: what waits, what it did in a month, what it offers."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.community import queries as community
from matchmaker.community.queries import choosing
from matchmaker.errors import DomainError, NotFound
from matchmaker.lists.exporting import offers_as_list
from matchmaker.matches import actions, queries
from matchmaker.needs import queries as needs
from matchmaker.tally import count_refusal
from matchmaker.web.forms.answers import SeveralForm
from matchmaker.web.hours_file import hours_file
from matchmaker.web.months import last_months, month_chosen
from matchmaker.web.pages import CSV, XLSX, file_of, for_the_signed_in, page
from matchmaker.web.phrases import language
from matchmaker.web.reader import Reader

SHOWN_AT_MOST: Final = 50
FORMS: Final = {"csv": CSV, "xlsx": XLSX}


@dataclass(frozen=True, slots=True)
class Answered:
    """A proposal that was said yes to, or the sentence that says why not."""

    proposal: Any
    refusal: str = ""


@for_the_signed_in
def organization(request: HttpRequest, reader: Reader, organization_id: UUID) -> HttpResponse:
    """Who it is, what waits for an answer, what it did in the month chosen, and its offers."""
    found = community.organization_spoken_for(reader.viewer, organization_id)
    return _desk_page(request, reader, found)


@for_the_signed_in
def accept(request: HttpRequest, reader: Reader, organization_id: UUID) -> HttpResponse:
    """Says yes to each proposal that was ticked, one after the other; one that is refused says why on its line."""
    found = community.organization_spoken_for(reader.viewer, organization_id)
    if request.method != "POST":
        return redirect("organization", organization_id=organization_id)
    form = _several_form(reader, found, request.POST)
    if not form.is_valid():
        return _desk_page(request, reader, found, form=form)
    helper_id = UUID(form.cleaned_data["helper_id"])
    asked = queries.proposals_for(reader.viewer).filter(
        offer__organization=found, public_id__in=form.cleaned_data["proposals"]
    )
    answered = [_accepted(reader, one, helper_id) for one in asked.order_by("answer_due_at", "pk")]
    return _desk_page(request, reader, found, answered=answered)


@for_the_signed_in
def offers(request: HttpRequest, reader: Reader, organization_id: UUID, form: str) -> HttpResponse:
    """The offers in the columns of the import template, as a file."""
    found = community.organization_spoken_for(reader.viewer, organization_id)
    if form not in FORMS:
        raise NotFound
    made = offers_as_list(viewer=reader.viewer, organization=found, form=form, language=language(), now=reader.now)
    return file_of(made.content, f"offers.{form}", FORMS[form])


@for_the_signed_in
def hours(request: HttpRequest, reader: Reader, organization_id: UUID) -> HttpResponse:
    """The time that members gave in the month chosen, as a file, at a press that is recorded."""
    found = community.organization_spoken_for(reader.viewer, organization_id)
    if request.method != "POST":
        return redirect("organization", organization_id=organization_id)
    zone = community.zone_of(found.area)
    month = month_chosen(request.POST.get("month", ""), last_months(reader.now, zone))
    lines = actions.list_volunteer_time(
        viewer=reader.viewer,
        organization_id=organization_id,
        starts_at=month.begins_at(zone),
        ends_at=month.ends_at(zone),
        now=reader.now,
    )
    return file_of(hours_file(found, lines), f"hours-{month.code}.csv", CSV)


def _accepted(reader: Reader, proposal: Any, helper_id: UUID) -> Answered:
    try:
        actions.accept_proposal(
            viewer=reader.viewer, proposal_id=proposal.public_id, now=reader.now, helper_id=helper_id
        )
    except DomainError as refusal:
        count_refusal(refusal.code)
        return Answered(proposal, refusal.sentence(reader.language))
    return Answered(proposal)


def _desk_page(
    request: HttpRequest,
    reader: Reader,
    found: Any,
    *,
    form: SeveralForm | None = None,
    answered: list[Answered] | None = None,
) -> HttpResponse:
    zone = community.zone_of(found.area)
    months = last_months(reader.now, zone)
    month = month_chosen(request.GET.get("month", ""), months)
    offers = needs.offers_for(reader.viewer, own=True).filter(organization=found, stop__isnull=True)
    standing = offers.exclude(state="CLOSED")
    waiting = list(queries.proposals_to_organization(reader.viewer, found)[:SHOWN_AT_MOST])
    shown = {
        "organization": found,
        "months": months,
        "month": month,
        "is_this_month": month == months[0],
        "did": queries.organization_month(
            reader.viewer, found, starts_at=month.begins_at(zone), ends_at=month.ends_at(zone), now=reader.now
        ),
        "waiting": waiting,
        "form": form or (_several_form(reader, found) if waiting else None),
        "chosen": form.data.getlist("proposals") if form is not None else (),  # type: ignore[attr-defined]  # a QueryDict
        "answered": answered or (),
        "drafts": needs.offers_for(reader.viewer, state="DRAFT").filter(organization=found)[:SHOWN_AT_MOST],
        "offers": standing[:SHOWN_AT_MOST],
        "offers_count": standing.count(),
        "next": f"/organizations/{found.public_id}",
    }
    return page(request, reader, "organization.html", shown)


def _several_form(reader: Reader, found: Any, told: Any = None) -> SeveralForm:
    members = choosing.members_spoken_for(reader.viewer, found.pk)
    return SeveralForm(told, members=[(str(member.public_id), member.name) for member in members])
