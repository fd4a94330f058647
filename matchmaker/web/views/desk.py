"""The desk: find a person or enter one, take a need, take answers and words; for workers of the area."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

from matchmaker.community import actions as community_actions
from matchmaker.community import consent_texts
from matchmaker.community import queries as community
from matchmaker.community.actions.entering import PersonLikelyKnown
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.matches import actions, queries
from matchmaker.needs import actions as need_actions
from matchmaker.needs import queries as needs
from matchmaker.web import desk, standing
from matchmaker.web.done import led_to
from matchmaker.web.forms.desk import CHANNEL_CODES, CHANNELS, HeardOutcomeForm, NewPersonForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader

FOUND_AT_MOST: Final = 20
WAITING_AT_MOST: Final = 50
NEEDS_AT_MOST: Final = 10
CONSENTS_AT_MOST: Final = 20
ANOTHER: Final = "another"
OFFER_MOVED: Final = {"pause": "offer.paused", "resume": "offer.resumed", "close": "offer.closed"}


@for_the_signed_in
def index(request: HttpRequest, reader: Reader) -> HttpResponse:
    """A search over the people of one's areas, and whoever without an account is waited for."""
    _require_worker(reader)
    words = words_looked_for(request)
    found = community.people_at_desk(reader.viewer, words) if words else None
    context = {
        "words": words,
        "needs": needs.needs_with_number(reader.viewer, words)[:NEEDS_AT_MOST] if words else (),
        "people": list(found[:FOUND_AT_MOST]) if found is not None else None,
        "count": found.count() if found is not None else 0,
        "answers": queries.answers_to_take(reader.viewer, at_most=WAITING_AT_MOST),
        "visits": queries.words_to_take(reader.viewer, now=reader.now, at_most=WAITING_AT_MOST),
    }
    return page(request, reader, "desk/index.html", context)


@for_the_signed_in
def person(request: HttpRequest, reader: Reader, person_id: UUID) -> HttpResponse:
    """One person: who they are, what waits for their word, what they asked for, what they agreed to."""
    found = community.person_at_desk(reader.viewer, person_id)
    asked = needs.needs_for(reader.viewer).filter(for_person=found)[:NEEDS_AT_MOST]
    mandates = community.mandates_for(reader.viewer).filter(for_person=found, revoked_at=None)
    context = {
        "person": found,
        "has_account": hasattr(found, "account"),
        "answers": queries.answers_to_take(reader.viewer, person_id=found.pk, at_most=WAITING_AT_MOST),
        "visits": queries.words_to_take(reader.viewer, now=reader.now, person_id=found.pk, at_most=WAITING_AT_MOST),
        "matches": queries.matches_at_desk(reader.viewer, found, at_most=NEEDS_AT_MOST),
        "needs": [(need, standing.of_need_for_worker(need)) for need in asked],
        "willing": queries.willingness_of(reader.viewer, found),
        "consents": [
            (row, desk.CONSENT[row.kind]) for row in community.consents_of(reader.viewer, found)[:CONSENTS_AT_MOST]
        ],
        "offers": [
            (offer, needs.may_manage_offer(reader.viewer, offer))
            for offer in needs.offers_for(reader.viewer).filter(person=found).exclude(state="CLOSED")[:NEEDS_AT_MOST]
        ],
        "mandates": mandates.filter(ends_date__gte=reader.viewer.today),
        "channels": CHANNELS,
    }
    return page(request, reader, "desk/person.html", context)


@for_the_signed_in
def new_person(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Enters somebody; where somebody like them is known, those are shown first."""
    _require_worker(reader)
    known = person_chosen(request, reader)
    if known is not None:
        return redirect("desk-person", person_id=known.public_id)
    form = NewPersonForm(request.POST if request.method == "POST" else None, reader=reader)
    doubles: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            made = enter_from(form.cleaned_data, reader, is_another=is_another(request))
        except PersonLikelyKnown as refusal:
            doubles = doubles_of(form.cleaned_data, reader)
            add_refusal(form, refusal, reader.language)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return led_to(request, reader, "person.entered", "desk-person", person_id=made.public_id)
    text = consent_texts.text_of("KNOWN_HERE", reader.language)
    return page(request, reader, "desk/person_new.html", {"form": form, "doubles": doubles, "text": text})


@for_the_signed_in
def answer(request: HttpRequest, reader: Reader, proposal_id: UUID) -> HttpResponse:
    """Takes a yes or a no; back to the person who gave it."""
    if request.method == "POST":
        said, channel = request.POST.get("answer", ""), request.POST.get("channel", "")
        verbs = {"yes": actions.accept_proposal, "no": actions.decline_proposal}
        person = person_chosen(request, reader)
        # Without a channel it would be an answer of one's own, and at the desk it never is.
        if said not in verbs or channel not in CHANNEL_CODES or person is None:
            raise NotFound
        verbs[said](
            viewer=reader.viewer,
            proposal_id=proposal_id,
            channel=channel,
            person_id=person.public_id,
            now=reader.now,
        )
        return _back(request, reader, f"answer.{said}")
    return _back(request, reader)


@for_the_signed_in
def outcome(request: HttpRequest, reader: Reader, visit_id: UUID, side: str) -> HttpResponse:
    """Takes what one side says of a visit."""
    _require_worker(reader)
    visit = queries.visit_by_id(reader.viewer, visit_id)
    words = queries.words_of_side(reader.viewer, visit, side)
    if words is None:
        raise NotFound
    data = request.POST if request.method == "POST" else None
    form = HeardOutcomeForm(data, has_taken_others=words.has_taken_others)
    if request.method == "POST" and form.is_valid():
        draft = desk.outcome_draft(form.cleaned_data, side)
        try:
            actions.record_outcome(viewer=reader.viewer, visit_id=visit_id, draft=draft, now=reader.now)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return led_to(request, reader, "words.noted", "desk-person", person_id=words.person.public_id)
    return page(request, reader, "desk/outcome.html", {"form": form, "words": words, "visit": visit})


@for_the_signed_in
def move_offer(request: HttpRequest, reader: Reader, offer_id: UUID, verb: str) -> HttpResponse:
    """Pauses, resumes or closes what a person without an account offers."""
    verbs = {"pause": need_actions.pause_offer, "resume": need_actions.resume_offer, "close": need_actions.close_offer}
    if verb not in verbs:
        raise NotFound
    if request.method == "POST":
        _require_worker(reader)
        verbs[verb](viewer=reader.viewer, offer_id=offer_id, now=reader.now)
        return _back(request, reader, OFFER_MOVED[verb])
    return _back(request, reader)


@for_the_signed_in
def tell_of_mandate(request: HttpRequest, reader: Reader, mandate_id: UUID) -> HttpResponse:
    return _heard(request, reader, community_actions.tell_of_mandate, "mandate.told", mandate_id=mandate_id)


@for_the_signed_in
def revoke_mandate(request: HttpRequest, reader: Reader, mandate_id: UUID) -> HttpResponse:
    return _heard(request, reader, community_actions.revoke_mandate, "mandate.revoked", mandate_id=mandate_id)


@for_the_signed_in
def withdraw_consent(request: HttpRequest, reader: Reader, consent_id: UUID) -> HttpResponse:
    return _heard(request, reader, community_actions.withdraw_consent, "consent.withdrawn", consent_id=consent_id)


def words_looked_for(request: HttpRequest) -> str:
    """What was typed into the search, whether it stands in the address or in a form below it."""
    typed = request.GET.get("q") or request.POST.get("q") or ""
    return typed.replace("\x00", " ").strip()[:80]  # a database cannot even look for it


def person_chosen(request: HttpRequest, reader: Reader) -> Any:
    """Whom the form is about, where somebody known was chosen."""
    chosen = request.POST.get("person") or request.GET.get("person") or ""
    try:
        person_id = UUID(chosen)
    except ValueError:
        return None
    return community.person_at_desk(reader.viewer, person_id)


def is_another(request: HttpRequest) -> bool:
    """The worker looked at those who are known and said that it is none of them."""
    return request.POST.get("person") == ANOTHER


def enter_from(answers: dict[str, Any], reader: Reader, *, is_another: bool) -> Any:
    """The person of the form is known from now on."""
    return community_actions.enter_person(
        viewer=reader.viewer,
        area_id=UUID(answers["corridor"]),
        home=answers["home"],
        name=answers["name"],
        consent=answers["consent"],
        paper_kept_at=answers["paper_kept_at"],
        is_another=is_another,
        now=reader.now,
        **desk.person_told(answers),
    )


def doubles_of(answers: dict[str, Any], reader: Reader) -> list[Any]:
    """Who may be meant: shown before somebody is entered twice."""
    home = community.home_at_desk(reader.viewer, UUID(answers["corridor"]), answers["home"])
    return community.likely_doubles(
        reader.viewer, name=answers["name"], phone=answers["phone"], household_id=home.pk if home else None
    )


def _heard(request: HttpRequest, reader: Reader, act: Callable[..., Any], said: str, **which: UUID) -> HttpResponse:
    """What the person said by the channel that the form names; back to them."""
    if request.method == "POST":
        act(viewer=reader.viewer, channel=request.POST.get("channel", ""), now=reader.now, **which)
        return _back(request, reader, said)
    return _back(request, reader)


def _back(request: HttpRequest, reader: Reader, said: str = "") -> HttpResponse:
    """To the person whose page the form stood on, with what was done."""
    found = person_chosen(request, reader)
    address = resolve_url("desk-person", person_id=found.public_id) if found is not None else resolve_url("desk")
    return led_to(request, reader, said, address) if said else redirect(address)


def _require_worker(reader: Reader) -> None:
    if not reader.is_worker:
        raise NotAllowed
