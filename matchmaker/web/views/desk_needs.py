"""Taking a need at the desk: one page, for somebody known or somebody new."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from matchmaker.community import consent_texts
from matchmaker.community.actions.entering import PersonLikelyKnown
from matchmaker.errors import DomainError, NotAllowed
from matchmaker.needs import actions
from matchmaker.needs.actions.opening import ExternalIdTaken
from matchmaker.web import desk
from matchmaker.web.done import led_to
from matchmaker.web.forms.desk import DeskNeedForm, PersonForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.phrases import say_later
from matchmaker.web.reader import Reader
from matchmaker.web.views.desk import doubles_of, enter_from, is_another, person_chosen


@for_the_signed_in
def new_need(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Opens the need; a person who is not known yet is entered with it."""
    if not reader.is_worker:
        raise NotAllowed
    person = person_chosen(request, reader)
    data = request.POST if request.method == "POST" else None
    form = DeskNeedForm(data, reader=reader)
    person_form = None if person is not None else PersonForm(data, reader=reader)
    doubles: list[Any] = []
    if request.method == "POST" and _are_valid(form, person_form):
        try:
            if person is None and person_form is not None:
                person = _entered(request, reader, form, person_form)
            _open(form, person, reader)
        except PersonLikelyKnown as refusal:
            doubles = doubles_of(person_form.cleaned_data if person_form else {}, reader)
            form.add_error(None, refusal.sentence(reader.language))
        except DomainError as refusal:
            _add_refusal(form, person_form if person is None else None, refusal, reader)
        else:
            return led_to(request, reader, "need.taken", "desk-person", person_id=person.public_id)
    context = {
        "form": form,
        "person": person,
        "person_form": None if person is not None else person_form,
        "doubles": doubles,
        "texts": [(when, consent_texts.text_of(kind, reader.language)) for kind, when in _texts(is_new=person is None)],
    }
    return page(request, reader, "desk/need_new.html", context)


def _are_valid(form: DeskNeedForm, person_form: PersonForm | None) -> bool:
    """Both are read, so that all faults stand on the page at once."""
    valid = [one.is_valid() for one in (form, person_form) if one is not None]
    return all(valid)


def _entered(request: HttpRequest, reader: Reader, form: DeskNeedForm, person_form: PersonForm) -> Any:
    answers = form.cleaned_data | person_form.cleaned_data
    return enter_from(answers, reader, is_another=is_another(request))


def _open(form: DeskNeedForm, person: Any, reader: Reader) -> None:
    draft = desk.need_draft(form.cleaned_data, person.public_id)
    try:
        actions.open_need(viewer=reader.viewer, draft=draft, now=reader.now)
    except ExternalIdTaken:
        # The other of two presses of the button was first.
        return


def _add_refusal(form: DeskNeedForm, person_form: PersonForm | None, refusal: DomainError, reader: Reader) -> None:
    if person_form is not None and refusal.field in person_form.fields:
        add_refusal(person_form, refusal, reader.language)
        return
    field = desk.FIELD_OF_DRAFT.get(refusal.field or "", refusal.field)
    form.add_error(field if field in form.fields else None, refusal.sentence(reader.language))


def _texts(*, is_new: bool) -> list[tuple[str, Any]]:
    """What is read aloud, and where it is not for every need, when."""
    always = [("KNOWN_HERE", ""), ("PROXY", "")] if is_new else [("PROXY", "")]
    care = say_later("照料、健康的事，再念：", "For care and health, also:")
    return [*always, ("CARE_DATA", care), ("EMERGENCY", say_later("现在就要的，再念：", "For right now, also:"))]
