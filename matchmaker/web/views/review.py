"""The worker's desk: needs to verify, and proposals that a person looks at first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate

from matchmaker.columns import narrow
from matchmaker.community import queries as community
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.matches import actions, queries
from matchmaker.matches.queries.sides import is_own_case
from matchmaker.matches.queries.undoing import decisions_to_undo
from matchmaker.needs import actions as need_actions
from matchmaker.needs import queries as needs
from matchmaker.notices import queries as notices
from matchmaker.web import standing
from matchmaker.web.done import led_to
from matchmaker.web.forms.answers import ReasonForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, next_page, page
from matchmaker.web.phrases import language
from matchmaker.web.reader import Reader
from matchmaker.web.views.proposals import show
from matchmaker.web.views.rounds import desk_rounds
from matchmaker.web.views.running_out import how_much_runs_out

SHOWN_AT_MOST = 100


KIND: Final = ("service_type__name_zh", "service_type__name_en")
OF_NEEDS: Final = (
    *("public_id", "details", "risks", "minutes", "due_at", "closed_at", "for_person__name", "asked_by__name"),
    *KIND,
)
OF_UNMET: Final = (
    *("rule_code", "reasons", "need__public_id", "need__helpers_wanted", "need__helpers_found"),
    *("need__for_person__name", *(f"need__{name}" for name in KIND)),
)
OF_PROPOSALS: Final = (
    *("public_id", "starts_at", "ends_at", "review_reasons", "terms", "ring_reason", "left_for_others"),
    *(f"score_card__{name}" for name in ("name", "version", "weights", "thresholds")),
    *("helper__name", "offer__organization__name", "offer__organization__name_en"),
    *(f"need__{name}" for name in ("public_id", "for_person__name", "community__time_zone", *KIND)),
    *queries.READ_TO_SHOW_HELPER,
)
"""What the three piles show of their rows, and what says who may decide."""


@dataclass(frozen=True)
class Row:
    """A proposal in review with its reasons in words, the weightiest apart, and the form that refuses it.

    Why it is looked at stands in `due`; `also_due` holds of most proposals, and is folded away.
    Of an `own_case` the reader has a part: a colleague decides.
    """

    proposal: Any
    may_approve: bool
    first_reason: str
    more_reasons: list[str]
    due: list[str]
    also_due: list[str]
    form: ReasonForm
    own_case: bool


@dataclass(frozen=True)
class NobodyRow:
    """A need for which nobody was found: the reason and the smallest change that would help, in words."""

    need: Any
    missing: int
    said: list[str]


@for_the_signed_in
def review(request: HttpRequest, reader: Reader) -> HttpResponse:
    return _desk(request, reader)


@for_the_signed_in
def verify(request: HttpRequest, reader: Reader, need_id: UUID) -> HttpResponse:
    if request.method == "POST":
        need_actions.verify_need(viewer=reader.viewer, need_id=need_id, now=reader.now)
        return led_to(request, reader, "need.verified", "review", about=need_id, place="verify")
    return redirect("review")


@for_the_signed_in
def approve(request: HttpRequest, reader: Reader, proposal_id: UUID) -> HttpResponse:
    if request.method == "POST":
        decided = actions.approve_proposal(viewer=reader.viewer, proposal_id=proposal_id, now=reader.now)
        return _decided(request, reader, "proposal.approved", decided)
    return redirect("review")


@for_the_signed_in
def refuse(request: HttpRequest, reader: Reader, proposal_id: UUID) -> HttpResponse:
    """Refuses with a written reason; without one the desk is shown again and asks for it."""
    if request.method != "POST":
        return redirect("review")
    form = ReasonForm(request.POST, prefix=str(proposal_id))
    if form.is_valid():
        try:
            decided = actions.refuse_proposal(
                viewer=reader.viewer, proposal_id=proposal_id, reason=form.cleaned_data["reason"], now=reader.now
            )
        except DomainError as refusal:
            if refusal.field != "reason":
                raise
            add_refusal(form, refusal, reader.language)
        else:
            return _decided(request, reader, "proposal.refused", decided)
    if _is_on_its_own_page(request):
        return show(request, reader, queries.proposal_by_id(reader.viewer, proposal_id), reason_form=form)
    return _desk(request, reader, at_fault={proposal_id: form})


@for_the_signed_in
def undo(request: HttpRequest, reader: Reader, proposal_id: UUID) -> HttpResponse:
    """Takes back what the reader decided just now."""
    if request.method == "POST":
        actions.undo_decision(viewer=reader.viewer, proposal_id=proposal_id, now=reader.now)
    return redirect(next_page(request, otherwise=reverse("review")))


def _decided(request: HttpRequest, reader: Reader, said: str, proposal: Any) -> HttpResponse:
    """Back to where the button was: the proposal's own page, or its row of the desk."""
    about = proposal.need.public_id
    if _is_on_its_own_page(request):
        return led_to(request, reader, said, "proposal", about=about, proposal_id=proposal.public_id)
    return led_to(request, reader, said, "review", about=about, place="look")


def _is_on_its_own_page(request: HttpRequest) -> bool:
    return request.POST.get("from") == "proposal"


def _desk(request: HttpRequest, reader: Reader, at_fault: dict[UUID, ReasonForm] | None = None) -> HttpResponse:
    if not reader.is_worker:
        raise NotAllowed
    to_review = queries.proposals_to_review(reader.viewer)
    to_verify = needs.needs_to_verify(reader.viewer)
    unmet = queries.still_unmet_for(reader.viewer)
    forms = at_fault or {}
    rows = [
        _row(reader, proposal, forms.get(proposal.public_id) or ReasonForm(prefix=str(proposal.public_id)))
        for proposal in narrow(to_review, *OF_PROPOSALS)[:SHOWN_AT_MOST]
    ]
    unverified = list(narrow(to_verify, *OF_NEEDS)[:SHOWN_AT_MOST])
    overdue = {need.pk for need in unverified if needs.is_overdue(need, now=reader.now)}
    nobody = [
        NobodyRow(row.need, row.need.helpers_wanted - row.need.helpers_found, queries.said_of(row, language()))
        for row in narrow(unmet, *OF_UNMET)[:SHOWN_AT_MOST]
    ]
    context = desk_rounds(reader) | {
        "decided": decisions_to_undo(reader.viewer, now=reader.now),
        "rows": rows,
        "unverified": sorted(unverified, key=lambda need: need.pk not in overdue),
        "overdue": overdue,
        "faults": list(forms.values()),
        "nobody": nobody,
        "unmet": _in_all(unmet, nobody),
        "to_verify": _in_all(to_verify, unverified),
        "to_call": notices.calls_for(reader.viewer, localdate(reader.now)).count(),
        "to_confirm": community.homes_to_confirm(reader.viewer).count(),
        "to_answer": queries.concerns_to_answer(reader.viewer).count(),
        "to_look_again": queries.second_looks_to_answer(reader.viewer).count() if reader.is_coordinator else None,
        "to_fill": how_much_runs_out(reader.viewer),
        "to_review": _in_all(to_review, rows),
    }
    return page(request, reader, "review.html", context)


def _in_all(found: QuerySet[Any], shown: Sequence[Any]) -> int:
    """How many there are; counted only where there may be more than are shown."""
    return len(shown) if len(shown) < SHOWN_AT_MOST else found.count()


def _row(reader: Reader, proposal: Any, form: ReasonForm) -> Row:
    first_reason, *more_reasons = queries.why_this(reader.viewer, proposal, language()) or [""]
    due, also_due = standing.why_review_at_a_glance(proposal)
    return Row(
        proposal=proposal,
        may_approve=queries.may_approve_proposal(reader.viewer, proposal),
        first_reason=first_reason,
        more_reasons=more_reasons,
        due=due,
        also_due=also_due,
        form=form,
        own_case=is_own_case(reader.viewer, proposal.need, proposal.offer),
    )
