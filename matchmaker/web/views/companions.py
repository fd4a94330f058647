"""Coming along: for the neighbour who comes, for whoever is helped, and for the coordinator."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.community.actions import change_profile
from matchmaker.errors import DomainError, NotAllowed, NotFound
from matchmaker.matches import actions, queries
from matchmaker.matches.drafts import CompanionDraft, WillingDraft
from matchmaker.needs.drafts import Hours
from matchmaker.notices import actions as notices
from matchmaker.notices.queries import duty_phone_for
from matchmaker.web.forms.companions import (
    METRES_A_MINUTE,
    BudgetForm,
    CompanionWordsForm,
    HeardCompanionWordsForm,
    WillingForm,
)
from matchmaker.web.forms.desk import CHANNEL_CODES, CHANNELS
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.phrases import language
from matchmaker.web.reader import Reader

SHOWN_AT_MOST: Final = 50


@for_the_signed_in
def willing(request: HttpRequest, reader: Reader) -> HttpResponse:
    """When, how far and how often the reader would come along."""
    reader.viewer.require_person()
    form = WillingForm(request.POST if request.method == "POST" else None, reader=reader)
    if request.method == "POST" and form.is_valid():
        try:
            if (born := form.cleaned_data.get("birth_year")) is not None:
                change_profile(viewer=reader.viewer, now=reader.now, birth_year=born)
            actions.be_companion(viewer=reader.viewer, draft=_willing_draft(form.cleaned_data), now=reader.now)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("companion-willing")
    context = {"form": form, "willing": queries.own_willingness(reader.viewer)}
    return page(request, reader, "companion_willing.html", context)


@for_the_signed_in
def stop(request: HttpRequest, reader: Reader) -> HttpResponse:
    if request.method == "POST":
        actions.stop_being_companion(viewer=reader.viewer, now=reader.now)
    return redirect("companion-willing")


@for_the_signed_in
def companion(request: HttpRequest, reader: Reader, proposal_id: UUID) -> HttpResponse:
    """A time and a place, whom one meets once that is agreed, and two buttons of equal size."""
    found = queries.companion_proposal_by_id(reader.viewer, proposal_id)
    notices.read_notices(viewer=reader.viewer, about=proposal_id, now=reader.now)
    context = {
        "proposal": found,
        "part": queries.companion_part_of(reader.viewer, found),
        "possible": queries.possible_with(reader.viewer, found, now=reader.now),
        "place": queries.company_place(reader.viewer, found),
        "shows_home": queries.shows_home(reader.viewer, found),
        "names": queries.company_names(reader.viewer, found),
        "why": queries.why_company(reader.viewer, found, language()),
        "duty_phone": duty_phone_for(reader.viewer),
    }
    return page(request, reader, "companion.html", context)


@for_the_signed_in
def answer(request: HttpRequest, reader: Reader, proposal_id: UUID, verb: str) -> HttpResponse:
    """One press: yes or no of the companion, yes or no of whoever is helped, off, not today."""
    verbs = {
        "accept": actions.accept_companionship,
        "decline": actions.decline_companionship,
        "approve": actions.approve_companion,
        "refuse": actions.refuse_companion,
        "withdraw": actions.withdraw_companion,
        "not-today": actions.turn_companion_away,
    }
    if verb not in verbs:
        raise NotFound
    if request.method == "POST":
        verbs[verb](viewer=reader.viewer, proposal_id=proposal_id, now=reader.now)
    return redirect("companion", proposal_id=proposal_id)


@for_the_signed_in
def words(request: HttpRequest, reader: Reader, proposal_id: UUID) -> HttpResponse:
    """How it was with company; the two others never read it."""
    found = queries.companion_proposal_by_id(reader.viewer, proposal_id)
    part = queries.companion_part_of(reader.viewer, found)
    if part is None:
        raise NotFound
    if queries.own_companion_word(reader.viewer, found) is not None:
        return redirect("companion", proposal_id=proposal_id)
    form = CompanionWordsForm(request.POST if request.method == "POST" else None, part=part)
    if request.method == "POST" and form.is_valid():
        draft = CompanionDraft(**{**form.answers(), "came": bool(form.answers()["came"])})
        try:
            actions.record_companion_words(viewer=reader.viewer, proposal_id=proposal_id, draft=draft, now=reader.now)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("companion", proposal_id=proposal_id)
    return page(request, reader, "companion_words.html", {"form": form, "proposal": found, "part": part})


@for_the_signed_in
def wish(request: HttpRequest, reader: Reader, match_id: UUID, verb: str) -> HttpResponse:
    verbs = {"wish": actions.wish_companion, "unwish": actions.unwish_companion}
    if verb not in verbs:
        raise NotFound
    if request.method == "POST":
        channel = request.POST.get("channel", "")
        verbs[verb](viewer=reader.viewer, match_id=match_id, now=reader.now, channel=channel)
    return redirect("match", match_id=match_id)


@for_the_signed_in
def desk(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The share accompanied, whether it was welcome, who is to be looked at, and whom to ask by phone."""
    return _desk(request, reader)


@for_the_signed_in
def desk_of(request: HttpRequest, reader: Reader, community_id: UUID) -> HttpResponse:
    """Sets the hours of one community; from a notice it only shows the page."""
    if request.method == "POST":
        form = BudgetForm(request.POST)
        if not form.is_valid():
            return _desk(request, reader, faulty=form, community_id=community_id)
        actions.set_companion_budget(
            viewer=reader.viewer,
            community_id=community_id,
            hours_per_week=form.cleaned_data["hours_per_week"],
            now=reader.now,
        )
        return redirect("desk-companions")
    notices.read_notices(viewer=reader.viewer, about=community_id, now=reader.now)
    return _desk(request, reader)


@for_the_signed_in
def vet(request: HttpRequest, reader: Reader, person_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.vet_companion(viewer=reader.viewer, person_id=person_id, now=reader.now)
    return redirect("desk-companions")


@for_the_signed_in
def heard(request: HttpRequest, reader: Reader, proposal_id: UUID) -> HttpResponse:
    """Takes a yes or a no of somebody without an account."""
    if request.method == "POST":
        said, channel = request.POST.get("answer", ""), request.POST.get("channel", "")
        found = queries.company_waiting(reader.viewer).filter(public_id=proposal_id).first()
        if found is None or channel not in CHANNEL_CODES:
            raise NotFound
        verbs: dict[tuple[str, str], Any] = {
            ("AWAITING_COMPANION", "yes"): actions.accept_companionship,
            ("AWAITING_COMPANION", "no"): actions.decline_companionship,
            ("AWAITING_ASKER", "yes"): actions.approve_companion,
            ("AWAITING_ASKER", "no"): actions.refuse_companion,
        }
        act = verbs.get((found.state, said))
        if act is None:
            raise NotFound
        act(viewer=reader.viewer, proposal_id=proposal_id, channel=channel, now=reader.now)
    return redirect("desk-companions")


@for_the_signed_in
def heard_words(request: HttpRequest, reader: Reader, proposal_id: UUID, part: str) -> HttpResponse:
    """Takes how it was, from one of the three who has no account."""
    if not reader.is_worker:
        raise NotAllowed
    waiting = queries.company_words_to_take(reader.viewer, now=reader.now, at_most=SHOWN_AT_MOST)
    found = next((row for row in waiting if row.proposal.public_id == proposal_id and row.part == part), None)
    if found is None:
        raise NotFound
    data = request.POST if request.method == "POST" else None
    form = HeardCompanionWordsForm(data, part=part, has_taken_others=found.has_taken_others)
    if request.method == "POST" and form.is_valid():
        said = {**form.answers(), "came": bool(form.answers()["came"])}
        heard_apart = bool(form.cleaned_data.get("heard_apart"))
        draft = CompanionDraft(**said, part=part, channel=form.cleaned_data["channel"], heard_apart=heard_apart)
        try:
            actions.record_companion_words(viewer=reader.viewer, proposal_id=proposal_id, draft=draft, now=reader.now)
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            return redirect("desk-companions")
    context = {"form": form, "proposal": found.proposal, "part": part, "person": found.person}
    return page(request, reader, "companion_words.html", context)


@for_the_signed_in
def heard_willing(request: HttpRequest, reader: Reader, person_id: UUID, verb: str) -> HttpResponse:
    """Somebody said at the desk that they would come along, at any time, or no longer."""
    if request.method == "POST":
        if verb == "yes":
            actions.be_companion(viewer=reader.viewer, draft=WillingDraft(), now=reader.now, for_person_id=person_id)
        elif verb == "no":
            actions.stop_being_companion(viewer=reader.viewer, now=reader.now, for_person_id=person_id)
        else:
            raise NotFound
    return redirect("desk-person", person_id=person_id)


def _desk(
    request: HttpRequest, reader: Reader, *, faulty: BudgetForm | None = None, community_id: UUID | None = None
) -> HttpResponse:
    if not reader.is_worker:
        raise NotAllowed
    figures = [
        (
            one,
            faulty
            if faulty is not None and one.public_id == community_id
            else BudgetForm(initial={"hours_per_week": getattr(one, "hours_per_week", 0)})
            if queries.may_set_budget(reader.viewer, one)
            else None,
        )
        for one in queries.companion_figures(reader.viewer, now=reader.now)
    ]
    context = {
        "figures": figures,
        "form": faulty,
        "to_vet": queries.companions_to_vet(reader.viewer)[:SHOWN_AT_MOST],
        "waiting": queries.company_waiting(reader.viewer)[:SHOWN_AT_MOST],
        "words": queries.company_words_to_take(reader.viewer, now=reader.now, at_most=SHOWN_AT_MOST),
        "channels": CHANNELS,
    }
    return page(request, reader, "desk/companions.html", context)


def _willing_draft(answers: dict[str, Any]) -> WillingDraft:
    return WillingDraft(
        hours=tuple(Hours(int(day), answers["starts"], answers["ends"]) for day in answers["weekdays"]),
        reach_m=answers["reach_minutes"] * METRES_A_MINUTE,
        visits_per_month=answers["visits_per_month"],
    )
