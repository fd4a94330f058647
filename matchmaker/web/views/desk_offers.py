"""Taking at the desk what somebody without an account can help with."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.community import consent_texts
from matchmaker.community import queries as community
from matchmaker.community.actions import change_profile
from matchmaker.errors import DomainError
from matchmaker.needs import actions, queries
from matchmaker.needs.actions.opening import ExternalIdTaken
from matchmaker.web.done import led_to
from matchmaker.web.forms.desk import DeskOfferForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader
from matchmaker.web.views.offering import draft_from


@for_the_signed_in
def new_offer(request: HttpRequest, reader: Reader, person_id: UUID) -> HttpResponse:
    """Opens the offer in the person's name; the form sent twice opens one."""
    person = community.person_at_desk(reader.viewer, person_id)
    form = DeskOfferForm(request.POST if request.method == "POST" else None, reader=reader, person=person)
    if request.method == "POST" and form.is_valid():
        draft = draft_from(form.cleaned_data, for_person=person.public_id)
        made = queries.offers_for(reader.viewer).filter(person=person, external_id=draft.external_id)
        try:
            if not made.exists():
                if (born := form.cleaned_data.get("birth_year")) is not None:
                    change_profile(viewer=reader.viewer, person_id=person_id, now=reader.now, birth_year=born)
                actions.open_offer(viewer=reader.viewer, draft=draft, now=reader.now)
        except ExternalIdTaken:
            return redirect("desk-person", person_id=person_id)  # the other of two presses at once was first
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return led_to(request, reader, "offer.taken", "desk-person", person_id=person_id)
    context = {"form": form, "person": person, "text": consent_texts.text_of("PROXY", reader.language)}
    return page(request, reader, "desk/offer_new.html", context)
