""" "I want help": the questions, the check, the number."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.errors import DomainError, NotFound
from matchmaker.needs import actions, queries
from matchmaker.needs.actions.asking import ConsentNeeded
from matchmaker.needs.actions.opening import ExternalIdTaken
from matchmaker.notices.queries import duty_phone_for
from matchmaker.tally import count_refusal
from matchmaker.web import duty
from matchmaker.web.asking import (
    BY_SLUG,
    Asking,
    Question,
    draft_from,
    first_unanswered,
    is_emergency,
    kind_chosen,
    need_made_by,
    offers_stairwells,
    question_at_fault,
    question_before,
    questions_for,
    typed_in,
)
from matchmaker.web.forms.asking import WhereForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader
from matchmaker.web.standing import answered_at_once
from matchmaker.web.summary import lines_of


@for_the_signed_in
def begin(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The first question; what was typed on an earlier visit is still there."""
    reader.viewer.require_person()
    asking = Asking.resume(request.session, reader.viewer.person_id)
    asking.keep(request.session)
    return redirect("ask-question", slug=questions_for(reader, asking)[0].slug)


@for_the_signed_in
def question(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """One question; its answer is kept as typed, and the next unanswered question follows."""
    reader.viewer.require_person()
    asking = Asking.resume(request.session, reader.viewer.person_id)
    asked = BY_SLUG.get(slug)
    if asked is None or asked not in questions_for(reader, asking):
        raise NotFound
    if request.method != "POST":
        return _question_page(request, reader, asking, asked)
    asking.typed[slug] = typed_in(request.POST, asked.form(reader=reader))
    asking.keep(request.session)
    if not asking.form_of(asked, reader).is_valid():
        return _question_page(request, reader, asking, asked)
    return _on_to(first_unanswered(reader, asking))


@for_the_signed_in
def check(request: HttpRequest, reader: Reader) -> HttpResponse:
    """All answers on one page; the last press opens the need, and pressing twice opens one."""
    reader.viewer.require_person()
    if request.method == "POST" and (made := need_made_by(request.session, request.POST.get("token", ""))):
        return redirect("asked", need_id=made)
    asking = Asking.resume(request.session, reader.viewer.person_id)
    missing = first_unanswered(reader, asking)
    if missing is not None:
        return _on_to(missing)
    if request.method != "POST":
        return _check_page(request, reader, asking)
    draft = draft_from(reader, asking)
    try:
        need = actions.open_need(viewer=reader.viewer, draft=draft, now=reader.now)
    except ExternalIdTaken:
        # The other of two presses at once was first.
        need = queries.needs_for(reader.viewer, own=True).get(external_id=draft.external_id)
    except DomainError as refusal:
        return _refused(request, reader, asking, refusal)
    asking.finish(request.session, need.public_id)
    return redirect("asked", need_id=need.public_id)


@for_the_signed_in
def asked(request: HttpRequest, reader: Reader, need_id: UUID) -> HttpResponse:
    """The number of the need, and what happens next."""
    need = queries.need_by_id(reader.viewer, need_id)
    return page(
        request,
        reader,
        "asked.html",
        {
            "need": need,
            "at_once": answered_at_once(reader, need),
            "call_first": duty.call_first(need.details, need.risks),
            "duty_phone": duty_phone_for(reader.viewer),
            "has_phone": bool(need.for_person.phone or need.asked_by.phone),
        },
    )


def _question_page(
    request: HttpRequest, reader: Reader, asking: Asking, asked: Question, refusal: DomainError | None = None
) -> HttpResponse:
    form = asking.form_of(asked, reader)
    if isinstance(form, WhereForm) and not offers_stairwells(asking):
        form.leave_out_stairwells()
    if refusal is not None:
        form.is_valid()
        add_refusal(form, refusal, reader.language)
    before = question_before(reader, asking, asked)
    kind = kind_chosen(asking)
    context = {
        "form": form,
        "slug": asked.slug,
        "before": before.slug if before else None,
        "emergency": is_emergency(asking),
        "body_care": kind is not None and kind.body_care,
    }
    return page(request, reader, f"ask/{asked.slug}.html", context)


def _check_page(
    request: HttpRequest, reader: Reader, asking: Asking, refusal: DomainError | None = None
) -> HttpResponse:
    draft = draft_from(reader, asking)
    context = {
        "lines": lines_of(draft, reader, questions_for(reader, asking)),
        "call_first": duty.call_first(draft.details, draft.risks),
        "token": asking.token,
        "sentence": refusal.sentence(reader.language) if refusal else "",
        "before": questions_for(reader, asking)[-1].slug,
    }
    return page(request, reader, "ask/check.html", context, status=409 if refusal else 200)


def _refused(request: HttpRequest, reader: Reader, asking: Asking, refusal: DomainError) -> HttpResponse:
    """The page of the question at fault, with the sentence; the check page where no question is."""
    if isinstance(refusal, ConsentNeeded):
        asking.consent_wanted = True
        asking.keep(request.session)
    at_fault = question_at_fault(refusal.field)
    if at_fault is not None and at_fault in questions_for(reader, asking):
        return _question_page(request, reader, asking, at_fault, refusal)
    count_refusal(refusal.code)
    return _check_page(request, reader, asking, refusal)


def _on_to(missing: Question | None) -> HttpResponse:
    return redirect("ask-question", slug=missing.slug) if missing else redirect("ask-check")
