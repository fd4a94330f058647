"""Answering a proposal, and the match that two answers make."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from matchmaker.community.queries import choosing, may_see_desk_card
from matchmaker.community.viewers import Viewer
from matchmaker.errors import DomainError, NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.queries.desk import answer_to_take
from matchmaker.matches.queries.searches import searches_of
from matchmaker.matches.queries.undoing import answer_to_undo_until, decisions_to_undo
from matchmaker.needs import queries as needs
from matchmaker.notices import actions as notices
from matchmaker.notices.queries import duty_phone_for
from matchmaker.simulation import sample
from matchmaker.web import lanes, standing
from matchmaker.web.forms.answers import HelperForm, ReasonForm
from matchmaker.web.forms.desk import CHANNELS
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.loopback import sample_accounts_are_open
from matchmaker.web.pages import SVG, file_of, for_the_signed_in, next_page, page, refused
from matchmaker.web.phrases import CHINESE, ENGLISH, language, reads_chinese, say
from matchmaker.web.reader import Reader


@for_the_signed_in
def proposal(request: HttpRequest, reader: Reader, proposal_id: UUID) -> HttpResponse:
    """What is asked, why this person, and two buttons of equal size."""
    found = queries.proposal_by_id(reader.viewer, proposal_id)
    notices.read_notices(viewer=reader.viewer, about=proposal_id, now=reader.now)
    return show(request, reader, found)


@for_the_signed_in
def picture(request: HttpRequest, reader: Reader, proposal_id: UUID) -> HttpResponse:
    """How the two come to know each other, as a file for the coordinator who decides."""
    drawn = queries.evidence_picture_for(
        reader.viewer, queries.proposal_by_id(reader.viewer, proposal_id), now=reader.now
    )
    if drawn is None:
        raise NotFound
    svg = lanes.drawing(drawn, label="", linked=False)
    return file_of(svg.encode(), f"ties-{proposal_id.hex[:8]}.svg", SVG)


@for_the_signed_in
def accept(request: HttpRequest, reader: Reader, proposal_id: UUID) -> HttpResponse:
    """Says yes for the side whose turn it is; an organization's clerk names who goes."""
    if request.method != "POST":
        return redirect("proposal", proposal_id=proposal_id)
    found = queries.proposal_by_id(reader.viewer, proposal_id)
    form = _helper_form(reader, found, request.POST)
    if form is not None and not form.is_valid():
        return show(request, reader, found, form)
    helper_id = UUID(form.cleaned_data["helper_id"]) if form else None
    try:
        actions.accept_proposal(viewer=reader.viewer, proposal_id=proposal_id, now=reader.now, helper_id=helper_id)
    except DomainError as refusal:
        if form is None or refusal.field != "helper_id":
            return refused(request, reader, refusal)
        add_refusal(form, refusal, reader.language)
        return show(request, reader, found, form)
    return redirect("proposal", proposal_id=proposal_id)


@for_the_signed_in
def decline(request: HttpRequest, reader: Reader, proposal_id: UUID) -> HttpResponse:
    """Says no at no cost; the page afterwards thanks for the answer."""
    if request.method != "POST":
        return redirect("proposal", proposal_id=proposal_id)
    actions.decline_proposal(viewer=reader.viewer, proposal_id=proposal_id, now=reader.now)
    return redirect("proposal", proposal_id=proposal_id)


def show(
    request: HttpRequest,
    reader: Reader,
    found: Any,
    form: HelperForm | None = None,
    *,
    reason_form: ReasonForm | None = None,
) -> HttpResponse:
    """The page; for the coordinator with the picture of ties, which has a script of its own."""
    drawn = queries.evidence_picture_for(reader.viewer, found, now=reader.now) if reader.is_coordinator else None
    context = _context(reader, found, form or _helper_form(reader, found))
    context |= {
        "may_approve": queries.may_approve_proposal(reader.viewer, found),
        "reason_form": None,
        "undo_decision": reader.is_worker
        and any(one.proposal_id == found.pk for one in decisions_to_undo(reader.viewer, now=reader.now)),
        "step_in": _sides_to_step_in(request, found, context["as_worker"]),
    }
    if queries.may_refuse_proposal(reader.viewer, found):
        context["reason_form"] = reason_form or ReasonForm(prefix=str(found.public_id))
        context["due"] = standing.why_review(found)
    if drawn is None:
        return page(request, reader, "proposal.html", context)
    label = say("两人身边的往来", "The ties around the two")
    context["picture"] = {
        "drawing": lanes.drawing(drawn, label=label),
        "what_to_see": lanes.what_to_see(drawn),
        "rows": lanes.rows_of(drawn),
        "left_out": drawn.left_out,
    }
    return page(request, reader, "proposal.html", context)


@for_the_signed_in
def undo_answer(request: HttpRequest, reader: Reader, proposal_id: UUID) -> HttpResponse:
    """Takes the "not this time" back; the page afterwards asks again."""
    if request.method == "POST":
        actions.undo_answer(viewer=reader.viewer, proposal_id=proposal_id, now=reader.now)
    return redirect(next_page(request, otherwise=reverse("proposal", args=[proposal_id])))


@for_the_signed_in
def match(request: HttpRequest, reader: Reader, match_id: UUID) -> HttpResponse:
    """Who, when, where, and how to reach each other; the two sides alone read that."""
    found = queries.match_by_id(reader.viewer, match_id)
    notices.read_notices(viewer=reader.viewer, about=match_id, now=reader.now)
    shows_contacts = queries.may_see_contacts(reader.viewer, found)
    helping = reader.viewer.person_id == found.helper_id
    as_worker = queries.side_in_own_name(reader.viewer, found) is None
    context = {
        "match": found,
        "duty_phone": duty_phone_for(reader.viewer),
        "helping": helping,
        "is_side": reader.viewer.person_id in (found.helper_id, found.person_id),
        "weekly": found.need.repeat == "WEEKLY",
        "visits": [(visit, queries.possible_at(reader.viewer, visit, now=reader.now)) for visit in found.visits.all()],
        "door_words": _door_words(reader, found),
        "other": queries.contact_of(reader.viewer, found, found.person if helping else found.helper)
        if shows_contacts
        else None,
        "shows_details": needs.may_see_need_details(reader.viewer, found.need) or (helping and shows_contacts),
        "companions": queries.companions_of(reader.viewer, found),
        "wishes_companion": queries.wishes_companion(reader.viewer, found),
        "may_wish_companion": queries.may_wish_companion(reader.viewer, found, now=reader.now),
        "as_worker": as_worker,
        "parties": [(one, may_see_desk_card(reader.viewer, one)) for one in (found.helper, found.person)]
        if as_worker
        else [],
        "channels": CHANNELS,
    }
    return page(request, reader, "match.html", context)


@for_the_signed_in
def cancel(request: HttpRequest, reader: Reader, match_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.cancel_match(viewer=reader.viewer, match_id=match_id, now=reader.now)
    return redirect("match", match_id=match_id)


def _context(reader: Reader, found: Any, form: HelperForm | None) -> dict[str, Any]:
    viewer = reader.viewer
    helping = queries.is_helping(viewer, found)
    side = queries.awaited_side(viewer, found)
    as_worker = needs.is_worker_for(viewer, found.need) and not helping and not needs.is_asker_side(viewer, found.need)
    return {
        "as_worker": as_worker,
        "proposal": found,
        "helping": helping,
        "awaited": side is not None,
        "undo_until": answer_to_undo_until(viewer, found, now=reader.now),
        "answers_as_helper": side == "HELPER",
        "stands": _stands(viewer, found, as_worker, helping),
        "reasons": queries.why_this(viewer, found, language()),
        "shows_helper": queries.may_see_helper(viewer, found),
        "shows_person": queries.may_see_person(viewer, found),
        "coarse_place": needs.coarse_place_of(found.need),
        "form": form,
        "to_note": _to_note(viewer, found) if as_worker else None,
    }


def _to_note(viewer: Viewer, found: Any) -> Any:
    """Whose turn it is, where the worker may note their word on their card at the desk."""
    waiting = answer_to_take(viewer, found)
    return waiting.person if waiting is not None and may_see_desk_card(viewer, waiting.person) else None


def _sides_to_step_in(request: HttpRequest, found: Any, as_worker: bool) -> tuple[str, ...]:
    """Whose turn it is among generated people: whoever tries the service out on this machine may go on as them."""
    if not as_worker or not sample_accounts_are_open(request):
        return ()
    turn = {"AWAITING_HELPER": "helper", "AWAITING_ASKER": "asker"}.get(found.state, "")
    return (turn,) if turn and sample.account_of_side(found, turn) is not None else ()


def _stands(viewer: Viewer, found: Any, as_worker: bool, helping: bool) -> str:
    if as_worker:
        return standing.of_proposal_for_worker(found)
    search = searches_of(viewer, [found.need_id])[found.need_id]
    return standing.of_proposal(found, helping=helping, search=search)


def _helper_form(reader: Reader, found: Any, data: Any = None) -> HelperForm | None:
    """The list of members, where a clerk answers for an organization."""
    if queries.awaited_side(reader.viewer, found) != "HELPER" or found.offer.organization_id is None:
        return None
    members = choosing.members_spoken_for(reader.viewer, found.offer.organization_id)
    return HelperForm(data, members=[(str(member.public_id), member.name) for member in members])


def _door_words(reader: Reader, match: Any) -> list[str]:
    """In the reader's language and in the other: the two at the door need not speak the same."""
    both = (CHINESE, ENGLISH) if reads_chinese() else (ENGLISH, CHINESE)
    found = (queries.door_word_of(reader.viewer, match, one) for one in both)
    return [words for words in found if words is not None]
