"""Pins and bans: what stands, what was lifted, and the page that says one of a need; and why a helper was not asked."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from matchmaker.errors import DomainError, NotAllowed
from matchmaker.matches import actions, queries
from matchmaker.needs import queries as needs
from matchmaker.web.done import led_to
from matchmaker.web.forms.choices import Choices
from matchmaker.web.forms.pairs import PIN, PairForm
from matchmaker.web.forms.refusals import add_refusal
from matchmaker.web.pages import for_the_signed_in, page
from matchmaker.web.phrases import language, say
from matchmaker.web.reader import Reader
from matchmaker.web.wording import moment, name_of, offer_title

SHOWN_AT_MOST: Final = 100


@dataclass(frozen=True)
class Row:
    """A pin or a ban, whether it holds, whether the reader may lift it, and why a pin could not stand."""

    pair: Any
    in_force: bool
    may_lift: bool
    refused_why: str


@for_the_signed_in
def pairs(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What stands, and what is over; for workers and auditors of the area."""
    if not reader.may_look_over:
        raise NotAllowed
    rows = [_row(reader, pair) for pair in queries.pair_decisions_for(reader.viewer)[:SHOWN_AT_MOST]]
    context = {"standing": [row for row in rows if row.in_force], "over": [row for row in rows if not row.in_force]}
    return page(request, reader, "pairs.html", context)


@for_the_signed_in
def decide(request: HttpRequest, reader: Reader, need_id: UUID) -> HttpResponse:
    """Pin or ban one of those who could help with this need."""
    need = needs.need_by_id(reader.viewer, need_id)
    if not needs.is_worker_for(reader.viewer, need):
        raise NotAllowed
    offers = [
        *asked_choices(reader, need),
        *candidate_choices(reader, queries.candidates_for(reader.viewer, need, now=reader.now)),
    ]
    form = PairForm(request.POST if request.method == "POST" else None, offers=offers)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        act = actions.pin_pair if told["kind"] == PIN else actions.ban_pair
        try:
            act(
                viewer=reader.viewer,
                need_id=need_id,
                offer_id=UUID(told["offer"]),
                reason=told["reason"],
                until_date=told["until_date"],
                now=reader.now,
            )
        except DomainError as refusal:
            add_refusal(form, refusal, reader.language)
        else:
            said = "pair.pinned" if told["kind"] == PIN else "pair.banned"
            return led_to(request, reader, said, "pairs", about=need_id)
    return page(request, reader, "pair_new.html", {"form": form, "need": need, "has_offers": bool(offers)})


@for_the_signed_in
def lift(request: HttpRequest, reader: Reader, decision_id: UUID) -> HttpResponse:
    if request.method == "POST":
        actions.lift_pair_decision(viewer=reader.viewer, decision_id=decision_id, now=reader.now)
        return led_to(request, reader, "pair.lifted", "pairs")
    return redirect("pairs")


@for_the_signed_in
def why_not_asked(request: HttpRequest, reader: Reader) -> HttpResponse:
    """For a helper, of each of their open offers: their own rules alone, and what could be changed."""
    person_id = reader.viewer.require_person()
    found = queries.why_not_asked(reader.viewer, language(), now=reader.now)
    offers = [(offer, list(rules)) for offer, rules in groupby(found, key=lambda one: one.offer)]
    open_offers = needs.offers_for(reader.viewer, own=True, state="OPEN")
    context = {
        "offers": offers,
        "has_offers": open_offers.filter(person_id=person_id).exists(),
        "of_organizations": open_offers.filter(organization_id__in=reader.viewer.clerk_of)[:SHOWN_AT_MOST],
    }
    return page(request, reader, "why_not_asked.html", context)


def candidate_choices(reader: Reader, candidates: list[Any]) -> Choices:
    """Those who could come, each with what they offer, how far it is and when."""
    return [(str(one.offer.public_id), _candidate_words(one)) for one in candidates]


def asked_choices(reader: Reader, need: Any) -> Choices:
    """Those who are asked already, or wait for a look."""
    return [
        (str(offer.public_id), f"{giver_name(offer)} · {say('已在推荐中', 'proposed already')}")
        for offer in queries.offers_asked(reader.viewer, need)
    ]


def giver_name(offer: Any) -> str:
    """Who offers it."""
    return str(offer.person.name) if offer.person is not None else name_of(offer.organization)


def _candidate_words(one: Any) -> str:
    minutes = max(1, round(one.walk_m / 70))
    way = say(f"{one.walk_m}米，约{minutes}分钟", f"{one.walk_m} m, about {minutes} min")
    first = moment(one.earliest_at, one.offer.community.time_zone)
    return (
        f"{giver_name(one.offer)} · {offer_title(one.offer)} · {way} · {say('最早', 'first on')}{say('', ' ')}{first}"
    )


def _row(reader: Reader, pair: Any) -> Row:
    return Row(
        pair,
        queries.is_in_force(pair, now=reader.now),
        queries.may_lift_pair_decision(reader.viewer, pair),
        queries.refused_why(reader.viewer, pair, language()),
    )
