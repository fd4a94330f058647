""" "I want help" on one page: what a phone keeps for when there is no signal, and sends once there is one again.

It asks the questions of the usual way through the same forms, for oneself, and not for right now: what is sent hours
later is no call for help in an emergency.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from matchmaker.errors import DomainError
from matchmaker.needs import actions, queries
from matchmaker.needs.actions.opening import ExternalIdTaken
from matchmaker.tally import count_refusal
from matchmaker.web.asking import BY_SLUG, Asking, draft_from, questions_for, typed_in
from matchmaker.web.forms import once
from matchmaker.web.forms.asking import MYSELF, URGENCIES, WhenForm
from matchmaker.web.reader import Reader

SLUGS: Final = ("what", "when", "where", "how-much", "wishes", "consent")
AT_FAULT: Final = {"windows": "date", "answer_by": "date", "at_home": "where", "consent": "agrees"}
"""Where a field of the draft is no field of a form by the same name."""


class WhenLaterForm(WhenForm):
    """The same question without "right now"."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["urgency"].choices = URGENCIES[:-1]  # type: ignore[attr-defined]  # a ChoiceField


class KeyForm(forms.Form):
    """The number that this one request carries however often it is sent; a page without signal makes its own."""

    token = once.token()


@dataclass(frozen=True)
class Fault:
    """What has to be mended, in which field; no field where the sentence is about the whole."""

    id: str
    label: str
    sentence: str


def asking_in(post: QueryDict, reader: Reader, key: str) -> Asking:
    """All that was typed on the page, as the answers of the usual way; a tick of consent counts where it was set."""
    typed = {slug: typed_in(post, BY_SLUG[slug].form(reader=reader)) for slug in SLUGS}
    typed["for-whom"] = {"for_person": [MYSELF]}
    return Asking(token=key, person_id=reader.viewer.person_id, typed=typed, consent_wanted="agrees" in post)


def forms_of(asking: Asking | None, reader: Reader) -> dict[str, forms.Form]:
    """The forms of the page by their question, with what was typed or empty."""
    found: dict[str, forms.Form] = {}
    for slug in SLUGS:
        typed = asking.typed[slug] if asking is not None else None
        form = (WhenLaterForm if slug == "when" else BY_SLUG[slug].form)(
            MultiValueDict(typed) if typed is not None else None, reader=reader
        )
        if slug == "consent" and (asking is None or BY_SLUG[slug] not in questions_for(reader, asking)):
            form.fields["agrees"].required = False
        found[slug] = form
    return found


def kinds_that_want_consent() -> str:
    """For the page, which cannot ask: `service_type=CODE CODE`."""
    codes = [kind.code for kind in queries.service_types() if queries.asks_consent(kind)]
    return f"service_type={' '.join(codes)}"


def faults_in(found: Mapping[str, forms.Form]) -> list[Fault]:
    """What the forms do not take, in the order of the page."""
    return [
        Fault(id=field.id_for_label or f"{field.auto_id}_0", label=str(field.label), sentence=str(sentence))
        for form in found.values()
        for field in form
        for sentence in field.errors
    ]


def fault_of(refusal: DomainError, found: Mapping[str, forms.Form], language: str) -> Fault:
    """The action's refusal beside the field that it is about."""
    count_refusal(refusal.code)
    name = AT_FAULT.get(refusal.field or "", refusal.field)
    field = next((form[name] for form in found.values() if name in form.fields), None)
    if field is None:
        return Fault(id="", label="", sentence=refusal.sentence(language))
    return Fault(
        id=field.id_for_label or f"{field.auto_id}_0", label=str(field.label), sentence=refusal.sentence(language)
    )


def need_of_key(reader: Reader, key: str) -> Any:
    """The need that this number opened already, or None: then the answer alone was lost."""
    return queries.needs_for(reader.viewer, own=True).filter(external_id=_number_of(key)).first()


def need_opened(reader: Reader, asking: Asking) -> Any:
    """The need of these answers, opened once; the forms must hold."""
    try:
        return actions.open_need(viewer=reader.viewer, draft=draft_from(reader, asking), now=reader.now)
    except ExternalIdTaken:
        made = need_of_key(reader, asking.token)
        if made is None:
            raise
        return made


def shown(found: Mapping[str, forms.Form], faults: list[Fault], *, token: str) -> dict[str, Any]:
    """What the page is made of; without a token its script makes one."""
    return {"forms": found, "faults": faults, "token": token, "consent_kinds": kinds_that_want_consent()}


def as_rows(faults: list[Fault]) -> list[dict[str, str]]:
    return [asdict(fault) for fault in faults]


def _number_of(key: str) -> str:
    return f"page:{key}"
