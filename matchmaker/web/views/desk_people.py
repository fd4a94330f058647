"""What a worker notes of a person who tells it: who they are, who may act for them, whom they would not meet."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from matchmaker.community import actions, queries
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.matches import actions as match_actions
from matchmaker.matches import queries as matches
from matchmaker.web.done import led_to
from matchmaker.web.forms.mandates import MandateForm
from matchmaker.web.forms.profile import ProfileForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader
from matchmaker.web.views.desk import words_looked_for
from matchmaker.web.wording import address

FOUND_AT_MOST: Final = 20


@for_the_signed_in
def correct(request: HttpRequest, reader: Reader, person_id: UUID) -> HttpResponse:
    """Corrects what is noted of somebody without an account, as they were promised when they agreed to it."""
    person = queries.person_at_desk(reader.viewer, person_id)
    if hasattr(person, "account"):
        raise NotAllowed
    form = ProfileForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_profile(viewer=reader.viewer, person_id=person_id, now=reader.now, **form.told())
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return led_to(request, reader, "person.corrected", "desk-person", person_id=person_id)
    return page(request, reader, "profile.html", {"form": form, "person": person, "at_desk": True})


@for_the_signed_in
def give_mandate(request: HttpRequest, reader: Reader, person_id: UUID) -> HttpResponse:
    """Enters the mandate that the person gave: first somebody is looked for, then the rest is filled in."""
    person = queries.person_at_desk(reader.viewer, person_id)
    words = words_looked_for(request)
    people = [found for found in _found(reader, words) if found.pk not in (person.pk, reader.viewer.person_id)]
    data = request.POST if request.method == "POST" else None
    form = MandateForm(data, people=[(str(one.public_id), _shown(one)) for one in people], reader=reader)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data | {"holder_id": UUID(form.cleaned_data["holder_id"])}
        try:
            actions.give_mandate(viewer=reader.viewer, for_person_id=person_id, now=reader.now, **told)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return led_to(request, reader, "mandate.given", "desk-person", person_id=person_id)
    context = {"form": form if people else None, "person": person, "words": words}
    return page(request, reader, "desk/mandate_new.html", context)


@for_the_signed_in
def not_again(request: HttpRequest, reader: Reader, person_id: UUID, match_id: UUID) -> HttpResponse:
    """A wish said on the phone: not to be brought to the other side of this match again, or again after all.

    The page is the same before and after, so that it tells nobody what somebody wished.
    """
    person = queries.person_at_desk(reader.viewer, person_id)
    match = matches.match_by_id(reader.viewer, match_id)
    if person.pk not in (match.helper_id, match.person_id):
        raise NotFound
    other = match.person if person.pk == match.helper_id else match.helper
    if request.method == "POST":
        act = match_actions.unblock_person if request.POST.get("wish") == "lift" else _kept_apart(reader)
        act(viewer=reader.viewer, person_id=other.public_id, for_person_id=person_id)
        return led_to(request, reader, "person.apart", "desk-person", person_id=person_id)
    return page(request, reader, "desk/not_again.html", {"person": person, "other": other})


def _kept_apart(reader: Reader) -> Callable[..., Any]:
    return partial(match_actions.block_person, now=reader.now)


def _found(reader: Reader, words: str) -> list[Any]:
    return list(queries.people_at_desk(reader.viewer, words)[:FOUND_AT_MOST]) if words else []


def _shown(person: Any) -> str:
    """By name and home, so that two of one name are told apart."""
    return f"{person.name} · {address(person.household)}" if person.household else str(person.name)
