"""A second look: the person asks and reads the answer; a coordinator without a part in it looks and answers."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.community import queries as community
from matchmaker.community.queries import zone_of
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.matches import actions, queries
from matchmaker.web.forms.answers import ReasonForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.forms.second_looks import HeardSecondLookForm, LookAnswerForm, SecondLookForm
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.phrases import language, say
from matchmaker.web.reader import Reader
from matchmaker.web.wording import day, name_of

SHOWN_AT_MOST: Final = 100


@dataclass(frozen=True)
class Lifting:
    """Something that does not count, what it is for whoever may lift it, and the form that lets it count again."""

    aside: Any
    what: str
    form: ReasonForm


@for_the_signed_in
def ask(request: HttpRequest, reader: Reader, kind: str) -> HttpResponse:
    """The sentence once more, and a button; one that waits already is shown instead."""
    told = next(
        (one for one in queries.own_sentences(reader.viewer, language(), now=reader.now) if one.kind == kind), None
    )
    if told is None:
        raise Http404
    form = SecondLookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = actions.ask_second_look(
                viewer=reader.viewer, question=kind, words=form.cleaned_data["words"], now=reader.now
            )
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("second-look", look_id=asked.public_id)
    return page(request, reader, "second_look_ask.html", {"form": form, "told": told})


@for_the_signed_in
def ask_for(request: HttpRequest, reader: Reader, person_id: UUID) -> HttpResponse:
    """A worker writes down that somebody of their area doubts one of the three; the worker does not read it."""
    person = community.person_at_desk(reader.viewer, person_id)
    form = HeardSecondLookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_second_look(viewer=reader.viewer, for_person_id=person_id, now=reader.now, **form.cleaned_data)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("desk-person", person_id=person_id)
    return page(request, reader, "second_look_heard.html", {"form": form, "person": person})


@for_the_signed_in
def look(request: HttpRequest, reader: Reader, look_id: UUID) -> HttpResponse:
    return _look_page(request, reader, look_id)


@for_the_signed_in
def take(request: HttpRequest, reader: Reader, look_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.take_second_look(viewer=reader.viewer, look_id=look_id, now=reader.now)
    return redirect("second-look", look_id=look_id)


@for_the_signed_in
def answer(request: HttpRequest, reader: Reader, look_id: UUID) -> HttpResponse:
    """Ends with a reason; without one the page is shown again and asks for it."""
    if request.method != "POST":
        return redirect("second-look", look_id=look_id)
    found = queries.second_look_by_id(reader.viewer, look_id)
    form = LookAnswerForm(request.POST, evidence=_choices(reader, found))
    if form.is_valid():
        said = form.cleaned_data
        chosen = [UUID(about) for about in said.pop("set_aside", [])]
        try:
            actions.answer_second_look(viewer=reader.viewer, look_id=look_id, set_aside=chosen, now=reader.now, **said)
        except DomainError as refusal:
            if refusal.field is None:
                raise
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("second-look", look_id=look_id)
    return _look_page(request, reader, look_id, form)


@for_the_signed_in
def lift(request: HttpRequest, reader: Reader, look_id: UUID, set_aside_id: UUID) -> HttpResponse:
    """It counts again, with a reason."""
    if request.method != "POST":
        return redirect("second-look", look_id=look_id)
    form = ReasonForm(request.POST, prefix=str(set_aside_id))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.count_again(viewer=reader.viewer, set_aside_id=set_aside_id, reason=reason, now=reader.now)
        return redirect("second-look", look_id=look_id)
    return _look_page(request, reader, look_id, lifting={set_aside_id: form})


@for_the_signed_in
def to_answer(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What waits for a coordinator; no words and no sentence before it is in one's hands."""
    if not reader.is_coordinator:
        raise NotAllowed
    rows = queries.second_looks_to_answer(reader.viewer)[:SHOWN_AT_MOST]
    looks = [(row, queries.is_late(row, now=reader.now)) for row in rows]
    return page(request, reader, "second_looks.html", {"looks": looks})


def _look_page(
    request: HttpRequest,
    reader: Reader,
    look_id: UUID,
    form: LookAnswerForm | None = None,
    lifting: dict[UUID, ReasonForm] | None = None,
) -> HttpResponse:
    found = queries.second_look_by_id(reader.viewer, look_id)
    in_hand = queries.has_look_in_hand(reader.viewer, found)
    forms = lifting or {}
    handles = queries.may_handle_look(reader.viewer, found)
    asides = [
        Lifting(row, _what(row, found) if handles else "", forms.get(row.public_id) or _lift_form(row))
        for row in found.set_aside.all()
    ]
    context: dict[str, Any] = {
        "look": found,
        "own": found.person_id == reader.viewer.person_id,
        "reads": queries.may_read_look(reader.viewer, found),
        "handles": handles,
        "late": queries.is_late(found, now=reader.now),
        "in_hand": in_hand,
        "asides": asides,
        "all_lifted": bool(asides) and all(one.aside.lifted_at for one in asides),
        "faults": list(forms.values()),
    }
    if in_hand:
        context["told"] = queries.doubted_sentence(reader.viewer, found, language(), now=reader.now)
        evidence = queries.evidence_of(reader.viewer, found, now=reader.now)
        context["visits"] = [(piece.date, piece.visit) for piece in evidence if piece.visit]
        context["form"] = form or LookAnswerForm(evidence=_worded(evidence))
    return page(request, reader, "second_look.html", context)


def _choices(reader: Reader, found: Any) -> list[tuple[str, str]]:
    """What may be set aside by whoever has it in hand; nothing for anybody else, whom the action refuses."""
    if not queries.has_look_in_hand(reader.viewer, found):
        return []
    return _worded(queries.evidence_of(reader.viewer, found, now=reader.now))


def _worded(evidence: list[Any]) -> list[tuple[str, str]]:
    """When it was and of which kind of help; never who said it, nor what."""
    return [(str(piece.about), _in_words(piece)) for piece in evidence]


def _what(aside: Any, look: Any) -> str:
    zone = ZoneInfo(zone_of(look.person.community))
    if aside.vouch is not None:
        given = day(aside.vouch.made_at.astimezone(zone))
        return say(f"{given}的引荐", f"A word given on {given}")
    held = day(aside.outcome.visit.starts_at.astimezone(zone))
    return say(f"{held}那次见面的反馈", f"What was said of the visit on {held}")


def _lift_form(aside: Any) -> ReasonForm:
    return ReasonForm(prefix=str(aside.public_id))


def _in_words(piece: Any) -> str:
    if piece.visit is None:
        return say(f"{day(piece.date)}的引荐", f"A word given on {day(piece.date)}")
    kind = name_of(piece.visit.match.need.service_type)
    return say(f"{day(piece.date)}{kind}的反馈", f"What was said of {kind}, {day(piece.date)}")
