"""The way through "I want help": which questions, in which order, what was answered so far, and the draft it makes.

Answers wait in the session as they were typed, so that going back or a mistake loses nothing. They are read
through the forms again whenever they matter.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self
from uuid import UUID, uuid4

from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from matchmaker.needs import queries as needs
from matchmaker.needs.drafts import NeedDraft, Window
from matchmaker.web.forms.asking import (
    MYSELF,
    ConsentForm,
    HowMuchForm,
    QuestionForm,
    WhatForm,
    WhenForm,
    WhereForm,
    WhomForm,
    WishesForm,
)
from matchmaker.web.reader import Reader

SESSION_KEY: Final = "asking"
ASKED_KEY: Final = "asked"
MAY_LIE_IN_A_STAIRWELL: Final = frozenset({"PATROL", "FIRE_SAFETY", "NEIGHBOUR_MEDIATION", "SMALL_REPAIRS"})
"""Kinds of help that a stairwell itself may want: a dark lamp, a blocked way out, a door that does not shut."""
Typed = dict[str, list[str]]


@dataclass
class Asking:
    """What one person answered so far; `token` makes a second press of the last button harmless."""

    token: str
    person_id: int | None
    typed: dict[str, Typed] = field(default_factory=dict)
    consent_wanted: bool = False

    @classmethod
    def begin(cls, person_id: int | None) -> Self:
        return cls(token=uuid4().hex, person_id=person_id)

    @classmethod
    def resume(cls, session: SessionBase, person_id: int | None) -> Self:
        """What waits in the session; a fresh start where there is nothing, or it is somebody else's."""
        kept = session.get(SESSION_KEY)
        if not kept or kept.get("person_id") != person_id:
            return cls.begin(person_id)
        return cls(**kept)

    def keep(self, session: SessionBase) -> None:
        session[SESSION_KEY] = asdict(self)

    def finish(self, session: SessionBase, need_id: UUID) -> None:
        """The answers are gone from the session; the token leads a second press to the need it made."""
        session.pop(SESSION_KEY, None)
        session[ASKED_KEY] = {self.token: str(need_id)}

    def form_of(self, question: "Question", reader: Reader) -> forms.Form:
        """The question with what was typed before, or empty."""
        typed = self.typed.get(question.slug)
        return question.form(MultiValueDict(typed) if typed is not None else None, reader=reader)


def need_made_by(session: SessionBase, token: str) -> str | None:
    """The need that this token has made already, if any."""
    made: str | None = session.get(ASKED_KEY, {}).get(token)
    return made


@dataclass(frozen=True)
class Question:
    """One page. `draft_fields` are those of the draft that it answers, so that a refusal finds its page."""

    slug: str
    form: type[QuestionForm]
    draft_fields: frozenset[str]
    applies: Callable[[Reader, Asking], bool] = lambda reader, asking: True


def asks_for_others(reader: Reader, asking: Asking) -> bool:
    return bool(reader.viewer.mandates)


def offers_stairwells(asking: Asking) -> bool:
    """Whether the page of places should: one that was kept without signal knows no kind yet and offers all."""
    return _code_chosen(asking) in MAY_LIE_IN_A_STAIRWELL


def kind_chosen(asking: Asking) -> Any:
    """The service type that was chosen, or None."""
    return {kind.code: kind for kind in needs.service_types()}.get(_code_chosen(asking))


def _code_chosen(asking: Asking) -> str:
    return (asking.typed.get("what", {}).get("service_type") or [""])[0]


def is_emergency(asking: Asking) -> bool:
    return asking.typed.get("when", {}).get("urgency") == [str(WhenForm.EMERGENCY)]


def needs_consent(reader: Reader, asking: Asking) -> bool:
    """Care and sensitive types do; a refusal may have asked for it besides, for somebody under age.

    In an emergency the yes to whoever comes first is given here.
    """
    kind = kind_chosen(asking)
    return asking.consent_wanted or is_emergency(asking) or (kind is not None and needs.asks_consent(kind))


QUESTIONS: Final = (
    Question("what", WhatForm, frozenset({"service_type"})),
    Question("for-whom", WhomForm, frozenset({"for_person"}), asks_for_others),
    Question("when", WhenForm, frozenset({"windows", "answer_by", "urgency"})),
    Question("where", WhereForm, frozenset({"at_home", "place"})),
    Question(
        "how-much", HowMuchForm, frozenset({"minutes", "helpers_wanted", "all_or_none", "repeat", "repeat_until_date"})
    ),
    Question("wishes", WishesForm, frozenset({"details", "languages", "risks", "nobody_from_building", "helper_sex"})),
    Question("consent", ConsentForm, frozenset({"consent"}), needs_consent),
)
BY_SLUG: Final = {question.slug: question for question in QUESTIONS}


def questions_for(reader: Reader, asking: Asking) -> list[Question]:
    """The questions this person is asked, in order."""
    return [question for question in QUESTIONS if question.applies(reader, asking)]


def question_before(reader: Reader, asking: Asking, question: Question) -> Question | None:
    asked = questions_for(reader, asking)
    place = asked.index(question)
    return asked[place - 1] if place else None


def first_unanswered(reader: Reader, asking: Asking) -> Question | None:
    """The first question without a valid answer; none when all can be checked."""
    return next((question for question, form in _forms(reader, asking) if not form.is_valid()), None)


def question_at_fault(draft_field: str | None) -> Question | None:
    """The page that answers this field of the draft."""
    return next((question for question in QUESTIONS if draft_field in question.draft_fields), None)


def typed_in(post: QueryDict, form: forms.Form) -> Typed:
    """What was typed into the fields of this form, and nothing else that was sent."""
    return {name: post.getlist(name) for name in form.fields if name in post}


def draft_from(reader: Reader, asking: Asking) -> NeedDraft:
    """The draft that all answers make; they must be valid."""
    answers: dict[str, Any] = {}
    for _question, form in _forms(reader, asking):
        form.full_clean()
        answers |= form.cleaned_data
    return NeedDraft(
        service_type=answers["service_type"],
        for_person=_person(answers),
        urgency=answers["urgency"],
        windows=_windows(answers),
        at_home=answers["where"] == WhereForm.HOME,
        place=UUID(answers["place"]) if answers["where"] == WhereForm.ELSEWHERE else None,
        minutes=answers["minutes"],
        helpers_wanted=answers["helpers_wanted"],
        all_or_none=answers["all_or_none"],
        repeat=answers["repeat"],
        repeat_until_date=answers["repeat_until_date"],
        details=answers["details"],
        languages=tuple(answers["languages"]),
        risks=answers["risks"],
        nobody_from_building=answers["nobody_from_building"],
        helper_sex=answers["helper_sex"],
        consent=_consent(answers),
        external_id=f"page:{asking.token}",
    )


def _forms(reader: Reader, asking: Asking) -> Iterator[tuple[Question, forms.Form]]:
    for question in questions_for(reader, asking):
        yield question, asking.form_of(question, reader)


def _windows(answers: Mapping[str, Any]) -> tuple[Window, ...]:
    """None for an emergency: that is for now."""
    if answers["date"] is None:
        return ()
    return (Window(date=answers["date"], starts=answers["starts"], ends=answers["ends"]),)


def _person(answers: Mapping[str, Any]) -> UUID | None:
    chosen = answers.get("for_person", MYSELF)
    return None if chosen == MYSELF else UUID(chosen)


def _consent(answers: Mapping[str, Any]) -> str:
    """One's own word is given here; for somebody else a paper is at hand."""
    if not answers.get("agrees"):
        return ""
    return "IN_APP" if _person(answers) is None else "WRITTEN"
