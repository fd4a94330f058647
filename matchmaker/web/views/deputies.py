"""Who stands in for whom: named by the holder of a post or whoever may appoint to it, ended by them or the deputy."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.community import actions, queries
from matchmaker.community.appointing import may_end_deputy
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.notices import actions as notices
from matchmaker.web.done import led_to
from matchmaker.web.forms.deputies import DeputyForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader
from matchmaker.web.views.desk import words_looked_for
from matchmaker.web.wording import address, name_of, post_name

FOUND_AT_MOST: Final = 20
SHOWN_AT_MOST: Final = 100


@for_the_signed_in
def index(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Who stands in now or soon; below it somebody is looked for and named, where the reader may."""
    terms = {str(term.post.public_id): term for term in queries.terms_to_stand_in_for(reader.viewer)}
    rows = queries.deputies_not_over(reader.viewer)[:SHOWN_AT_MOST]
    if not (terms or rows or reader.is_worker):
        raise NotAllowed
    words = words_looked_for(request)
    form = _form(request, reader, terms, words) if terms else None
    if request.method == "POST" and form is not None and form.is_valid():
        told = form.cleaned_data
        try:
            named = actions.name_deputy(
                viewer=reader.viewer,
                term=terms[told["post_id"]],
                person=queries.person_to_stand_in(reader.viewer, UUID(told["person_id"])),
                starts_date=told["starts_date"],
                ends_date=told["ends_date"],
                now=reader.now,
            )
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return led_to(request, reader, "deputy.named", "deputyship", deputy_id=named.public_id)
    shown = [(row, may_end_deputy(reader.viewer, row)) for row in rows]
    return page(request, reader, "deputy.html", {"deputies": shown, "form": form, "words": words})


@for_the_signed_in
def deputyship(request: HttpRequest, reader: Reader, deputy_id: UUID) -> HttpResponse:
    """One of them: for which post, on which days, and the press that ends it."""
    found = queries.deputy_by_id(reader.viewer, deputy_id)
    notices.read_notices(viewer=reader.viewer, about=deputy_id, now=reader.now)
    is_over = not queries.deputies_not_over(reader.viewer).filter(pk=found.pk).exists()
    context = {"deputy": found, "is_over": is_over, "may_end": may_end_deputy(reader.viewer, found)}
    return page(request, reader, "deputyship.html", context)


@for_the_signed_in
def end(request: HttpRequest, reader: Reader, deputy_id: UUID) -> HttpResponse:
    if request.method != "POST":
        return redirect("deputyship", deputy_id=deputy_id)
    found = queries.deputy_by_id(reader.viewer, deputy_id)
    actions.end_deputy(viewer=reader.viewer, deputy=found, now=reader.now)
    return led_to(request, reader, "deputy.ended", "deputyship", deputy_id=deputy_id)


def _form(request: HttpRequest, reader: Reader, terms: dict[str, Any], words: str) -> DeputyForm:
    people = queries.people_to_stand_in(reader.viewer, words)[:FOUND_AT_MOST]
    return DeputyForm(
        request.POST if request.method == "POST" else None,
        posts=[(post_id, _in_words(term)) for post_id, term in terms.items()],
        people=[(str(one.public_id), _shown(reader, one)) for one in people],
        reader=reader,
    )


def _in_words(term: Any) -> str:
    return f"{post_name(term.post.kind)} · {name_of(term.post.area)} · {term.person.name}"


def _shown(reader: Reader, person: Any) -> str:
    """By name, and by home where the reader knows it from the desk, so that two of one name are told apart."""
    is_known = person.household and queries.may_see_desk_card(reader.viewer, person)
    return f"{person.name} · {address(person.household)}" if is_known else str(person.name)
