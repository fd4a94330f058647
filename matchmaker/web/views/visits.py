"""What one side says of a meeting."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.errors import DomainError, NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.drafts import OutcomeDraft
from matchmaker.web.forms.answers import NO, YES, OutcomeForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.reader import Reader


@for_the_signed_in
def outcome(request: HttpRequest, reader: Reader, visit_id: UUID) -> HttpResponse:
    """Two taps; the other side never reads them."""
    visit = queries.visit_by_id(reader.viewer, visit_id)
    if queries.side_of(reader.viewer, visit.match) is None:
        raise NotFound
    if queries.own_outcome(reader.viewer, visit) is not None:
        return redirect("thanks", visit_id=visit_id)
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        draft = _draft_from(form.cleaned_data)
        try:
            actions.record_outcome(viewer=reader.viewer, visit_id=visit_id, draft=draft, now=reader.now)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("thanks", visit_id=visit_id)
    return page(request, reader, "outcome.html", {"form": form, "visit": visit})


@for_the_signed_in
def thanks(request: HttpRequest, reader: Reader, visit_id: UUID) -> HttpResponse:
    visit = queries.visit_by_id(reader.viewer, visit_id)
    return page(request, reader, "thanks.html", {"visit": visit})


def _draft_from(answers: dict[str, str]) -> OutcomeDraft:
    happened = answers["happened"] == YES
    greet = answers["greet_again"]
    return OutcomeDraft(
        happened=happened,
        went_well=OutcomeForm.HOW.get(answers["how"]) if happened else None,
        greet_again={YES: True, NO: False}.get(greet) if happened else None,
    )
